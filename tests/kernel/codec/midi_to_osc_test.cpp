// SPDX-License-Identifier: MIT
#include "kernel/codec/midi_to_osc.hpp"
#include "kernel/codec/osc_to_midi.hpp"

#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tactus::codec;

namespace {

wire::bytes osc_of(const wire::bytes& midi, std::string_view port = "keys") {
    wire::bytes out(midi_size_max);
    const auto size = translate(midi_view{midi}, port, out);
    REQUIRE(size.has_value());
    out.resize(*size);
    return out;
}

std::string address_of(const char* midi) {
    return std::string(split_message(osc_of(wire::hex(midi))).address);
}

} // namespace

TEST_CASE("each kind of MIDI message has its name") {
    CHECK(address_of("90 3C 64") == "/midi/keys/note_on");
    CHECK(address_of("90 3C 00") == "/midi/keys/note_off");
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

TEST_CASE("what was made of MIDI becomes the same MIDI again") {
    for (const char* const each :
         {"9F 3C 64", "80 3C 40", "A1 3C 40", "B2 07 40", "C3 05", "D4 05", "E5 01 40", "EF 7F 7F",
          "F0 7D 01 02 F7", "F8", "FA", "FB", "FC", "F2 01 02", "F6", "FE"}) {
        const wire::bytes midi = wire::hex(each);
        const wire::bytes osc = osc_of(midi);
        osc_message message;
        REQUIRE(parse_message(osc, message) == osc_error::none);

        wire::bytes back(midi_size_max);
        const translation made = translate(message, back);

        CAPTURE(each);
        REQUIRE(made.error == translate_error::none);
        back.resize(made.size);
        CHECK(back == midi);
    }
}

TEST_CASE("a name that cannot stand in an address, or that is too long, makes nothing") {
    const wire::bytes note = wire::hex("90 3C 64");
    wire::bytes out(midi_size_max);

    CHECK_FALSE(translate(midi_view{note}, "bus 1", out).has_value());
    CHECK_FALSE(translate(midi_view{note}, std::string(osc_address_size_max, 'a'), out));
}

TEST_CASE("what does not fit is not written") {
    const wire::bytes note = wire::hex("90 3C 64");
    wire::bytes out(16);

    CHECK_FALSE(translate(midi_view{note}, "keys", out).has_value());
}
