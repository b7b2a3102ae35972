// SPDX-License-Identifier: MIT
#include "wire_pace.hpp"

#include <tactus/event.h>

#include <algorithm>

namespace midi {
namespace {

bool is_real_time(wire_pace::bytes_view message) noexcept {
    return message.size() == 1 && message[0] >= 0xF8;
}

} // namespace

wire_pace::wire_pace(const wire_settings& settings) : settings_(settings) {
    if (settings_.part > 0) {
        rest_.reserve(TACTUS_SYSEX_SIZE_MAX);
    }
}

bool wire_pace::has_room(bytes_view message, std::int64_t now_ns) const noexcept {
    return is_real_time(message) || room_ns() <= now_ns;
}

wire_pace::bytes_view wire_pace::take(bytes_view message, std::int64_t now_ns,
                                      std::size_t part_min) {
    part_ = std::max(settings_.part, part_min);
    if (settings_.part == 0 || message.size() <= part_ || is_real_time(message)) {
        occupy(message.size(), now_ns);
        return message;
    }
    rest_.assign(message.begin(), message.end());
    sent_ = 0;
    part_ns_ = now_ns;
    return next_part(now_ns);
}

wire_pace::bytes_view wire_pace::next_part(std::int64_t now_ns) noexcept {
    if (!is_open() || part_ns_ > now_ns) {
        return {};
    }
    const bytes_view part = bytes_view(rest_).subspan(sent_, std::min(part_, rest_.size() - sent_));
    sent_ += part.size();
    occupy(part.size(), now_ns);
    part_ns_ = std::max(free_ns_ - slack_ns, now_ns) + settings_.pause.count();
    return part;
}

void wire_pace::occupy(std::size_t bytes, std::int64_t now_ns) noexcept {
    free_ns_ =
        std::max(free_ns_, now_ns) + static_cast<std::int64_t>(bytes) * settings_.byte.count();
}

void wire_pace::drop() noexcept {
    rest_.clear();
    sent_ = 0;
    free_ns_ = 0;
}

} // namespace midi
