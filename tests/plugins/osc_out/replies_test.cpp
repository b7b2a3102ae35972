// SPDX-License-Identifier: MIT
// What peers answer to the output's own sockets, sent on to reply_to.
#include "tests/support/catch.hpp"
#include <tactus/testhost/instance.hpp>

using namespace tactus::testing;

namespace {

const char* const desk = "udp://127.0.0.1:10023";
const char* const door = "tcp://127.0.0.1:57110";
const char* const page = "udp://127.0.0.1:41234"; // reply_to
const char* const passed = "osc_replies_passed_total";
const char* const dropped = "osc_replies_dropped_total";

const byte_string answer{'/', 0xc0, 0xdb, 0, ',', 0, 0, 0};
const std::string sized_a("\0\0\0\x08/a\0\0,\0\0\0", 12);
const byte_string packet_a{'/', 'a', 0, 0, ',', 0, 0, 0};

std::string times(std::size_t count, const std::string& text) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
        all += text;
    }
    return all;
}

class osc_out : public test_instance {
public:
    explicit osc_out(const std::vector<std::string>& to = {desk}, const std::string& replies = page)
        : test_instance(load_entry(PLUGIN_FILE), "osc_out") {
        for (const std::string& each : to) {
            config.add("to", "\"" + each + "\"");
        }
        if (!replies.empty()) {
            config.set("reply_to", "\"" + replies + "\"");
        }
    }
    void answer_from(const std::string& peer, const test_datagram& with, std::size_t count = 1) {
        for (std::size_t i = 0; i < count; ++i) {
            host.socket_to(peer)->inbound.push_back(with);
        }
        host.settle();
    }
    void say(const std::string& bytes) {
        host.feed(*host.stream_to(door), bytes);
        host.settle();
    }
    test_socket& replies() { return *host.socket_to(page); }
    void let_pass(std::int64_t ms) { host.advance_to(host.now_ns() + ms * 1'000'000); }
};

} // namespace

TEST_CASE("what a peer answers by UDP is sent on byte by byte, a datagram each") {
    osc_out made;
    REQUIRE(made.start() == TACTUS_OK);

    made.answer_from(desk, {answer});
    made.answer_from(desk, {packet_a});

    CHECK(made.replies().sent == std::vector<byte_string>{answer, packet_a});
    CHECK(made.host.metrics[passed] == 2);
    CHECK(made.host.metrics[dropped] == 0);
    CHECK(made.host.emitted.empty());
}

TEST_CASE("without reply_to no UDP socket is read, and nothing is opened or counted for it") {
    osc_out made({desk, door}, "");
    REQUIRE(made.start() == TACTUS_OK);

    CHECK(made.host.pending("recv") == 0);
    CHECK(made.host.open_sockets() == 1);
    CHECK(made.host.metrics.count(passed) == 0);
}

TEST_CASE("of many answers no more than 8 are read at a time") {
    osc_out made;
    made.start();

    made.answer_from(desk, {answer}, 17);

    CHECK(made.replies().sent.size() == 17);
    CHECK(made.replies().send_calls == 3);
}

TEST_CASE("each of several peers is heard") {
    osc_out made({desk, "udp://[::1]:9", door});
    made.start();

    made.answer_from(desk, {answer});
    made.answer_from("udp://[::1]:9", {packet_a});
    made.say(sized_a);

    CHECK(made.replies().sent == std::vector<byte_string>{answer, packet_a, packet_a});
}

TEST_CASE("packets of a connection are sent on whole, whatever pieces they come in") {
    osc_out made({door});
    const bool is_slip = GENERATE(false, true);
    made.config.set("framing", is_slip ? "\"slip\"" : "\"size\"");
    made.start();
    const std::string both =
        is_slip ? times(2, std::string("\xc0/a\0\0,\0\0\0\xc0", 10)) : times(2, sized_a);

    made.say(both.substr(0, 7));
    CHECK(made.replies().sent.empty());
    made.say(both.substr(7));

    CHECK(made.replies().sent == std::vector<byte_string>{packet_a, packet_a});
    CHECK(made.host.metrics[passed] == 2);
}

TEST_CASE("a connection that answers much is passed on 8 packets at a time, the loop in between") {
    osc_out made({door});
    made.start();
    made.host.feed(*made.host.stream_to(door), times(20, sized_a));

    while (made.replies().sent.empty() && made.host.step()) {
    }
    CHECK(made.replies().sent.size() == 8);
    CHECK(made.host.pending("timer") == 1);
    CHECK(made.host.pending("read") == 0);
    made.host.settle();

    CHECK(made.replies().sent.size() == 20);
    CHECK(made.host.pending("timer") == 0);
    CHECK(made.host.pending("read") == 1);
}

TEST_CASE("a connection whose framing is lost is not listened to any more, and stays in use") {
    osc_out made({door});
    made.start();

    made.say(sized_a + GENERATE(as<std::string>(), std::string("\0\1\0\1", 4), "GET / HTTP/1.1"));
    made.say(sized_a);

    CHECK(made.replies().sent.size() == 1);
    CHECK(made.host.metrics[dropped] == 1);
    CHECK(made.host.log.size() == 1);
    CHECK(made.host.stream_to(door)->inbound.empty());
    CHECK(made.host.ports.begin()->second.is_up);
}

TEST_CASE("the longest packet of a connection passes, and one that is empty is dropped alone") {
    osc_out made({door});
    made.start();

    made.say(std::string(4, '\0') + std::string("\0\1\0\0", 4) + std::string(64 * 1024, 'x'));

    REQUIRE(made.replies().sent.size() == 1);
    CHECK(made.replies().sent[0].size() == 64 * 1024);
    CHECK(made.host.metrics[dropped] == 1);
    CHECK(made.host.log.empty());
}

TEST_CASE("a connection that is made again is heard from its first byte") {
    osc_out made({door});
    made.start();
    made.say(sized_a.substr(0, 5));
    made.host.end(*made.host.stream_to(door));
    made.host.settle();
    made.let_pass(500);

    made.say(sized_a);

    CHECK(made.replies().sent == std::vector<byte_string>{packet_a});
    CHECK(made.host.log.size() == 2); // that it has gone, and is reached again
}

TEST_CASE("what was cut or is empty is dropped and counted") {
    osc_out made;
    made.start();
    test_datagram cut{answer};
    cut.is_truncated = true;

    made.answer_from(desk, cut);
    made.answer_from(desk, {{}});
    made.answer_from(desk, {byte_string(64 * 1024, 1)});

    CHECK(made.replies().sent.size() == 1);
    CHECK(made.host.metrics[dropped] == 2);
}

TEST_CASE("replies that find no room are dropped and counted, and nothing waits") {
    osc_out made;
    made.start();
    made.replies().send_room = 1;
    made.replies().send_status = TACTUS_E_AGAIN;

    made.answer_from(desk, {answer}, 3);
    CHECK(made.host.metrics[passed] == 1);
    CHECK(made.host.metrics[dropped] == 2);
    CHECK(made.host.pending("writable") == 0);

    made.replies().send_room = 100;
    made.answer_from(desk, {answer});
    CHECK(made.host.metrics[passed] == 2);
}

TEST_CASE("a reply that the system refuses is dropped, each by itself") {
    osc_out made;
    made.start();
    made.replies().send_room = 0;
    made.replies().send_status = TACTUS_E_IO;

    made.answer_from(desk, {answer}, 3);

    CHECK(made.replies().send_calls == 3);
    CHECK(made.host.metrics[dropped] == 3);
}

TEST_CASE("where replies cannot go yet they are dropped, and the output works") {
    osc_out made;
    made.host.failing["udp.open"] = TACTUS_E_IO;
    REQUIRE(made.start() == TACTUS_OK);
    made.host.failing.clear();
    made.let_pass(1'000);
    REQUIRE(made.host.ports.begin()->second.is_up);
    made.host.failing["udp.open"] = TACTUS_E_IO;
    const std::size_t said = made.host.log.size();

    made.answer_from(desk, {answer}, 3);
    CHECK(made.host.metrics[dropped] == 3);
    CHECK(made.host.log.size() == said); // it was said once
    made.host.failing.clear();
    made.answer_from(desk, {answer});

    CHECK(made.replies().sent == std::vector<byte_string>{answer});
    CHECK(made.host.metrics[passed] == 1);
}

TEST_CASE("reply_to that is no numeric address, or a peer of the output, is refused at its key") {
    const auto [to, replies] =
        GENERATE(table<std::string, std::string>({{desk, "udp://localhost:41234"},
                                                  {desk, "udp://127.0.0.1:0"},
                                                  {desk, "udp://127.0.0.1"},
                                                  {desk, desk},
                                                  {"udp://[::1]:9", "udp://[0:0::1]:9"},
                                                  {"udp://[fe80::1%lo]:9", "udp://[fe80:0::1%1]:9"},
                                                  {desk, "udp://[::ffff:127.0.0.1]:10023"},
                                                  {"udp://localhost:9", "udp://localhost:9"}}));
    osc_out made({"unix:///run/x.sock", to}, replies);

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "reply_to");
}

TEST_CASE("reply_to may have a peer's host or port, or all of it on another transport") {
    osc_out made({desk, door, "udp://127.0.0.2:41234"},
                 GENERATE(as<std::string>(), page, "udp://127.0.0.1:57110", "udp://[::1]:10023"));

    CHECK(made.configure() == TACTUS_OK);
}

TEST_CASE("a peer whose name turns out to be where replies go is not sent to") {
    osc_out made({"udp://page.example.org:41234"});
    made.host.names["page.example.org"] = "127.0.0.1";
    REQUIRE(made.start() == TACTUS_OK);

    CHECK_FALSE(made.host.ports.begin()->second.is_up);
    REQUIRE(made.host.log.size() == 1);
    CHECK_THAT(made.host.log[0], Catch::Contains("reply_to names it"));
}

TEST_CASE("stop leaves no op and no socket, wherever the peers are with their answers") {
    osc_out made({desk, door});
    made.start();
    made.host.feed(*made.host.stream_to(door), times(20, sized_a));
    if (GENERATE(false, true)) {
        while (made.replies().sent.empty() && made.host.step()) {
        }
    }

    made.stop();

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.open_sockets() == 0);
    CHECK(made.host.open_streams() == 0);
    CHECK(made.host.breaches.empty());
}
