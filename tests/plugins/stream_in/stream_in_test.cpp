// SPDX-License-Identifier: MIT
// The built plugin on a fake host: connections are the test's, and nothing happens by itself.
#include "tests/plugins/stream_in/live_lines.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace tactus::testing;
using live_lines::socket_path;
using live_lines::stream_in;

TEST_CASE("a line is an event, and says nothing back") {
    stream_in made;
    REQUIRE(made.start() == TACTUS_OK);
    test_stream& client = made.client();

    made.feed(client, "{\"note\": 60}\n");

    REQUIRE(made.host.emitted.size() == 1);
    CHECK(made.host.emitted[0].bytes == byte_string{0x90, 60, 100});
    CHECK(made.host.emitted[0].protocol == TACTUS_PROTO_MIDI);
    CHECK(made.host.emitted[0].due_ns == 0);
    CHECK_FALSE(made.host.emitted[0].is_droppable);
    CHECK(client.text().empty());
}

TEST_CASE("what is later counts from when the line came") {
    stream_in made;
    made.start();
    test_stream& client = made.client();
    made.host.advance_to(5'000'000'000);

    made.feed(client, "{\"at\": \"+250ms\", \"note\": 60, \"for\": \"1s\"}\n");

    REQUIRE(made.host.emitted.size() == 2);
    CHECK(made.host.emitted[0].due_ns == 5'250'000'000);
    CHECK(made.host.emitted[1].due_ns == 6'250'000'000);
}

TEST_CASE("a line that is wrong is answered by its number, counted, and costs no other") {
    stream_in made;
    made.start();
    test_stream& client = made.client();

    made.feed(client, "{\"note\": 60}\n\n{\"notes\": 61}\n{\"note\": 62}\n");

    CHECK(made.host.emitted.size() == 2);
    CHECK(made.host.rejected["malformed"] == 1);
    CHECK_THAT(client.text(), Catch::StartsWith("{\"line\": 3, \"error\": \"unknown key \\\"note"));
    CHECK_THAT(client.text(), Catch::EndsWith("\"}\n"));
}

TEST_CASE("answers can be switched off") {
    stream_in made;
    made.config.set("answers", "\"none\"");
    made.start();
    test_stream& client = made.client();

    made.feed(client, "x\n");

    CHECK(client.text().empty());
    CHECK(made.host.rejected["malformed"] == 1);
}

TEST_CASE("a line that is too long is counted as such and the next is read") {
    stream_in made;
    made.start();
    test_stream& client = made.client();

    made.feed(client, std::string(70'000, ' ') + "\n{\"note\": 60}\n");

    CHECK(made.host.rejected["too_large"] == 1);
    CHECK(made.host.emitted.size() == 1);
    CHECK_THAT(client.text(), Catch::Contains("65536"));
}

TEST_CASE("lines wait while there is no room, and none is lost") {
    stream_in made;
    made.start();
    test_stream& client = made.client();
    made.host.emit_room = 1;

    made.feed(client, "{\"note\": 60}\n{\"note\": 61}\n{\"note\": 62}\n");
    CHECK(made.host.emitted.size() == 1);
    made.host.make_room(2);
    made.host.settle();

    REQUIRE(made.host.emitted.size() == 3);
    CHECK(made.host.emitted[2].bytes == byte_string{0x90, 62, 100});
    CHECK(made.host.rejected.empty());
}

TEST_CASE("more lines than a batch holds are all emitted, in order") {
    stream_in made;
    made.start();
    test_stream& client = made.client();
    std::string lines;
    for (int note = 0; note < 100; ++note) {
        lines += "{\"note\": " + std::to_string(note) + ", \"for\": 1}\n";
    }

    made.feed(client, lines);

    REQUIRE(made.host.emitted.size() == 200);
    for (std::size_t i = 0; i < 100; ++i) {
        CHECK(made.host.emitted[2 * i].bytes[1] == i);
    }
}

TEST_CASE("the last line needs no line break") {
    stream_in made;
    made.start();
    test_stream& client = made.client();

    made.feed(client, "{\"note\": 60}");
    CHECK(made.host.emitted.empty());
    made.host.end(client);
    made.host.settle();

    CHECK(made.host.emitted.size() == 1);
    CHECK_FALSE(client.is_closed); // what the kernel says to it may be told yet
    made.host.advance_to(made.host.now_ns() + 20'000'000);
    CHECK(client.is_closed);
}

TEST_CASE("a peer that writes nonsense and reads no answers is refused as slow") {
    stream_in made;
    made.start();
    test_stream& client = made.client();
    client.send_room = 10;

    made.feed(client, "x\n");

    CHECK(client.refused == "slow");
    CHECK(made.is_running());
}

TEST_CASE("each connection counts its own lines, and ends alone") {
    stream_in made;
    made.start();
    test_stream& first = made.client();
    test_stream& second = made.client();

    made.feed(first, "\n\n{\"no");
    made.feed(second, "x\n");
    made.feed(first, "te\": 60}\nx\n");
    made.host.reset(second);
    made.host.settle();
    made.feed(first, "{\"note\": 61}\n");

    CHECK_THAT(second.text(), Catch::StartsWith("{\"line\": 1,"));
    CHECK_THAT(first.text(), Catch::StartsWith("{\"line\": 4,"));
    CHECK(made.host.emitted.size() == 2);
    CHECK(made.is_running());
}

TEST_CASE("what a client began stays when it leaves, unless the file says otherwise") {
    const bool is_ended = GENERATE(false, true);
    stream_in made;
    if (is_ended) {
        made.config.set("when_gone", "\"end\"");
    }
    made.start();
    test_stream& client = made.client();
    made.feed(client, "{\"note\": 60}\n");

    made.host.end(client);
    made.host.settle();

    REQUIRE(made.host.emitted.size() == 1);
    CHECK(made.host.ended_senders == (is_ended
                                          ? std::vector<std::uint32_t>{made.host.emitted[0].group}
                                          : std::vector<std::uint32_t>()));
}

TEST_CASE("what is scheduled under a tag is cancelled by any client, without a tag by its own") {
    stream_in made;
    made.start();
    test_stream& first = made.client();
    test_stream& second = made.client();
    made.feed(first, "{\"note\": 60, \"tag\": \"drums\"}\n{\"note\": 61}\n");
    made.feed(second, "{\"note\": 62, \"tag\": \"drums\"}\n");
    REQUIRE(made.host.emitted.size() == 3);
    const std::uint32_t drums = made.host.emitted[0].group;
    const std::uint32_t plain = made.host.emitted[1].group;
    const std::uint32_t others = made.host.emitted[2].group;
    CHECK(drums != plain);
    CHECK(drums != others);
    made.host.end(first);
    made.host.settle();

    made.feed(second, "{\"note\": 63}\n{\"cancel\": \"drums\"}\n{\"cancel\": \"bass\"}\n");
    CHECK(made.host.canceled_tags == std::vector<std::uint32_t>{drums, others});
    CHECK(made.host.emitted.size() == 4);
    made.feed(second, "{\"cancel\": true}\n");

    CHECK(made.host.canceled_tags.size() == 4);
    CHECK(second.text().empty());
}

TEST_CASE("the socket has the mode that was asked for") {
    stream_in made;
    made.config.set("mode", "\"0600\"");
    made.start();

    CHECK(made.host.listener_at(socket_path)->mode == 0600);
}

TEST_CASE("a configuration that reads nothing, or has no mode, is refused") {
    stream_in silent;
    silent.config.unset("listen");
    CHECK(silent.configure() == TACTUS_E_CONFIG);
    CHECK(silent.host.error_key == "listen");

    for (const char* const mode : {"\"0\"", "\"rw\"", "\"0888\"", "\"1777\"", "\"\""}) {
        stream_in wrong;
        wrong.config.set("mode", mode);
        CHECK(wrong.configure() == TACTUS_E_CONFIG);
        CHECK(wrong.host.error_key == "mode");
    }
}

TEST_CASE("what is no socket is not listened on, and said to be none") {
    const tactus::test::temp_dir folder;
    stream_in made;
    made.config.unset("listen").set("listen", "\"unix://" + folder.write("notes", "") + "\"");

    CHECK(made.start() != TACTUS_OK);
    CHECK_THAT(made.host.error_text, Catch::Contains("not a socket is there"));
}
