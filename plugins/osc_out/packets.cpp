// SPDX-License-Identifier: MIT
#include "packets.hpp"

#include <cstring>
#include <numeric>

namespace osc_out {
namespace {

constexpr std::uint8_t slip_end = 0xc0;
constexpr std::uint8_t slip_escape = 0xdb;
constexpr std::uint8_t slip_escaped_end = 0xdc;
constexpr std::uint8_t slip_escaped_escape = 0xdd;

} // namespace

std::uint32_t packet_maker::events_in(std::size_t n) const noexcept {
    return std::accumulate(events_in_.begin(), events_in_.begin() + static_cast<std::ptrdiff_t>(n),
                           0U);
}

// How many events from the front share a packet.
std::uint32_t packet_maker::count_joined(tactus::batch_view batch) const noexcept {
    std::uint32_t count = 1;
    std::size_t size = tactus::osc_bundle_head_size + batch[0].size;
    for (; settings_.is_joined && count < batch.size(); ++count) {
        const tactus_event& next = batch[count];
        size += sizeof(std::uint32_t) + next.size;
        const bool has_its_time = !settings_.is_timed || next.due_ns == batch[0].due_ns;
        if (size > bundle_max || !has_its_time) {
            break;
        }
    }
    return count;
}

// Puts the whole batch into one bundle, in the arena. Returns false if the arena has no room left.
bool packet_maker::wrap(tactus::batch_view batch, std::uint64_t tag,
                        tactus_datagram& into) noexcept {
    const std::span<std::uint8_t> room = std::span(arena_).subspan(arena_used_);
    std::size_t size = 0;
    for (const tactus_event& event : batch) {
        const std::span<std::uint8_t> rest = room.subspan(size);
        if (rest.size() < tactus::osc_bundle_head_size + event.size) {
            return false;
        }
        size += size == 0 ? tactus::write_osc_bundle_head(rest, tag, event.size)
                          : tactus::write_osc_element_head(rest, event.size);
        std::memcpy(room.data() + size, event.bytes, event.size);
        size += event.size;
    }
    into.bytes = room.data();
    into.size = static_cast<std::uint32_t>(size);
    arena_used_ += size;
    return true;
}

std::size_t write_framed(framing by, std::span<const std::uint8_t> packet,
                         std::span<std::uint8_t> into) noexcept {
    std::size_t at = 0;
    if (by == framing::size) {
        for (const int shift : {24, 16, 8, 0}) {
            into[at++] = static_cast<std::uint8_t>(packet.size() >> shift);
        }
        std::memcpy(into.data() + at, packet.data(), packet.size());
        return at + packet.size();
    }
    into[at++] = slip_end;
    for (const std::uint8_t byte : packet) {
        if (byte == slip_end || byte == slip_escape) {
            into[at++] = slip_escape;
            into[at++] = byte == slip_end ? slip_escaped_end : slip_escaped_escape;
        } else {
            into[at++] = byte;
        }
    }
    into[at++] = slip_end;
    return at;
}

} // namespace osc_out
