// SPDX-License-Identifier: MIT
// An OSC packet (one datagram, or one frame of a stream) taken apart into messages, each with the
// time tag of its innermost bundle. Bounded in size and depth, iterative, no allocation: this is
// the border where hostile bytes come in. Called by flow's ingress.
//
//   packet  := message | bundle
//   bundle  := "#bundle" 0x00 uint64(time tag) element*
//   element := uint32(size: 0, 4, 8, ... ) packet       one of 0 bytes is passed over
//
// What is wrong inside an element costs that element: its size says where the next one begins, and
// OSC 1.0 wants a message of unknown types to be discarded, not the bundle. Where the sizes do not
// add up nobody knows where anything begins, so such a bundle is refused as a whole.
// Source: OSC 1.0 specification, "OSC Bundles"; it wants the time tag of an inner bundle to be not
// earlier than the outer one's, so an earlier one is raised to it.
#pragma once

#include "kernel/codec/osc_message.hpp"

#include <array>

namespace tactus::codec {

inline constexpr std::uint64_t osc_no_time_tag = 0;      // a message outside any bundle
inline constexpr std::uint64_t osc_time_immediately = 1; // also what a bundle's tag 0 is taken for

// Steps from element to element with a stack of its own. It checks the framing of bundles; the
// messages are for the caller to parse. Time: linear in the packet.
class osc_walker {
public:
    explicit osc_walker(std::span<const std::uint8_t> packet) noexcept;

    // Moves to the next message, or to an inner bundle that is refused; false at the end.
    [[nodiscard]] bool next() noexcept;

    [[nodiscard]] std::span<const std::uint8_t> message() const noexcept { return message_; }
    // Of the message: its innermost bundle's.
    [[nodiscard]] std::uint64_t time_tag() const noexcept { return time_tag_; }
    // none: message() is one. Else it is an inner bundle that cannot be taken apart.
    [[nodiscard]] osc_error element_error() const noexcept { return element_error_; }
    // Of the outermost bundle, than which none inside is earlier; also before next().
    [[nodiscard]] std::uint64_t packet_time_tag() const noexcept { return packet_time_tag_; }
    // Of the packet as a whole; next() then answers false at once.
    [[nodiscard]] osc_error error() const noexcept { return error_; }

private:
    struct open_bundle {
        std::size_t end; // offset in the packet
        std::uint64_t time_tag;
    };

    void open(std::size_t end) noexcept;
    [[nodiscard]] bool is_bundle(std::size_t size) const noexcept;
    [[nodiscard]] bool is_framed(std::size_t end) const noexcept;

    std::span<const std::uint8_t> packet_;
    std::size_t position_ = 0;
    std::size_t depth_ = 0;
    std::array<open_bundle, osc_bundle_depth_max> bundles_;
    std::span<const std::uint8_t> message_;
    std::uint64_t time_tag_ = osc_no_time_tag;
    std::uint64_t packet_time_tag_ = osc_no_time_tag;
    osc_error error_ = osc_error::none;
    osc_error element_error_ = osc_error::none;
    bool is_single_ = false; // a bare message that has not been handed out yet
};

struct osc_count {
    osc_error error = osc_error::none; // of the packet as a whole; nothing is counted then
    std::size_t count = 0;             // messages to take
    std::size_t bytes = 0;             // of them, tidy
    std::size_t refused = 0;           // messages and inner bundles
    bool is_tidy = true;               // all messages may leave as they are
};

// Whether it begins as a bundle does; else it is one message, or nothing.
[[nodiscard]] bool is_bundle(std::span<const std::uint8_t> packet) noexcept;

// Checks the whole packet, arguments included. Bounds: 1 to osc_size_max bytes.
[[nodiscard]] osc_count count_messages(std::span<const std::uint8_t> packet) noexcept;

// The same; calls did(bytes) after each message, for those who have something else to look at.
template <class Did>
[[nodiscard]] osc_count count_messages(std::span<const std::uint8_t> packet, Did&& did) noexcept {
    osc_walker walker(packet);
    osc_count checked;
    osc_message message;
    while (walker.next()) {
        did(walker.message().size());
        if (walker.element_error() != osc_error::none ||
            parse_message(walker.message(), message) != osc_error::none) {
            ++checked.refused;
            continue;
        }
        ++checked.count;
        checked.bytes += tidy_size(message);
        checked.is_tidy = checked.is_tidy && message.is_tidy;
    }
    checked.error = walker.error();
    return checked;
}

// Calls visitor(const osc_message&, std::uint64_t time_tag) for each message to take, in the
// packet's order. Errors: of the packet as a whole; the visitor has then not been called at all.
template <class Visitor>
[[nodiscard]] osc_error for_each_message(std::span<const std::uint8_t> packet, Visitor&& visitor) {
    osc_walker walker(packet);
    while (walker.next()) {
        osc_message message;
        if (walker.element_error() == osc_error::none &&
            parse_message(walker.message(), message) == osc_error::none) {
            visitor(message, walker.time_tag());
        }
    }
    return walker.error();
}

} // namespace tactus::codec
