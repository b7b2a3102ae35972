// SPDX-License-Identifier: MIT
// main() of every test program; compiled once, because Catch2 2.x is slow to compile.
#define CATCH_CONFIG_RUNNER
#include "tests/support/catch.hpp"
#include "tests/support/skip.hpp"

int main(int argc, char** argv) {
    return tactus::test::exit_code(Catch::Session().run(argc, argv));
}
