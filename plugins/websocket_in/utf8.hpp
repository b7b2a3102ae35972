// SPDX-License-Identifier: MIT
// Checks whether bytes that come in pieces are UTF-8: after each piece it is known whether the
// bytes so far can still become valid text. Overlong forms, surrogates and values above U+10FFFF
// are invalid. Source: The Unicode Standard, table 3-7.
#pragma once

#include <cstdint>
#include <span>

namespace websocket_in {

class utf8_check {
public:
    /// Returns false if the bytes are not UTF-8, whatever follows.
    [[nodiscard]] bool feed(std::span<const std::uint8_t> bytes) noexcept {
        for (const std::uint8_t byte : bytes) {
            if (!(wanted_ == 0 ? begin(byte) : go_on(byte))) {
                return false;
            }
        }
        return true;
    }
    /// Whether the last character is complete.
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
        // After these four, the next byte is limited further: no overlong form, surrogate, or value
        // too high.
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

    int wanted_ = 0; // bytes missing of the present character
    std::uint8_t least_ = 0x80;
    std::uint8_t most_ = 0xBF;
};

} // namespace websocket_in
