// SPDX-License-Identifier: MIT
#include "kernel/daemon/tap/tap_reader.hpp"

#include "kernel/daemon/tap/tap_text.hpp"

#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace tactus::daemon {

tap_reader::tap_reader(int fd, tap_filter filter, tap_framing framing)
    : fd_(fd), filter_(std::move(filter)), framing_(framing) {}

tap_reader::~tap_reader() {
    ::close(fd_);
}

// One that missed something goes on when half of the room is free again: a reader that is a little
// too slow gets runs of lines, not every second line.
void tap_reader::add(std::string_view line) {
    const std::size_t waiting = lines_.size() - sent_;
    const std::size_t room = missed_ > 0 ? buffer_max / 2 : buffer_max;
    if (waiting > 0 && waiting + line.size() > room) {
        ++missed_;
        return;
    }
    tell_missed();
    append_line(line);
}

// A line has no other line feed than the one at its end.
void tap_reader::append_line(std::string_view line) {
    const bool is_server_sent = framing_ == tap_framing::server_sent;
    lines_.append(is_server_sent ? "data: " : "").append(line).append(is_server_sent ? "\n" : "");
}

void tap_reader::tell_missed() {
    if (missed_ > 0) {
        std::string line;
        append_missed(line, std::exchange(missed_, 0));
        append_line(line);
    }
}

// When all lines are out, the count of events missed since is sent, even if nothing more happens.
void tap_reader::flush() {
    while (!is_gone_ && (has_unsent() || missed_ > 0)) {
        if (!has_unsent()) {
            lines_.clear();
            sent_ = 0;
            tell_missed();
        }
        const ssize_t took =
            ::send(fd_, lines_.data() + sent_, lines_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (took < 0) {
            is_gone_ = errno != EAGAIN && errno != EINTR;
            break;
        }
        sent_ += static_cast<std::size_t>(took);
    }
    if (is_gone_ || !has_unsent()) {
        lines_.clear();
        sent_ = 0;
    } else if (sent_ > buffer_max / 2) {
        lines_.erase(0, sent_);
        sent_ = 0;
    }
}

} // namespace tactus::daemon
