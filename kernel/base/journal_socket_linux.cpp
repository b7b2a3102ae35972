// SPDX-License-Identifier: MIT
#include "kernel/base/journal_socket.hpp"

#include "kernel/base/assert.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

namespace tactus::base {
namespace {

bool takes_number(std::string_view& text, std::uint64_t wanted) noexcept {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number != wanted) {
        return false;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

} // namespace

bool is_journal(int fd, const char* journal_stream) noexcept {
    struct stat status {};
    if (journal_stream == nullptr || ::fstat(fd, &status) != 0) {
        return false;
    }
    std::string_view left = journal_stream;
    if (!takes_number(left, status.st_dev) || !left.starts_with(':')) {
        return false;
    }
    left.remove_prefix(1);
    return takes_number(left, status.st_ino) && left.empty();
}

bool journal_socket::connect() noexcept {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof address.sun_path) {
        return false;
    }
    path_.copy(address.sun_path, path_.size());
    fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd_ < 0) {
        return false;
    }
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        close();
        return false;
    }
    return true;
}

void journal_socket::close() noexcept {
    if (fd_ >= 0) {
        ::close(std::exchange(fd_, -1));
    }
}

journal_socket::outcome journal_socket::send(std::span<const std::string_view> parts) noexcept {
    TACTUS_ASSERT(parts.size() <= parts_max);
    std::array<iovec, parts_max> pieces{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        // sendmsg only reads them.
        pieces[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = parts.size();
    for (const bool is_first : {true, false}) {
        if (fd_ < 0 && !connect()) {
            return outcome::refused;
        }
        if (::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
            return outcome::sent;
        }
        if (errno == EAGAIN) {
            return outcome::full;
        }
        // Its other end may have gone since the line before; anything else will not change.
        const bool has_gone = errno == ECONNREFUSED || errno == ENOTCONN || errno == ECONNRESET;
        close();
        if (!has_gone || !is_first) {
            return outcome::refused;
        }
    }
    return outcome::refused;
}

} // namespace tactus::base
