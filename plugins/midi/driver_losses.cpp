// SPDX-License-Identifier: MIT
#include "driver_losses.hpp"

#include "driver_buffer.hpp"
#include "raw_midi_status.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace midi {

// Another program may have had it open for long: earlier losses are not ours.
driver_losses::driver_losses(const alsa_port& of)
    : path_(raw_midi_status::path_of(of.card, of.device)), subdevice_(of.subdevice),
      check_every_(driver_buffer::usual_size / 2) {
    if (const std::optional<status> now = read_status()) {
        lost_ = now->lost;
    }
}

bool driver_losses::has_lost_before(std::size_t bytes) noexcept {
    unchecked_ += bytes;
    if (unchecked_ < check_every_) {
        return false;
    }
    unchecked_ = 0;
    const std::optional<status> now = read_status();
    if (!now) {
        return false;
    }
    check_every_ = std::max<std::size_t>(now->size / 2, 1);
    return std::exchange(lost_, now->lost) < now->lost;
}

bool driver_losses::is_drained() const noexcept {
    const std::optional<status> now = read_status();
    return !now || now->waiting == 0;
}

std::optional<driver_losses::status> driver_losses::parse(std::string_view text,
                                                          int subdevice) noexcept {
    std::optional<status> found;
    raw_midi_status(text).for_each([&](const raw_midi_status::substream& each) {
        if (each.is_input && each.number == subdevice) {
            found = status{each.overruns, each.avail, each.size};
        }
    });
    return found;
}

std::optional<driver_losses::status> driver_losses::read_status() const noexcept {
    std::array<char, raw_midi_status::text_max> text;
    const std::optional<std::string_view> read = raw_midi_status::read(path_, text);
    return read ? parse(*read, subdevice_) : std::nullopt;
}

} // namespace midi
