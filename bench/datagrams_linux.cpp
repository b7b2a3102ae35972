// SPDX-License-Identifier: MIT
#include "bench/datagrams.hpp"

#include "bench/measure.hpp"
#include "kernel/codec/big_endian.hpp"
#include "kernel/codec/osc_reader.hpp"
#include "kernel/codec/osc_writer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace tactus::bench {
namespace {

constexpr std::size_t batch = 64;
constexpr int buffer_bytes = 16 << 20;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void enlarge(int fd, int forced, int asked) {
    if (::setsockopt(fd, SOL_SOCKET, forced, &buffer_bytes, sizeof buffer_bytes) != 0) {
        ::setsockopt(fd, SOL_SOCKET, asked, &buffer_bytes, sizeof buffer_bytes);
    }
}

std::int64_t stamp_of(msghdr& header) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS) {
            timespec at{};
            std::memcpy(&at, CMSG_DATA(part), sizeof at);
            return at.tv_sec * 1'000'000'000 + at.tv_nsec;
        }
    }
    fail("a datagram came without a stamp.");
}

void add_message(codec::osc_writer& writer, std::uint32_t number,
                 std::string_view address = "/synth/on") {
    writer.begin_message(address, "iii");
    writer.int32(1).int32(60).int32(static_cast<std::int32_t>(number));
}

} // namespace

udp_end::udp_end(std::uint16_t port)
    : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), room_(batch * datagram_max) {
    const int on = 1;
    ::setsockopt(fd_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    enlarge(fd_, SO_RCVBUFFORCE, SO_RCVBUF);
    enlarge(fd_, SO_SNDBUFFORCE, SO_SNDBUF);
    const sockaddr_in address = loopback(port);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail("port " + std::to_string(port) + " cannot be bound: " + std::strerror(errno));
    }
}

udp_end::~udp_end() {
    ::close(fd_);
}

void udp_end::connect(std::uint16_t port) {
    const sockaddr_in address = loopback(port);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail("port " + std::to_string(port) + " cannot be reached: " + std::strerror(errno));
    }
}

void udp_end::send(std::span<const std::uint8_t> datagram) {
    // ECONNREFUSED is the echo of an earlier datagram, to a peer that was not there yet.
    if (::send(fd_, datagram.data(), datagram.size(), 0) < 0 && errno != ECONNREFUSED) {
        fail(std::string("a datagram was not sent: ") + std::strerror(errno));
    }
}

void udp_end::send_all(std::span<const std::uint8_t> datagrams, std::size_t each) {
    const int segment = static_cast<int>(each);
    ::setsockopt(fd_, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment);
    while (!datagrams.empty()) {
        const std::size_t size = std::min(datagrams.size(), batch * each);
        send(datagrams.first(size));
        datagrams = datagrams.subspan(size);
    }
    const int none = 0;
    ::setsockopt(fd_, IPPROTO_UDP, UDP_SEGMENT, &none, sizeof none);
}

void udp_end::send_each(std::span<const std::span<const std::uint8_t>> datagrams) {
    while (!datagrams.empty()) {
        std::array<mmsghdr, batch> headers{};
        std::array<iovec, batch> parts;
        const std::size_t count = std::min(datagrams.size(), batch);
        for (std::size_t i = 0; i < count; ++i) {
            parts[i] = {const_cast<std::uint8_t*>(datagrams[i].data()), datagrams[i].size()};
            headers[i].msg_hdr.msg_iov = &parts[i];
            headers[i].msg_hdr.msg_iovlen = 1;
        }
        const int went = ::sendmmsg(fd_, headers.data(), static_cast<unsigned>(count), 0);
        if (went < 0 && errno != ECONNREFUSED) {
            fail(std::string("datagrams were not sent: ") + std::strerror(errno));
        }
        datagrams = datagrams.subspan(static_cast<std::size_t>(std::max(went, 0)));
    }
}

std::size_t udp_end::receive(int wait_ms, const taker& take) {
    pollfd readable{fd_, POLLIN, 0};
    if (::poll(&readable, 1, wait_ms) <= 0) {
        return 0;
    }
    struct control_buffer {
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> bytes;
    };
    std::array<mmsghdr, batch> headers{};
    std::array<iovec, batch> parts;
    std::array<control_buffer, batch> controls;
    for (std::size_t i = 0; i < batch; ++i) {
        parts[i] = {room_.data() + i * datagram_max, datagram_max};
        headers[i].msg_hdr.msg_iov = &parts[i];
        headers[i].msg_hdr.msg_iovlen = 1;
        headers[i].msg_hdr.msg_control = controls[i].bytes.data();
        headers[i].msg_hdr.msg_controllen = controls[i].bytes.size();
    }
    const int count = ::recvmmsg(fd_, headers.data(), batch, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        take(std::span(room_).subspan(at * datagram_max, headers[at].msg_len),
             stamp_of(headers[at].msg_hdr));
    }
    return static_cast<std::size_t>(std::max(count, 0));
}

void write_message(std::span<std::uint8_t, message_size> out, std::uint32_t number) {
    codec::osc_writer writer(out);
    add_message(writer, number);
    if (writer.finish() != message_size) {
        fail("a message has another size than it should.");
    }
}

void write_long_message(std::span<std::uint8_t> out, std::uint32_t number) {
    constexpr std::string_view address =
        "/synth/on/and/off/and/on/and/off/and/on/and/off/and/on/and/off/and/on/and";
    constexpr std::size_t least = std::string_view("/synth/on").size();
    codec::osc_writer writer(out);
    add_message(writer, number, address.substr(0, least + out.size() - message_size));
    if (writer.finish() != out.size()) {
        fail("a long message has another size than it should.");
    }
}

std::uint64_t time_tag(std::int64_t unix_ns) {
    constexpr std::uint64_t from_1900_to_1970 = 2'208'988'800;
    const auto seconds = static_cast<std::uint64_t>(unix_ns / 1'000'000'000);
    const auto rest = static_cast<std::uint64_t>(unix_ns % 1'000'000'000);
    return ((seconds + from_1900_to_1970) << 32) | ((rest << 32) / 1'000'000'000);
}

namespace {

constexpr std::size_t bundle_head_size = 16;           // bytes
constexpr std::size_t element_size = 4 + message_size; // bytes; behind its size

void write_bundle_head(std::span<std::uint8_t, bundle_head_size> out, std::int64_t due_unix_ns) {
    constexpr std::string_view name("#bundle\0", 8);
    std::copy(name.begin(), name.end(), out.begin());
    codec::store_u64(out.data() + name.size(), time_tag(due_unix_ns));
}

void write_element(std::span<std::uint8_t, element_size> out, std::uint32_t number) {
    codec::store_u32(out.data(), message_size);
    write_message(out.last<message_size>(), number);
}

} // namespace

void write_bundle(std::span<std::uint8_t, bundle_size> out, std::uint32_t number,
                  std::int64_t due_unix_ns) {
    static_assert(bundle_size == bundle_head_size + element_size);
    write_bundle_head(out.first<bundle_head_size>(), due_unix_ns);
    write_element(out.last<element_size>(), number);
}

std::vector<std::uint8_t> chord_bundle(std::uint32_t first, std::uint32_t count,
                                       std::int64_t due_unix_ns) {
    std::vector<std::uint8_t> bytes(bundle_head_size + count * element_size);
    write_bundle_head(std::span(bytes).first<bundle_head_size>(), due_unix_ns);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::span rest = std::span(bytes).subspan(bundle_head_size + i * element_size);
        write_element(rest.first<element_size>(), first + i);
    }
    return bytes;
}

void for_each_number(std::span<const std::uint8_t> packet,
                     const std::function<void(std::uint32_t)>& take) {
    codec::osc_walker walker(packet);
    while (walker.next()) {
        std::uint32_t number = 0;
        const std::span<const std::uint8_t> message = walker.message();
        if (message.size() >= sizeof number) {
            std::memcpy(&number, message.last(sizeof number).data(), sizeof number);
            take(ntohl(number));
        }
    }
    if (walker.error() != codec::osc_error::none) {
        fail("what came back is no OSC.");
    }
}

} // namespace tactus::bench
