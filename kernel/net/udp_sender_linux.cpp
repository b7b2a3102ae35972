// SPDX-License-Identifier: MIT
// Source: Linux, udp(7) UDP_SEGMENT; net/ipv4/udp.c: at most 64 segments of one size, the last may
// be shorter; EIO, EINVAL, EMSGSIZE or EOPNOTSUPP if it cannot segment.
#include "kernel/net/udp_sender.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

namespace tactus::net {
namespace {

bool is_same_peer(const tactus_address& a, const tactus_address& b) noexcept {
    return a.size == b.size && (a.size == 0 || std::memcmp(a.bytes, b.bytes, a.size) == 0);
}

// An error reported for an earlier datagram ("port unreachable") is not this one's failure.
bool is_echo_of_earlier(int error) noexcept {
    return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH;
}

bool is_full(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS;
}

bool is_refusal_to_cut(int error) noexcept {
    return error == EIO || error == EINVAL || error == EMSGSIZE || error == EOPNOTSUPP;
}

// One call's messages, each of one datagram or of several segments. Unused memory is not zeroed.
class message_list {
public:
    void add(const tactus_datagram* first, std::uint32_t length) noexcept {
        msghdr& header = headers_[count_].msg_hdr;
        header = msghdr{};
        header.msg_iov = &parts_[parts_used_];
        if (first->peer.size != 0) {
            header.msg_name = const_cast<std::uint8_t*>(first->peer.bytes);
            header.msg_namelen = first->peer.size;
        }
        for (std::uint32_t i = 0; i < length; ++i) {
            header.msg_iovlen += add_part(first[i], header.msg_iovlen);
        }
        if (length > 1) {
            cut(header, static_cast<std::uint16_t>(first->size));
        }
        lengths_[count_++] = length;
    }

    // Returns how many messages were sent; negative: errno.
    int send(int fd) noexcept {
        return ::sendmmsg(fd, headers_.data(), count_, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    [[nodiscard]] std::uint32_t datagrams_of(int messages) const noexcept {
        std::uint32_t sum = 0;
        for (std::size_t i = 0; i < static_cast<std::size_t>(messages); ++i) {
            sum += lengths_[i];
        }
        return sum;
    }
    [[nodiscard]] bool is_first_cut() const noexcept { return lengths_[0] > 1; }

private:
    struct control_buffer {
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(std::uint16_t))> bytes;
    };

    // Datagrams contiguous in memory form one part. Returns how many parts were added.
    std::size_t add_part(const tactus_datagram& next, std::size_t parts_so_far) noexcept {
        if (parts_so_far > 0) {
            iovec& last = parts_[parts_used_ - 1];
            if (static_cast<std::uint8_t*>(last.iov_base) + last.iov_len == next.bytes) {
                last.iov_len += next.size;
                return 0;
            }
        }
        parts_[parts_used_++] = {next.bytes, next.size};
        return 1;
    }

    void cut(msghdr& header, std::uint16_t segment) noexcept {
        control_buffer& control = controls_[count_];
        control = {};
        header.msg_control = control.bytes.data();
        header.msg_controllen = control.bytes.size();
        cmsghdr* const head = CMSG_FIRSTHDR(&header);
        head->cmsg_level = SOL_UDP;
        head->cmsg_type = UDP_SEGMENT;
        head->cmsg_len = CMSG_LEN(sizeof segment);
        std::memcpy(CMSG_DATA(head), &segment, sizeof segment);
    }

    std::array<mmsghdr, udp_sender::batch_max> headers_;
    std::array<iovec, udp_sender::batch_max> parts_;
    std::array<control_buffer, udp_sender::batch_max> controls_;
    std::array<std::uint32_t, udp_sender::batch_max> lengths_;
    std::uint32_t count_ = 0;
    std::size_t parts_used_ = 0;
};

} // namespace

std::uint32_t udp_sender::run_length(const tactus_datagram* datagrams,
                                     std::uint32_t n) const noexcept {
    const std::uint32_t segment = datagrams[0].size;
    if (!is_segmenting_ || segment == 0 || segment > segment_max) {
        return 1;
    }
    std::uint32_t length = 1;
    for (std::uint32_t bytes = segment; length < n; ++length) {
        const tactus_datagram& next = datagrams[length];
        bytes += next.size;
        if (next.size == 0 || next.size > segment || bytes > buffer_max ||
            !is_same_peer(next.peer, datagrams[0].peer)) {
            break;
        }
        if (next.size < segment) {
            return length + 1; // only the last may be shorter
        }
    }
    return length;
}

tactus_status udp_sender::send(int fd, const tactus_datagram* datagrams, std::uint32_t n,
                               std::uint32_t& sent, int& failure) noexcept {
    sent = 0;
    int echoes = 0;
    while (sent < n) {
        message_list messages;
        const std::uint32_t end = sent + std::min(n - sent, batch_max);
        for (std::uint32_t at = sent; at < end;) {
            const std::uint32_t length = run_length(datagrams + at, end - at);
            messages.add(datagrams + at, length);
            at += length;
        }
        const int went = messages.send(fd);
        if (went > 0) {
            sent += messages.datagrams_of(went);
            echoes = 0;
        } else if (is_full(errno)) {
            return TACTUS_E_AGAIN;
        } else if (messages.is_first_cut() && is_refusal_to_cut(errno)) {
            is_segmenting_ = false;
        } else if (!is_echo_of_earlier(errno) || ++echoes > echoes_max) {
            failure = errno;
            return TACTUS_E_IO;
        }
    }
    return TACTUS_OK;
}

} // namespace tactus::net
