// SPDX-License-Identifier: MIT
// One OSC 1.0 message, decoded in place: a view into the datagram, nothing copied or allocated.
// Bundles: osc_reader.hpp. Writing: osc_writer.hpp. Called by the reader and by code that reads
// arguments (router, translation).
//
//   message   := string(address) [string("," types) argument*] surplus   in units of 4 bytes
//   string    := byte* 0x00 padding      no NUL inside
//   blob      := int32(size) byte*size padding
//   argument  := i f c r m: 4 bytes | h t d: 8 bytes | s S: string | b: blob | T F N I [ ]: none
//   padding   := up to 3 bytes to a multiple of 4, of any value, ignored
//   surplus   := {0x00 0x00 0x00 0x00}   of senders that send a buffer of one size
//
// Some programs do not accept all of that. tidy() therefore writes a message strictly as the
// specification has it: padding of zeros, type tags, no surplus.
// Source: OSC 1.0 specification, "OSC Messages", "OSC Type Tag String"; all its optional types.
#pragma once

#include "kernel/codec/big_endian.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

#include <tactus/cpp/osc_address.hpp>
#include <tactus/event.h>

namespace tactus::codec {

using tactus::is_osc_address; // wildcards are allowed
using tactus::osc_address_size_max;

inline constexpr std::size_t osc_size_max = TACTUS_EVENT_SIZE_MAX; // bytes of a packet
inline constexpr std::string_view osc_types = "ifsbhtdScrmTFNI[]";
inline constexpr std::size_t osc_array_depth_max = 8;
inline constexpr std::size_t osc_bundle_depth_max = 8;

// Why a packet, or one message of it, was refused.
enum class osc_error : std::uint8_t {
    none,
    no_words,           // empty, or the size is not a multiple of 4
    packet_too_large,   // above osc_size_max
    no_address,         // it begins with neither an address nor a bundle
    control_character,  // in the address
    address_too_long,   // above osc_address_size_max
    no_types,           // the address is followed by something other than type tags
    unknown_type,       // an argument of unknown size
    bad_brackets,       // array brackets that do not match
    arrays_too_deep,    // above osc_array_depth_max
    cut_argument,       // the message ends within an argument or before it
    left_over,          // nonzero bytes follow the last argument
    bundle_sizes,       // the sizes of a bundle's elements do not add up to its own
    bundles_too_deep,   // above osc_bundle_depth_max
    pattern_too_costly, // the address is above osc_dispatch_steps_max (osc_dispatch.hpp)
};
// The reason label of the metric: "malformed", "too_large", "too_deep", "unsupported_type".
[[nodiscard]] std::string_view reason_of(osc_error error) noexcept;

struct osc_message {
    std::string_view address;
    std::string_view types;                  // without the comma
    std::span<const std::uint8_t> arguments; // what follows the type tags
    std::span<const std::uint8_t> bytes;     // the whole message, without surplus
    bool is_tidy = true;                     // may be sent as it is; if false: tidy()

    [[nodiscard]] bool has_types() const noexcept { return types.data() != nullptr; }
};

// Decodes and checks the whole message; afterwards every view lies inside `bytes`. On an error
// `message` is unspecified.
[[nodiscard]] osc_error parse_message(std::span<const std::uint8_t> bytes,
                                      osc_message& message) noexcept;

// The same for bytes that parse_message has accepted as tidy: finds the parts, checks nothing.
[[nodiscard]] osc_message split_message(std::span<const std::uint8_t> bytes) noexcept;

// Size of the message once it is tidy: 4 bytes more if it has no type tags.
[[nodiscard]] inline std::size_t tidy_size(const osc_message& message) noexcept {
    return message.bytes.size() + (message.has_types() ? 0 : 4);
}
// Writes the message strictly as the specification has it, and returns the result. Bounds: `out`
// has tidy_size(message) bytes and does not overlap.
[[nodiscard]] osc_message tidy(const osc_message& message, std::span<std::uint8_t> out) noexcept;

// One argument of a checked message. An accessor returns nothing if the tag does not match.
class osc_argument {
public:
    osc_argument() = default;
    osc_argument(char tag, std::span<const std::uint8_t> bytes) noexcept
        : tag_(tag), bytes_(bytes) {}

    [[nodiscard]] char tag() const noexcept { return tag_; }
    // As on the wire: includes the size of a blob, and padding.
    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }

    [[nodiscard]] std::optional<std::int64_t> as_int64() const noexcept { // i h
        if (tag_ == 'i') {
            return static_cast<std::int32_t>(load_u32(bytes_.data()));
        }
        if (tag_ == 'h') {
            return static_cast<std::int64_t>(load_u64(bytes_.data()));
        }
        return std::nullopt;
    }
    [[nodiscard]] std::optional<double>
    as_double() const noexcept;                                 // i h f d; may be NaN or infinite
    [[nodiscard]] std::optional<bool> as_bool() const noexcept; // T F
    [[nodiscard]] std::optional<std::string_view> as_string() const noexcept;               // s S
    [[nodiscard]] std::optional<std::span<const std::uint8_t>> as_blob() const noexcept;    // b
    [[nodiscard]] std::optional<std::span<const std::uint8_t, 4>> as_midi() const noexcept; // m

private:
    char tag_ = 'N';
    std::span<const std::uint8_t> bytes_;
};

// Iterates over the arguments of a checked message; '[' and ']' appear as arguments without bytes.
class osc_argument_iterator {
public:
    using value_type = osc_argument;
    using difference_type = std::ptrdiff_t;

    osc_argument_iterator() = default;
    osc_argument_iterator(const char* tag, const char* last,
                          std::span<const std::uint8_t> rest) noexcept
        : tag_(tag), last_(last), rest_(rest) {
        load();
    }

    [[nodiscard]] osc_argument operator*() const noexcept { return current_; }
    [[nodiscard]] const osc_argument* operator->() const noexcept { return &current_; }
    osc_argument_iterator& operator++() noexcept {
        rest_ = rest_.subspan(current_.bytes().size());
        ++tag_;
        load();
        return *this;
    }
    osc_argument_iterator operator++(int) noexcept {
        const osc_argument_iterator before = *this;
        ++*this;
        return before;
    }
    [[nodiscard]] bool operator==(const osc_argument_iterator& other) const noexcept {
        return tag_ == other.tag_;
    }

private:
    void load() noexcept;

    const char* tag_ = nullptr;
    const char* last_ = nullptr;
    std::span<const std::uint8_t> rest_;
    osc_argument current_;
};
static_assert(std::forward_iterator<osc_argument_iterator>);

struct osc_arguments {
    osc_argument_iterator first;
    osc_argument_iterator last;
    [[nodiscard]] osc_argument_iterator begin() const noexcept { return first; }
    [[nodiscard]] osc_argument_iterator end() const noexcept { return last; }
};

[[nodiscard]] osc_arguments arguments(const osc_message& message) noexcept;

} // namespace tactus::codec
