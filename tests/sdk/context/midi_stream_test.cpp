// SPDX-License-Identifier: MIT
// The classic faults of byte-stream parsers, one case each. Bytes marked with an issue were
// reported there by users of other programs.
#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <string>

#include <tactus/cpp/midi_stream.hpp>

using namespace tactus;
using wire::hex;
using messages = std::vector<wire::bytes>;

namespace {

messages fed(midi_stream& stream, std::string_view text) {
    messages out;
    stream.feed(hex(text), [&](std::span<const std::uint8_t> message) {
        CHECK(message[0] >= 0x80);
        out.push_back(wire::copy(message));
    });
    return out;
}

messages fed(std::string_view text) {
    midi_stream stream;
    return fed(stream, text);
}

messages expected(std::initializer_list<const char*> texts) {
    messages out;
    for (const char* text : texts) {
        out.push_back(hex(text));
    }
    return out;
}

} // namespace

TEST_CASE("messages of every length come out whole") {
    // 90 3C 64 | C0 05 | F2 10 20 | F6 | F3 01 | F1 70
    CHECK(fed("90 3C 64 C0 05 F2 10 20 F6 F3 01 F1 70") ==
          expected({"90 3C 64", "C0 05", "F2 10 20", "F6", "F3 01", "F1 70"}));
}

TEST_CASE("running status repeats the status byte, also for a note-on that means off") {
    // 90 3C 4A | 3D 00 | 3E 4A   (libDaisy issue 239)
    CHECK(fed("90 3C 4A 3D 00 3E 4A") == expected({"90 3C 4A", "90 3D 00", "90 3E 4A"}));
}

TEST_CASE("running status works for messages with one byte behind the status") {
    // D0 40 | 20 | 00   (libDaisy issue 521: the last pressure was lost and hung)
    CHECK(fed("D0 40 20 00") == expected({"D0 40", "D0 20", "D0 00"}));
}

TEST_CASE("a real-time byte inside a message comes at once and disturbs nothing") {
    // 90 [F8] 3C [FE] 64
    CHECK(fed("90 F8 3C FE 64") == expected({"F8", "FE", "90 3C 64"}));
}

TEST_CASE("running status survives real-time bytes") {
    // 90 24 7F | [F8] 24 00 [F8]   (after libDaisy issue 422: a TR-8 sends its clock in between)
    CHECK(fed("90 24 7F F8 24 00 F8") == expected({"90 24 7F", "F8", "90 24 00", "F8"}));
}

TEST_CASE("a real keyboard's stream with changes of status is read to the end") {
    // 90 3C 52 | 90 3B 3A | 3C 00 | 3B 00 | B0 7B 00 | 90 3C 4E   (after mod-ttymidi issue 8)
    CHECK(fed("90 3C 52 90 3B 3A 3C 00 3B 00 B0 7B 00 90 3C 4E") ==
          expected({"90 3C 52", "90 3B 3A", "90 3C 00", "90 3B 00", "B0 7B 00", "90 3C 4E"}));
}

TEST_CASE("F0 to F7 end running status") {
    // 90 3C 64 | <these> | 3E 64: two stray bytes
    const auto text = GENERATE("F0 01 F7", "F1 10", "F2 10 20", "F3 01", "F4", "F5", "F6", "F7");
    midi_stream stream;
    (void)fed(stream, "90 3C 64");
    (void)fed(stream, text);
    const std::uint64_t stray = stream.losses().stray_bytes;

    INFO(text);
    CHECK(fed(stream, "3E 64").empty());
    CHECK(stream.losses().stray_bytes == stray + 2);
}

TEST_CASE("F1 to F3 set no running status of their own") {
    // F3 01 | 02: one stray byte
    midi_stream stream;

    CHECK(fed(stream, "F3 01 02") == expected({"F3 01"}));
    CHECK(stream.losses().stray_bytes == 1);
}

TEST_CASE("running status belongs to one source") {
    // first: 90 3C 64, second: 3E 64 without a status
    midi_stream first;
    midi_stream second;
    (void)fed(first, "90 3C 64");

    CHECK(fed(second, "3E 64").empty());
    CHECK(fed(first, "3E 64") == expected({"90 3E 64"}));
}

TEST_CASE("a SysEx may come in pieces") {
    // F0 47 7F | 29 60 | 00 F7
    midi_stream stream;

    CHECK(fed(stream, "F0 47 7F").empty());
    CHECK(fed(stream, "29 60").empty());
    CHECK(fed(stream, "00 F7") == expected({"F0 47 7F 29 60 00 F7"}));
}

TEST_CASE("a real-time byte inside a SysEx comes at once and is not part of it") {
    // F0 7E [F8] 01 [FA] F7
    CHECK(fed("F0 7E F8 01 FA F7") == expected({"F8", "FA", "F0 7E 01 F7"}));
}

TEST_CASE("a status byte inside a SysEx ends it, and its message is kept") {
    // F0 47 7F | 90 3C 64
    midi_stream stream;

    CHECK(fed(stream, "F0 47 7F 90 3C 64") == expected({"90 3C 64"}));
    CHECK(stream.losses().cut_messages == 1);
}

TEST_CASE("a SysEx that begins inside a SysEx replaces it") {
    // F0 01 | F0 02 F7
    midi_stream stream;

    CHECK(fed(stream, "F0 01 F0 02 F7") == expected({"F0 02 F7"}));
    CHECK(stream.losses().cut_messages == 1);
}

TEST_CASE("a status byte inside a message cuts it off") {
    // 90 3C | 80 3C 40
    midi_stream stream;

    CHECK(fed(stream, "90 3C 80 3C 40") == expected({"80 3C 40"}));
    CHECK(stream.losses().cut_messages == 1);
}

TEST_CASE("undefined real-time bytes are skipped and disturb nothing") {
    // 90 [F9] 3C [FD] 64 | F0 01 [F9] 02 F7
    midi_stream stream;

    CHECK(fed(stream, "90 F9 3C FD 64 F0 01 F9 02 F7") == expected({"90 3C 64", "F0 01 02 F7"}));
    CHECK(stream.losses().undefined_bytes == 3);
}

TEST_CASE("undefined system bytes are skipped and counted") {
    // F4 F5 | 90 3C 64
    midi_stream stream;

    CHECK(fed(stream, "F4 F5 90 3C 64") == expected({"90 3C 64"}));
    CHECK(stream.losses().undefined_bytes == 2);
}

TEST_CASE("bytes before the first status are stray") {
    // 3C 64 F7 | 90 3C 64
    midi_stream stream;

    CHECK(fed(stream, "3C 64 F7 90 3C 64") == expected({"90 3C 64"}));
    CHECK(stream.losses().stray_bytes == 3);
}

TEST_CASE("a SysEx is as long as the limit says and not one longer") {
    // limit 5: F0 01 02 03 F7 fits, F0 01 02 03 04 F7 does not; 90 3C 64 after it does
    midi_stream stream(5);

    CHECK(fed(stream, "F0 01 02 03 F7") == expected({"F0 01 02 03 F7"}));
    CHECK(fed(stream, "F0 01 02 03 04 F7 90 3C 64") == expected({"90 3C 64"}));
    CHECK(stream.losses().large_sysex == 1);
    CHECK(stream.losses().stray_bytes == 0);
}

TEST_CASE("an endless SysEx is one loss, and real-time bytes still pass") {
    midi_stream stream;
    (void)fed(stream, "F0");
    for (std::size_t count = 0; count < 2 * TACTUS_EVENT_SIZE_MAX; ++count) {
        REQUIRE(stream.push(0x01).empty());
    }

    CHECK(fed(stream, "F8 90 3C 64") == expected({"F8", "90 3C 64"}));
    CHECK(stream.losses().large_sysex == 1);
    CHECK(stream.losses().cut_messages == 0);
}

TEST_CASE("after a reset nothing is left of what was begun") {
    midi_stream stream;
    SECTION("of a message") {
        (void)fed(stream, "90 3C");
    }
    SECTION("of a SysEx") {
        (void)fed(stream, "F0 01");
    }
    SECTION("of running status") {
        (void)fed(stream, "90 3C 64");
    }

    stream.reset();

    CHECK(fed(stream, "01 02").empty());
    CHECK(stream.losses().stray_bytes == 2);
}

TEST_CASE("the result does not depend on where the stream is cut") {
    const std::string_view text =
        "90 3C F8 64 3E 00 F0 01 F9 02 F7 C0 05 06 F2 01 FE 02 F6 B0 07 7F";
    midi_stream byte_by_byte;
    messages out;
    for (const std::uint8_t byte : hex(text)) {
        const std::span<const std::uint8_t> message = byte_by_byte.push(byte);
        if (!message.empty()) {
            out.push_back(wire::copy(message));
        }
    }

    CHECK(out == fed(text));
    CHECK(out.size() == 10);
}
