// SPDX-License-Identifier: MIT
// main() of every test program; compiled once, because Catch2 2.x is slow to compile.
#define CATCH_CONFIG_RUNNER
#include "tests/support/catch.hpp"

int main(int argc, char** argv) {
    return Catch::Session().run(argc, argv);
}
