// SPDX-License-Identifier: MIT
// Which notes a source has begun and not ended, and which of its pedals are down, according to its
// messages: they must be ended if their ends are lost because the source was unplugged or the
// system was overrun. Threads: one at a time.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>

namespace midi {

class sounding_notes {
public:
    static constexpr std::array<std::uint8_t, 3> pedals{64, 66, 69}; // damper, sostenuto, hold 2

    /// A complete message.
    void follow(std::span<const std::uint8_t> message) noexcept {
        const std::uint8_t kind = message[0] & 0xF0;
        const std::size_t channel = message[0] & 0x0F;
        if (message.size() != 3) {
            return;
        }
        if (kind == 0x90 || kind == 0x80) {
            keys_[channel * 128 + message[1]] = kind == 0x90 && message[2] > 0;
        } else if (kind == 0xB0) {
            follow_controller(channel, message[1], message[2]);
        }
    }

    void add(const sounding_notes& others) noexcept {
        keys_ |= others.keys_;
        down_ |= others.down_;
    }

    /// Calls visitor(std::span<const std::uint8_t>) with the end of each, and forgets them.
    template <class Visitor>
    void end_all(Visitor visitor) {
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            if (keys_[i]) {
                say(visitor, 0x80, i / 128, static_cast<std::uint8_t>(i % 128), 64);
            }
        }
        for (std::size_t i = 0; i < down_.size(); ++i) {
            if (down_[i]) {
                say(visitor, 0xB0, i / pedals.size(), pedals[i % pedals.size()], 0);
            }
        }
        keys_.reset();
        down_.reset();
    }

private:
    void follow_controller(std::size_t channel, std::uint8_t number, std::uint8_t value) noexcept {
        for (std::size_t i = 0; i < pedals.size(); ++i) {
            if (pedals[i] == number || number == 121) { // 121 resets all controllers
                down_[channel * pedals.size() + i] = pedals[i] == number && value >= 64;
            }
        }
        if (number == 120 || number >= 123) { // all sound off, all notes off and the modes
            for (std::size_t key = 0; key < 128; ++key) {
                keys_[channel * 128 + key] = false;
            }
        }
    }
    template <class Visitor>
    static void say(Visitor& visitor, std::uint8_t kind, std::size_t channel, std::uint8_t number,
                    std::uint8_t value) {
        const std::array<std::uint8_t, 3> message{static_cast<std::uint8_t>(kind | channel), number,
                                                  value};
        visitor(std::span<const std::uint8_t>(message));
    }

    std::bitset<16 * 128> keys_;
    std::bitset<16 * 3> down_;
};

} // namespace midi
