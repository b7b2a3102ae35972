// SPDX-License-Identifier: MIT
#include "frame_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace osc_in {
namespace {

constexpr std::uint8_t slip_end = 0xc0;
constexpr std::uint8_t slip_escape = 0xdb;
constexpr std::uint8_t slip_escaped_end = 0xdc;
constexpr std::uint8_t slip_escaped_escape = 0xdd;
constexpr std::size_t head_size = 4; // of a size, and of what tells a foreign protocol

// The first four bytes of requests, and of TLS's ClientHello.
constexpr std::array<std::string_view, 11> foreign_heads = {
    "GET ", "POST", "PUT ", "HEAD", "OPTI", "DELE", "PATC", "TRAC", "CONN", "PRI ", "\x16\x03"};

bool is_foreign(std::string_view head) noexcept {
    return std::any_of(foreign_heads.begin(), foreign_heads.end(),
                       [&](std::string_view each) { return head.starts_with(each); });
}

} // namespace

frame_reader::frame_reader(framing expected, std::size_t packet_max)
    : bytes_(new std::uint8_t[2 * packet_max + head_size]), capacity_(2 * packet_max + head_size),
      packet_max_(packet_max), framing_(expected) {}

std::span<std::uint8_t> frame_reader::room() noexcept {
    if (begin_ > 0) {
        std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        looked_at_ -= std::min(looked_at_, begin_);
        begin_ = 0;
    }
    return {bytes_.get() + end_, capacity_ - end_};
}

void frame_reader::took(std::size_t n) noexcept {
    end_ += std::min(n, capacity_ - end_);
}

frame_reader::found frame_reader::next() noexcept {
    if (is_first_ && end_ - begin_ >= head_size) {
        is_first_ = false;
        const auto* const head = reinterpret_cast<const char*>(bytes_.get() + begin_);
        if (is_foreign(std::string_view(head, head_size))) {
            return {verdict::foreign};
        }
    }
    if (!decide()) {
        return {};
    }
    return framing_ == framing::size ? next_sized() : next_slip();
}

// A size that begins like an address would be 590 MB: it is SLIP without its first END.
bool frame_reader::decide() noexcept {
    if (is_first_) {
        return false; // fewer bytes than any packet has
    }
    if (framing_ == framing::automatic) {
        const std::uint8_t first = bytes_[begin_];
        const bool is_slip = first == slip_end || first == '/' || first == '#';
        framing_ = is_slip ? framing::slip : framing::size;
    }
    return true;
}

frame_reader::found frame_reader::next_sized() noexcept {
    if (end_ - begin_ < head_size) {
        return {};
    }
    std::size_t size = 0;
    for (std::size_t i = 0; i < head_size; ++i) {
        size = size << 8 | bytes_[begin_ + i];
    }
    if (size > packet_max_) {
        return {verdict::too_large};
    }
    if (end_ - begin_ < head_size + size) {
        return {};
    }
    const std::uint8_t* const packet = bytes_.get() + begin_ + head_size;
    begin_ += head_size + size;
    return size == 0 ? found{verdict::malformed} : found{verdict::packet, {packet, size}};
}

frame_reader::found frame_reader::next_slip() noexcept {
    while (begin_ < end_ && bytes_[begin_] == slip_end) {
        ++begin_; // between packets there may be any number
    }
    looked_at_ = std::max(looked_at_, begin_);
    const auto* const last = bytes_.get() + end_;
    const auto* const end = std::find(bytes_.get() + looked_at_, bytes_.get() + end_, slip_end);
    looked_at_ = static_cast<std::size_t>(end - bytes_.get());
    if (looked_at_ - begin_ > 2 * packet_max_) {
        return {verdict::too_large};
    }
    return end == last ? found{} : unescape(looked_at_);
}

// In place: what is taken out of its escapes is never longer.
frame_reader::found frame_reader::unescape(std::size_t raw_end) noexcept {
    std::uint8_t* const packet = bytes_.get() + begin_;
    std::size_t size = 0;
    bool is_right = true;
    for (std::size_t i = begin_; i < raw_end; ++i) {
        std::uint8_t byte = bytes_[i];
        if (byte == slip_escape) {
            const std::uint8_t escaped = ++i < raw_end ? bytes_[i] : std::uint8_t{0};
            is_right = is_right && (escaped == slip_escaped_end || escaped == slip_escaped_escape);
            byte = escaped == slip_escaped_end ? slip_end : slip_escape;
        }
        packet[size++] = byte;
    }
    begin_ = raw_end + 1;
    looked_at_ = begin_;
    if (size > packet_max_) {
        return {verdict::too_large};
    }
    return is_right ? found{verdict::packet, {packet, size}} : found{verdict::malformed};
}

} // namespace osc_in
