// SPDX-License-Identifier: MIT
// Decodes one message. Every read is preceded by a comparison of its size with the rest; nothing
// recurses, and each byte is read once (padding twice).
#include "kernel/codec/osc_message.hpp"

#include "kernel/codec/big_endian.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace tactus::codec {
namespace {

using bytes_view = std::span<const std::uint8_t>;

constexpr std::size_t not_whole = SIZE_MAX;

constexpr std::size_t padded(std::size_t size) {
    return (size + 3) & ~std::size_t{3};
}

std::string_view as_text(bytes_view bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_zero(bytes_view bytes) noexcept {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

// Size of the string at the front, without NUL; not_whole if it is not terminated.
std::size_t text_size(bytes_view rest) noexcept {
    if (rest.empty()) {
        return not_whole;
    }
    const void* end = std::memchr(rest.data(), 0, rest.size());
    if (end == nullptr) {
        return not_whole;
    }
    const auto size = static_cast<std::size_t>(static_cast<const std::uint8_t*>(end) - rest.data());
    return padded(size + 1) <= rest.size() ? size : not_whole;
}

// Includes the size field, excludes padding.
std::size_t blob_size(bytes_view rest) noexcept {
    if (rest.size() < 4) {
        return not_whole;
    }
    const std::size_t size = load_u32(rest.data());
    const std::size_t room = rest.size() - 4;
    return size > room || padded(size) > room ? not_whole : 4 + size;
}

constexpr std::uint8_t no_fixed_size = UINT8_MAX;

// By type tag: the size of an argument, for types of a fixed size.
constexpr std::array<std::uint8_t, 256> fixed_sizes = [] {
    std::array<std::uint8_t, 256> sizes{};
    sizes.fill(no_fixed_size);
    const auto set = [&sizes](std::string_view tags, std::uint8_t size) {
        for (const char tag : tags) {
            sizes[static_cast<std::uint8_t>(tag)] = size;
        }
    };
    set("TFNI[]", 0);
    set("ifcrm", 4);
    set("htd", 8);
    return sizes;
}();

// Size of the argument at the front, without the padding after it; not_whole if it is cut, and for
// unknown types.
std::size_t content_size(char tag, bytes_view rest) noexcept {
    const std::size_t fixed = fixed_sizes[static_cast<std::uint8_t>(tag)];
    if (fixed != no_fixed_size) {
        return fixed <= rest.size() ? fixed : not_whole;
    }
    switch (tag) {
    case 's':
    case 'S': {
        const std::size_t size = text_size(rest);
        return size == not_whole ? not_whole : size + 1;
    }
    case 'b':
        return blob_size(rest);
    default:
        return not_whole;
    }
}

// Finds the end of the arguments, and whether all padding is zero.
osc_error check_arguments(osc_message& message, bytes_view rest) noexcept {
    const bytes_view all = rest;
    std::size_t depth = 0;
    for (const char tag : message.types) {
        const std::size_t size = content_size(tag, rest);
        if (size == not_whole) {
            return osc_types.find(tag) != std::string_view::npos ? osc_error::cut_argument
                                                                 : osc_error::unknown_type;
        }
        if (tag == '[' && ++depth > osc_array_depth_max) {
            return osc_error::arrays_too_deep;
        }
        if (tag == ']' && depth-- == 0) {
            return osc_error::bad_brackets;
        }
        const std::size_t whole = padded(size);
        if (whole != size) {
            message.is_tidy = message.is_tidy && is_zero(rest.subspan(size, whole - size));
        }
        rest = rest.subspan(whole);
    }
    message.arguments = all.first(all.size() - rest.size());
    message.is_tidy = message.is_tidy && rest.empty();
    return depth != 0      ? osc_error::bad_brackets
           : is_zero(rest) ? osc_error::none
                           : osc_error::left_over;
}

osc_error check_address(std::string_view address) noexcept {
    if (!address.starts_with('/')) {
        return osc_error::no_address;
    }
    if (address.size() > osc_address_size_max) {
        return osc_error::address_too_long;
    }
    return has_control_character(address) ? osc_error::control_character : osc_error::none;
}

// Zeros from `size` to the next multiple of 4.
void pad(std::span<std::uint8_t> out, std::size_t size) noexcept {
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(size),
              out.begin() + static_cast<std::ptrdiff_t>(padded(size)), std::uint8_t{0});
}

} // namespace

std::string_view reason_of(osc_error error) noexcept {
    switch (error) {
    case osc_error::none:
        return "none";
    case osc_error::packet_too_large:
    case osc_error::address_too_long:
    case osc_error::pattern_too_costly:
        return "too_large";
    case osc_error::arrays_too_deep:
    case osc_error::bundles_too_deep:
        return "too_deep";
    case osc_error::unknown_type:
        return "unsupported_type";
    default:
        return "malformed";
    }
}

osc_error parse_message(bytes_view bytes, osc_message& message) noexcept {
    if (bytes.size() > osc_size_max) {
        return osc_error::packet_too_large;
    }
    if (bytes.empty() || bytes.size() % 4 != 0) {
        return osc_error::no_words;
    }
    const std::size_t address_size = text_size(bytes);
    if (address_size == not_whole) {
        return osc_error::no_address;
    }
    message.address = as_text(bytes.first(address_size));
    if (const osc_error wrong = check_address(message.address); wrong != osc_error::none) {
        return wrong;
    }
    const std::size_t head_size = padded(address_size + 1);
    const bytes_view rest = bytes.subspan(head_size);
    message.types = {};
    if (rest.empty() || rest.front() == 0) {
        // Old senders write no type tags; a message without arguments is unambiguous.
        message.bytes = bytes.first(head_size);
        message.arguments = {};
        message.is_tidy = false;
        return is_zero(rest) ? osc_error::none : osc_error::no_types;
    }
    const std::size_t types_size = text_size(rest);
    if (types_size == not_whole || rest.front() != ',') {
        return osc_error::no_types;
    }
    message.types = as_text(rest.subspan(1, types_size - 1));
    const std::size_t types_end = padded(types_size + 1);
    message.is_tidy = is_zero(bytes.subspan(address_size, head_size - address_size)) &&
                      is_zero(rest.subspan(types_size, types_end - types_size));
    const osc_error wrong = check_arguments(message, rest.subspan(types_end));
    if (wrong == osc_error::none) {
        message.bytes = bytes.first(head_size + types_end + message.arguments.size());
    }
    return wrong;
}

osc_message split_message(bytes_view bytes) noexcept {
    osc_message message;
    message.bytes = bytes;
    message.address = as_text(bytes).substr(0, std::strlen(as_text(bytes).data()));
    const bytes_view rest = bytes.subspan(padded(message.address.size() + 1));
    const std::size_t types_size = std::strlen(as_text(rest).data());
    message.types = as_text(rest).substr(1, types_size - 1);
    message.arguments = rest.subspan(padded(types_size + 1));
    return message;
}

osc_message tidy(const osc_message& message, std::span<std::uint8_t> out) noexcept {
    const std::span<std::uint8_t> made = out.first(tidy_size(message));
    std::copy(message.bytes.begin(), message.bytes.end(), made.begin());
    pad(made, message.address.size() + 1);
    std::size_t at = padded(message.address.size() + 1);
    if (!message.has_types()) {
        made[at] = ',';
        pad(made, at + 1);
        return split_message(made);
    }
    pad(made, at + message.types.size() + 2);
    at += padded(message.types.size() + 2);
    for (const char tag : message.types) {
        const std::size_t size = content_size(tag, made.subspan(at));
        pad(made, at + size);
        at += padded(size);
    }
    return split_message(made);
}

std::optional<double> osc_argument::as_double() const noexcept {
    if (tag_ == 'f') {
        return std::bit_cast<float>(load_u32(bytes_.data()));
    }
    if (tag_ == 'd') {
        return std::bit_cast<double>(load_u64(bytes_.data()));
    }
    if (const std::optional<std::int64_t> whole = as_int64()) {
        return static_cast<double>(*whole);
    }
    return std::nullopt;
}

std::optional<bool> osc_argument::as_bool() const noexcept {
    if (tag_ == 'T' || tag_ == 'F') {
        return tag_ == 'T';
    }
    return std::nullopt;
}

std::optional<std::string_view> osc_argument::as_string() const noexcept {
    if (tag_ != 's' && tag_ != 'S') {
        return std::nullopt;
    }
    const std::string_view text = as_text(bytes_);
    return text.substr(0, text.find('\0'));
}

std::optional<bytes_view> osc_argument::as_blob() const noexcept {
    if (tag_ != 'b') {
        return std::nullopt;
    }
    return bytes_.subspan(4, load_u32(bytes_.data()));
}

std::optional<std::span<const std::uint8_t, 4>> osc_argument::as_midi() const noexcept {
    if (tag_ != 'm') {
        return std::nullopt;
    }
    return bytes_.first<4>();
}

void osc_argument_iterator::load() noexcept {
    if (tag_ != last_) {
        current_ = osc_argument(*tag_, rest_.first(padded(content_size(*tag_, rest_))));
    }
}

osc_arguments arguments(const osc_message& message) noexcept {
    const char* const first = message.types.data();
    const char* const last = first + message.types.size();
    return {osc_argument_iterator(first, last, message.arguments),
            osc_argument_iterator(last, last, {})};
}

} // namespace tactus::codec
