// SPDX-License-Identifier: MIT
// Makes packets from events: one packet for each event, or a bundle for several that leave
// together. Also frames packets for a byte stream. Bytes in, bytes out; no sockets, no allocation
// after the start.
#pragma once

#include <tactus/cpp/plugin.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace osc_out {

enum class framing { size, slip };

// The packets of one send call. Their bytes belong to the events or lie in the arena; they are
// valid until the next prepare.
class packet_maker {
public:
    static constexpr std::size_t packets_max = 64;

    struct settings {
        bool is_timed = false;  // bundles that carry their due time
        bool is_joined = false; // events that leave together share a bundle
    };

    explicit packet_maker(settings wanted)
        : settings_(wanted),
          arena_(wanted.is_timed || wanted.is_joined ? arena_size : std::size_t{0}) {}

    // Makes packets from the front of the batch, and returns how many; 0 if the first event fits no
    // packet. `to_ntp` maps a due time.
    template <class ToNtp>
    std::size_t prepare(tactus::batch_view batch, ToNtp&& to_ntp) noexcept {
        count_ = 0;
        arena_used_ = 0;
        while (batch.size() > 0 && count_ < packets_max) {
            const std::uint32_t joined = count_joined(batch);
            tactus_datagram& out = packets_[count_];
            out = tactus_datagram{};
            if (joined == 1 && !settings_.is_timed) {
                out.bytes = const_cast<std::uint8_t*>(batch[0].bytes); // only read
                out.size = batch[0].size;
            } else {
                const bool has_time = settings_.is_timed && batch[0].due_ns != 0;
                const std::uint64_t tag = has_time ? to_ntp(batch[0].due_ns) : at_once;
                if (!wrap(batch.first(joined), tag, out)) {
                    break;
                }
            }
            events_in_[count_++] = joined;
            batch = batch.without_first(joined);
        }
        return count_;
    }
    [[nodiscard]] std::span<const tactus_datagram> packets() const noexcept {
        return std::span(packets_).first(count_);
    }
    // The number of events in the first n packets.
    [[nodiscard]] std::uint32_t events_in(std::size_t n) const noexcept;

private:
    static constexpr std::size_t arena_size = 256 * 1024;
    // In bytes, for several messages: no network fragments such a packet.
    static constexpr std::size_t bundle_max = 1400;
    static constexpr std::uint64_t at_once = 1;

    [[nodiscard]] std::uint32_t count_joined(tactus::batch_view batch) const noexcept;
    [[nodiscard]] bool wrap(tactus::batch_view batch, std::uint64_t tag,
                            tactus_datagram& into) noexcept;

    settings settings_;
    std::array<tactus_datagram, packets_max> packets_{};
    std::array<std::uint32_t, packets_max> events_in_{};
    std::size_t count_ = 0;
    std::vector<std::uint8_t> arena_; // holds the bundles
    std::size_t arena_used_ = 0;
};

// The most bytes that a packet of that size needs on a stream.
[[nodiscard]] constexpr std::size_t framed_max(framing by, std::size_t size) noexcept {
    return by == framing::size ? size + 4 : 2 * size + 2;
}
// By size: (u32 big-endian size, packet). SLIP: END packet END, with its escapes. Returns the
// number of bytes written. Bounds: `into` has room for framed_max bytes.
[[nodiscard]] std::size_t write_framed(framing by, std::span<const std::uint8_t> packet,
                                       std::span<std::uint8_t> into) noexcept;

} // namespace osc_out
