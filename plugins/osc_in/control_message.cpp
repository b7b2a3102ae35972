// SPDX-License-Identifier: MIT
#include "control_message.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace osc_in {
namespace {

constexpr std::string_view bundle_mark("#bundle\0", 8);
constexpr std::size_t bundle_head = 16; // with the time tag
constexpr std::size_t size_bytes = 4;   // before each message of a bundle

constexpr std::string_view prefix = "/tactus/";
constexpr std::size_t place_of_i = std::string_view("/tactus/p").size();

struct word {
    std::string_view address;
    control is;
};
constexpr std::array words = {
    word{"/tactus/cancel", control::cancel}, word{"/tactus/tag", control::tag},
    word{"/tactus/panic", control::panic}, word{"/tactus/ping", control::ping}};

std::string_view as_text(std::span<const std::uint8_t> bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The text at the front, and the bytes behind its padding; none if it does not end.
struct text_and_rest {
    std::string_view text;
    std::string_view rest;
};
std::optional<text_and_rest> split_text(std::string_view bytes) noexcept {
    const std::size_t end = bytes.find('\0');
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t padded = std::min((end / 4 + 1) * 4, bytes.size());
    return text_and_rest{bytes.substr(0, end), bytes.substr(padded)};
}

control_message read(std::span<std::uint8_t> bytes) noexcept {
    control_message made;
    const std::string_view all = as_text(bytes);
    const std::optional<text_and_rest> address =
        all.starts_with(prefix) ? split_text(all) : std::nullopt;
    const auto* const found = std::find_if(words.begin(), words.end(), [&](const word& each) {
        return address && each.address == address->text;
    });
    if (found == words.end()) {
        return made;
    }
    made.is = found->is;
    made.bytes = bytes;
    if (made.is == control::panic || made.is == control::ping) {
        return made;
    }
    const std::optional<text_and_rest> types = split_text(address->rest);
    const std::string_view wanted = types ? types->text : std::string_view();
    if (made.is == control::cancel && (wanted.empty() || wanted == ",")) {
        return made;
    }
    const std::optional<text_and_rest> tag =
        wanted == ",s" ? split_text(types->rest) : std::nullopt;
    if (!tag || tag->text.empty() || tag->text.size() > control_reader::tag_bytes_max) {
        made.is = control::malformed;
        return made;
    }
    made.tag = tag->text;
    return made;
}

std::size_t size_at(std::span<const std::uint8_t> bytes) noexcept {
    return std::size_t{bytes[0]} << 24 | std::size_t{bytes[1]} << 16 | std::size_t{bytes[2]} << 8 |
           bytes[3];
}

} // namespace

control_reader::control_reader(std::span<std::uint8_t> packet) noexcept
    : packet_(packet),
      is_bundle_(as_text(packet).starts_with(bundle_mark) && packet.size() >= bundle_head) {
    at_ = is_bundle_ ? bundle_head : 0;
}

control_message control_reader::next() noexcept {
    const std::span<std::uint8_t> left = packet_.subspan(at_);
    if (!is_bundle_) {
        const control_message made = read(left);
        at_ = made.is == control::none ? at_ : packet_.size();
        return made;
    }
    if (left.size() < size_bytes || size_at(left) > left.size() - size_bytes) {
        return {}; // nothing, or an event that the kernel refuses
    }
    const control_message made = read(left.subspan(size_bytes, size_at(left)));
    at_ += made.is == control::none ? 0 : size_bytes + size_at(left);
    return made;
}

// A message takes 12 bytes at least, with its size 16: the head never overlaps its new place.
std::span<std::uint8_t> control_reader::rest() noexcept {
    if (at_ == (is_bundle_ ? bundle_head : 0)) {
        return packet_;
    }
    if (at_ == packet_.size()) {
        return {};
    }
    std::memcpy(packet_.data() + at_ - bundle_head, packet_.data(), bundle_head);
    return packet_.subspan(at_ - bundle_head);
}

void make_pong(const control_message& ping) noexcept {
    ping.bytes[place_of_i] = 'o';
}

} // namespace osc_in
