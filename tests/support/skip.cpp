// SPDX-License-Identifier: MIT
#include "tests/support/skip.hpp"

#include <cstdio>
#include <cstdlib>

namespace tactus::test {
namespace {

bool has_skipped = false;

} // namespace

void note_skip(const std::string& why) {
    has_skipped = true;
    std::printf("skipped: %s\n", why.c_str());
    std::fflush(stdout);
}

bool fails_instead_of_skipping() {
    const char* const given = std::getenv("CI");
    const std::string ci = given != nullptr ? given : "";
    return ci == "true" || ci == "1";
}

int exit_code(int catch_status) noexcept {
    if (catch_status != 0) {
        return 1;
    }
    return has_skipped ? skip_exit_code : 0;
}

} // namespace tactus::test
