// SPDX-License-Identifier: MIT
#include "kernel/codec/midi_to_osc.hpp"
#include "kernel/codec/osc_to_midi.hpp"

#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tactus::codec;
using wire::operator+;

namespace {

wire::bytes osc_of(const wire::bytes& midi, std::string_view port = "keys") {
    wire::bytes out(midi_size_max);
    const auto size = translate(midi_view{midi}, port, out);
    REQUIRE(size.has_value());
    out.resize(*size);
    return out;
}

wire::bytes there_and_back(const wire::bytes& midi) {
    const wire::bytes osc = osc_of(midi);
    osc_message message;
    REQUIRE(parse_message(osc, message) == osc_error::none);
    wire::bytes back(midi_size_max);
    const translation made = translate(message, back);
    REQUIRE(made.error == translate_error::none);
    back.resize(made.size);
    return back;
}

std::string address_of(const char* midi) {
    return std::string(split_message(osc_of(wire::hex(midi))).address);
}

} // namespace

TEST_CASE("each kind of MIDI message has its name") {
    CHECK(address_of("90 3C 64") == "/midi/keys/note_on");
    CHECK(address_of("80 3C 40") == "/midi/keys/note_off");
    CHECK(address_of("A0 3C 40") == "/midi/keys/poly_pressure");
    CHECK(address_of("B0 07 40") == "/midi/keys/control_change");
    CHECK(address_of("C0 05") == "/midi/keys/program_change");
    CHECK(address_of("D0 05") == "/midi/keys/channel_pressure");
    CHECK(address_of("E0 00 40") == "/midi/keys/pitch_bend");
    CHECK(address_of("F0 7D F7") == "/midi/keys/sysex");
    CHECK(address_of("F8") == "/midi/keys/clock");
    CHECK(address_of("FA") == "/midi/keys/start");
    CHECK(address_of("FB") == "/midi/keys/continue");
    CHECK(address_of("FC") == "/midi/keys/stop");
    CHECK(address_of("F2 01 02") == "/midi/keys/raw");
    CHECK(address_of("FE") == "/midi/keys/raw");
}

TEST_CASE("a note-on with velocity 0 is named as it came, not as what it means") {
    const wire::bytes midi = wire::hex("92 3C 00");
    const wire::bytes osc = osc_of(midi);

    CHECK(midi_view{midi}.is_note_off());
    CHECK(split_message(osc).address == "/midi/keys/note_on");
    CHECK(osc ==
          wire::raw("/midi/keys/note_on\0\0,iii\0\0\0") + wire::hex("00000003 0000003C 00000000"));
}

TEST_CASE("what was made of MIDI becomes the same MIDI again") {
    for (const char* const each :
         {"F0 7D 01 02 F7", "F8", "FA", "FB", "FC", "F1 05", "F2 01 02", "F6", "FE"}) {
        CAPTURE(each);
        CHECK(there_and_back(wire::hex(each)) == wire::hex(each));
    }
}

TEST_CASE("every channel message becomes the same again, whatever its numbers") {
    const wire::bytes numbers = {0, 1, 60, 64, 126, 127};
    for (std::uint8_t status = 0x80; status < 0xF0; ++status) {
        for (const std::uint8_t first : numbers) {
            for (const std::uint8_t second : numbers) {
                wire::bytes midi{status, first, second};
                midi.resize(midi_length(status));
                CAPTURE(midi);
                REQUIRE(there_and_back(midi) == midi);
            }
        }
    }
}

TEST_CASE("a name that cannot stand in an address, or that is too long, makes nothing") {
    const wire::bytes note = wire::hex("90 3C 64");
    wire::bytes out(midi_size_max);

    CHECK_FALSE(translate(midi_view{note}, "bus\n1", out).has_value());
    CHECK_FALSE(translate(midi_view{note}, std::string(osc_address_size_max, 'a'), out));
}

TEST_CASE("what does not fit is not written") {
    const wire::bytes note = wire::hex("90 3C 64");
    wire::bytes out(16);

    CHECK_FALSE(translate(midi_view{note}, "keys", out).has_value());
}
