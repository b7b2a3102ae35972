// SPDX-License-Identifier: MIT
// The tap of a real daemon: by the tactus command, and by a client that writes JSON-RPC itself.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/unix_client.hpp"

#include <csignal>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

// Scripts write lines to a unix socket; /gone/note_on goes to an output that is never up.
std::string scripts_to_osc(const std::string& input, std::uint16_t port) {
    return fmt::format(R"(
name = "hall"
[[input]]
name = "scripts"
type = "stream"
listen = "unix://{}"
[[output]]
name = "projector"
type = "osc"
to = "udp://127.0.0.1:{}"
[[output]]
name = "gone"
type = "midi"
port = "no such device"
[[route]]
from = "scripts"
to = "projector"
match = {{ address = "/a" }}
[[route]]
from = "scripts"
to = "gone"
match = {{ address = "/gone/note_on" }}
)",
                       input, port);
}

struct hall {
    hall() : daemon(scripts_to_osc(files.path("in"), peer.port())), script(files.path("in")) {}

    std::string folder() { return daemon.program().runtime_folder(); }
    std::unique_ptr<process> command(std::vector<std::string> words) {
        words.insert(words.begin(), tactus_program);
        return std::make_unique<process>(words,
                                         process::options{{"RUNTIME_DIRECTORY=" + folder()}, {}});
    }
    // A tap is open as soon as it shows something.
    void until(process& shown, const std::string& text, const std::string& line) {
        REQUIRE(eventually([&] {
            script.write(line);
            return shown.says(text, std::chrono::milliseconds(100));
        }));
    }

    temp_dir files;
    udp_peer peer;
    daemon_process daemon;
    unix_client script;
};

std::string contents_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

constexpr const char* to_a = "{\"osc\": \"/a\", \"args\": [1, 2.5, \"text\"]}\n";

} // namespace

TEST_CASE("a tap shows what is sent, what finds no route and what is dropped, and why") {
    hall test;
    const auto tap = test.command({"tap"});

    test.until(*tap, "scripts -> projector  /a 1 2.5 \"text\"", to_a);
    test.script.write("{\"osc\": \"/none\", \"args\": []}\n");
    CHECK(tap->says("unrouted: no_route"));
    test.script.write("{\"osc\": \"/gone/note_on\", \"args\": [1, 60, 100]}\n");
    CHECK(tap->says("dropped: output_down"));

    CHECK_THAT(tap->out(), Contains(" late  by route 1\n"));
    CHECK_THAT(tap->out(), Contains("scripts -> -          /none"));
    CHECK(test.daemon.stop() == 0);
    CHECK(tap->wait() == 69);
    CHECK_THAT(tap->err(), Contains("The daemon closed the connection."));
}

TEST_CASE("the daemon applies the filters, and refuses names that it does not know") {
    hall test;
    const auto only_lost = test.command({"tap", "--dropped"});
    test.until(*only_lost, "unrouted: no_route", "{\"osc\": \"/none\", \"args\": []}\n");
    const auto only_a = test.command({"tap", "--address", "/a", "--input", "scripts", "--json"});
    test.until(*only_a, "\"osc\":\"/a\",\"args\":[[\"i\",1],[\"f\",2.5],[\"s\",\"text\"]]", to_a);

    CHECK(only_lost->out().find("/a") == std::string::npos);
    CHECK(only_a->out().find("/none") == std::string::npos);
    const auto unknown = test.command({"tap", "--output", "projektor"});
    CHECK(unknown->wait() == 1);
    CHECK_THAT(unknown->err(), Contains("There is no output \"projektor\"") &&
                                   Contains("did you mean \"projector\"?"));
    const auto pattern = test.command({"tap", "--address", "a["});
    CHECK(pattern->wait() == 1);
    CHECK_THAT(pattern->err(), Contains("\"address\" is not a pattern"));
    CHECK(test.daemon.stop() == 0);
}

TEST_CASE("a recording has a header, what came and what was sent, and is not overwritten") {
    hall test;
    const std::string file = test.files.path("evening.jsonl");
    const auto tap = test.command({"tap", "--record", file});
    test.until(*tap, "projector", to_a);
    REQUIRE(eventually(
        [&] { return contents_of(file).find("\"result\":\"sent\"") != std::string::npos; }));

    const std::string text = contents_of(file);
    CHECK_THAT(text, Catch::StartsWith("{\"tactus_recording\":1,\"started\":") &&
                         Contains("\"daemon\":\"hall\"}\n") &&
                         Contains("{\"result\":\"received\",\"at\":"));
    CHECK(tap->out().find("received") == std::string::npos);
    const auto again = test.command({"tap", "--record", file});
    CHECK(again->wait() == 1);
    CHECK_THAT(again->err(), Contains("File exists. Choose another name"));
    CHECK(test.daemon.stop() == 0);
}

TEST_CASE(
    "a reader of the socket that does not read is told what it missed, and others miss nothing") {
    hall test;
    const unix_client slow(test.folder() + "/status.sock");
    const unix_client quick(test.folder() + "/status.sock");
    const std::string open = "{\"jsonrpc\":\"2.0\",\"method\":\"tap\",\"id\":1}\n";
    slow.write(open);
    CHECK_THAT(slow.read_line(), Contains("\"result\":{\"tactus_recording\":1"));
    quick.write(open);
    CHECK_THAT(quick.read_line(), Contains("\"result\":{\"tactus_recording\":1"));

    constexpr int events = 4000; // of about 300 bytes each, more than the buffers have room for
    int seen = 0;
    for (int i = 0; i < events; ++i) {
        test.script.write(to_a);
        if (i % 50 == 49) { // it reads as it goes on
            for (; seen <= i; ++seen) {
                CHECK_THAT(quick.read_line(), Contains("\"method\":\"event\""));
            }
        }
    }
    std::uint64_t shown = 0;
    std::uint64_t missed = 0;
    while (shown + missed < events) {
        const std::string line = slow.read_line();
        REQUIRE_FALSE(line.empty());
        const std::size_t at = line.find("\"missed\",\"params\":{\"count\":");
        missed += at == std::string::npos ? 0 : std::stoull(line.substr(at + 27));
        shown += at == std::string::npos ? 1 : 0;
    }

    CHECK(missed > 0);
    CHECK(shown + missed == events);
    CHECK(test.daemon.stop() == 0);
}

TEST_CASE("the number of taps is bounded, and one that is closed makes room") {
    hall test;
    const std::string open = "{\"jsonrpc\":\"2.0\",\"method\":\"tap\",\"id\":1}\n";
    std::vector<std::unique_ptr<unix_client>> taps;
    for (int i = 0; i < 24; ++i) {
        taps.push_back(std::make_unique<unix_client>(test.folder() + "/control.sock"));
        taps.back()->write(open);
        CHECK_THAT(taps.back()->read_line(), Contains("\"result\""));
    }
    const auto one_more = test.command({"tap"});
    CHECK(one_more->wait() == 1);
    CHECK_THAT(one_more->err(), Contains("There are 24 taps already"));

    taps.pop_back();

    CHECK(eventually([&] {
        const unix_client next(test.folder() + "/status.sock");
        next.write(open);
        return next.read_line().find("\"result\"") != std::string::npos;
    }));
    CHECK(test.daemon.stop() == 0);
}

TEST_CASE("a daemon without metrics can be tapped, too") {
    const temp_dir files;
    const std::string folder = files.path("run");
    const std::string file =
        files.write("a.toml", scripts_to_osc(files.path("in"), free_udp_port()) +
                                  "[metrics]\nenabled = false\n");
    const process::options options{{"RUNTIME_DIRECTORY=" + folder}, {}};
    process daemon({tactus_program, "run", file}, options);
    REQUIRE(daemon.says("The daemon is running."));
    const unix_client script(files.path("in"));

    process tap({tactus_program, "tap"}, options);

    CHECK(eventually([&] {
        script.write(to_a);
        return tap.says("projector", std::chrono::milliseconds(100));
    }));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
}
