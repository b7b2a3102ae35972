// SPDX-License-Identifier: MIT
// A plugin that never comes back from a call on the loop: the daemon cannot go on, but it says who
// it is, and of which call; and it can be ended, by SIGTERM alone.
#include "tests/system/desk_to_plugin.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/sanitizer.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/unix_client.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <string>
#include <thread>

using namespace tactus::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

// The plugin under the name by which a configuration finds it.
class bad_plugin {
public:
    explicit bad_plugin(const std::string& type, const std::string& file = "life") {
        std::filesystem::create_symlink(std::string(TACTUS_BAD_PLUGINS) + "/" + file + ".tactus.so",
                                        folder_.path(type + "_out.tactus.so"));
    }
    [[nodiscard]] process::options options() const {
        return {{"TACTUS_PLUGIN_PATH=" + folder_.path()}, {}};
    }

private:
    temp_dir folder_;
};

} // namespace

TEST_CASE("a plugin that never comes back from a call is named while it holds the loop") {
    const bad_plugin plugin("holds_the_loop");
    const std::uint16_t port = free_udp_port();
    daemon_process daemon(desk_to("holds_the_loop", port), plugin.options());

    send_one(port);

    CHECK(daemon.program().says("A plugin blocks the event loop and has not returned"));
    CHECK(daemon.program().says("instance=projector call=send"));
}

TEST_CASE("a plugin that waits in a loop for what is always ready is named, and counted") {
    const bad_plugin plugin("spins", "spins");
    const std::uint16_t port = free_udp_port();
    daemon_process daemon(desk_to("spins", port), plugin.options());

    CHECK(daemon.program().says("The event loop has had no pause", 100s));
    CHECK(daemon.program().says("instance=projector percent="));
    CHECK(daemon.metric("tactus_plugin_loop_calls_total{plugin=\"projector\"}") > 10'000);
    CHECK(daemon.metric("tactus_plugin_loop_seconds_total{plugin=\"projector\"}") > 0);
    CHECK(daemon.metric("tactus_plugin_loop_calls_total{plugin=\"desk\"}") < 1000);
}

TEST_CASE("SIGTERM ends a daemon whose loop is held, and the log names the call") {
    const bad_plugin plugin("holds_the_loop");
    const std::uint16_t port = free_udp_port();
    daemon_process daemon(desk_to("holds_the_loop", port), plugin.options());
    send_one(port);
    REQUIRE(daemon.program().says("A plugin blocks the event loop and has not returned"));

    daemon.program().signal(SIGTERM);

    CHECK(daemon.program().wait() == 70);
    CHECK_THAT(daemon.program().err(),
               Contains("The daemon was asked to stop, and its event loop does not answer") &&
                   Contains("instance=projector call=send"));
}

TEST_CASE("what sounds when a held loop is ended is ended by an offline panic") {
    const bad_plugin plugin("holds_the_loop");
    const temp_dir folder;
    const udp_peer organ;
    const std::uint16_t port = free_udp_port();
    const std::string more = fmt::format(R"(
[[input]]
name = "scripts"
type = "stream"
listen = "unix://{}"
[[output]]
name = "organ"
type = "osc"
to = "udp://127.0.0.1:{}"
[[route]]
from = "scripts"
to = "organ"
)",
                                         folder.path("events"), organ.port());
    daemon_process daemon(desk_to("holds_the_loop", port) + more, plugin.options());
    const unix_client client(folder.path("events"));
    client.write("{\"note\": 60, \"for\": \"5m\"}\n");
    REQUIRE(organ.receive(20s));
    send_one(port);
    REQUIRE(daemon.program().says("A plugin blocks the event loop and has not returned"));

    daemon.program().signal(SIGTERM);
    CHECK(daemon.program().wait() == 70);
    CHECK_THAT(daemon.program().err(), Contains("or `tactus panic --offline` ends them"));
    process::options beside = plugin.options();
    beside.environment.push_back("RUNTIME_DIRECTORY=" + daemon.program().runtime_folder());
    const finished ended = run({tactus_program, "panic", "--offline"}, beside);

    CHECK(ended.out == "Ended 1 notes and pedals.\n");
    CHECK(ended.code == 0);
    CHECK(organ.receive(20s).has_value());
}

TEST_CASE("SIGTERM ends a daemon that a plugin holds while it starts or stops") {
    const std::string type = GENERATE("holds_start", "holds_stop");
    const bad_plugin plugin(type);
    const temp_dir folder;
    const std::string file =
        folder.write("a.toml", desk_to(type, free_udp_port()) + "[metrics]\nenabled = false\n");
    process daemon({tactus_program, "run", file}, plugin.options());
    const bool is_held = type == "holds_start";
    REQUIRE(daemon.says(is_held ? "A plugin blocks the event loop" : "The daemon is running."));

    daemon.signal(SIGTERM);

    CHECK(daemon.wait() == 70);
    CHECK_THAT(daemon.err(),
               Contains("instance=projector call=" + std::string(is_held ? "start" : "stop")));
}

TEST_CASE("a plugin that holds a running daemon in the check of a reload is named, to the end") {
    const std::string call = GENERATE("create", "configure");
    const temp_dir folder;
    std::filesystem::create_symlink(std::string(TACTUS_BAD_PLUGINS) + "/deadly.tactus.so",
                                    folder.path("hangs_in_" + call + ".tactus.so"));
    const auto write = [&](const std::string& type) {
        return folder.write("a.toml",
                            desk_to(type, free_udp_port()) + "[metrics]\nenabled = false\n");
    };
    process daemon({tactus_program, "run", write("memory")},
                   {{"TACTUS_PLUGIN_PATH=" + folder.path()}, {}});
    REQUIRE(daemon.says("The daemon is running."));

    static_cast<void>(write("hangs_in_" + call));
    daemon.signal(SIGHUP);
    CHECK(daemon.says("A plugin blocks the event loop and has not returned"));
    daemon.signal(SIGTERM);

    CHECK(daemon.wait() == 70);
    CHECK_THAT(daemon.err(), !Contains("nothing is started"));
    CHECK_THAT(daemon.err().substr(daemon.err().find("The daemon was asked to stop")),
               Contains("instance=projector call=" + call));
}

TEST_CASE("a second signal ends the daemon at once; the same one twice in a moment is one") {
    const bad_plugin plugin("holds_the_loop");
    const std::uint16_t port = free_udp_port();
    daemon_process daemon(desk_to("holds_the_loop", port), plugin.options());
    send_one(port);
    REQUIRE(daemon.program().says("A plugin blocks the event loop and has not returned"));

    daemon.program().signal(SIGTERM);
    daemon.program().signal(SIGTERM); // as timeout(1) does
    std::this_thread::sleep_for(300ms);
    CHECK(daemon.program().is_running());
    daemon.program().signal(SIGINT);

    CHECK(daemon.program().wait() == 128 + SIGINT);
    CHECK_THAT(daemon.program().err(), Contains("a second signal ended the daemon at once"));
}

TEST_CASE("a crash in a plugin is one line that names it, and the signal's own end") {
    const bad_plugin plugin("crashes");
    const std::uint16_t port = free_udp_port();
    process::options options = plugin.options();
    if (has_address_sanitizer) { // which would report the signal itself
        options.environment.emplace_back("ASAN_OPTIONS=use_sigaltstack=0:handle_segv=0");
    }
    daemon_process daemon(desk_to("crashes", port), options);

    send_one(port);

    CHECK(daemon.program().wait() == 128 + SIGSEGV);
    CHECK_THAT(daemon.program().err(),
               Contains("the process is ended by SIGSEGV in the thread \"tactus\", in the call "
                        "\"send\" of the plugin of \"projector\""));
}
