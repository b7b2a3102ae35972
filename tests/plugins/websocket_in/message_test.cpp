// SPDX-License-Identifier: MIT
// What connections bring: the dialects, and what becomes of it.
#include "tests/plugins/websocket_in/browser.hpp"
#include "tests/support/catch.hpp"

#include <map>
#include <string>

using namespace tactus::testing;
using websocket_in::testing::door;
using websocket_in::testing::server_frames;
using websocket_in::testing::text_frame;
using plugin = websocket_in::testing::websocket_in;

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t s = 1'000'000'000;

const byte_string note{'/', 'n', 0, 0, ',', 'f', 0, 0, 0x42, 0x70, 0, 0}; // /n 60.0

std::string osc_packet() {
    return std::string(note.begin(), note.end());
}

} // namespace

TEST_CASE("by default it listens on loopback") {
    plugin made;

    CHECK(made.start() == TACTUS_OK);

    REQUIRE(made.host.ports.size() == 1);
    CHECK(made.host.ports[1].key == door);
    CHECK(made.host.open_streams() == 1);
}

TEST_CASE("Strudel's JSON becomes OSC, with the time of its arrival") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    made.host.advance_to(5 * s);

    made.say(client, R"({"address": "/n", "args": [60]})");

    REQUIRE(made.host.emitted.size() == 1);
    const emitted_event& event = made.host.emitted[0];
    CHECK(event.bytes == note);
    CHECK(event.protocol == TACTUS_PROTO_OSC);
    CHECK(event.received_ns == 5 * s);
    CHECK(event.due_ns == 0);
    CHECK(event.port == 0);
    CHECK_FALSE(event.is_droppable); // a browser can wait
    CHECK(client.sent.empty());      // and is told nothing
}

TEST_CASE("a binary frame is an OSC packet, as it came") {
    plugin made;
    made.start();
    test_stream& client = made.browser();

    made.send(client, websocket_in::testing::binary_frame(osc_packet()));

    REQUIRE(made.host.emitted.size() == 1);
    CHECK(made.host.emitted[0].bytes == note);
    CHECK(made.host.emitted[0].protocol == TACTUS_PROTO_OSC);
}

TEST_CASE("the desktop bridge's MIDI is due its offset after it came, at the port it asks for") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    made.host.advance_to(5 * s);

    made.say(client, R"([{"message": [144, 60, 100], "offset": 34.5, "requestedport": "synth"},
                         {"message": [128, 60, 0], "offset": 134, "requestedport": "synth"},
                         {"message": [144, 62, 100], "requestedport": "organ"}])");

    REQUIRE(made.host.emitted.size() == 3);
    CHECK(made.host.emitted[0].protocol == TACTUS_PROTO_MIDI);
    CHECK(made.host.emitted[0].bytes == byte_string{144, 60, 100});
    CHECK(made.host.emitted[0].due_ns == 5 * s + 34 * ms + ms / 2);
    CHECK(made.host.emitted[1].due_ns == 5 * s + 134 * ms);
    CHECK(made.host.emitted[2].due_ns == 0);
    CHECK(made.host.emitted[0].port != 0);
    CHECK(made.host.emitted[0].port == made.host.emitted[1].port);
    CHECK(made.host.emitted[0].port != made.host.emitted[2].port);
}

TEST_CASE("dialects are told apart frame by frame, on one connection") {
    plugin made;
    made.start();
    test_stream& client = made.browser();

    made.say(client, R"({"address": "/n", "args": [60]})");
    made.send(client, websocket_in::testing::binary_frame(osc_packet()));
    made.say(client, R"([{"message": [144, 60, 100]}])");
    made.say(client, R"([{"target": "/n", "params": []}])");

    REQUIRE(made.host.emitted.size() == 4);
    CHECK(made.host.emitted[2].protocol == TACTUS_PROTO_MIDI);
    CHECK(made.host.emitted[3].bytes == byte_string{'/', 'n', 0, 0, ',', 0, 0, 0});
}

TEST_CASE("SysEx is refused unless it is asked for") {
    const bool takes = GENERATE(false, true);
    plugin made;
    made.config.set("sysex", takes ? "true" : "false");
    made.start();

    made.say(made.browser(), R"([{"message": [240, 125, 1, 247]}])");

    CHECK(made.host.emitted.size() == (takes ? 1U : 0U));
    CHECK(made.host.rejected["sysex_denied"] == (takes ? 0U : 1U));
}

TEST_CASE("events that must not become SysEx say so, however they came") {
    const bool takes = GENERATE(false, true);
    plugin made;
    made.config.set("sysex", takes ? "true" : "false");
    made.start();
    test_stream& page = made.browser();

    made.say(page, R"({"address": "/sysex", "args": [1]})");
    made.say(page, R"([{"message": [144, 60, 100]}])");
    made.send(page, websocket_in::testing::binary_frame(osc_packet()));

    REQUIRE(made.host.emitted.size() == 3);
    for (const auto& event : made.host.emitted) {
        CHECK(event.flags == (takes ? 0 : TACTUS_EVENT_NO_SYSEX));
    }
}

TEST_CASE("each connection has a tag of its own, by which its events are taken back") {
    plugin made;
    made.start();
    test_stream& one = made.browser();
    test_stream& other = made.browser();
    made.say(one, R"({"address": "/n", "args": [60]})");
    made.say(other, R"({"address": "/n", "args": [60]})");
    REQUIRE(made.host.emitted.size() == 2);
    CHECK(made.host.emitted[0].tag != 0);
    CHECK(made.host.emitted[0].tag != made.host.emitted[1].tag);

    made.say(other, R"({"tactus": "cancel"})");

    CHECK(made.host.canceled_tags == std::vector<std::uint32_t>{made.host.emitted[1].tag});
    const auto said = server_frames(other.sent);
    REQUIRE(said.size() == 1);
    CHECK(said[0].payload.starts_with(R"({"tactus":"canceled","deliveries":)"));
    CHECK(one.sent.empty());
}

TEST_CASE("a page takes back what it said just before, and not what it says after") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    made.host.emit_room = 1;

    made.send(client, websocket_in::testing::operator+(
                          websocket_in::testing::operator+(text_frame(R"([{"message": [144, 1, 1]},
                                                                  {"message": [144, 2, 1]}])"),
                                                           text_frame(R"({"tactus": "cancel"})")),
                          text_frame(R"([{"message": [144, 3, 1]}])")));
    CHECK(made.host.emitted.size() == 1);
    CHECK(made.host.canceled_tags.empty()); // two are still on their way
    made.host.make_room(1);
    made.host.settle();

    CHECK(made.host.emitted.size() == 2);
    CHECK(made.host.canceled_tags.size() == 1);
    made.host.make_room(1);
    made.host.settle();
    CHECK(made.host.emitted.size() == 3);
}

TEST_CASE("a connection that ends takes nothing back") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    made.say(client, R"({"address": "/n", "args": [60]})");

    made.host.end(client);
    made.host.settle();

    CHECK(client.is_closed);
    CHECK(made.host.canceled_tags.empty());
    CHECK(made.is_running());
}

TEST_CASE("what is no message is counted, and the connection stays") {
    plugin made;
    made.start();
    test_stream& client = made.browser();

    made.say(client, "{");
    made.send(client, websocket_in::testing::binary_frame(""));
    made.say(client, R"({"address": "/n", "args": [60]})");

    CHECK(made.host.rejected["malformed"] == 2);
    CHECK(made.host.emitted.size() == 1);
    CHECK(client.sent.empty());
}

TEST_CASE("with feedback the sender is told what was wrong") {
    plugin made;
    made.config.set("feedback", "\"errors\"");
    made.start();
    test_stream& client = made.browser();

    made.say(client, R"({"address": 7})");

    const auto said = server_frames(client.sent);
    REQUIRE(said.size() == 1);
    CHECK(said[0].opcode == 1);
    CHECK(said[0].payload == R"({"tactus":"rejected","reason":"malformed","why":"\"address\" is )"
                             R"(not a text that begins with \"/\", without control characters, )"
                             R"(of 1024 bytes at most."})");
}

TEST_CASE("what is not one whole MIDI message is refused, and the sender told why") {
    const auto* const bytes = GENERATE("60, 63, 100", "144, 60", "144, 60, 100, 1", "144, 60, 128",
                                       "244", "247", "240, 1", "240, 128, 247", "240");
    plugin made;
    made.config.set("feedback", "\"errors\"").set("sysex", "true");
    made.start();
    test_stream& client = made.browser();

    made.say(client, std::string("[{\"message\": [") + bytes + "]}]");

    CHECK(made.host.emitted.empty());
    CHECK(made.host.rejected["malformed"] == 1);
    const auto said = server_frames(client.sent);
    REQUIRE(said.size() == 1);
    CHECK(said[0].payload == R"({"tactus":"rejected","reason":"malformed","why":"\"message\" is )"
                             R"(not one complete MIDI message, as [144, 60, 100]."})");
}

TEST_CASE("where the kernel has no room the client waits, and nothing is lost or turned round") {
    plugin made;
    made.start();
    test_stream& one = made.browser();
    test_stream& other = made.browser();
    made.host.emit_room = 3;

    byte_string many;
    for (int i = 0; i < 10; ++i) {
        many = websocket_in::testing::operator+(
            many, text_frame(R"([{"message": [144, )" + std::to_string(i) + ", 100]}]"));
    }
    made.send(one, many);
    made.say(other, R"([{"message": [144, 99, 100]}])");
    CHECK(made.host.emitted.size() == 3);
    made.host.make_room(100);
    made.host.settle();

    REQUIRE(made.host.emitted.size() == 11);
    for (std::uint8_t i = 0; i < 10; ++i) {
        CHECK(made.host.emitted[i].bytes[1] == i);
    }
    CHECK(made.host.emitted[10].bytes[1] == 99);
}

TEST_CASE("who waits for room keeps nobody from a handshake, a ping or a cancel") {
    plugin made;
    made.start();
    test_stream& waiting = made.browser();
    test_stream& open = made.browser();
    made.host.emit_room = 0;
    made.say(waiting, R"([{"message": [144, 1, 100]}])");
    REQUIRE(made.host.pending("emit") == 1);

    SECTION("a handshake, and a ping behind it") {
        test_stream& coming = made.ask(websocket_in::testing::good_request);
        CHECK(coming.text().starts_with("HTTP/1.1 101 "));
        coming.sent.clear();
        made.send(coming, websocket_in::testing::client_frame{9, "there"}.bytes());
        CHECK(server_frames(coming.sent) ==
              std::vector<websocket_in::testing::server_frame>{{10, "there"}});
    }
    SECTION("a ping of the clock") {
        made.say(open, R"({"tactus": "ping", "client": 1})");
        CHECK(server_frames(open.sent).size() == 1);
    }
    SECTION("a cancel") {
        made.say(open, R"({"tactus": "cancel"})");
        CHECK(made.host.canceled_tags.size() == 1);
        CHECK(server_frames(open.sent).size() == 1);
    }

    CHECK(made.host.emitted.empty());
    made.host.make_room(1);
    made.host.settle();
    CHECK(made.host.emitted.size() == 1);
    CHECK(made.host.breaches == std::vector<std::string>());
}

TEST_CASE("who waits for room holds up nobody else, and a cancel follows its own events") {
    plugin made;
    made.start();
    test_stream& first = made.browser();
    test_stream& second = made.browser();
    made.host.emit_room = 0;
    made.say(first, R"([{"message": [144, 1, 100]}, {"message": [144, 2, 100]}])");
    made.say(second, R"([{"message": [144, 3, 100]}])");
    made.say(second, R"({"tactus": "cancel"})");
    made.say(first, R"([{"message": [144, 4, 100]}])");
    CHECK(made.host.emitted.empty());

    made.host.make_room(100);
    made.host.settle();

    REQUIRE(made.host.emitted.size() == 4);
    std::map<std::uint32_t, std::string> notes; // by page, in the order in which they came
    for (const auto& each : made.host.emitted) {
        notes[each.tag] += std::to_string(each.bytes[1]);
        CHECK(each.group == each.tag); // pages share the room of the input
    }
    REQUIRE(made.host.canceled_tags.size() == 1);
    CHECK(notes[made.host.canceled_tags[0]] == "3");
    notes.erase(made.host.canceled_tags[0]);
    CHECK(notes.begin()->second == "124");
}

TEST_CASE("who leaves while waiting for room is gone, and the next one is served") {
    plugin made;
    made.config.set("when_gone", "\"keep\"");
    made.start();
    test_stream& first = made.browser();
    test_stream& second = made.browser();
    made.host.emit_room = 0;
    made.say(first, R"([{"message": [144, 1, 100]}])");
    made.say(second, R"([{"message": [144, 2, 100]}])");

    made.host.reset(first);
    made.host.make_room(100);
    made.host.settle();

    CHECK(made.host.emitted.size() == 2);
    CHECK(first.is_closed);
    CHECK_FALSE(second.is_closed);
}

TEST_CASE("more messages than a batch holds are all emitted, also those of one text") {
    plugin made;
    made.start();
    test_stream& client = made.browser();

    byte_string many;
    for (int text = 0; text < 5; ++text) {
        std::string list = "[";
        for (int i = 0; i < 3000; ++i) {
            list += R"({"message":[254]},)";
        }
        list.back() = ']';
        many = websocket_in::testing::operator+(many, text_frame(list));
    }
    made.send(client, many);

    CHECK(made.host.emitted.size() == 15000);
    CHECK(made.host.rejected.empty());
}

TEST_CASE("small frames that wait in the reader's buffer are not forgotten") {
    plugin made;
    made.start();
    test_stream& client = made.browser();
    byte_string many;
    for (int i = 0; i < 20000; ++i) {
        many.insert(many.end(), {0x82, 0x84, 0, 0, 0, 0, '/', 'a', 0, 0});
    }

    made.send(client, many);

    CHECK(made.host.emitted.size() == 20000);
}
