// SPDX-License-Identifier: MIT
// What was asked of a running daemon by name follows the name over reloads, whatever numbers the
// inputs, outputs and routes have then.
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"
#include "tests/system/reload_case.hpp"

#include <memory>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

// A desk, and what it is sent to.
struct desk {
    std::uint16_t port = free_udp_port();
    udp_peer peer;

    [[nodiscard]] std::string input(const std::string& name = "desk") const {
        return osc_input(name, port);
    }
    [[nodiscard]] std::string output(const std::string& name) const {
        return osc_output(name, peer.port());
    }
    void send(int number) const { peer.send(osc("/n", {number}), port); }
};

std::unique_ptr<process> tap(reload_case& daemon, std::vector<std::string> words) {
    words.insert(words.begin(), {tactus_program, "tap"});
    return std::make_unique<process>(
        words, process::options{{"RUNTIME_DIRECTORY=" + daemon.program().runtime_folder()}, {}});
}

// Sends until the tap shows such an event: it is open a moment after it was started.
bool shows(process& tap, const desk& from, const std::string& text) {
    return eventually([&] {
        from.send(1);
        return tap.says(text, std::chrono::milliseconds(50));
    });
}

} // namespace

TEST_CASE("a tap of an output shows that name over reloads, and nothing while it is gone") {
    const desk here;
    const auto with = [&](const std::vector<std::string>& outputs) {
        std::string text = here.input();
        for (const std::string& each : outputs) {
            text += here.output(each) + route("desk", each);
        }
        return text;
    };
    reload_case daemon(with({"a", "b"}));
    const auto shown = tap(daemon, {"--output", "a"});
    REQUIRE(shows(*shown, here, "desk -> a "));

    daemon.reload(with({"b"}));
    daemon.reload(with({"b", "c"})); // which may have the number of a
    here.send(2);
    REQUIRE(eventually(
        [&] { return daemon.metric("tactus_deliveries_sent_total{output=\"c\"}") == 1; }));
    daemon.reload(with({"c", "a", "b"}));
    here.send(3);

    CHECK(shown->says("/n 3"));
    CHECK(shown->out().find("-> c") == std::string::npos);
    CHECK(shown->out().find("-> b") == std::string::npos);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a tap of an input shows that name over reloads, and nothing while it is gone") {
    const desk here;
    const desk there;
    const std::string output = here.output("a");
    const std::string pads = there.input("pads") + route("pads", "a");
    reload_case daemon(here.input() + output + route("desk", "a"));
    const auto shown = tap(daemon, {"--input", "desk"});
    REQUIRE(shows(*shown, here, "desk -> a "));

    daemon.reload(pads + output);
    daemon.reload(pads + output + osc_input("new", free_udp_port()) + route("new", "a"));
    there.send(2);
    REQUIRE(eventually([&] {
        return daemon.metric("tactus_input_messages_received_total{input=\"pads\"}") == 1;
    }));
    daemon.reload(pads + here.input() + output + route("desk", "a"));
    here.send(3);

    CHECK(shown->says("/n 3"));
    CHECK(shown->out().find("pads") == std::string::npos);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("what is counted and muted of a route follows its name, and a tap calls it by that") {
    const desk here;
    const std::string ends = here.input() + here.output("a") + here.output("b");
    const auto named = [](const std::string& name, const std::string& to) {
        return route("desk", to, "name = \"" + name + "\"");
    };
    const auto counted = [](const std::string& name) {
        return "tactus_route_events_total{route=\"" + name + "\",result=\"delivered\"}";
    };
    reload_case daemon(ends + named("first", "a") + named("second", "b"));
    here.send(1);
    REQUIRE(eventually([&] { return daemon.metric(counted("second")) == 1; }));
    REQUIRE(daemon.command({"mute", "first"}).code == 0);
    const auto shown = tap(daemon, {"--output", "b"});
    REQUIRE(shows(*shown, here, "by second"));
    const double first = daemon.metric(counted("first"));
    const double second = daemon.metric(counted("second"));

    daemon.reload(ends + named("new", "b") + named("second", "b") + named("first", "a"));

    CHECK(daemon.metric(counted("first")) == first);
    CHECK(daemon.metric(counted("second")) == second);
    CHECK(daemon.metric(counted("new")) == 0);
    CHECK_THAT(daemon.command({"status"}).out, Contains("muted     first\n"));
    here.send(77);
    CHECK(shown->says("/n 77"));
    CHECK(eventually([&] { return daemon.metric(counted("second")) == second + 1; }));
    CHECK(daemon.metric(counted("first")) == first);
    CHECK(shows(*shown, here, "by new")); // the first that leads there
    CHECK(daemon.stop() == 0);
}

TEST_CASE(
    "a muted route without a name stays muted where it stands now; its series stay in place") {
    const desk here;
    const std::string ends = here.input() + here.output("a") + here.output("b");
    const auto counted = [](int number) {
        return "tactus_route_events_total{route=\"route " + std::to_string(number) +
               "\",result=\"delivered\"}";
    };
    reload_case daemon(ends + route("desk", "a") + route("desk", "b", "address = \"/none\""));
    here.send(1);
    REQUIRE(eventually([&] { return daemon.metric(counted(1)) == 1; }));
    REQUIRE(daemon.command({"mute", "route", "1"}).code == 0);

    daemon.reload(ends + route("desk", "b") + route("desk", "b", "address = \"/none\"") +
                  route("desk", "a"));

    CHECK_THAT(daemon.command({"status"}).out, Contains("muted     route 3\n"));
    here.send(2);
    CHECK(eventually([&] { return daemon.metric(counted(1)) == 2; }));
    CHECK(daemon.metric(counted(2)) == 0);
    CHECK(daemon.metric(counted(3)) == 0);
    CHECK(daemon.metric("tactus_deliveries_sent_total{output=\"a\"}") == 1);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("the outcome of a sending names the output that it had, over a reload") {
    const desk here;
    const std::string rest = here.input() + here.output("b") + route("desk", "b");
    reload_case daemon(rest + here.output("a") + route("desk", "a"));
    const unix_client client(daemon.program().runtime_folder() + "/control.sock");
    client.write(R"({"jsonrpc":"2.0","method":"send","params":{"output":"a","osc":["/x"]},"id":1})"
                 "\n");
    REQUIRE_THAT(client.read_line(), Contains(R"("output":"a")"));
    REQUIRE(here.peer.receive(patience));

    daemon.reload(rest);
    daemon.reload(rest + here.output("c") + route("desk", "c"));
    client.write(R"({"jsonrpc":"2.0","method":"outcome","params":{"number":1},"id":2})"
                 "\n");

    CHECK_THAT(client.read_line(), Contains(R"("output":"a")"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a mute follows the name also where another type has it") {
    const desk here;
    const temp_dir files;
    const std::string rest = here.output("a") + route("desk", "a");
    const std::string other =
        fmt::format("[[input]]\nname = \"desk\"\ntype = \"stream\"\nlisten = \"unix://{}\"\n",
                    files.path("in"));
    reload_case daemon(here.input() + rest);
    REQUIRE(daemon.command({"mute", "desk"}).code == 0);

    daemon.reload(other + rest);

    CHECK(daemon.metric("tactus_input_muted{input=\"desk\"}") == 1);
    daemon.reload(here.output("a") + here.input("pads") + route("pads", "a"));
    CHECK(daemon.metric("tactus_input_muted{input=\"pads\"}") == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a note whose route is removed while it sounds is ended, and others sound on") {
    const temp_dir files;
    const desk a;
    const desk b;
    const std::string ends =
        fmt::format("[[input]]\nname = \"keys\"\ntype = \"stream\"\nlisten = \"unix://{}\"\n",
                    files.path("in")) +
        a.input("desk") + a.output("a") + b.output("b") + route("desk", "a");
    reload_case daemon(ends + route("keys", "a") + route("keys", "b"));
    const unix_client keys(files.path("in"));
    keys.write("{\"note\": 60, \"velocity\": 100}\n");
    REQUIRE(a.peer.receive(patience));
    REQUIRE(b.peer.receive(patience));

    daemon.reload(ends + route("keys", "b"));

    const auto came = a.peer.receive(patience);
    REQUIRE(came);
    CHECK_THAT(std::string(came->bytes.begin(), came->bytes.end()), Contains("/note_off"));
    CHECK(daemon.metric("tactus_output_notes_sounding{output=\"a\"}") == 0);
    CHECK(daemon.metric("tactus_output_notes_sounding{output=\"b\"}") == 1);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("what a client has played as an input that a reload removed ends with the client") {
    const desk here;
    const desk there;
    const std::string rest = there.input("pads") + here.output("a") + route("pads", "a");
    reload_case daemon(here.input() + rest + route("desk", "a"));
    const auto sounding = [&] {
        return daemon.metric("tactus_output_notes_sounding{output=\"a\"}");
    };
    {
        const unix_client client(daemon.program().runtime_folder() + "/control.sock");
        client.write(R"({"jsonrpc":"2.0","method":"play","params":{"events":[)"
                     R"({"at_ns":0,"input":"desk","midi":"903c64"},)"
                     R"({"at_ns":0,"output":"a","osc":"2f7800002c000000"}]},"id":1})"
                     "\n");
        REQUIRE_THAT(client.read_line(), Contains(R"("accepted":2)"));
        REQUIRE(eventually([&] { return sounding() == 1; }));
        daemon.reload(rest); // datagrams: their notes stay
        daemon.reload(rest + osc_input("new", free_udp_port()) + route("new", "a"));
        CHECK(sounding() == 1);
    }
    CHECK(eventually([&] { return sounding() == 0; }));
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.stop() == 0);
}
