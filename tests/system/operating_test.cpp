// SPDX-License-Identifier: MIT
// Single inputs, outputs and routes of a running daemon are muted, silenced and restarted under
// load: the ledgers are exact in every scrape, and nothing that waits is lost.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/unix_client.hpp"
#include "tests/system/ledger_in_scrape.hpp"
#include "tests/system/osc_bytes.hpp"

#include <atomic>
#include <fmt/format.h>
#include <thread>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

// Both outputs get everything that comes to the desk.
std::string two_outputs(std::uint16_t in, std::uint16_t first, std::uint16_t second) {
    return fmt::format(R"(
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:{}"
[[output]]
name = "left"
type = "osc"
to = "udp://127.0.0.1:{}"
[[output]]
name = "right"
type = "osc"
to = "udp://127.0.0.1:{}"
[[route]]
from = "desk"
to = "left"
[[route]]
from = "desk"
to = "right"
)",
                       in, first, second);
}

// One connection to the control socket.
class operator_client {
public:
    explicit operator_client(daemon_process& daemon)
        : socket_(daemon.program().runtime_folder() + "/control.sock") {}

    // The answer to a method with one parameter.
    [[nodiscard]] std::string ask(const std::string& method, const std::string& key,
                                  const std::string& value) const {
        socket_.write(
            fmt::format(R"({{"jsonrpc":"2.0","method":"{}","params":{{"{}":"{}"}},"id":1}})"
                        "\n",
                        method, key, value));
        return socket_.read_line();
    }
    [[nodiscard]] bool tell(const std::string& method, const std::string& name) const {
        const std::string answer = ask(method, method == "panic" ? "output" : "name", name);
        UNSCOPED_INFO(answer);
        return answer.find(R"("result":{})") != std::string::npos;
    }

private:
    unix_client socket_;
};

// Timed and untimed messages for as long as it is there.
class load {
public:
    explicit load(std::uint16_t to) : thread_([this, to] { make(to); }) {}
    load(const load&) = delete;
    load& operator=(const load&) = delete;
    ~load() {
        is_over_ = true;
        thread_.join();
    }

private:
    void make(std::uint16_t to) {
        const udp_peer out;
        for (int i = 0; !is_over_; ++i) {
            out.send(i % 3 == 0 ? osc("/n", {i})
                                : osc_at(time_tag_in(i % 20 * 1'000'000), "/n", {i}),
                     to);
            if (i % 8 == 0) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        }
    }

    std::atomic<bool> is_over_{false}; // states: false, then true; it guards no other data
    std::thread thread_;
};

struct operated {
    std::uint16_t in = free_udp_port();
    udp_peer left;
    udp_peer right;
    daemon_process daemon{two_outputs(in, left.port(), right.port())};
    operator_client tells{daemon};

    [[nodiscard]] std::map<std::string, double> scrape() const {
        return series_of(http_get(daemon.metrics_port(), "/metrics").body);
    }
    [[nodiscard]] double dropped(const std::string& output, const std::string& reason) const {
        return daemon.metric(fmt::format(
            "tactus_deliveries_dropped_total{{output=\"{}\",reason=\"{}\"}}", output, reason));
    }
};

} // namespace

TEST_CASE("mutes under load: the ledgers are exact in every scrape") {
    operated test;
    {
        const load running(test.in);
        const auto counts_more = [&](const std::string& series) {
            const double before = test.daemon.metric(series);
            return eventually([&] {
                const std::map<std::string, double> all = test.scrape();
                const std::string wrong = wrong_in(all, {"desk"}, {"left", "right"});
                CHECK(wrong.empty());
                return !wrong.empty() || all.at(series) > before;
            });
        };
        for (int round = 0; round < 5; ++round) {
            REQUIRE(test.tells.tell("mute", "left"));
            CHECK(test.daemon.metric("tactus_output_muted{output=\"left\"}") == 1);
            CHECK(counts_more("tactus_deliveries_dropped_total{output=\"left\",reason=\"muted\"}"));
            REQUIRE(test.tells.tell("mute", "route 2"));
            CHECK(
                counts_more("tactus_deliveries_dropped_total{output=\"right\",reason=\"muted\"}"));
            REQUIRE(test.tells.tell("mute", "desk"));
            CHECK(test.daemon.metric("tactus_input_muted{input=\"desk\"}") == 1);
            CHECK(counts_more(
                "tactus_input_messages_rejected_total{input=\"desk\",reason=\"muted\"}"));
            REQUIRE(test.tells.tell("unmute", "desk"));
            REQUIRE(test.tells.tell("unmute", "left"));
            REQUIRE(test.tells.tell("unmute", "route 2"));
            CHECK(counts_more("tactus_deliveries_sent_total{output=\"left\"}"));
            CHECK(counts_more("tactus_deliveries_sent_total{output=\"right\"}"));
        }
    }
    CHECK(eventually(
        [&] { return test.daemon.metric("tactus_deliveries_pending{output=\"left\"}") == 0; }));
    CHECK(test.dropped("right", "output_down") == 0);
    CHECK(test.daemon.stop() == 0);
    CHECK(test.daemon.program().err().find("were lost") == std::string::npos);
}

TEST_CASE("restarts under load lose nothing that waits, and leave the other output alone") {
    operated test;
    const udp_peer out;
    constexpr int events = 2000;
    // Due over the next two seconds, so that each restart has some that are due during it.
    for (int i = 0; i < events; ++i) {
        out.send(osc_at(time_tag_in(300'000'000 + std::int64_t{i} * 850'000), "/n", {i}), test.in);
    }
    REQUIRE(eventually([&] {
        return test.daemon.metric("tactus_input_messages_received_total{input=\"desk\"}") == events;
    }));
    const double restarts = test.daemon.metric("tactus_plugin_restarts_total{plugin=\"right\"}");
    for (int i = 0; i < 10; ++i) {
        REQUIRE(test.tells.tell("restart", "left"));
        CHECK(wrong_in(test.scrape(), {"desk"}, {"left", "right"}).empty());
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
    }

    REQUIRE(eventually(
        [&] { return test.daemon.metric("tactus_deliveries_pending{output=\"left\"}") == 0; }));
    const std::map<std::string, double> all = test.scrape();
    CHECK(sum(all, "tactus_deliveries_dropped_total", "output=") == 0);
    CHECK(all.at("tactus_deliveries_sent_total{output=\"left\"}") == events);
    CHECK(all.at("tactus_deliveries_sent_total{output=\"right\"}") == events);
    CHECK(all.at("tactus_plugin_restarts_total{plugin=\"left\"}") >= 5);
    CHECK(all.at("tactus_plugin_restarts_total{plugin=\"right\"}") == restarts);
    std::vector<bool> came(events);
    for (int i = 0; i < events; ++i) {
        const auto one = test.left.receive(patience);
        REQUIRE(one);
        const std::vector<int> values = values_of(one->bytes);
        REQUIRE(values.size() == 1);
        CHECK_FALSE(came.at(static_cast<std::size_t>(values[0])));
        came.at(static_cast<std::size_t>(values[0])) = true;
    }
    CHECK(test.daemon.stop() == 0);
}

TEST_CASE("an input is restarted alone, and takes events in again") {
    operated test;
    const udp_peer out;
    REQUIRE(test.tells.tell("restart", "desk"));

    CHECK(eventually([&] {
        out.send(osc("/n", {1}), test.in);
        return test.right.receive(std::chrono::milliseconds(20)).has_value();
    }));

    CHECK(test.daemon.metric("tactus_plugin_restarts_total{plugin=\"desk\"}") == 1);
    CHECK(test.daemon.metric("tactus_plugin_restarts_total{plugin=\"left\"}") == 0);
    CHECK(test.daemon.stop() == 0);
}

TEST_CASE("a panic of one output ends its notes and leaves the other's") {
    const temp_dir files;
    const udp_peer left;
    const udp_peer right;
    daemon_process daemon(fmt::format(R"(
[[input]]
name = "scripts"
type = "stream"
listen = "unix://{}"
[[output]]
name = "left"
type = "osc"
to = "udp://127.0.0.1:{}"
[[output]]
name = "right"
type = "osc"
to = "udp://127.0.0.1:{}"
[[route]]
from = "scripts"
to = ["left", "right"]
)",
                                      files.path("in"), left.port(), right.port()));
    const operator_client tells(daemon);
    const unix_client script(files.path("in"));
    script.write("{\"note\": 60, \"velocity\": 100}\n");
    REQUIRE(left.receive(patience));
    REQUIRE(right.receive(patience));

    SECTION("panic") {
        REQUIRE(tells.tell("panic", "left"));
        CHECK(left.receive(patience).has_value());
        CHECK_FALSE(right.receive(std::chrono::milliseconds(50)).has_value());
        CHECK(daemon.metric("tactus_output_notes_sounding{output=\"left\"}") == 0);
        CHECK(daemon.metric("tactus_output_notes_sounding{output=\"right\"}") == 1);
    }
    SECTION("a mute of the input that holds it ends both") {
        REQUIRE(tells.tell("mute", "scripts"));
        CHECK(left.receive(patience).has_value());
        CHECK(right.receive(patience).has_value());
        CHECK(daemon.metric("tactus_output_notes_sounding{output=\"right\"}") == 0);
        script.write("{\"note\": 62, \"velocity\": 100}\n");
        CHECK(eventually([&] {
            return daemon.metric("tactus_input_messages_rejected_total{input=\"scripts\",reason="
                                 "\"muted\"}") == 1;
        }));
        REQUIRE(tells.tell("unmute", "scripts"));
        script.write("{\"note\": 64, \"velocity\": 100}\n");
        CHECK(left.receive(patience).has_value());
    }
    SECTION("a restart ends the one's") {
        REQUIRE(tells.tell("restart", "left"));
        CHECK(left.receive(patience).has_value());
        CHECK(eventually(
            [&] { return daemon.metric("tactus_output_notes_sounding{output=\"left\"}") == 0; }));
        CHECK(daemon.metric("tactus_output_notes_sounding{output=\"right\"}") == 1);
    }
    CHECK(daemon.stop() == 0);
}

TEST_CASE("what does not exist is refused, and the answer names what does") {
    operated test;

    CHECK_THAT(test.tells.ask("mute", "name", "middle"),
               Contains(R"(There is no input, output or route \"middle\". There is: desk, left, )"
                        "right, route 1, route 2."));
    CHECK_THAT(test.tells.ask("mute", "name", "route 3"), Contains("There is no input"));
    CHECK_THAT(test.tells.ask("mute", "name", "route 0"), Contains("There is no input"));
    CHECK_THAT(test.tells.ask("restart", "name", "route 1"),
               Contains(R"(There is no input or output \"route 1\")"));
    CHECK_THAT(test.tells.ask("panic", "output", "desk"),
               Contains(R"(There is no output \"desk\". There is: left, right.)"));
    CHECK_THAT(test.tells.ask("mute", "title", "left"),
               Contains(R"(The parameter \"name\" is missing.)"));
    CHECK_THAT(test.tells.ask("restart", "name", "left\\n"), Contains("-32602"));
    const auto command = [&](std::vector<std::string> words) {
        words.insert(words.begin(), tactus_program);
        return run(std::move(words),
                   {{"RUNTIME_DIRECTORY=" + test.daemon.program().runtime_folder()}, {}});
    };
    CHECK(command({"mute", "middle"}).code == 1);
    CHECK(command({"mute"}).code == 2);
    CHECK(command({"mute", "route", "2"}).code == 0);
    CHECK(sum(test.scrape(), "tactus_route_muted", "route=") == 1);
    CHECK_THAT(command({"status"}).out, Contains("muted     route 2\n"));
    CHECK_THAT(command({"unmute", "route", "2", "--json"}).out, Contains("{}"));
    CHECK_THAT(command({"restart", "left"}).out, Contains("It is being restarted"));
    CHECK_THAT(command({"panic", "left"}).out, Contains("All notes of that output were ended."));
    CHECK(test.daemon.stop() == 0);
    CHECK_THAT(test.daemon.program().err(),
               Contains("method=restart user=") && Contains("for=left"));
}
