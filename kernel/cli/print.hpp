// SPDX-License-Identifier: MIT
// Prints texts for people, and why a command fails. A text from elsewhere, such as the name of a
// port of another program, cannot change what a terminal shows. Not for JSON, and not for text that
// this program colours itself.
#pragma once

#include "kernel/base/journal_socket.hpp"
#include "kernel/config/text.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unistd.h>

namespace tactus::cli {

inline void print(std::FILE* to, std::string_view text) {
    std::fputs(config::escaped_lines(text).c_str(), to);
}

// Why a command fails, in whole lines, on standard error; in the journal they are errors.
inline void print_error(std::string_view lines) {
    const bool is_journal = base::is_journal(STDERR_FILENO, std::getenv("JOURNAL_STREAM"));
    while (is_journal && !lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n') + 1);
        print(stderr, "<3>" + std::string(line.empty() ? lines : line));
        lines.remove_prefix(line.empty() ? lines.size() : line.size());
    }
    print(stderr, lines);
}

// Says why, and returns the code.
inline int fail_with(int code, const std::string& why) {
    print_error("tactus: " + why + "\n");
    return code;
}

} // namespace tactus::cli
