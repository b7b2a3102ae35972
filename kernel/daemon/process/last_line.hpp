// SPDX-License-Identifier: MIT
// One line on standard error of a process that is about to end, made and written without anything
// that a signal handler must not use. A line that is too long is cut off; a reader that does not
// read gets nothing, and delays nothing.
#pragma once

#include <cstddef>
#include <string_view>

#include <poll.h>
#include <unistd.h>

namespace tactus::daemon {

class last_line {
public:
    last_line& operator<<(std::string_view text) noexcept {
        for (const char c : text) {
            if (size_ == sizeof text_ - 1) {
                break;
            }
            const bool is_plain = static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
            text_[size_++] = is_plain ? c : '?';
        }
        return *this;
    }
    void write() noexcept {
        text_[size_++] = '\n';
        pollfd out{STDERR_FILENO, POLLOUT, 0}; // a pipe that is ready has room for all of it
        if (::poll(&out, 1, 0) == 0) {
            return;
        }
        const ssize_t ignored = ::write(STDERR_FILENO, text_, size_);
        static_cast<void>(ignored);
    }

private:
    char text_[1024];
    std::size_t size_ = 0;
};

} // namespace tactus::daemon
