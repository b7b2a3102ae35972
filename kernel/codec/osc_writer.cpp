// SPDX-License-Identifier: MIT
// The writer: a cursor, and the type tags still to be written.
#include "kernel/codec/osc_writer.hpp"

#include "kernel/codec/big_endian.hpp"

#include <algorithm>
#include <bit>

namespace tactus::codec {
namespace {

constexpr std::string_view types_with_bytes = "ifscrmhtdSb";
constexpr std::string_view types_without_bytes = "TFNI[]";

bool are_types(std::string_view types) noexcept {
    std::size_t depth = 0;
    for (const char tag : types) {
        const bool is_known = types_with_bytes.find(tag) != std::string_view::npos ||
                              types_without_bytes.find(tag) != std::string_view::npos;
        if (!is_known || (tag == ']' && depth == 0)) {
            return false;
        }
        depth = tag == '[' ? depth + 1 : tag == ']' ? depth - 1 : depth;
        if (depth > osc_array_depth_max) {
            return false;
        }
    }
    return depth == 0;
}

} // namespace

osc_writer& osc_writer::begin_message(std::string_view address, std::string_view types) noexcept {
    return begin_message(address).add_types(types).begin_arguments();
}

osc_writer& osc_writer::begin_message(std::string_view address) noexcept {
    failed_ = failed_ || size_ > 0 || !is_osc_address(address);
    if (failed_) {
        return *this;
    }
    in_message_ = true;
    put_text(address);
    types_begin_ = size_;
    return add_types(",");
}

// Not padded to 4 bytes until begin_arguments.
osc_writer& osc_writer::add_types(std::string_view types) noexcept {
    failed_ = failed_ || !in_message_ || types.size() > std::min(out_.size(), osc_size_max) - size_;
    if (!failed_) {
        std::copy(types.begin(), types.end(), out_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += types.size();
    }
    return *this;
}

osc_writer& osc_writer::begin_arguments() noexcept {
    if (failed_ || !in_message_) {
        failed_ = true;
        return *this;
    }
    const std::size_t first = types_begin_ + 1;
    types_ = {reinterpret_cast<const char*>(out_.data()) + first, size_ - first};
    const std::size_t tail = 4 - size_ % 4; // at least one zero
    failed_ = !are_types(types_) || tail > std::min(out_.size(), osc_size_max) - size_;
    if (!failed_) {
        std::fill_n(out_.begin() + static_cast<std::ptrdiff_t>(size_), tail, std::uint8_t{0});
        size_ += tail;
        skip_empty_types();
    }
    return *this;
}

osc_writer& osc_writer::int32(std::int32_t value) noexcept {
    if (std::uint8_t* const to = take('i', 4)) {
        store_u32(to, static_cast<std::uint32_t>(value));
    }
    return *this;
}

osc_writer& osc_writer::int64(std::int64_t value) noexcept {
    if (std::uint8_t* const to = take('h', 8)) {
        store_u64(to, static_cast<std::uint64_t>(value));
    }
    return *this;
}

osc_writer& osc_writer::float32(float value) noexcept {
    if (std::uint8_t* const to = take('f', 4)) {
        store_u32(to, std::bit_cast<std::uint32_t>(value));
    }
    return *this;
}

osc_writer& osc_writer::float64(double value) noexcept {
    if (std::uint8_t* const to = take('d', 8)) {
        store_u64(to, std::bit_cast<std::uint64_t>(value));
    }
    return *this;
}

osc_writer& osc_writer::text(std::string_view value) noexcept {
    failed_ = failed_ || value.find('\0') != std::string_view::npos;
    if (std::uint8_t* const to = take('s', value.size() + 1)) {
        std::copy(value.begin(), value.end(), to);
    }
    return *this;
}

osc_writer& osc_writer::blob(std::span<const std::uint8_t> value) noexcept {
    if (std::uint8_t* const to = take('b', 4 + value.size())) {
        store_u32(to, static_cast<std::uint32_t>(value.size()));
        std::copy(value.begin(), value.end(), to + 4);
    }
    return *this;
}

osc_writer& osc_writer::argument(const osc_argument& value) noexcept {
    if (value.bytes().empty()) { // written along with its type tag
        failed_ = failed_ || types_without_bytes.find(value.tag()) == std::string_view::npos;
        return *this;
    }
    if (std::uint8_t* const to = take(value.tag(), value.bytes().size())) {
        std::copy(value.bytes().begin(), value.bytes().end(), to);
    }
    return *this;
}

std::optional<std::size_t> osc_writer::finish() noexcept {
    failed_ = failed_ || !types_.empty();
    in_message_ = false;
    return failed_ || size_ == 0 ? std::nullopt : std::optional(size_);
}

void osc_writer::skip_empty_types() noexcept {
    types_.remove_prefix(std::min(types_.find_first_of(types_with_bytes), types_.size()));
}

std::uint8_t* osc_writer::take(char tag, std::size_t size) noexcept {
    failed_ = failed_ || !in_message_ || types_.empty() || types_.front() != tag;
    if (failed_) {
        return nullptr;
    }
    types_.remove_prefix(1);
    skip_empty_types();
    return grow(size);
}

std::uint8_t* osc_writer::grow(std::size_t size) noexcept {
    const std::size_t room = std::min(out_.size(), osc_size_max) - size_;
    const std::size_t whole = (size + 3) & ~std::size_t{3};
    if (failed_ || size > room || whole > room) {
        failed_ = true;
        return nullptr;
    }
    std::uint8_t* const from = out_.data() + size_;
    std::fill_n(from, whole, std::uint8_t{0});
    size_ += whole;
    return from;
}

void osc_writer::put_text(std::string_view text) noexcept {
    if (std::uint8_t* const to = grow(text.size() + 1)) {
        std::copy(text.begin(), text.end(), to);
    }
}

} // namespace tactus::codec
