// SPDX-License-Identifier: MIT
#include "kernel/cli/terminal.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tactus::cli {
namespace {

constexpr std::size_t columns_otherwise = 80;

bool is_writable(int fd, int wait_ms) noexcept {
    pollfd watched{fd, POLLOUT, 0};
    return ::poll(&watched, 1, wait_ms) > 0;
}

} // namespace

terminal::terminal(int fd) : borrowed_(fd), fd_(fd), is_interactive_(::isatty(fd) == 1) {
    struct stat about {};
    const bool can_wait =
        ::fstat(fd, &about) == 0 && (S_ISCHR(about.st_mode) || S_ISFIFO(about.st_mode));
    if (!can_wait) {
        must_poll_ = S_ISSOCK(about.st_mode);
        return; // writes to a file never wait
    }
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    const int again = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    must_poll_ = again < 0; // another user's terminal, after su
    fd_ = again < 0 ? fd : again;
}

terminal::~terminal() {
    finish();
    if (fd_ != borrowed_) {
        ::close(fd_);
    }
}

std::size_t terminal::columns() const noexcept {
    winsize size{};
    if (::ioctl(borrowed_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return columns_otherwise;
}

bool terminal::write(std::string_view text) {
    if (waiting_.size() + text.size() > waiting_max) {
        flush();
        if (waiting_.size() + text.size() > waiting_max) {
            return false;
        }
    }
    waiting_ += text;
    flush();
    return true;
}

// If only poll prevents blocking, writes no more than it guarantees room for.
long terminal::write_some() noexcept {
    if (!must_poll_) {
        return ::write(fd_, waiting_.data(), waiting_.size());
    }
    if (!is_writable(fd_, 0)) {
        errno = EAGAIN;
        return -1;
    }
    return ::write(fd_, waiting_.data(), std::min<std::size_t>(waiting_.size(), PIPE_BUF));
}

bool terminal::flush() noexcept {
    while (!waiting_.empty() && !is_gone_) {
        const long written = write_some();
        if (written >= 0) {
            waiting_.erase(0, static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            return false;
        } else if (errno != EINTR) {
            is_gone_ = true; // EPIPE, EIO: the reader is gone; the daemon continues
        }
    }
    waiting_.clear();
    return true;
}

void terminal::finish() noexcept {
    if (!flush() && is_writable(fd_, finish_ms_max)) {
        flush();
    }
}

} // namespace tactus::cli
