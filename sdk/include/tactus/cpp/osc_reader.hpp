// SPDX-License-Identifier: MIT
// Reads one OSC 1.0 message: its address, its type tags and its arguments. For outputs, whose
// events the kernel has checked, and for bytes from elsewhere: the reader never reads beyond the
// bytes, even if they are malformed. It reads no bundles: an output gets none. The counterpart of
// osc_writer.hpp. Threads: any. Allocates nothing; views are valid as long as the bytes.
//
//   const osc_reader message(bytes_of(event));
//   if (message.address() == "/level" && message.size() == 1) {
//       const std::optional<double> level = message[0].number();
//   }
//
//   message = address types arguments     text, blob = padded to 4; numbers are big-endian
//   types   = text that begins with ","   i h f d s S b c r m t have a value; T F N I have none;
//             [ and ] stand around a list and are passed over
// Source: The Open Sound Control 1.0 Specification.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tactus {
inline namespace v0_1 {

/// One argument.
class osc_argument {
public:
    osc_argument() noexcept = default;
    osc_argument(char type_tag, std::span<const std::uint8_t> value) noexcept
        : type_(type_tag), value_(value) {}

    /// The type tag; 0: there is no such argument.
    char type() const noexcept { return type_; }
    bool is_there() const noexcept { return type_ != 0; }

    /// i, h, c, r; also T and F, as 1 and 0.
    std::optional<std::int64_t> integer() const noexcept {
        switch (type_) {
        case 'i':
            return static_cast<std::int32_t>(word(4));
        case 'c':
        case 'r':
            return static_cast<std::int64_t>(word(4));
        case 'h':
            return static_cast<std::int64_t>(word(8));
        case 'T':
        case 'F':
            return type_ == 'T' ? 1 : 0;
        default:
            return std::nullopt;
        }
    }
    /// f, d, and the types of integer(): all that a sender can mean by a number.
    std::optional<double> number() const noexcept {
        if (type_ == 'f') {
            return std::bit_cast<float>(static_cast<std::uint32_t>(word(4)));
        }
        if (type_ == 'd') {
            return std::bit_cast<double>(word(8));
        }
        const std::optional<std::int64_t> whole = integer();
        return whole ? std::optional<double>(static_cast<double>(*whole)) : std::nullopt;
    }
    /// s and S.
    std::optional<std::string_view> text() const noexcept {
        if (type_ != 's' && type_ != 'S') {
            return std::nullopt;
        }
        return std::string_view(reinterpret_cast<const char*>(value_.data()), value_.size());
    }
    /// b.
    std::optional<std::span<const std::uint8_t>> blob() const noexcept {
        return type_ == 'b' ? std::optional(value_) : std::nullopt;
    }
    /// t, an OSC time tag: context::from_ntp makes a time of it.
    std::optional<std::uint64_t> time_tag() const noexcept {
        return type_ == 't' ? std::optional(word(8)) : std::nullopt;
    }
    /// m: port, status, and two data bytes.
    std::optional<std::array<std::uint8_t, 4>> midi() const noexcept {
        if (type_ != 'm') {
            return std::nullopt;
        }
        return std::array<std::uint8_t, 4>{value_[0], value_[1], value_[2], value_[3]};
    }

private:
    /// Bounds: the value has so many bytes.
    std::uint64_t word(std::size_t bytes) const noexcept {
        std::uint64_t made = 0;
        for (std::size_t i = 0; i < bytes; ++i) {
            made = made << 8U | value_[i];
        }
        return made;
    }

    char type_ = 0;
    std::span<const std::uint8_t> value_; // of text and blob without its padding
};

class osc_reader {
public:
    explicit osc_reader(std::span<const std::uint8_t> message) noexcept : rest_(message) {
        address_ = take_text();
        is_valid_ = is_valid_ && address_.starts_with('/');
        if (is_valid_ && !rest_.empty()) { // older senders write no type tags
            types_ = take_text();
            is_valid_ = is_valid_ && types_.starts_with(',');
            types_.remove_prefix(is_valid_ ? 1 : 0);
        }
        is_valid_ = is_valid_ && count();
        if (!is_valid_) {
            types_ = {};
            size_ = 0;
        }
    }

    /// All of it is there and known: every event of an output is. Otherwise it has no arguments.
    bool is_valid() const noexcept { return is_valid_; }
    std::string_view address() const noexcept { return address_; }
    /// Without the comma, with brackets.
    std::string_view types() const noexcept { return types_; }
    /// Arguments, brackets not counted.
    std::size_t size() const noexcept { return size_; }
    /// Time: linear in the index. An index beyond the last yields an argument that is not there.
    osc_argument operator[](std::size_t index) const noexcept {
        osc_argument found;
        std::size_t at = 0;
        for_each([&](const osc_argument& each) { found = at++ == index ? each : found; });
        return found;
    }
    /// Calls `visit(const osc_argument&)` with each, in order.
    template <class Visitor>
    void for_each(Visitor&& visit) const {
        osc_reader walk = *this;
        for (const char type : types_) {
            const std::span<const std::uint8_t> value = walk.take_value(type);
            if (type != '[' && type != ']') {
                visit(osc_argument(type, value));
            }
        }
    }

private:
    static constexpr std::size_t padded(std::size_t bytes) noexcept { return (bytes + 3) / 4 * 4; }

    /// Returns so many bytes, and passes over `whole`; none if they are not there.
    std::span<const std::uint8_t> take(std::size_t bytes, std::size_t whole) noexcept {
        if (whole > rest_.size()) {
            is_valid_ = false;
            rest_ = {};
            return {};
        }
        const std::span<const std::uint8_t> taken = rest_.first(bytes);
        rest_ = rest_.subspan(whole);
        return taken;
    }
    std::string_view take_text() noexcept {
        std::size_t size = 0;
        while (size < rest_.size() && rest_[size] != 0) {
            ++size;
        }
        const std::span<const std::uint8_t> text = take(size, padded(size + 1));
        return {reinterpret_cast<const char*>(text.data()), text.size()};
    }
    std::span<const std::uint8_t> take_blob() noexcept {
        const std::span<const std::uint8_t> head = take(4, 4);
        if (head.empty()) {
            return {};
        }
        const std::size_t size = std::size_t{head[0]} << 24U | std::size_t{head[1]} << 16U |
                                 std::size_t{head[2]} << 8U | std::size_t{head[3]};
        return take(size, padded(size));
    }
    std::span<const std::uint8_t> take_value(char type) noexcept {
        switch (type) {
        case 'i':
        case 'f':
        case 'c':
        case 'r':
        case 'm':
            return take(4, 4);
        case 'h':
        case 'd':
        case 't':
            return take(8, 8);
        case 's':
        case 'S': {
            const std::string_view text = take_text();
            return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
        }
        case 'b':
            return take_blob();
        case 'T':
        case 'F':
        case 'N':
        case 'I':
        case '[':
        case ']':
            return {};
        default:
            is_valid_ = false;
            return {};
        }
    }
    bool count() noexcept {
        osc_reader walk = *this;
        for (const char type : types_) {
            static_cast<void>(walk.take_value(type));
            size_ += type == '[' || type == ']' ? 0U : 1U;
        }
        return walk.is_valid_;
    }

    std::span<const std::uint8_t> rest_; // from here on the arguments
    std::string_view address_;
    std::string_view types_;
    std::size_t size_ = 0;
    bool is_valid_ = true;
};

} // namespace v0_1
} // namespace tactus
