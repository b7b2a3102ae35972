// SPDX-License-Identifier: MIT
// Walks through a packet: offsets, and a stack of at most osc_bundle_depth_max open bundles.
#include "kernel/codec/osc_reader.hpp"

#include "kernel/codec/big_endian.hpp"

#include <cstring>

namespace tactus::codec {
namespace {

constexpr char bundle_name[] = "#bundle"; // 8 bytes with its NUL
constexpr std::size_t bundle_head_size = sizeof(bundle_name) + 8;

// The later of the two, by difference because the seconds wrap in 2036.
std::uint64_t not_before(std::uint64_t outer, std::uint64_t inner) noexcept {
    if (outer <= osc_time_immediately) {
        return inner;
    }
    const bool is_earlier = static_cast<std::int64_t>(inner - outer) < 0;
    return inner <= osc_time_immediately || is_earlier ? outer : inner;
}

} // namespace

osc_walker::osc_walker(std::span<const std::uint8_t> packet) noexcept : packet_(packet) {
    if (packet.size() > osc_size_max) {
        error_ = osc_error::packet_too_large;
    } else if (packet.empty() || packet.size() % 4 != 0) {
        error_ = osc_error::no_words;
    } else if (!is_bundle(packet.size())) {
        is_single_ = true;
    } else if (!is_framed(packet.size())) {
        error_ = osc_error::bundle_sizes;
    } else {
        open(packet.size());
    }
}

bool osc_walker::next() noexcept {
    if (is_single_) {
        is_single_ = false;
        message_ = packet_;
        return true;
    }
    while (depth_ > 0) {
        const std::size_t end = bundles_[depth_ - 1].end;
        if (position_ == end) {
            --depth_;
            continue;
        }
        const std::size_t size = load_u32(packet_.data() + position_); // is_framed has checked it
        position_ += 4;
        if (size == 0) {
            continue;
        }
        element_error_ = osc_error::none;
        if (is_bundle(size)) {
            if (!is_framed(position_ + size)) {
                element_error_ = osc_error::bundle_sizes;
            } else if (depth_ == osc_bundle_depth_max) {
                element_error_ = osc_error::bundles_too_deep;
            } else {
                open(position_ + size);
                continue;
            }
        }
        message_ = packet_.subspan(position_, size);
        time_tag_ = bundles_[depth_ - 1].time_tag;
        position_ += size;
        return true;
    }
    return false;
}

void osc_walker::open(std::size_t end) noexcept {
    const std::uint64_t tag = load_u64(packet_.data() + position_ + sizeof(bundle_name));
    const std::uint64_t outer = depth_ == 0 ? osc_time_immediately : bundles_[depth_ - 1].time_tag;
    const std::uint64_t own = tag == 0 ? osc_time_immediately : tag;
    packet_time_tag_ = depth_ == 0 ? own : packet_time_tag_;
    bundles_[depth_] = {end, not_before(outer, own)};
    ++depth_;
    position_ += bundle_head_size;
}

bool osc_walker::is_bundle(std::size_t size) const noexcept {
    return codec::is_bundle(packet_.subspan(position_, size));
}

// Whether the elements of the bundle that begins here end exactly at `end`.
bool osc_walker::is_framed(std::size_t end) const noexcept {
    std::size_t at = position_ + bundle_head_size;
    while (at < end) {
        // Sizes are always multiples of 4, so if any bytes remain, a size field does.
        const std::size_t size = load_u32(packet_.data() + at);
        at += 4;
        if (size % 4 != 0 || size > end - at) {
            return false;
        }
        at += size;
    }
    return true;
}

bool is_bundle(std::span<const std::uint8_t> packet) noexcept {
    return packet.size() >= bundle_head_size &&
           std::memcmp(packet.data(), bundle_name, sizeof(bundle_name)) == 0;
}

osc_count count_messages(std::span<const std::uint8_t> packet) noexcept {
    return count_messages(packet, [](std::size_t) {});
}

} // namespace tactus::codec
