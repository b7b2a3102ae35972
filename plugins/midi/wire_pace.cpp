// SPDX-License-Identifier: MIT
#include "wire_pace.hpp"

#include "message_kind.hpp"

#include <tactus/event.h>

#include <algorithm>

namespace midi {

wire_pace::wire_pace(const wire_settings& settings) : settings_(settings) {
    rest_.reserve(TACTUS_SYSEX_SIZE_MAX);
}

bool wire_pace::has_room(bytes_view message, std::int64_t now_ns) const noexcept {
    return is_real_time(message) || room_ns() <= now_ns;
}

// Limited to its chunk, which the parts of a SysEx that comes in parts fill together.
wire_pace::bytes_view wire_pace::first_part(bytes_view message,
                                            const part_limits& limits) const noexcept {
    if (!is_sysex(message)) {
        return message;
    }
    const std::size_t begun = message[0] == 0xF0 ? 0 : in_chunk_;
    const std::size_t wanted = settings_.part > begun ? settings_.part - begun : message.size();
    return message.first(
        std::min(message.size(), std::min(std::max(wanted, limits.least), limits.most)));
}

void wire_pace::begin(bytes_view message, std::size_t sent, std::int64_t now_ns) noexcept {
    occupy(sent, now_ns);
    if (!is_sysex(message)) {
        return;
    }
    if (message[0] == 0xF0) {
        part_ = 0;
        in_chunk_ = 0;
    }
    part_ = std::max(part_, sent);
    chunk_ = std::max(settings_.part, in_chunk_ + sent);
    goes_on_ = message.back() != 0xF7;
    rest_.clear();
    sent_ = 0;
    if (sent < message.size()) {
        rest_.assign(message.begin(), message.end()); // within the reserved capacity
        sent_ = sent;
    }
    pause(sent, now_ns);
}

wire_pace::bytes_view wire_pace::next_part(std::int64_t now_ns) const noexcept {
    if (!is_open() || part_ns_ > now_ns) {
        return {};
    }
    return bytes_view(rest_).subspan(sent_, part_size());
}

std::size_t wire_pace::part_size() const noexcept {
    return std::min({part_, chunk_ - in_chunk_, rest_.size() - sent_});
}

void wire_pace::part_sent(std::int64_t now_ns) noexcept {
    const std::size_t size = part_size();
    sent_ += size;
    occupy(size, now_ns);
    pause(size, now_ns);
}

void wire_pace::pause(std::size_t sent, std::int64_t now_ns) noexcept {
    in_chunk_ += sent;
    const bool is_chunk_done = in_chunk_ >= chunk_;
    in_chunk_ = is_chunk_done ? 0 : in_chunk_;
    part_ns_ =
        std::max(free_ns_ - slack_ns, now_ns) + (is_chunk_done ? settings_.pause.count() : 0);
}

// A part of a SysEx that does not fill a unit takes a whole one: a driver may send it that way.
void wire_pace::occupy(std::size_t bytes, std::int64_t now_ns) noexcept {
    const wire_model& wire = settings_.wire;
    const std::size_t units = (bytes + wire.bytes - 1) / wire.bytes;
    free_ns_ = std::max(free_ns_, now_ns) + static_cast<std::int64_t>(units) * wire.unit.count();
}

void wire_pace::drop() noexcept {
    rest_.clear();
    sent_ = 0;
    free_ns_ = 0;
    goes_on_ = false;
}

} // namespace midi
