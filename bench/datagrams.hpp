// SPDX-License-Identifier: MIT
// The two ends of a measurement over UDP on loopback: many datagrams out with few system calls, so
// that the sender is not what is measured, and in with the moment at which the kernel took them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace tactus::bench {

class udp_end {
public:
    static constexpr std::size_t datagram_max = 2048;

    // Bound to that port of 127.0.0.1, 0 for any; ends the program where it cannot.
    explicit udp_end(std::uint16_t port);
    udp_end(const udp_end&) = delete;
    udp_end& operator=(const udp_end&) = delete;
    ~udp_end();

    void connect(std::uint16_t port);
    void send(std::span<const std::uint8_t> datagram);
    // Many of the same size, by segmentation offload.
    void send_all(std::span<const std::uint8_t> datagrams, std::size_t each);
    // Many of any size, by sendmmsg.
    void send_each(std::span<const std::span<const std::uint8_t>> datagrams);

    // (bytes, the kernel's stamp in CLOCK_REALTIME)
    using taker = std::function<void(std::span<const std::uint8_t>, std::int64_t)>;
    // Waits up to `wait_ms` for the first, then takes what is there; how many datagrams.
    std::size_t receive(int wait_ms, const taker& take);

private:
    int fd_;
    std::vector<std::uint8_t> room_;
};

// An OSC message of 32 bytes: /synth/on, two integers, and the number by which it is known again.
inline constexpr std::size_t message_size = 32;
inline constexpr std::size_t bundle_size = 16 + 4 + message_size;
void write_message(std::span<std::uint8_t, message_size> out, std::uint32_t number);
// The same with a longer address, so that it fills `out`: message_size and a multiple of four more,
// up to long_message_max.
inline constexpr std::size_t long_message_max = 96;
void write_long_message(std::span<std::uint8_t> out, std::uint32_t number);
// OSC's, of a moment of CLOCK_REALTIME.
[[nodiscard]] std::uint64_t time_tag(std::int64_t unix_ns);
// The first in a bundle, due at a moment of CLOCK_REALTIME.
void write_bundle(std::span<std::uint8_t, bundle_size> out, std::uint32_t number,
                  std::int64_t due_unix_ns);
// One bundle with these numbers first..first+count, all due together.
[[nodiscard]] std::vector<std::uint8_t> chord_bundle(std::uint32_t first, std::uint32_t count,
                                                     std::int64_t due_unix_ns);
// Calls for each message of the packet, in bundles or not, that ends in a number.
void for_each_number(std::span<const std::uint8_t> packet,
                     const std::function<void(std::uint32_t)>& take);

} // namespace tactus::bench
