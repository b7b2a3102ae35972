// SPDX-License-Identifier: MIT
// Lines of JSON through the whole daemon: from a unix socket, and from standard input.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/unix_client.hpp"
#include "tests/system/osc_bytes.hpp"

#include <fmt/format.h>

#include <thread>

#include <sys/stat.h>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

std::string lines_to(std::uint16_t out, const std::string& from) {
    return fmt::format(R"(
[[input]]
name = "scripts"
type = "stream"
{}

[[output]]
name = "organ"
type = "osc"
to = "udp://127.0.0.1:{}"

[[route]]
from = "scripts"
to = "organ"
)",
                       from, out);
}

} // namespace

TEST_CASE("a line that is written to a unix socket leaves when it says, and is answered if wrong") {
    const udp_peer peer;
    const temp_dir folder;
    const std::string path = folder.path("events");
    daemon_process daemon(lines_to(peer.port(), "listen = \"unix://" + path + "\""));
    const unix_client client(path);
    const std::int64_t before_ns = monotonic_ns();

    client.write("{\"at\": \"+50ms\", \"to\": \"organ\", \"osc\": \"/a/b\", \"args\": [1, 2]}\n"
                 "{\"notes\": 60}\n");

    const std::string answer = client.read_line();
    const std::optional<arrival> came = peer.receive(20s);
    CHECK_THAT(answer, Catch::StartsWith("{\"line\": 2, \"error\": \"unknown key"));
    REQUIRE(came);
    CHECK(came->bytes == osc("/a/b", {1, 2}));
    CHECK(came->at_ns - before_ns >= 50'000'000);
    CHECK(daemon.metric(
              "tactus_input_messages_rejected_total{input=\"scripts\",reason=\"malformed\"}") == 1);
    CHECK(daemon.stop() == 0);
    struct stat file {};
    CHECK(::stat(path.c_str(), &file) != 0);
}

TEST_CASE("a line that no output takes is answered, also where the script ends its side at once") {
    const udp_peer peer;
    const temp_dir folder;
    const std::string path = folder.path("events");
    daemon_process daemon(lines_to(peer.port(), "listen = \"unix://" + path + "\""));
    const unix_client client(path);

    client.write("{\"to\": \"organ\", \"osc\": \"/a\"}\n{\"to\": \"orgna\", \"osc\": \"/a\"}\n"
                 "{\"at\": \"+1h\", \"osc\": \"/a\"}\n");
    client.end();

    CHECK(client.read_line() ==
          fmt::format("{{\"line\": 2, \"error\": \"\\\"to\\\" is \\\"orgna\\\", "
                      "which no output that a route leads to has as its name "
                      "or a port; the ports are "
                      "\\\"udp://127.0.0.1:{}\\\"; did you mean \\\"organ\\\"?\"}}\n",
                      peer.port()));
    CHECK(client.read_line() == "{\"line\": 3, \"error\": \"it was rejected: too_far_ahead\"}\n");
    CHECK(client.read_line().empty());
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a note that has to wait for room begins before it ends") {
    const udp_peer peer;
    const temp_dir folder;
    const std::string path = folder.path("events");
    daemon_process daemon(lines_to(peer.port(), "listen = \"unix://" + path + "\"") +
                          "[limits]\npending = 16\n");
    const unix_client client(path);
    std::string lines;
    constexpr int fills = 10; // one client may have twice as much waiting as is left to others
    for (int i = 0; i < fills; ++i) {
        lines += "{\"osc\": \"/fill\", \"at\": \"+300ms\"}\n";
    }

    client.write(lines + "{\"note\": 72, \"for\": \"100ms\"}\n");

    for (int i = 0; i < fills; ++i) {
        const std::optional<arrival> fill = peer.receive(20s);
        REQUIRE(fill);
        CHECK(fill->bytes == osc("/fill", {}));
    }
    const std::optional<arrival> on = peer.receive(20s);
    const std::optional<arrival> off = peer.receive(20s);
    REQUIRE(on);
    REQUIRE(off);
    CHECK(on->bytes == osc("/midi/scripts/note_on", {1, 72, 100}));
    CHECK(off->bytes == osc("/midi/scripts/note_off", {1, 72, 64}));
    CHECK(daemon.metric("tactus_output_notes_sounding{output=\"organ\"}") == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("what a client has scheduled goes with it, also while it waits for room") {
    const udp_peer peer;
    const temp_dir folder;
    const std::string path = folder.path("events");
    const bool drops = GENERATE(true, false);
    daemon_process daemon(lines_to(peer.port(), fmt::format("listen = \"unix://{}\"\n"
                                                            "when_gone = \"{}\"",
                                                            path, drops ? "end" : "keep")) +
                          "[limits]\npending = 100\n");
    const auto waiting = [&] { return daemon.metric("tactus_input_pending{input=\"scripts\"}"); };
    const auto open = [&] { return daemon.metric("tactus_input_connections{input=\"scripts\"}"); };
    {
        const unix_client client(path);
        std::string lines;
        for (int i = 0; i < 500; ++i) {
            lines += "{\"osc\": \"/far\", \"at\": \"+60s\"}\n";
        }
        client.write(lines);
        CHECK(eventually([&] { return waiting() >= 50; }));
        CHECK(open() == 1);
    } // it goes, and most of its lines are not read yet

    if (drops) {
        CHECK(eventually([&] { return waiting() == 0 && open() == 0; }));
    } else { // what it wrote is kept, and it keeps its place until then
        std::this_thread::sleep_for(300ms);
        CHECK(waiting() >= 50);
        CHECK(open() == 1);
    }
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a script's last words are played also when it has ended") {
    const udp_peer peer;
    const temp_dir folder;
    const std::string path = folder.path("events");
    daemon_process daemon(lines_to(peer.port(), "listen = \"unix://" + path + "\""));
    {
        const unix_client client(path);
        client.write("{\"osc\": \"/last\", \"args\": [7]}"); // no line break
        client.end();
        CHECK(client.read_line().empty());
    }

    const std::optional<arrival> came = peer.receive(20s);
    REQUIRE(came);
    CHECK(came->bytes == osc("/last", {7}));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("standard input is read to its end, from a file as from a pipe, and the daemon stays") {
    const udp_peer peer;
    const temp_dir folder;
    process::options with;
    with.standard_input = folder.write("lines", "{\"osc\": \"/one\", \"args\": [1]}\nnonsense\n"
                                                "{\"osc\": \"/two\", \"args\": [2]}\n"
                                                "{\"to\": \"orgna\", \"osc\": \"/a\"}\n");
    daemon_process daemon(lines_to(peer.port(), "stdin = true"), with);

    const std::optional<arrival> first = peer.receive(20s);
    const std::optional<arrival> second = peer.receive(20s);

    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->bytes == osc("/one", {1}));
    CHECK(second->bytes == osc("/two", {2}));
    CHECK(daemon.program().says("{\"line\": 2, \"error\": "));
    CHECK(daemon.program().says("{\"line\": 4, \"error\": \"\\\"to\\\" is \\\"orgna\\\""));
    CHECK(daemon.program().says("standard input has ended"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("the ports of an input are counted by state: its sockets, and a stdin that has ended") {
    const udp_peer peer;
    const temp_dir folder;
    process::options with;
    with.standard_input = folder.write("lines", "");
    daemon_process daemon(
        lines_to(peer.port(), fmt::format("stdin = true\nlisten = [\"unix://{}\", \"unix://{}\"]",
                                          folder.path("one"), folder.path("other"))),
        with);
    const auto ports = [&](const char* state) {
        return daemon.metric(
            fmt::format("tactus_input_ports{{input=\"scripts\",state=\"{}\"}}", state));
    };

    CHECK(daemon.program().says("standard input has ended"));
    CHECK(ports("up") == 2);
    CHECK(ports("down") == 1);
    CHECK(daemon.stop() == 0);
}
