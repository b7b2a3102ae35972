// SPDX-License-Identifier: MIT
// Events in words, hostile ones too.
#include "kernel/daemon/tap/event_text.hpp"

#include "kernel/codec/osc_writer.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace tactus::daemon {
namespace {

using bytes = std::vector<std::uint8_t>;

std::string text_of(std::uint16_t protocol, const bytes& of) {
    tactus_event event{};
    event.protocol = protocol;
    event.bytes = of.data();
    event.size = static_cast<std::uint32_t>(of.size());
    return event_text(event);
}

std::string midi(const bytes& of) {
    return text_of(TACTUS_PROTO_MIDI, of);
}

template <class Fill>
std::string osc(std::string_view address, std::string_view types, Fill fill) {
    bytes room(16384);
    codec::osc_writer writer(room);
    writer.begin_message(address, types);
    fill(writer);
    const auto size = writer.finish();
    REQUIRE(size.has_value());
    room.resize(*size);
    return text_of(TACTUS_PROTO_OSC, room);
}

TEST_CASE("an OSC message is its address and its arguments") {
    REQUIRE(osc("/pulse/note_on", "iii", [](auto& to) { to.int32(1).int32(60).int32(-100); }) ==
            "/pulse/note_on 1 60 -100");
    REQUIRE(osc("/clear", "", [](auto&) {}) == "/clear");
}

TEST_CASE("every type of argument has a reading") {
    REQUIRE(osc("/a", "hfd", [](auto& to) {
                to.int64(std::int64_t{1} << 40).float32(0.5F).float64(1e100);
            }) == "/a 1099511627776 0.5 1e+100");
    REQUIRE(osc("/a", "sTFNI", [](auto& to) { to.text("kick"); }) ==
            "/a \"kick\" true false nil impulse");
    REQUIRE(osc("/a", "bt", [](auto& to) {
                const std::array<std::uint8_t, 8> tag = {0, 0, 0, 0, 0, 0, 0, 1};
                to.blob(bytes{1, 2, 3}).argument({'t', tag});
            }) == "/a blob[3] time");
    REQUIRE(osc("/a", "m[i]", [](auto& to) {
                const std::array<std::uint8_t, 4> note = {0, 0x90, 60, 100};
                to.argument({'m', note}).int32(7);
            }) == "/a midi[00 90 3C 64] [ 7 ]");
    REQUIRE(osc("/a", "ff", [](auto& to) {
                to.float32(std::numeric_limits<float>::infinity()).float32(std::nanf(""));
            }) == "/a inf nan");
}

TEST_CASE("text of a peer cannot speak to the terminal") {
    const std::string said = osc("/a", "s", [](auto& to) { to.text("\x1b[2J\n\xff"); });
    REQUIRE(said.find('\x1b') == std::string::npos);
    REQUIRE(said.find('\n') == std::string::npos);
    REQUIRE(said.find('\xff') == std::string::npos);
    REQUIRE(said.starts_with("/a \"\\x1b[2J\\n"));
}

TEST_CASE("a long message is cut") {
    const std::string long_text(1000, 'x');
    const std::string said = osc("/a", "sssssssss", [&](auto& to) {
        for (int i = 0; i < 9; ++i) {
            to.text(long_text);
        }
    });
    REQUIRE(said.ends_with(" ..."));
    REQUIRE(said.size() < 200);
}

TEST_CASE("what is no OSC is said to be none") {
    REQUIRE(text_of(TACTUS_PROTO_OSC, {'/', 'a', 0}) == "OSC, 3 bytes, malformed");
    REQUIRE(text_of(TACTUS_PROTO_OSC, {}) == "OSC, 0 bytes, malformed");
}

TEST_CASE("a note is named with its channel, number and velocity") {
    REQUIRE(midi({0x90, 60, 100}) == "note on  channel 1  note 60  velocity 100"); // 90 3C 64
    REQUIRE(midi({0x8F, 61, 64}) == "note off  channel 16  note 61  velocity 64"); // 8F 3D 40
    REQUIRE(midi({0x90, 60, 0}) == "note off  channel 1  note 60  velocity 0");
}

TEST_CASE("the other channel messages are named") {
    REQUIRE(midi({0xA1, 60, 5}) == "pressure  channel 2  note 60  value 5");
    REQUIRE(midi({0xB0, 64, 127}) == "control  channel 1  number 64  value 127");
    REQUIRE(midi({0xC0, 9}) == "program  channel 1  number 9");
    REQUIRE(midi({0xD0, 9}) == "pressure  channel 1  value 9");
    REQUIRE(midi({0xE0, 0x00, 0x40}) == "bend  channel 1  value 0");
    REQUIRE(midi({0xE0, 0x00, 0x00}) == "bend  channel 1  value -8192");
    REQUIRE(midi({0xE0, 0x7F, 0x7F}) == "bend  channel 1  value 8191");
}

TEST_CASE("system messages are named") {
    REQUIRE(midi({0xF8}) == "clock");
    REQUIRE(midi({0xFA}) == "start");
    REQUIRE(midi({0xFB}) == "continue");
    REQUIRE(midi({0xFC}) == "stop");
    REQUIRE(midi({0xF0, 0x7E, 0x01, 0xF7}) == "system exclusive, 4 bytes");
    REQUIRE(midi({0xF2, 0x01, 0x02}) == "system  F2 01 02");
}

TEST_CASE("a part of a SysEx is named as one") {
    const std::array<std::uint8_t, 3> part = {1, 2, 3};
    tactus_event event{};
    event.bytes = part.data();
    event.size = part.size();
    event.protocol = TACTUS_PROTO_MIDI;
    event.flags = TACTUS_EVENT_SYSEX_PART;

    REQUIRE(event_text(event) == "system exclusive, a part of 3 bytes");
}

TEST_CASE("what is no MIDI message is said to be none") {
    REQUIRE(midi({}) == "MIDI, 0 bytes, malformed");
    REQUIRE(midi({0x90, 60}) == "MIDI, 2 bytes, malformed");
    REQUIRE(midi({60, 100}) == "MIDI, 2 bytes, malformed");
}

TEST_CASE("an unknown protocol is said by its number") {
    REQUIRE(text_of(77, {1, 2}) == "protocol 77, 2 bytes");
}

} // namespace
} // namespace tactus::daemon
