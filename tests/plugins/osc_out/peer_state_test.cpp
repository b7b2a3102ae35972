// SPDX-License-Identifier: MIT
// osc_out: what is counted and logged of peers that are away, come back or lose packets.
#include "tests/plugins/osc_out/osc_out_case.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cerrno>

using namespace tactus::testing;

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
