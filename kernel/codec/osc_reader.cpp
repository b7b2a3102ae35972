// SPDX-License-Identifier: MIT
// The walk through a packet: offsets, a stack of at most osc_bundle_depth_max open bundles.
#include "kernel/codec/osc_reader.hpp"

#include "kernel/codec/big_endian.hpp"

#include <cstring>

namespace tactus::codec {
namespace {

constexpr char bundle_name[] = "#bundle"; // 8 bytes with its NUL
constexpr std::size_t bundle_head_size = sizeof(bundle_name) + 8;

// Later of the two; by difference, because the seconds wrap in 2036.
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
        error_ = osc_error::too_large;
    } else if (packet.empty() || packet.size() % 4 != 0) {
        error_ = osc_error::malformed;
    } else if (is_bundle(packet.size())) {
        open(packet.size());
    } else {
        is_single_ = true;
    }
}

bool osc_walker::next() noexcept {
    if (is_single_) {
        is_single_ = false;
        message_ = packet_;
        return true;
    }
    while (depth_ > 0 && error_ == osc_error::none) {
        const std::size_t end = bundles_[depth_ - 1].end;
        if (position_ == end) {
            --depth_;
            continue;
        }
        // Sizes are multiples of 4 throughout, so a size field is there when anything is.
        const std::size_t size = load_u32(packet_.data() + position_);
        position_ += 4;
        if (size == 0 || size % 4 != 0 || size > end - position_) {
            return refuse(osc_error::malformed);
        }
        if (!is_bundle(size)) {
            message_ = packet_.subspan(position_, size);
            time_tag_ = bundles_[depth_ - 1].time_tag;
            position_ += size;
            return true;
        }
        if (depth_ == osc_bundle_depth_max) {
            return refuse(osc_error::too_deep);
        }
        open(position_ + size);
    }
    return false;
}

void osc_walker::open(std::size_t end) noexcept {
    const std::uint64_t tag = load_u64(packet_.data() + position_ + sizeof(bundle_name));
    const std::uint64_t outer = depth_ == 0 ? osc_time_immediately : bundles_[depth_ - 1].time_tag;
    const std::uint64_t own = tag == 0 ? osc_time_immediately : tag;
    bundles_[depth_] = {end, not_before(outer, own)};
    ++depth_;
    position_ += bundle_head_size;
}

bool osc_walker::is_bundle(std::size_t size) const noexcept {
    return size >= bundle_head_size &&
           std::memcmp(packet_.data() + position_, bundle_name, sizeof(bundle_name)) == 0;
}

bool osc_walker::refuse(osc_error error) noexcept {
    error_ = error;
    return false;
}

osc_count count_messages(std::span<const std::uint8_t> packet) noexcept {
    osc_walker walker(packet);
    osc_count checked;
    osc_message message;
    while (walker.next()) {
        const osc_error error = parse_message(walker.message(), message);
        if (error != osc_error::none) {
            return {error, 0};
        }
        ++checked.count;
    }
    return walker.error() == osc_error::none ? checked : osc_count{walker.error(), 0};
}

} // namespace tactus::codec
