// SPDX-License-Identifier: MIT
// One OSC 1.0 message, decoded in place: a view into the datagram, nothing copied or allocated.
// Bundles are osc_reader.hpp's, writing is osc_writer.hpp's. Called by the reader and by whoever
// looks at arguments (router, translation).
//
//   message   := string(address) [string("," types) argument*]    all of it in units of 4 bytes
//   string    := byte* 0x00 {0x00}       no NUL inside, zero padding to a multiple of 4
//   blob      := int32(size) byte*size {0x00}
//   argument  := i f c r m: 4 bytes | h t d: 8 bytes | s S: string | b: blob | T F N I [ ]: none
//
// Source: OSC 1.0 specification, "OSC Messages", "OSC Type Tag String"; all its optional types.
#pragma once

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
inline constexpr std::size_t osc_arguments_max = 1024;             // type tags, brackets included
inline constexpr std::size_t osc_array_depth_max = 8;
inline constexpr std::size_t osc_bundle_depth_max = 8;

// Why a packet was refused; the names of to_string are those of the metric's `reason`.
enum class osc_error : std::uint8_t { none, malformed, too_large, too_deep, too_many };
[[nodiscard]] std::string_view to_string(osc_error error) noexcept;

struct osc_message {
    std::string_view address;
    std::string_view types;                  // without the comma
    std::span<const std::uint8_t> arguments; // what follows the type tags
    std::span<const std::uint8_t> bytes;     // the whole message
};

// Decodes and checks all of it; afterwards every view lies inside `bytes`.
// Errors: malformed (also where bytes are left over), too_large (size, address), too_many
// (arguments), too_deep (arrays); `message` is then unspecified.
[[nodiscard]] osc_error parse_message(std::span<const std::uint8_t> bytes,
                                      osc_message& message) noexcept;

// The same for bytes that parse_message has accepted before: finds the parts, checks nothing.
[[nodiscard]] osc_message split_message(std::span<const std::uint8_t> bytes) noexcept;

// One argument of a checked message. An accessor answers nothing where the tag is another.
class osc_argument {
public:
    osc_argument() = default;
    osc_argument(char tag, std::span<const std::uint8_t> bytes) noexcept
        : tag_(tag), bytes_(bytes) {}

    [[nodiscard]] char tag() const noexcept { return tag_; }
    // As it stands on the wire: with the size of a blob, and with padding.
    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }

    [[nodiscard]] std::optional<std::int64_t> as_int64() const noexcept; // i h
    [[nodiscard]] std::optional<double>
    as_double() const noexcept;                                 // i h f d; may be NaN or infinite
    [[nodiscard]] std::optional<bool> as_bool() const noexcept; // T F
    [[nodiscard]] std::optional<std::string_view> as_string() const noexcept;               // s S
    [[nodiscard]] std::optional<std::span<const std::uint8_t>> as_blob() const noexcept;    // b
    [[nodiscard]] std::optional<std::span<const std::uint8_t, 4>> as_midi() const noexcept; // m
    [[nodiscard]] std::optional<std::uint64_t> as_time_tag() const noexcept;                // t

private:
    char tag_ = 'N';
    std::span<const std::uint8_t> bytes_;
};

// Walks the arguments of a checked message; '[' and ']' come by as arguments without bytes.
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
