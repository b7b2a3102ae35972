// SPDX-License-Identifier: MIT
// Splits an OSC packet (one datagram, or one frame of a stream) into messages, each with the time
// tag of its innermost bundle. Bounded in size and depth, iterative, no allocation: the input is
// untrusted. Called by flow's ingress.
//
//   packet  := message | bundle
//   bundle  := "#bundle" 0x00 uint64(time tag) element*
//   element := uint32(size: 0, 4, 8, ... ) packet       one of 0 bytes is passed over
//
// An error inside an element costs that element only: its size tells where the next one begins, and
// OSC 1.0 requires that a message of unknown types is discarded, not the bundle. If the sizes do
// not add up, no boundary can be trusted, so the bundle is refused as a whole. Source: OSC 1.0
// specification, "OSC Bundles"; the time tag of an inner bundle must not be earlier than the outer
// one's, so an earlier one is raised to it.
#pragma once

#include "kernel/codec/osc_message.hpp"

#include <array>

namespace tactus::codec {

inline constexpr std::uint64_t osc_no_time_tag = 0;      // a message outside any bundle
inline constexpr std::uint64_t osc_time_immediately = 1; // a bundle's tag 0 is treated as this too

// Steps from element to element with its own stack. It checks the framing of bundles; the caller
// parses the messages. Time: linear in the packet.
class osc_walker {
public:
    explicit osc_walker(std::span<const std::uint8_t> packet) noexcept;

    // Moves to the next message, or to a refused inner bundle; returns false at the end.
    [[nodiscard]] bool next() noexcept;

    [[nodiscard]] std::span<const std::uint8_t> message() const noexcept { return message_; }
    // The time tag of the message's innermost bundle.
    [[nodiscard]] std::uint64_t time_tag() const noexcept { return time_tag_; }
    // none: message() is a message. Otherwise it is an inner bundle that cannot be split.
    [[nodiscard]] osc_error element_error() const noexcept { return element_error_; }
    // The outermost bundle's, the earliest in the packet; valid before next() too.
    [[nodiscard]] std::uint64_t packet_time_tag() const noexcept { return packet_time_tag_; }
    // An error of the packet as a whole; next() then returns false at once.
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
    bool is_single_ = false; // a bare message that was not returned yet
};

struct osc_count {
    osc_error error = osc_error::none; // of the packet as a whole; nothing is counted then
    std::size_t count = 0;             // accepted messages
    std::size_t bytes = 0;             // their total size, tidy
    std::size_t refused = 0;           // messages and inner bundles
    bool is_tidy = true;               // all messages may be sent as they are
};

// Whether it begins like a bundle; otherwise it is one message, or invalid.
[[nodiscard]] bool is_bundle(std::span<const std::uint8_t> packet) noexcept;

// Checks the whole packet, arguments included. Bounds: 1 to osc_size_max bytes.
[[nodiscard]] osc_count count_messages(std::span<const std::uint8_t> packet) noexcept;

// The same, and calls did(bytes) after each message, for callers that have other work in between.
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

// Calls visitor(const osc_message&, std::uint64_t time_tag) for each accepted message, in packet
// order. Errors: of the packet as a whole; the visitor has then not been called at all.
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
