// SPDX-License-Identifier: MIT
#include "driver_buffer.hpp"

#include "raw_midi_status.hpp"
#include "wire_pace.hpp"

#include <algorithm>
#include <array>

namespace midi {
driver_buffer::driver_buffer(const alsa_port& of)
    : path_(raw_midi_status::path_of(of.card, of.device)), kind_(of.kind),
      subdevice_(of.subdevice) {}

std::optional<driver_buffer::fill> driver_buffer::parse(std::string_view text, alsa_kind kind,
                                                        int subdevice) noexcept {
    const bool is_input = kind == alsa_kind::virtual_raw;
    std::optional<fill> found;
    raw_midi_status(text).for_each([&](const raw_midi_status::substream& each) {
        if (each.is_input != is_input || (!is_input && each.number != subdevice)) {
            return;
        }
        const fill now{each.size,
                       is_input ? each.size - std::min(each.avail, each.size) : each.avail};
        if (!found || now.free < found->free) {
            found = now;
        }
    });
    return found;
}

std::optional<driver_buffer::fill> driver_buffer::read_fill() const noexcept {
    std::array<char, raw_midi_status::text_max> text;
    const std::optional<std::string_view> read = raw_midi_status::read(path_, text);
    const fill nobody_listens{usual_size, usual_size};
    return read ? std::optional(parse(*read, kind_, subdevice_).value_or(nobody_listens))
                : std::nullopt;
}

bool driver_buffer::has_room(std::size_t bytes, std::int64_t now_ns,
                             std::optional<std::size_t> queued_max) noexcept {
    if (bytes <= free_ && !queued_max) {
        return true;
    }
    if (const std::optional<fill> now = read_fill()) {
        size_ = now->size;
        free_ = now->free;
    } else {
        estimate(now_ns);
    }
    return bytes <= free_ && (!queued_max || size_ - std::min(free_, size_) <= *queued_max);
}

void driver_buffer::estimate(std::int64_t now_ns) noexcept {
    const std::int64_t gone =
        std::max<std::int64_t>(now_ns - estimated_ns_, 0) / din_wire.unit.count();
    free_ = std::min(size_, free_ + static_cast<std::size_t>(
                                        std::min<std::int64_t>(gone, static_cast<int>(size_))));
    estimated_ns_ = now_ns;
}

void driver_buffer::count_written(std::size_t bytes) noexcept {
    free_ -= std::min(bytes, free_);
}

} // namespace midi
