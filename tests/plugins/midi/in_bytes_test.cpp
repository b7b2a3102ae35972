// SPDX-License-Identifier: MIT
// Bytes on their way from a JACK client into events. Where a line has several JACK events, they are
// separated by |; JACK clients should send whole messages, but drivers and other bridges do not.
#include "tests/support/catch.hpp"

#include "tests/kernel/codec/wire.hpp"
#include "tests/plugins/midi/live_input.hpp"

using namespace tactus::test;
using wire::hex;

namespace {

// A SysEx of that size, no two alike.
message sysex(std::size_t size) {
    message bytes(size, 0xF0);
    for (std::size_t i = 1; i + 1 < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>((i * 31u + size) & 0x7Fu);
    }
    bytes.back() = 0xF7;
    return bytes;
}

std::vector<message> one_of_each_kind() {
    std::vector<message> all;
    for (std::uint8_t channel = 0; channel < 16; ++channel) {
        for (const int kind : {0x80, 0x90, 0xA0, 0xB0, 0xE0}) {
            all.push_back({static_cast<std::uint8_t>(kind | channel), channel, 127});
        }
        for (const int kind : {0x80, 0x90, 0xA0, 0xB0, 0xE0}) { // 9n kk 00 stays a note-on
            all.push_back({static_cast<std::uint8_t>(kind | channel), channel, 0});
        }
        all.push_back({static_cast<std::uint8_t>(0xC0 | channel), 127});
        all.push_back({static_cast<std::uint8_t>(0xD0 | channel), 1});
    }
    all.insert(all.end(), {{0xF1, 5}, {0xF2, 1, 2}, {0xF3, 9}, {0xF6}});
    all.insert(all.end(), {{0xF8}, {0xFA}, {0xFB}, {0xFC}, {0xFF}});
    return all;
}

std::vector<message> all_of(std::initializer_list<const char*> texts) {
    std::vector<message> all;
    for (const char* text : texts) {
        all.push_back(hex(text));
    }
    return all;
}

} // namespace

TEST_CASE_METHOD(played_input, "every kind of message comes in byte for byte and in order") {
    const std::vector<message> all = one_of_each_kind();

    for (const message& each : all) {
        keys->send(each);
    }

    REQUIRE(input.until_events(all.size()));
    CHECK(input.messages() == all);
}

TEST_CASE_METHOD(played_input, "an event says what it is, from which port and when it came") {
    input.turn();
    const std::int64_t before_ns = input.instance.host.now_ns();
    keys->send("90 3C 64");

    REQUIRE(input.until_events(1));
    const auto& event = input.events()[0];
    CHECK(event.protocol == TACTUS_PROTO_MIDI);
    CHECK(event.source == input.instance.host.ports.begin()->first);
    CHECK(event.port == 0);
    CHECK(event.due_ns == 0);
    CHECK(event.received_ns >= before_ns);
    CHECK(event.is_droppable);
}

TEST_CASE_METHOD(played_input, "running status is merged, also over the borders of JACK events") {
    // 90 3C 4A | 3D 00 | 3E 4A
    keys->send("90 3C 4A");
    keys->send("3D 00");
    keys->send("3E 4A");

    REQUIRE(input.until_events(3));
    CHECK(input.messages() == all_of({"90 3C 4A", "90 3D 00", "90 3E 4A"}));
}

TEST_CASE_METHOD(played_input, "a real-time byte inside a message comes at once") {
    // 90 F8 3C FA 64
    keys->send("90 F8 3C FA 64");

    REQUIRE(input.until_events(3));
    CHECK(input.messages() == all_of({"F8", "FA", "90 3C 64"}));
}

TEST_CASE_METHOD(played_input, "a note-on that means off stays one, whatever comes in between") {
    // 90 24 7F | F8 | 24 00 | F8 | 80 24 00 | 90 24 00   (a drum machine's clock and running
    // status)
    for (const char* each : {"90 24 7F", "F8", "24 00", "F8", "80 24 00", "90 24 00"}) {
        keys->send(each);
    }

    REQUIRE(input.until_events(6));
    CHECK(input.messages() == all_of({"90 24 7F", "F8", "90 24 00", "F8", "80 24 00", "90 24 00"}));
}

TEST_CASE_METHOD(played_input, "a clock between the parts of a SysEx does not wait for its end") {
    // F0 47 7F | F8 | (nothing more)
    keys->send("F0 47 7F");
    keys->send("-");
    keys->send("F8");

    REQUIRE(input.until_events(1));
    CHECK(input.messages() == all_of({"F8"}));
    keys->send("29 F7");
    REQUIRE(input.until_events(2));
    CHECK(input.messages()[1] == hex("F0 47 7F 29 F7"));
}

TEST_CASE_METHOD(played_input, "a SysEx that is cut off silences nothing that comes after it") {
    // F0 47 7F | 90 3C 64 | 80 3C 40   (RtMidi's JACK input stays silent until an F7)
    keys->send("F0 47 7F");
    keys->send("90 3C 64");
    keys->send("80 3C 40");

    REQUIRE(input.until_events(2));
    CHECK(input.messages() == all_of({"90 3C 64", "80 3C 40"}));
    CHECK(input.instance.host.rejected["malformed"] == 1);
}

TEST_CASE_METHOD(played_input, "undefined bytes are skipped and counted") {
    // F4 | F5 | 90 3C F9 64 | FD
    keys->send("F4");
    keys->send("F5");
    keys->send("90 3C F9 64");
    keys->send("FD");
    keys->send("F6");

    REQUIRE(input.until_events(2));
    CHECK(input.messages() == all_of({"90 3C 64", "F6"}));
    CHECK(
        input.until([&] { return input.instance.host.metrics["midi_skipped_bytes_total"] == 4; }));
}

TEST_CASE_METHOD(played_input, "SysEx of 4 KiB comes whole, as one JACK event and in pieces") {
    const message whole = sysex(4096);
    const message split = sysex(4095);

    keys->send(whole);
    for (std::size_t at = 0; at < split.size(); at += 1000) {
        const std::size_t end = std::min(at + 1000, split.size());
        keys->send(message(split.begin() + static_cast<std::ptrdiff_t>(at),
                           split.begin() + static_cast<std::ptrdiff_t>(end)));
        keys->send("-");
    }

    REQUIRE(input.until_events(2));
    CHECK(input.messages() == std::vector<message>{whole, split});
}

TEST_CASE_METHOD(played_input, "SysEx of 64 KiB, the longest that there is, comes in pieces") {
    const message all = sysex(TACTUS_EVENT_SIZE_MAX);

    for (std::size_t at = 0; at < all.size(); at += 8192) {
        keys->send(message(all.begin() + static_cast<std::ptrdiff_t>(at),
                           all.begin() + static_cast<std::ptrdiff_t>(at + 8192)));
        keys->send("-");
    }

    REQUIRE(input.until_events(1));
    CHECK(input.messages() == std::vector<message>{all});
}

TEST_CASE_METHOD(played_input, "what comes in one period wakes the loop once") {
    constexpr int burst = 128;
    keys->send("90 3C 64"); // alone, for comparison
    REQUIRE(input.until_events(1));
    const std::uint32_t before = input.instance.host.foreign_wakes;

    keys->send("[");
    for (int i = 0; i < burst; ++i) {
        keys->send({0xB0, static_cast<std::uint8_t>(i), 1});
    }
    keys->send("]");

    REQUIRE(input.until_events(burst + 1));
    CHECK(before == 2); // once for all before anything came, once for the note
    // As JACK gives them: in one period, or in two where the sender was between two of them.
    CHECK(input.instance.host.foreign_wakes - before <= 2);
    CHECK(input.events().size() == burst + 1);
}

TEST_CASE_METHOD(played_input, "what is missing of a period is counted after it") {
    keys->send("[");
    for (int i = 0; i < 64; ++i) {
        keys->send("90 3C"); // cut off by the next
    }
    keys->send("]");
    keys->send("90 3C 64");

    REQUIRE(input.until_events(1));
    CHECK(input.until([&] { return input.instance.host.rejected["malformed"] == 64; }));
}

TEST_CASE_METHOD(played_input, "a SysEx that is longer than any event comes in parts") {
    const message sent = sysex(80'000);
    for (std::size_t at = 0; at < sent.size(); at += 8000) {
        const auto piece = sent.begin() + static_cast<std::ptrdiff_t>(at);
        keys->send(message(piece, piece + 8000));
        keys->send("F8");
        keys->send("-");
    }
    keys->send("90 3C 64");

    REQUIRE(input.until([&] {
        const auto& all = input.instance.host.emitted;
        return !all.empty() && all.back().bytes == hex("90 3C 64");
    }));
    message came;
    for (const auto& each : input.instance.host.emitted) {
        const bool is_part = (each.flags & TACTUS_EVENT_SYSEX_PART) != 0;
        CHECK(is_part == (each.bytes[0] < 0x80 || each.bytes[0] == 0xF0 || each.bytes[0] == 0xF7));
        if (is_part) {
            came.insert(came.end(), each.bytes.begin(), each.bytes.end());
        }
    }
    CHECK((came == sent));
    CHECK(input.instance.host.rejected.empty());
}

TEST_CASE_METHOD(played_input, "a SysEx in parts that another message cuts off is ended") {
    for (std::size_t at = 0; at < 10; ++at) {
        keys->send(at == 0 ? message(1, 0xF0) : message(8000, 1));
        keys->send("-");
    }
    keys->send("90 3C 64");

    REQUIRE(input.until([&] {
        const auto& all = input.instance.host.emitted;
        return !all.empty() && all.back().bytes == hex("90 3C 64");
    }));
    const auto& all = input.instance.host.emitted;
    REQUIRE(all.size() > 2);
    CHECK(all[all.size() - 2].bytes == hex("F7"));
    CHECK(all[all.size() - 2].flags == TACTUS_EVENT_SYSEX_PART);
    CHECK(input.until([&] { return input.instance.host.rejected["malformed"] == 1; }));
}

TEST_CASE("active sensing is not taken in unless it is asked for") {
    jack_server server;
    server.start();
    live_input input("virtual", "v");
    const bool is_asked_for = GENERATE(false, true);
    if (is_asked_for) {
        input.instance.config.set("ignore", "[]");
    }
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until_up());
    jack_sender keys("keys", "tactus:v");
    REQUIRE(keys.is_connected());

    keys.send("FE");
    keys.send("90 3C 64");

    REQUIRE(input.until_events(is_asked_for ? 2 : 1));
    CHECK(input.messages().front() == hex(is_asked_for ? "FE" : "90 3C 64"));
}

TEST_CASE("what a source left sounding is ended where its active sensing stops") {
    jack_server server;
    server.start();
    live_input input("virtual", "v");
    input.instance.config.set("active_sensing", "true");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until_up());
    jack_sender keys("keys", "tactus:v");
    REQUIRE(keys.is_connected());
    input.turn();

    keys.send("FE");
    keys.send("90 3C 64");

    REQUIRE(input.until_events(2));
    CHECK(input.messages() == all_of({"90 3C 64", "80 3C 40"}));
    CHECK(input.has_logged("The port \"v\" has stopped sending"));
    CHECK(input.instance.host.metrics["midi_sensing_lost_total"] == 1);
    keys.send("FE");
    keys.send("90 3D 64");
    REQUIRE(input.until_events(4));
    CHECK(input.messages()[3] == hex("80 3D 40"));
    CHECK(input.instance.host.breaches.empty());
}

TEST_CASE("what is ignored is left out, and disturbs nothing else") {
    jack_server server;
    server.start();
    live_input input("virtual", "v");
    input.instance.config.set("ignore", R"(["clock", "sysex", "time-code"])");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until_up());
    jack_sender keys("keys", "tactus:v");
    REQUIRE(keys.is_connected());

    // F8 | F0 01 02 F7 | F1 22 | 90 3C | F8 | 64 | FA
    for (const char* each : {"F8", "F0 01 02 F7", "F1 22", "90 3C", "F8", "64", "FA"}) {
        keys.send(each);
    }

    REQUIRE(input.until_events(2));
    CHECK(input.messages() == all_of({"90 3C 64", "FA"}));
    CHECK(input.instance.host.rejected.empty());
}

TEST_CASE("a steady input gives each event the due time of its frame") {
    jack_server server;
    server.start();
    live_input input("virtual", "v");
    input.instance.config.set("steady", "true");
    REQUIRE(input.start() == TACTUS_OK);
    REQUIRE(input.until_up());
    jack_sender keys("keys", "tactus:v");
    REQUIRE(keys.is_connected());
    input.turn();

    keys.send("90 3C 64");

    REQUIRE(input.until_events(1));
    const auto& event = input.events()[0];
    CHECK(event.due_ns > 0);
    // Frame 0 of a period of 2.7 ms that had begun when its callback ran.
    CHECK(event.due_ns <= event.received_ns + 3'000'000);
}
