// SPDX-License-Identifier: MIT
#include "alsa_receiver.hpp"

#include "message_kind.hpp"

#include <algorithm>

namespace midi {
namespace {

constexpr std::size_t cell_bytes = 28; // snd_seq_event: SysEx bytes in a cell

bool is_device(alsa_kind kind) noexcept {
    return kind == alsa_kind::hardware || kind == alsa_kind::virtual_raw;
}

// As in snd_seq_event_dup: one cell for the event, plus the cells that its bytes fill.
std::size_t cells_for(std::size_t sysex_bytes) noexcept {
    return 1 + (sysex_bytes + cell_bytes - 1) / cell_bytes;
}

} // namespace

alsa_receiver::alsa_receiver(const alsa_client& client, const alsa_port& port)
    : client_(client), at_(port.at), kind_(port.kind) {
    if (is_device(kind_)) {
        buffer_.emplace(port);
    }
}

std::size_t alsa_receiver::part_max(std::size_t size) noexcept {
    if (is_device(kind_)) {
        return device_part;
    }
    const auto pool = client_.pool_of(at_.client);
    if (!pool || cells_for(size) < pool->cells) {
        return size;
    }
    return std::max<std::size_t>(pool->cells / 2, 2) * cell_bytes - cell_bytes;
}

bool alsa_receiver::has_room(bytes_view bytes, std::int64_t now_ns) noexcept {
    if (buffer_) {
        const bool is_part = is_sysex(bytes) && bytes.size() >= device_part;
        const bool fits = buffer_->has_room(
            bytes.size(), now_ns, is_part ? std::optional(part_queued_max) : std::nullopt);
        room_ = buffer_->free();
        return fits;
    }
    const auto pool = client_.pool_of(at_.client);
    room_ = pool ? pool->free : 0;
    return !pool || pool->free >= (is_sysex(bytes) ? cells_for(bytes.size()) : 1);
}

std::size_t alsa_receiver::read_room(std::int64_t now_ns) noexcept {
    if (buffer_) {
        static_cast<void>(buffer_->has_room(0, now_ns, SIZE_MAX)); // with a limit it is always read
        return room_ = buffer_->free();
    }
    const auto pool = client_.pool_of(at_.client);
    return room_ = pool ? pool->free : 0;
}

bool alsa_receiver::is_drained(std::int64_t now_ns) noexcept {
    if (!buffer_) {
        return true;
    }
    const bool is_empty = buffer_->has_room(0, now_ns, 0);
    room_ = buffer_->free();
    return is_empty;
}

void alsa_receiver::count_written(bytes_view bytes) noexcept {
    if (buffer_) {
        buffer_->count_written(bytes.size());
    }
}

} // namespace midi
