// SPDX-License-Identifier: MIT
// When notes and pedals ended that have not begun again: their ends can be repeated if JACK may
// have lost them. A message that ends a whole channel counts as an end of each note or
// pedal that was on: repeating the message itself would end notes that have begun since. Times are
// counted in periods. 32 KiB. Threads: JACK's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace midi {

class jack_ends {
public:
    /// The message was written in that period, which is at least 1.
    void follow(std::span<const std::uint8_t> message, std::int64_t period) noexcept {
        if (message.size() != 3 || message[0] < 0x80 || message[0] >= 0xC0) {
            return;
        }
        const std::size_t place = (message[0] & 0x0FU) * 128 + (message[1] & 0x7FU);
        const std::uint8_t kind = message[0] & 0xF0;
        if (kind == 0x80 || kind == 0x90) {
            notes_[place] = kind == 0x80 || message[2] == 0 ? period : is_on;
        } else if (kind == 0xB0 && is_pedal(message[1])) {
            controllers_[place] = message[2] == 0 ? period : is_on;
        } else if (kind == 0xB0 && message[1] >= 120 && message[1] != 122) {
            end_channel((message[0] & 0x0FU) * std::size_t{128}, period, message[1] == 121);
        }
    }

    /// Calls say(message) for each end that was written in that period or later, until it returns
    /// false.
    template <class Say>
    void for_each_since(std::int64_t period, Say say) const {
        const std::int64_t first = period > 0 ? period : 1;
        for (std::size_t i = 0; i < notes_.size(); ++i) {
            if (notes_[i] >= first && !say(message_at(0x80, i, 64))) {
                return;
            }
        }
        for (std::size_t i = 0; i < controllers_.size(); ++i) {
            if (controllers_[i] >= first && !say(message_at(0xB0, i, 0))) {
                return;
            }
        }
    }

private:
    static constexpr std::int64_t is_on = -1; // 0: never begun, or long ago

    static bool is_pedal(std::uint8_t controller) noexcept {
        return controller >= 64 && controller <= 69;
    }
    // 121 releases pedals; the other channel mode messages end notes.
    void end_channel(std::size_t first, std::int64_t period, bool are_pedals) noexcept {
        auto& all = are_pedals ? controllers_ : notes_;
        for (std::size_t i = first; i < first + 128; ++i) {
            all[i] = all[i] == is_on ? period : all[i];
        }
    }
    static std::array<std::uint8_t, 3> message_at(std::uint8_t kind, std::size_t place,
                                                  std::uint8_t value) noexcept {
        return {static_cast<std::uint8_t>(kind | (place / 128)),
                static_cast<std::uint8_t>(place % 128), value};
    }

    std::array<std::int64_t, std::size_t{16} * 128> notes_{};
    std::array<std::int64_t, std::size_t{16} * 128> controllers_{};
};

} // namespace midi
