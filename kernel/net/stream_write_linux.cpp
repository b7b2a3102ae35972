// SPDX-License-Identifier: MIT
// The writing half of stream_socket.
#include "kernel/net/stream_socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/socket.h>

namespace tactus::net {
namespace {

constexpr std::uint32_t gathered_max = 64; // chunks in one system call

bool would_block(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

} // namespace

bool stream_socket::can_write() const noexcept {
    return !has(wait::written) && !has(wait::shut) && !is_shut_;
}

tactus_status stream_socket::start_write(operation& op, const std::uint8_t* bytes,
                                         std::uint32_t size, std::int64_t deadline_ns) {
    if (kind_ == kind::adopted) {
        return TACTUS_E_UNSUPPORTED;
    }
    if (fd_ < 0 || is_torn_) {
        return TACTUS_E_CLOSED;
    }
    if (!can_write() || (bytes == nullptr && size != 0)) {
        return TACTUS_E_INVALID;
    }
    from_ = {bytes, size};
    const std::int64_t taken = buffer_.is_empty() ? put(from_) : 0;
    if (taken < 0) {
        return TACTUS_E_CLOSED;
    }
    from_ = from_.subspan(static_cast<std::size_t>(taken));
    if (from_.empty()) {
        return TACTUS_OK;
    }
    begin(wait::written, op, deadline_ns);
    return TACTUS_PENDING;
}

tactus_status stream_socket::start_writable(operation& op, std::int64_t deadline_ns) {
    if (fd_ < 0 || is_torn_) {
        return TACTUS_E_CLOSED;
    }
    if (buffer_.size() <= limits_.buffer_max / 2) {
        return TACTUS_OK;
    }
    if (has(wait::room)) {
        return TACTUS_E_INVALID;
    }
    begin(wait::room, op, deadline_ns);
    return TACTUS_PENDING;
}

tactus_status stream_socket::start_shutdown(operation& op, std::int64_t deadline_ns) {
    if (kind_ == kind::adopted) {
        return TACTUS_E_UNSUPPORTED;
    }
    if (fd_ < 0 || is_torn_) {
        return TACTUS_E_CLOSED;
    }
    if (!can_write()) {
        return is_shut_ ? TACTUS_OK : TACTUS_E_INVALID;
    }
    if (buffer_.is_empty()) {
        is_shut_ = true;
        return ::shutdown(fd_, SHUT_WR) == 0 ? TACTUS_OK : TACTUS_E_CLOSED;
    }
    begin(wait::shut, op, deadline_ns);
    return TACTUS_PENDING;
}

tactus_status stream_socket::send(const tactus_chunk* chunks, std::uint32_t n,
                                  std::uint32_t& sent) {
    sent = 0;
    if (kind_ == kind::adopted) {
        return TACTUS_E_UNSUPPORTED;
    }
    if (fd_ < 0 || is_torn_) {
        return TACTUS_E_CLOSED;
    }
    if (!can_write()) {
        return TACTUS_E_INVALID;
    }
    while (sent < n) {
        const tactus_chunk& next = chunks[sent];
        if (next.size > limits_.buffer_max || (next.bytes == nullptr && next.size != 0)) {
            return TACTUS_E_INVALID;
        }
        if (buffer_.is_empty()) {
            if (!put_chunks(chunks, n, sent)) {
                return TACTUS_E_CLOSED;
            }
        } else if (buffer_.size() + next.size <= limits_.buffer_max) {
            keep({next.bytes, next.size});
            ++sent;
        } else {
            return TACTUS_E_AGAIN;
        }
    }
    return TACTUS_OK;
}

// Bounds: the buffer is empty. Passes as many chunks to the system as it takes, and buffers the
// first that it took in part or not at all. Returns false if the connection is gone.
bool stream_socket::put_chunks(const tactus_chunk* chunks, std::uint32_t n, std::uint32_t& sent) {
    std::array<iovec, gathered_max> parts;
    std::uint32_t gathered = 0;
    while (gathered < gathered_max && sent + gathered < n) {
        const tactus_chunk& chunk = chunks[sent + gathered];
        if (chunk.size > limits_.buffer_max || chunk.bytes == nullptr) {
            break; // reported by the caller when it reaches this chunk
        }
        parts[gathered++] = {const_cast<std::uint8_t*>(chunk.bytes), chunk.size}; // only read
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = gathered;
    const ssize_t went = ::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (went < 0 && !would_block(errno)) {
        gone();
        return false;
    }
    idle_.moved();
    auto taken = static_cast<std::size_t>(std::max<ssize_t>(went, 0));
    for (std::uint32_t i = 0; i < std::max(gathered, 1U); ++i) {
        const tactus_chunk& chunk = chunks[sent];
        ++sent;
        if (taken < chunk.size) {
            keep({chunk.bytes + taken, chunk.size - taken});
            return true;
        }
        taken -= chunk.size;
    }
    return true;
}

std::int64_t stream_socket::put(span what) noexcept {
    const ssize_t went = ::send(fd_, what.data(), what.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (went >= 0) {
        idle_.moved();
        return went;
    }
    if (would_block(errno)) {
        return 0;
    }
    gone();
    return -1;
}

void stream_socket::keep(span rest) {
    buffer_.append(rest);
    renew_watch();
}

// Flushes the buffer, then the waiting write, then the half-close that waits for both.
void stream_socket::flush() noexcept {
    while (!buffer_.is_empty()) {
        const std::int64_t taken = put(buffer_.rest());
        if (taken <= 0) {
            return;
        }
        buffer_.remove_first(static_cast<std::size_t>(taken));
        if (buffer_.size() <= limits_.buffer_max / 2) {
            end(wait::room, TACTUS_OK);
        }
    }
    while (has(wait::written)) {
        const std::int64_t taken = put(from_);
        if (taken <= 0) {
            return;
        }
        from_ = from_.subspan(static_cast<std::size_t>(taken));
        if (from_.empty()) {
            end(wait::written, TACTUS_OK);
        }
    }
    if (has(wait::shut)) {
        is_shut_ = true;
        end(wait::shut, ::shutdown(fd_, SHUT_WR) == 0 ? TACTUS_OK : TACTUS_E_CLOSED);
    }
}

} // namespace tactus::net
