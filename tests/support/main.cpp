// SPDX-License-Identifier: MIT
// main() of every test program; compiled once, because Catch2 2.x is slow to compile. TACTUS_TRIES:
// what fails is tried again, so many times in all. That is for servers which lose what a busy
// machine reads late, and tell nobody: one try without that is enough.
#define CATCH_CONFIG_RUNNER
#include "tests/support/catch.hpp"
#include "tests/support/skip.hpp"

#include <cstdlib>
#include <iostream>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// The answer of one that has not failed, in a process of its own.
std::optional<int> try_once(int argc, char** argv) {
    const pid_t child = ::fork();
    if (child == 0) {
        std::exit(tactus::test::exit_code(Catch::Session().run(argc, argv)));
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
        return std::nullopt;
    }
    const int code = WEXITSTATUS(status);
    return code == 0 || code == tactus::test::skip_exit_code ? std::optional(code) : std::nullopt;
}

} // namespace

int main(int argc, char** argv) {
    const char* const tries = std::getenv("TACTUS_TRIES");
    for (int left = tries != nullptr ? std::atoi(tries) : 1; left > 1; --left) {
        if (const std::optional<int> code = try_once(argc, argv)) {
            return *code;
        }
        std::cout << "This failed, and is tried again.\n" << std::flush;
    }
    return tactus::test::exit_code(Catch::Session().run(argc, argv));
}
