// SPDX-License-Identifier: MIT
#include <tactus/cpp/midi_message.hpp>

#include "tests/support/catch.hpp"

#include <vector>

using bytes = std::vector<std::uint8_t>;
using tactus::is_midi_message;

TEST_CASE("complete messages of each kind are taken") {
    for (const bytes& message :
         {bytes{0x90, 60, 100}, bytes{0x80, 60, 0}, bytes{0xA5, 1, 2}, bytes{0xBF, 127, 127},
          bytes{0xC0, 5}, bytes{0xD3, 5}, bytes{0xE0, 0, 64}, bytes{0xF0, 0xF7},
          bytes{0xF0, 0x7E, 1, 0xF7}, bytes{0xF1, 3}, bytes{0xF2, 1, 2}, bytes{0xF3, 1},
          bytes{0xF6}, bytes{0xF8}, bytes{0xFA}, bytes{0xFB}, bytes{0xFC}, bytes{0xFE},
          bytes{0xFF}}) {
        CAPTURE(message);
        CHECK(is_midi_message(message));
    }
}

TEST_CASE("what is incomplete, too long, undefined or no message is not taken") {
    for (const bytes& message :
         {bytes{}, bytes{60, 100}, bytes{0x90}, bytes{0x90, 60}, bytes{0x90, 60, 100, 1},
          bytes{0x90, 60, 200}, bytes{0xC0, 5, 5}, bytes{0xF0}, bytes{0xF0, 1},
          bytes{0xF0, 0x90, 0xF7}, bytes{0xF4}, bytes{0xF5}, bytes{0xF7}, bytes{0xF9}, bytes{0xFD},
          bytes{0xF8, 0xF8}}) {
        CAPTURE(message);
        CHECK_FALSE(is_midi_message(message));
    }
}
