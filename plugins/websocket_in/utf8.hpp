// SPDX-License-Identifier: MIT
// Whether bytes that come in pieces are UTF-8: at each piece it is known whether what came so far
// can still become valid text. Overlong forms, surrogates and what is above U+10FFFF are not.
// Source: The Unicode Standard, table 3-7.
#pragma once

#include <cstdint>
#include <span>

namespace websocket_in {

class utf8_check {
public:
    /// False: this is no UTF-8, whatever follows.
    [[nodiscard]] bool feed(std::span<const std::uint8_t> bytes) noexcept {
        for (const std::uint8_t byte : bytes) {
            if (!(wanted_ == 0 ? begin(byte) : go_on(byte))) {
                return false;
            }
        }
        return true;
    }
    /// Whether no character is left unfinished.
    [[nodiscard]] bool is_complete() const noexcept { return wanted_ == 0; }

private:
    bool begin(std::uint8_t byte) noexcept {
        if (byte < 0x80) {
            return true;
        }
        if (byte < 0xC2 || byte > 0xF4) {
            return false;
        }
        wanted_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
        // The byte after these four is bounded further: no overlong form, surrogate, too high one.
        least_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
        most_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
        return true;
    }
    bool go_on(std::uint8_t byte) noexcept {
        if (byte < least_ || byte > most_) {
            return false;
        }
        least_ = 0x80;
        most_ = 0xBF;
        --wanted_;
        return true;
    }

    int wanted_ = 0; // bytes of the character that has begun
    std::uint8_t least_ = 0x80;
    std::uint8_t most_ = 0xBF;
};

} // namespace websocket_in
