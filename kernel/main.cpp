// SPDX-License-Identifier: MIT
#include "kernel/cli/cli.hpp"

int main(int argc, char** argv) {
    return tactus::cli::run(argc, argv);
}
