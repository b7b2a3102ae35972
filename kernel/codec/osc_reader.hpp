// SPDX-License-Identifier: MIT
// An OSC packet (one datagram, or one frame of a stream) taken apart into messages, each with the
// time tag of its innermost bundle. Bounded in size and depth, iterative, no allocation: this is
// the border where hostile bytes come in. Called by flow's ingress.
//
//   packet  := message | bundle
//   bundle  := "#bundle" 0x00 uint64(time tag) element*
//   element := uint32(size: 4, 8, ... ) packet
//
// A packet is checked as a whole before the first message is handed out, so that a malformed bundle
// delivers nothing rather than half a chord.
// Source: OSC 1.0 specification, "OSC Bundles"; it wants the time tag of an inner bundle to be not
// earlier than the outer one's, so an earlier one is raised to it.
#pragma once

#include "kernel/codec/osc_message.hpp"

#include <array>

namespace tactus::codec {

inline constexpr std::uint64_t osc_no_time_tag = 0;      // a message outside any bundle
inline constexpr std::uint64_t osc_time_immediately = 1; // also what a bundle's tag 0 is taken for

// Steps from message to message with a stack of its own. It checks the bundles' framing only; the
// messages it passes over are for the caller to parse.
class osc_walker {
public:
    explicit osc_walker(std::span<const std::uint8_t> packet) noexcept;

    // Moves to the next message; false at the end, and where error() is not none.
    [[nodiscard]] bool next() noexcept;

    [[nodiscard]] std::span<const std::uint8_t> message() const noexcept { return message_; }
    [[nodiscard]] std::uint64_t time_tag() const noexcept { return time_tag_; }
    [[nodiscard]] osc_error error() const noexcept { return error_; }

private:
    struct open_bundle {
        std::size_t end; // offset in the packet
        std::uint64_t time_tag;
    };

    void open(std::size_t end) noexcept;
    [[nodiscard]] bool is_bundle(std::size_t size) const noexcept;
    [[nodiscard]] bool refuse(osc_error error) noexcept;

    std::span<const std::uint8_t> packet_;
    std::size_t position_ = 0;
    std::size_t depth_ = 0;
    std::array<open_bundle, osc_bundle_depth_max> bundles_;
    std::span<const std::uint8_t> message_;
    std::uint64_t time_tag_ = osc_no_time_tag;
    osc_error error_ = osc_error::none;
    bool is_single_ = false; // a bare message that has not been handed out yet
};

struct osc_count {
    osc_error error = osc_error::none;
    std::size_t count = 0; // messages; 0 where there is an error, and for empty bundles
};

// Checks the whole packet, arguments included. Bounds: 1 to osc_size_max bytes,
// osc_bundle_depth_max.
[[nodiscard]] osc_count count_messages(std::span<const std::uint8_t> packet) noexcept;

// Calls visitor(const osc_message&, std::uint64_t time_tag) for each message in the packet's order.
// Errors: as count_messages; the visitor has then not been called at all.
template <class Visitor>
[[nodiscard]] osc_error for_each_message(std::span<const std::uint8_t> packet, Visitor&& visitor) {
    const osc_count checked = count_messages(packet);
    if (checked.error != osc_error::none) {
        return checked.error;
    }
    osc_walker walker(packet);
    while (walker.next()) {
        const osc_message message = split_message(walker.message());
        visitor(message, walker.time_tag());
    }
    return osc_error::none;
}

} // namespace tactus::codec
