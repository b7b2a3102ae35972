// SPDX-License-Identifier: MIT
// osc_out: what is counted and logged of peers that are away, come back or lose packets.
#include "tests/support/catch.hpp"
#include "tests/support/fake_instance.hpp"

#include <algorithm>
#include <cerrno>

using namespace tactus::testing;

namespace {

const char* const door = "tcp://127.0.0.1:57120";
const byte_string a{'/', 'a', 0, 0};

class osc_out : public fake_instance {
public:
    explicit osc_out(const std::vector<std::string>& to = {door})
        : fake_instance(load_entry(PLUGIN_FILE), "osc_out") {
        for (const std::string& each : to) {
            config.add("to", "\"" + each + "\"");
        }
    }
    std::pair<tactus_status, std::uint32_t> send(const std::vector<byte_string>& messages,
                                                 std::uint32_t port = 0) {
        std::vector<tactus_event> events;
        for (const byte_string& message : messages) {
            tactus_event event{};
            event.bytes = message.data();
            event.size = static_cast<std::uint32_t>(message.size());
            event.protocol = TACTUS_PROTO_OSC;
            event.port = port;
            events.push_back(event);
        }
        const tactus_batch batch{sizeof(tactus_batch), static_cast<std::uint32_t>(events.size()),
                                 sizeof(tactus_event), 0, events.data()};
        std::uint32_t accepted = 0;
        const auto& output = *interface<tactus_output_0>(TACTUS_OUTPUT_0);
        const tactus_status status = output.send(plugin(), &batch, &accepted);
        return {status, accepted};
    }
    fake_stream& peer(const std::string& to = door) { return *host.stream_to(to); }
    std::uint32_t port_of(const std::string& key) const {
        for (const auto& [number, port] : host.ports) {
            if (port.key == key) {
                return number;
            }
        }
        return 0;
    }
    bool is_up(const std::string& key) const { return host.ports.at(port_of(key)).is_up; }
    void let_pass(std::int64_t ms) { host.advance_to(host.now_ns() + ms * 1'000'000); }
};

std::pair<tactus_status, std::uint32_t> ok(std::uint32_t count) {
    return {TACTUS_OK, count};
}

} // namespace

TEST_CASE("each attempt that fails is counted at its peer, and that it is back is said once") {
    osc_out made({door, "unix:///run/x.sock", "udp://no.such.name:9"});
    made.host.unreachable[door] = ECONNREFUSED;
    made.host.unreachable["unix:///run/x.sock"] = ENOENT;
    made.start();
    made.let_pass(60'000);
    const auto failures = [&](const std::string& key) {
        return made.host.ports.at(made.port_of(key)).failures;
    };
    CHECK(failures(door) > 1);
    CHECK(failures("unix:///run/x.sock") > 1);
    CHECK(failures("udp://no.such.name:9") > 1);
    CHECK(failures("all") == 0);
    CHECK(made.host.log.size() ==
          static_cast<std::size_t>(failures(door) + failures("unix:///run/x.sock") +
                                   failures("udp://no.such.name:9")));

    made.host.unreachable.clear();
    made.host.names["no.such.name"] = "10.0.0.9";
    made.host.log.clear();
    const int before = failures(door);
    made.let_pass(60'000);

    CHECK(made.is_up(door));
    CHECK(made.is_up("unix:///run/x.sock"));
    CHECK(failures(door) == before);
    std::sort(made.host.log.begin(), made.host.log.end());
    REQUIRE(made.host.log.size() == 2 + (made.is_up("udp://no.such.name:9") ? 1U : 0U));
    for (const std::string& line : made.host.log) {
        CHECK_THAT(line, Catch::EndsWith(" is reached."));
    }
}

TEST_CASE("a peer that was there from the start is not said to be back") {
    osc_out made;
    made.start();
    CHECK(made.is_up(door));
    CHECK(made.host.log.empty());
}

TEST_CASE("a peer that loses packets is named in the log, at once and within a second") {
    const std::string words = "The peer " + std::string(door) +
                              " loses packets, for it does not read, and buffer_max is full";
    osc_out made;
    made.start();
    made.peer().send_room = 8;

    CHECK(made.send({a, a}) == std::pair<tactus_status, std::uint32_t>{TACTUS_E_IO, 1});
    REQUIRE(made.host.log.size() == 1);
    CHECK_THAT(made.host.log[0], Catch::EndsWith(words + "."));
    made.let_pass(500);
    for (int i = 0; i < 3; ++i) {
        CHECK(made.send({a}).first == TACTUS_E_IO);
    }
    CHECK(made.host.log.size() == 1);
    made.let_pass(1'000); // and nothing more is lost

    REQUIRE(made.host.log.size() == 2);
    CHECK_THAT(made.host.log[1], Catch::EndsWith(words + "; 3 since that was said."));
    made.let_pass(60'000);
    CHECK(made.send({a}).first == TACTUS_E_IO);
    REQUIRE(made.host.log.size() == 3);
    CHECK_THAT(made.host.log[2], Catch::EndsWith(words + "."));
}

TEST_CASE("a peer that loses packets for long is named each ten seconds, and at the end") {
    osc_out made;
    made.start();
    made.peer().send_room = 0;
    for (int i = 0; i < 255; ++i) {
        CHECK(made.send({a}).first == TACTUS_E_IO);
        made.let_pass(100);
    }
    CHECK(made.host.log.size() == 3);
    made.stop();
    CHECK(made.host.log.size() == 4);
}

TEST_CASE("of several peers the one that is full is named in the log, and one that waits is not") {
    osc_out made({"unixgram:///run/y.sock", "udp://127.0.0.1:9"});
    made.start();
    made.host.socket_to("unixgram:///run/y.sock")->send_room = 1;
    made.host.socket_to("unixgram:///run/y.sock")->send_status = TACTUS_E_AGAIN;

    CHECK(made.send({a}, made.port_of("unixgram:///run/y.sock")) == ok(1));
    CHECK(made.send({a}, made.port_of("unixgram:///run/y.sock")).first == TACTUS_E_AGAIN);
    CHECK(made.host.log.empty());
    CHECK(made.send({a, a, a}, made.port_of("all")) == ok(3));

    REQUIRE(made.host.log.size() == 1);
    CHECK_THAT(made.host.log[0],
               Catch::EndsWith("The peer unixgram:///run/y.sock loses packets, for it does not "
                               "read, and its socket is full."));
}
