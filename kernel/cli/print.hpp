// SPDX-License-Identifier: MIT
// Prints texts for people, and why a command fails. A text from elsewhere, such as the name of a
// port of another program, cannot change what a terminal shows. Not for JSON, and not for what this
// program colours itself.
#pragma once

#include "kernel/config/text.hpp"

#include <cstdio>
#include <string>
#include <string_view>

namespace tactus::cli {

inline void print(std::FILE* to, std::string_view text) {
    std::fputs(config::escaped_lines(text).c_str(), to);
}

// Says why on standard error, and returns the code.
inline int fail_with(int code, const std::string& why) {
    print(stderr, "tactus: " + why + "\n");
    return code;
}

} // namespace tactus::cli
