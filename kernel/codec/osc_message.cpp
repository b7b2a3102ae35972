// SPDX-License-Identifier: MIT
// Decoding of one message. All reads go through sizes that were compared with what is left first;
// nothing recurses, and each byte is looked at once (twice in padding).
#include "kernel/codec/osc_message.hpp"

#include "kernel/codec/big_endian.hpp"

#include <algorithm>
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

// Bytes of the string at the front, without NUL; not_whole where it does not end or is badly
// padded.
std::size_t text_size(bytes_view rest) noexcept {
    if (rest.empty()) {
        return not_whole;
    }
    const void* end = std::memchr(rest.data(), 0, rest.size());
    if (end == nullptr) {
        return not_whole;
    }
    const auto size = static_cast<std::size_t>(static_cast<const std::uint8_t*>(end) - rest.data());
    const std::size_t whole = padded(size + 1);
    return whole <= rest.size() && is_zero(rest.subspan(size, whole - size)) ? size : not_whole;
}

std::size_t blob_size(bytes_view rest) noexcept {
    if (rest.size() < 4) {
        return not_whole;
    }
    const std::size_t size = load_u32(rest.data());
    const std::size_t room = rest.size() - 4;
    if (size > room || padded(size) > room) {
        return not_whole;
    }
    return is_zero(rest.subspan(4 + size, padded(size) - size)) ? 4 + padded(size) : not_whole;
}

// Bytes that the argument at the front takes, padding included; not_whole also for unknown tags.
std::size_t argument_size(char tag, bytes_view rest) noexcept {
    std::size_t size = 0;
    switch (tag) {
    case 'T':
    case 'F':
    case 'N':
    case 'I':
    case '[':
    case ']':
        return 0;
    case 'i':
    case 'f':
    case 'c':
    case 'r':
    case 'm':
        size = 4;
        break;
    case 'h':
    case 't':
    case 'd':
        size = 8;
        break;
    case 's':
    case 'S':
        size = text_size(rest);
        return size == not_whole ? not_whole : padded(size + 1);
    case 'b':
        return blob_size(rest);
    default:
        return not_whole;
    }
    return size <= rest.size() ? size : not_whole;
}

osc_error check_arguments(std::string_view types, bytes_view rest) noexcept {
    std::size_t depth = 0;
    for (const char tag : types) {
        const std::size_t size = argument_size(tag, rest);
        if (size == not_whole || (tag == ']' && depth == 0)) {
            return osc_error::malformed;
        }
        if (tag == '[' && ++depth > osc_array_depth_max) {
            return osc_error::too_deep;
        }
        if (tag == ']') {
            --depth;
        }
        rest = rest.subspan(size);
    }
    return depth == 0 && rest.empty() ? osc_error::none : osc_error::malformed;
}

} // namespace

std::string_view to_string(osc_error error) noexcept {
    switch (error) {
    case osc_error::none:
        return "none";
    case osc_error::malformed:
        return "malformed";
    case osc_error::too_large:
        return "too_large";
    case osc_error::too_deep:
        return "too_deep";
    case osc_error::too_many:
        return "too_many";
    }
    return "malformed";
}

osc_error parse_message(bytes_view bytes, osc_message& message) noexcept {
    if (bytes.size() > osc_size_max) {
        return osc_error::too_large;
    }
    const std::size_t address_size = text_size(bytes);
    if (address_size == not_whole || bytes.size() % 4 != 0) {
        return osc_error::malformed;
    }
    if (address_size > osc_address_size_max) {
        return osc_error::too_large;
    }
    const bytes_view rest = bytes.subspan(padded(address_size + 1));
    // Old senders write no type tags; without arguments there is nothing to guess.
    const std::size_t types_size = rest.empty() ? 0 : text_size(rest);
    if (types_size == not_whole || (!rest.empty() && rest.front() != ',')) {
        return osc_error::malformed;
    }
    message = split_message(bytes);
    if (!is_osc_address(message.address)) {
        return osc_error::malformed;
    }
    if (message.types.size() > osc_arguments_max) {
        return osc_error::too_many;
    }
    return check_arguments(message.types, message.arguments);
}

osc_message split_message(bytes_view bytes) noexcept {
    osc_message message;
    message.bytes = bytes;
    message.address = as_text(bytes).substr(0, std::strlen(as_text(bytes).data()));
    const bytes_view rest = bytes.subspan(padded(message.address.size() + 1));
    if (rest.empty()) {
        message.arguments = rest;
        return message;
    }
    const std::size_t types_size = std::strlen(as_text(rest).data());
    message.types = as_text(rest).substr(1, types_size - 1);
    message.arguments = rest.subspan(padded(types_size + 1));
    return message;
}

std::optional<std::int64_t> osc_argument::as_int64() const noexcept {
    if (tag_ == 'i') {
        return static_cast<std::int32_t>(load_u32(bytes_.data()));
    }
    if (tag_ == 'h') {
        return static_cast<std::int64_t>(load_u64(bytes_.data()));
    }
    return std::nullopt;
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
    return text.substr(0, text.find_last_not_of('\0') + 1); // npos + 1 is 0: all padding
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

std::optional<std::uint64_t> osc_argument::as_time_tag() const noexcept {
    if (tag_ != 't') {
        return std::nullopt;
    }
    return load_u64(bytes_.data());
}

void osc_argument_iterator::load() noexcept {
    if (tag_ != last_) {
        current_ = osc_argument(*tag_, rest_.first(argument_size(*tag_, rest_)));
    }
}

osc_arguments arguments(const osc_message& message) noexcept {
    const char* const first = message.types.data();
    const char* const last = first + message.types.size();
    return {osc_argument_iterator(first, last, message.arguments),
            osc_argument_iterator(last, last, {})};
}

} // namespace tactus::codec
