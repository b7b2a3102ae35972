// SPDX-License-Identifier: MIT
#include "kernel/codec/midi.hpp"

#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

using namespace tactus::codec;
using wire::hex;

TEST_CASE("every kind of whole MIDI message is accepted") {
    const auto text = GENERATE("80 3C 40", "9F 3C 64", "A0 3C 10", "B0 07 7F", "C0 05", "D0 7F",
                               "E0 00 40", "F1 7F", "F2 00 10", "F3 01", "F6", "F8", "FA", "FB",
                               "FC", "FE", "FF", "F0 7E 7F 06 01 F7", "F0 F7");

    INFO(text);
    CHECK(midi_check(hex(text)) == midi_error::none);
}

TEST_CASE("a broken MIDI message is refused with its reason") {
    struct row {
        const char* text;
        midi_error error;
    };
    const auto [text, error] = GENERATE(values<row>({
        {"", midi_error::no_status},
        {"3C 64", midi_error::no_status}, // running status is for streams
        {"F4", midi_error::undefined_status},
        {"F5 00", midi_error::undefined_status},
        {"F9", midi_error::undefined_status},
        {"FD", midi_error::undefined_status},
        {"F7", midi_error::undefined_status},
        {"90", midi_error::wrong_length},
        {"90 3C", midi_error::wrong_length},
        {"90 3C 64 3E", midi_error::wrong_length},
        {"90 3C 64 90 3E 64", midi_error::wrong_length}, // two at once
        {"C0 05 00", midi_error::wrong_length},
        {"F8 00", midi_error::wrong_length},
        {"90 80 64", midi_error::bad_byte},
        {"90 3C FF", midi_error::bad_byte},
        {"F0", midi_error::wrong_length},
        {"F0 01 02", midi_error::wrong_length},
        {"F0 F0 F7", midi_error::bad_byte},
        {"F0 01 F8 02 F7", midi_error::bad_byte},
        {"F0 F7 F7", midi_error::bad_byte},
    }));

    INFO(text);
    CHECK(midi_check(hex(text)) == error);
}

TEST_CASE("a SysEx is as large as the limit says and not one larger") {
    wire::bytes sysex(midi_size_max, 0x01);
    sysex.front() = 0xF0;
    sysex.back() = 0xF7;
    CHECK(midi_check(sysex) == midi_error::none);

    sysex.back() = 0x01;
    sysex.push_back(0xF7);
    CHECK(midi_check(sysex) == midi_error::too_large);
}

TEST_CASE("the length of a message is known from its status") {
    CHECK(midi_length(0x80) == 3);
    CHECK(midi_length(0xC7) == 2);
    CHECK(midi_length(0xDF) == 2);
    CHECK(midi_length(0xEF) == 3);
    CHECK(midi_length(0xF2) == 3);
    CHECK(midi_length(0xFF) == 1);
    CHECK(midi_length(0xF0) == 0);
    CHECK(midi_length(0xF4) == 0);
    CHECK(midi_length(0x7F) == 0);
}

TEST_CASE("a note-on with velocity 0 is a note-off") {
    const wire::bytes on = hex("92 3C 01");
    const wire::bytes off = hex("92 3C 00");

    CHECK(midi_view{on}.is_note_on());
    CHECK_FALSE(midi_view{on}.is_note_off());
    CHECK(midi_view{off}.is_note_off());
    CHECK_FALSE(midi_view{off}.is_note_on());
}

TEST_CASE("a view tells channel, note and velocity") {
    const wire::bytes off = hex("8F 3C 40");

    CHECK(midi_view{off}.channel() == 16);
    CHECK(midi_view{off}.note() == 60);
    CHECK(midi_view{off}.velocity() == 64);
    CHECK(midi_view{off}.is_note_off());
}

TEST_CASE("system messages have no channel and are no notes") {
    const auto text = GENERATE("F8", "F0 10 F7", "F1 00");
    const wire::bytes bytes = hex(text);

    CHECK(midi_view{bytes}.channel() == 0);
    CHECK_FALSE(midi_view{bytes}.is_note_on());
    CHECK_FALSE(midi_view{bytes}.is_note_off());
    CHECK(midi_view{bytes}.is_sysex() == (bytes[0] == 0xF0));
}
