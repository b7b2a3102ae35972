// SPDX-License-Identifier: MIT
// A running daemon reads its file again: what is the same goes on, what is new begins, and a file
// that is wrong changes nothing.
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"
#include "tests/system/reload_case.hpp"

#include <filesystem>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

// Whether the next datagram is this message.
bool gets(const udp_peer& peer, const std::vector<std::uint8_t>& bytes) {
    const auto came = peer.receive(patience);
    return came && came->bytes == bytes;
}

std::string text_of(const udp_peer& peer) {
    const auto came = peer.receive(patience);
    return came ? std::string(came->bytes.begin(), came->bytes.end()) : "nothing";
}

// An input for scripts, by a socket in that folder, and routes to outputs that are given.
std::string scripts(const temp_dir& files) {
    return fmt::format("[[input]]\nname = \"scripts\"\ntype = \"stream\"\nlisten = \"unix://{}\"\n",
                       files.path("in"));
}

} // namespace

TEST_CASE("a reload opens what is new and closes what is gone; the rest goes on") {
    const std::uint16_t port = free_udp_port();
    const udp_peer a;
    const udp_peer b;
    const std::string desk = osc_input("desk", port);
    reload_case daemon(desk + osc_output("a", a.port()) + route("desk", "a"));
    a.send(osc("/1", {1}), port);
    REQUIRE(gets(a, osc("/1", {1})));

    daemon.write(desk + osc_output("a", a.port()) + osc_output("b", b.port()) + route("desk", "a") +
                 route("desk", "b"));
    const finished opened = daemon.command({"reload"});
    CHECK(opened.code == 0);
    CHECK_THAT(opened.out, Contains("kept       desk, a\n") && Contains("opened     b\n") &&
                               Contains("routes     new"));
    a.send(osc("/2", {2}), port);
    CHECK(gets(a, osc("/2", {2})));
    CHECK(gets(b, osc("/2", {2})));

    daemon.reload(desk + osc_output("b", b.port()) + route("desk", "b"));
    a.send(osc("/3", {3}), port);
    CHECK(gets(b, osc("/3", {3})));
    CHECK(daemon.metric("tactus_deliveries_sent_total{output=\"b\"}") == 2);
    CHECK(daemon.metric("tactus_deliveries_sent_total{output=\"a\"}") == -1); // seen once more
    CHECK(daemon.metric("tactus_input_messages_received_total{input=\"desk\"}") == 3);
    CHECK(daemon.metric("tactus_config_reloads_total{result=\"taken\"}") == 2);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("what was removed is met by no sample, tap, panic, status or command any more") {
    const std::uint16_t port = free_udp_port();
    const udp_peer a;
    const udp_peer b;
    const udp_peer c;
    const std::string desk = osc_input("desk", port);
    const std::string to_b = osc_output("b", b.port()) + route("desk", "b");
    reload_case daemon(desk + osc_output("a", a.port()) + to_b + route("desk", "a"));
    CHECK(daemon.command({"mute", "a"}).code == 0);
    daemon.reload(desk + to_b);

    for (int i = 0; i < 40; ++i) { // longer than a second, after which a sample is taken
        a.send(osc("/again", {i}), port);
        REQUIRE(gets(b, osc("/again", {i})));
        const finished status = daemon.command({"status", "--json"});
        REQUIRE(status.code == 0);
        REQUIRE_THAT(status.out, Contains("\"name\":\"b\"") && !Contains("\"name\":\"a\""));
    }
    CHECK(daemon.command({"panic"}).code == 0);
    for (const char* const what : {"panic", "mute", "restart"}) {
        CHECK(daemon.command({what, ""}).code != 0);
    }
    CHECK(daemon.command({"send", "", "osc", "/x"}).code != 0);

    daemon.reload(desk + to_b + osc_output("c", c.port()) + route("desk", "c")); // a's number
    a.send(osc("/new", {1}), port);
    CHECK(gets(c, osc("/new", {1}))); // it is not muted
    CHECK(daemon.command({"status"}).code == 0);
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("the series of a removed output are in one more scrape") {
    const std::uint16_t port = free_udp_port();
    const udp_peer a;
    const std::string desk = osc_input("desk", port);
    const std::string b = osc_output("b", a.port());
    reload_case daemon(desk + osc_output("a", a.port()) + b + route("desk", "a") +
                       route("desk", "b"));

    daemon.reload(desk + b + route("desk", "b"));
    CHECK_THAT(daemon.scrape(), Contains("tactus_deliveries_sent_total{output=\"a\"}") &&
                                    Contains("tactus_plugin_state{plugin=\"a\""));
    CHECK(daemon.scrape().find("\"a\"") == std::string::npos);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a file that is wrong changes nothing, and each place is named") {
    const std::uint16_t port = free_udp_port();
    const udp_peer a;
    const std::string good =
        osc_input("desk", port) + osc_output("a", a.port()) + route("desk", "a");
    reload_case daemon(good);
    CHECK(daemon.metric("tactus_config_last_reload_successful") == 1);

    daemon.write("[tmie]\n" + good + "[[route]]\nfrom = \"desk\"\nto = \"nobody\"\n");
    const finished refused = daemon.command({"reload"});
    CHECK(refused.code == 78);
    CHECK_THAT(refused.err, Contains(daemon.file() + ":1:2: error: ") &&
                                Contains("there is no output \"nobody\"") &&
                                Contains("nothing has changed"));
    const finished json = daemon.command({"reload", "--json"});
    CHECK(json.code == 78);
    CHECK_THAT(json.out, Contains("\"errors\":2") && Contains("\"line\":1,\"column\":2"));
    CHECK(daemon.metric("tactus_config_last_reload_successful") == 0);
    CHECK_THAT(daemon.command({"status"}).out,
               Contains("NOT RELOADED") && Contains("CHANGED on disk"));
    CHECK_THAT(daemon.command({"status", "--json"}).out,
               Contains("\"last_reload\":{\"taken\":false"));
    a.send(osc("/1", {1}), port);
    CHECK(gets(a, osc("/1", {1})));

    daemon.reload(good);
    CHECK(daemon.metric("tactus_config_last_reload_successful") == 1);
    const std::string status = daemon.command({"status"}).out;
    CHECK(status.find("NOT RELOADED") == std::string::npos);
    CHECK(status.find("CHANGED") == std::string::npos);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("what a plugin finds wrong refuses the file, too") {
    const std::uint16_t port = free_udp_port();
    const std::string rest = osc_input("desk", port) + route("desk", "a");
    reload_case daemon(rest + osc_output("a", 9));

    daemon.write(rest + osc_output("a", 9, "interface = \"127.0.0.1\"\nttl = 300"));
    const finished refused = daemon.command({"reload"});

    INFO(refused.err);
    CHECK(refused.code == 78);
    CHECK_THAT(refused.err, Contains(daemon.file() + ":"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a setting that needs a new start refuses the whole file") {
    const std::uint16_t port = free_udp_port();
    const udp_peer a;
    const udp_peer b;
    const std::string rest = osc_input("desk", port) + route("desk", "a");
    reload_case daemon(rest + osc_output("a", a.port()));

    daemon.write("[limits]\npending = 1000\n" + rest + osc_output("a", b.port()));
    const finished refused = daemon.command({"reload"});

    CHECK(refused.code == 1);
    CHECK_THAT(refused.err, Contains("[limits] pending cannot change while the daemon runs"));
    a.send(osc("/1", {1}), port);
    CHECK(gets(a, osc("/1", {1})));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a dry run tells what a reload would do, and does nothing") {
    const std::uint16_t port = free_udp_port();
    const udp_peer a;
    const udp_peer b;
    const std::string rest = osc_input("desk", port) + route("desk", "a");
    reload_case daemon(rest + osc_output("a", a.port()));

    daemon.write(rest + osc_output("a", b.port()));
    const finished told = daemon.command({"reload", "--dry-run"});

    CHECK(told.code == 0);
    CHECK_THAT(told.out, Contains("nothing was changed") && Contains("restarted  a"));
    CHECK_THAT(daemon.command({"reload", "--dry-run", "--json"}).out,
               Contains(R"("dry_run":true)") && Contains(R"("restarted":["a"])"));
    a.send(osc("/1", {1}), port);
    CHECK(gets(a, osc("/1", {1})));
    CHECK(daemon.metric("tactus_config_reloads_total{result=\"taken\"}") == 0);
    CHECK_THAT(daemon.command({"status"}).out, Contains("CHANGED on disk"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("an output that loses its last route is closed, and opened with the next one") {
    const std::uint16_t port = free_udp_port();
    const udp_peer a;
    const udp_peer b;
    const std::string rest =
        osc_input("desk", port) + osc_output("a", a.port()) + osc_output("b", b.port());
    reload_case daemon(rest + route("desk", "a") + route("desk", "b"));

    daemon.write(rest + route("desk", "b"));
    const finished without = daemon.command({"reload"});
    daemon.write(osc_input("desk", port) + osc_output("a", b.port()) + osc_output("b", b.port()) +
                 route("desk", "b"));
    const finished other = daemon.command({"reload"});
    daemon.write(rest + route("desk", "a") + route("desk", "b"));
    const finished again = daemon.command({"reload"});

    CHECK_THAT(without.out, Contains("  closed     a\n") && !Contains("restarted"));
    CHECK_THAT(other.out, Contains("  changed    a\n") && !Contains("restarted"));
    CHECK_THAT(again.out, Contains("  opened     a\n") && !Contains("restarted"));
    a.send(osc("/1", {1}), port);
    CHECK(gets(a, osc("/1", {1})));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("what waits for an output that is changed is sent when it is back, in order") {
    const std::uint16_t port = free_udp_port();
    const udp_peer a;
    const udp_peer b;
    const std::string rest = osc_input("desk", port) + route("desk", "a");
    reload_case daemon(rest + osc_output("a", a.port()));
    for (int i = 0; i < 20; ++i) {
        a.send(osc_at(time_tag_in(300'000'000 + i * 10'000'000), "/n", {i}), port);
    }
    REQUIRE(
        eventually([&] { return daemon.metric("tactus_deliveries_pending{output=\"a\"}") == 20; }));

    daemon.reload(rest + osc_output("a", b.port()));

    for (int i = 0; i < 20; ++i) {
        CAPTURE(i);
        CHECK(gets(b, osc("/n", {i})));
    }
    CHECK(daemon.metric("tactus_deliveries_sent_total{output=\"a\"}") == 20);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("what sounds at an output that is changed or removed is ended there") {
    const bool is_removed = GENERATE(false, true);
    const temp_dir files;
    const udp_peer a;
    const udp_peer b;
    const std::string both = scripts(files) + osc_output("b", b.port()) + route("scripts", "b");
    reload_case daemon(both + osc_output("a", a.port()) + route("scripts", "a"));
    const unix_client script(files.path("in"));
    script.write("{\"note\": 60, \"velocity\": 100}\n");
    REQUIRE(text_of(a).find("/note_on") != std::string::npos);
    REQUIRE(text_of(b).find("/note_on") != std::string::npos);

    daemon.reload(is_removed ? both
                             : both + osc_output("a", free_udp_port()) + route("scripts", "a"));

    CHECK_THAT(text_of(a), Contains("/note_off"));
    CHECK(daemon.metric("tactus_output_notes_sounding{output=\"b\"}") == 1); // sounds on
    script.write("{\"note\": 60, \"velocity\": 0}\n");
    CHECK_THAT(text_of(b), Contains("/note_off"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("an input whose address is taken is down after a reload, and comes up by itself") {
    const std::uint16_t port = free_udp_port();
    const udp_peer a;
    const std::string rest =
        osc_input("desk", port) + osc_output("a", a.port()) + route("desk", "a");
    reload_case daemon(rest);
    std::uint16_t taken_port = 0;
    {
        const udp_peer taken;
        taken_port = taken.port();

        daemon.write(rest + osc_input("pads", taken_port) + route("pads", "a"));
        const finished done = daemon.command({"reload"});

        CHECK(done.code == 0);
        CHECK_THAT(done.out, Contains("  DOWN       pads: "));
        CHECK(daemon.metric("tactus_input_up{input=\"pads\"}") == 0);
    }
    REQUIRE(eventually([&] { return daemon.metric("tactus_input_up{input=\"pads\"}") == 1; }));
    a.send(osc("/1", {1}), taken_port);
    CHECK(gets(a, osc("/1", {1})));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("inputs may swap their addresses") {
    const std::uint16_t one = free_udp_port();
    const std::uint16_t two = free_udp_port();
    const udp_peer a;
    const udp_peer b;
    const std::string rest = osc_output("a", a.port()) + osc_output("b", b.port()) +
                             route("left", "a") + route("right", "b");
    reload_case daemon(osc_input("left", one) + osc_input("right", two) + rest);

    daemon.reload(osc_input("left", two) + osc_input("right", one) + rest);

    CHECK(daemon.metric("tactus_input_up{input=\"left\"}") == 1);
    CHECK(daemon.metric("tactus_input_up{input=\"right\"}") == 1);
    a.send(osc("/1", {1}), two);
    CHECK(gets(a, osc("/1", {1})));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("sections apply to the daemon that runs") {
    const std::uint16_t port = free_udp_port();
    const udp_peer a;
    const std::string rest =
        osc_input("desk", port) + osc_output("a", a.port()) + route("desk", "a");
    reload_case daemon(rest);

    daemon.reload(rest +
                  "[time]\nmax_ahead = \"1s\"\nhandover = \"3ms\"\n[log]\nlevel = \"debug\"\n"
                  "[safety]\npanic_address = \"/panic\"\n");

    CHECK_THAT(daemon.command({"status", "--json"}).out, Contains(R"("log_level":"debug")"));
    a.send(osc_at(time_tag_in(5'000'000'000), "/far", {1}), port);
    REQUIRE(eventually([&] {
        return daemon.metric("tactus_input_messages_rejected_total{input=\"desk\",reason=\"too_far_"
                             "ahead\"}") == 1;
    }));
    daemon.reload(rest + "[log]\nformat = \"json\"\n");
    CHECK(daemon.program().says("\"The configuration was reloaded.\""));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("without a terminal a hang-up reloads, and tells the log what was wrong") {
    const std::uint16_t port = free_udp_port();
    const std::string rest = osc_input("desk", port) + route("desk", "a");
    reload_case daemon(rest + osc_output("a", 9), {"setsid", "--wait"});
    const auto hang_up = [&] { // of the daemon itself, whoever its parent is
        const finished status = daemon.command({"status", "--json"});
        const std::size_t at = status.out.find("\"pid\":");
        REQUIRE(at != std::string::npos);
        ::kill(std::stoi(status.out.substr(at + 6)), SIGHUP);
    };

    hang_up();
    CHECK(daemon.program().says("The configuration was reloaded."));
    daemon.write(rest + osc_output("a", 9) + "[tmie]\n");
    hang_up();
    CHECK(daemon.program().says("The configuration was not reloaded, and nothing has changed."));
    CHECK(daemon.program().says("did you mean"));

    CHECK(daemon.command({"stop"}).code == 0);
    CHECK(daemon.program().wait() == 0);
}

TEST_CASE("a reload in the middle of another waits for it, and both are done") {
    const std::uint16_t port = free_udp_port();
    const std::string rest = osc_input("desk", port) + route("desk", "a");
    reload_case daemon(rest + osc_output("a", 9));
    const std::string call = "{\"jsonrpc\":\"2.0\",\"method\":\"reload\",\"id\":1}\n";
    const unix_client one(daemon.program().runtime_folder() + "/control.sock");
    const unix_client two(daemon.program().runtime_folder() + "/control.sock");

    daemon.write(rest + osc_output("a", 10));
    one.write(call);
    two.write(call);

    CHECK_THAT(one.read_line(), Contains("\"result\""));
    CHECK_THAT(two.read_line(), Contains("\"result\""));
    CHECK(daemon.metric("tactus_config_reloads_total{result=\"taken\"}") == 2);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a stop in the middle of a reload stops") {
    const std::uint16_t port = free_udp_port();
    const std::string rest = osc_input("desk", port) + route("desk", "a");
    reload_case daemon(rest + osc_output("a", 9));
    const unix_client client(daemon.program().runtime_folder() + "/control.sock");

    for (int i = 0; i < 5; ++i) {
        daemon.write(rest + osc_output("a", static_cast<std::uint16_t>(10 + i)));
        client.write("{\"jsonrpc\":\"2.0\",\"method\":\"reload\",\"id\":1}\n");
    }
    CHECK(daemon.stop() == 0);
    CHECK_THAT(daemon.program().err(), Contains("Stopped."));
}
