// SPDX-License-Identifier: MIT
// The daemon as a service: what it tells its manager, and with which code it ends.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/fake_systemd.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/sanitizer.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <thread>

using namespace tactus::test;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using namespace std::chrono_literals;

namespace {

constexpr const char* fed_often = "WATCHDOG_USEC=100000";

struct service_case {
    explicit service_case(const fake_systemd& tells, std::vector<std::string> more = {})
        : daemon(osc_bridge(free_udp_port(), visuals.port()), tells.options(std::move(more))) {}

    [[nodiscard]] finished command(std::vector<std::string> words) {
        words.insert(words.begin(), tactus_program);
        return run(std::move(words),
                   {{"RUNTIME_DIRECTORY=" + daemon.program().runtime_folder()}, {}});
    }

    udp_peer visuals;
    daemon_process daemon;
};

// Of the main thread, which is the loop's.
long wakes_of(pid_t pid) {
    std::ifstream status(fmt::format("/proc/{0}/task/{0}/status", pid));
    const std::string key = "voluntary_ctxt_switches:";
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(key)) {
            return std::stol(line.substr(key.size()));
        }
    }
    return -1;
}

finished run_file(const std::string& text, std::vector<std::string> environment = {}) {
    const temp_dir folder;
    return run({tactus_program, "run", folder.write("test.toml", text)},
               {std::move(environment), {}});
}

} // namespace

TEST_CASE("the manager is told of the start, of a reload and of the end") {
    const auto kind = GENERATE(fake_systemd::kind::path, fake_systemd::kind::abstract);
    const fake_systemd systemd(kind);
    service_case service(systemd);

    CHECK(systemd.await("READY=1") == "READY=1\nSTATUS=Running.\n");
    REQUIRE(service.command({"reload"}).code == 0);
    const std::string reloading = systemd.await("RELOADING=1");
    CHECK_THAT(reloading, StartsWith("RELOADING=1\nMONOTONIC_USEC="));
    const long long at_us = std::stoll(reloading.substr(reloading.rfind('=') + 1));
    CHECK(at_us * 1000 <= monotonic_ns());
    CHECK(at_us * 1000 > monotonic_ns() - 60'000'000'000);
    CHECK(systemd.receive().value_or("") == "READY=1\n"); // before the command has ended
    CHECK(service.daemon.stop() == 0);
    CHECK(systemd.receive().value_or("") == "STOPPING=1\nSTATUS=Stopping.\n");
}

TEST_CASE("a reload that is refused ends for the manager too, and a rehearsal is none") {
    const fake_systemd systemd;
    const temp_dir folder;
    const std::string file = folder.write("a.toml", osc_bridge(free_udp_port(), free_udp_port()));
    process daemon({tactus_program, "run", file, "--set", "metrics.enabled=false"},
                   systemd.options());
    REQUIRE(!systemd.await("READY=1").empty());
    static_cast<void>(folder.write("a.toml", "[[input]]\n"));
    const auto reload = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {tactus_program, "reload"});
        return run(std::move(more), {{"RUNTIME_DIRECTORY=" + daemon.runtime_folder()}, {}});
    };

    CHECK(reload({"--dry-run"}).code == 78);
    CHECK(systemd.drain().empty());
    const finished refused = reload({});

    CHECK(refused.code == 78); // what ExecReload= fails with
    CHECK_THAT(refused.err, Contains("needs \"name\""));
    CHECK_THAT(systemd.await("RELOADING=1"), StartsWith("RELOADING=1"));
    CHECK(systemd.receive().value_or("") ==
          "READY=1\nSTATUS=Running. The last reload was refused: The configuration is not "
          "valid.\n");
}

TEST_CASE("the status names what is down, and changes when it is back") {
    const fake_systemd systemd;
    const std::uint16_t port = free_port<tcp_peer>();
    const daemon_process daemon(fmt::format(R"(
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:0"
[[output]]
name = "hall"
type = "osc"
to = "tcp://127.0.0.1:{}"
required = true
[[route]]
from = "desk"
to = "hall"
)",
                                            port),
                                systemd.options());
    CHECK_THAT(systemd.await("READY=1"), Contains("STATUS=Running, not ready. Down: hall: "));

    const tcp_peer hall(port);
    CHECK(!systemd.await("STATUS=Running.\n").empty());
}

TEST_CASE("the status has each backslash twice, for systemd drops one") {
    const fake_systemd systemd;
    const finished ended = run({tactus_program, "run", "/nowhere/a\\b.toml"}, systemd.options());

    CHECK(ended.code == 78);
    CHECK_THAT(systemd.drain(), StartsWith("STATUS=Not started: /nowhere/a\\\\b.toml: "));
}

TEST_CASE("a check of the file alone goes without a secret that only the service can read") {
    const temp_dir folder;
    const auto check = [&](const std::string& token, const std::string& more) {
        const std::string page =
            "[[input]]\nname = \"page\"\ntype = \"websocket\"\ntoken_file = \"" + token + "\"\n";
        const std::string file =
            folder.write("test.toml", page + more + osc_bridge(free_udp_port(), free_udp_port()));
        return run({tactus_program, "check", "--no-environment", file});
    };
    const finished away = check("/run/credentials/nowhere.service/page-token", "");
    CHECK(away.code == 0);
    CHECK_THAT(away.err, Contains("warning") && Contains("token_file") && Contains("not checked"));
    CHECK_THAT(away.out, Contains("is valid"));

    const finished wrong = check("/nowhere/token", "origins = [\"x\"]\n");
    CHECK(wrong.code == 78);
    CHECK_THAT(wrong.err, Contains("is not an origin"));
    CHECK(check(folder.write("short", "x"), "").code == 78);
}

TEST_CASE("the watchdog is fed while the loop turns, and only if it is this process's") {
    const fake_systemd systemd;
    SECTION("fed") {
        const service_case service(systemd, {fed_often});
        for (int i = 0; i < 5; ++i) {
            REQUIRE(!systemd.await("WATCHDOG=1").empty());
        }
    }
    SECTION("another's, or nonsense") {
        const char* const why = GENERATE("WATCHDOG_PID=1", "WATCHDOG_USEC=often");
        const bool must_warn = std::string(why).ends_with("often");
        service_case service(systemd, must_warn ? std::vector<std::string>{why}
                                                : std::vector<std::string>{fed_often, why});
        std::string all = systemd.await("READY=1");
        REQUIRE(!all.empty());
        for (int i = 0; i < 3; ++i) {
            REQUIRE(service.command({"status"}).code == 0);
            std::this_thread::sleep_for(100ms);
        }
        CHECK_THAT(systemd.drain(), !Contains("WATCHDOG=1"));
        CHECK((service.daemon.program().err().find("WATCHDOG_USEC is ignored") !=
               std::string::npos) == must_warn);
    }
}

TEST_CASE("an idle daemon wakes for the watchdog alone, twice in its time") {
    const fake_systemd systemd;
    service_case service(systemd, {"WATCHDOG_USEC=1000000"});
    for (int i = 0; i < 2; ++i) { // the work of the start is over
        REQUIRE(!systemd.await("WATCHDOG=1").empty());
    }
    const std::int64_t began_ns = monotonic_ns();
    const long before = wakes_of(service.daemon.program().pid());
    constexpr int pings = 4;
    for (int i = 0; i < pings; ++i) {
        REQUIRE(systemd.receive().value_or("") == "WATCHDOG=1");
    }
    CHECK(wakes_of(service.daemon.program().pid()) - before <= pings + 1);
    CHECK(monotonic_ns() - began_ns >= 1'500'000'000);
}

TEST_CASE("a loop that a plugin holds feeds no watchdog") {
    const fake_systemd systemd;
    const temp_dir plugins;
    std::filesystem::create_symlink(std::string(TACTUS_BAD_PLUGINS) + "/life.tactus.so",
                                    plugins.path("holds_the_loop_out.tactus.so"));
    const std::uint16_t port = free_udp_port();
    daemon_process daemon(
        fmt::format("[[input]]\nname = \"desk\"\ntype = \"osc\"\nlisten = \"udp://127.0.0.1:{}\"\n"
                    "[[output]]\nname = \"projector\"\ntype = \"holds_the_loop\"\n"
                    "[[route]]\nfrom = \"desk\"\nto = \"projector\"\n",
                    port),
        systemd.options({fed_often, "TACTUS_PLUGIN_PATH=" + plugins.path()}));
    REQUIRE(!systemd.await("WATCHDOG=1").empty());

    const std::string message{"/n\0\0,\0\0\0", 8};
    udp_peer().send({reinterpret_cast<const std::uint8_t*>(message.data()), message.size()}, port);
    REQUIRE(daemon.program().says("A plugin blocks the event loop and has not returned"));
    static_cast<void>(systemd.drain());

    CHECK(!systemd.receive(400ms));   // eight pings
    daemon.program().signal(SIGABRT); // as systemd does; the journal has the culprit
    CHECK(daemon.program().wait() == 128 + SIGABRT);
    CHECK_THAT(daemon.program().err(), Contains("in the call \"send\" of the plugin of "
                                                "\"projector\""));
}

TEST_CASE("a manager that does not read holds nothing up, and is told when it reads again") {
    const fake_systemd systemd;
    systemd.fill();
    service_case service(systemd, {fed_often}); // it runs
    CHECK(service.command({"reload"}).code == 0);

    CHECK(!systemd.await("READY=1").empty());
    CHECK(!systemd.await("WATCHDOG=1").empty());
    systemd.fill();
    CHECK(service.daemon.stop() == 0);
}

TEST_CASE("a manager that is not there, or none at all, is mentioned once") {
    const char* const name = GENERATE("/nowhere/notify", "nonsense", "@", "/");
    const udp_peer visuals;
    daemon_process daemon(osc_bridge(free_udp_port(), visuals.port()),
                          {{std::string("NOTIFY_SOCKET=") + name, fed_often}, {}});
    REQUIRE(daemon.program().says("manager"));
    std::this_thread::sleep_for(200ms); // several pings

    const std::string said = daemon.program().err();
    CHECK(said.find("manager") == said.rfind("manager"));
    CHECK(daemon.metric("tactus_ready") == 1);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a manager that goes away does not end the daemon") {
    const fake_systemd systemd;
    service_case service(systemd, {fed_often});
    REQUIRE(!systemd.await("WATCHDOG=1").empty());

    systemd.vanish();

    CHECK(
        service.daemon.program().says("The service manager does not take the daemon's messages."));
    CHECK(service.command({"reload"}).code == 0);
    CHECK(service.daemon.stop() == 0);
}

TEST_CASE("an offline panic of the same unit tells the manager nothing") {
    const fake_systemd systemd;
    service_case service(systemd);
    REQUIRE(!systemd.await("READY=1").empty());
    service.daemon.program().signal(SIGKILL);
    REQUIRE(service.daemon.program().wait());
    static_cast<void>(systemd.drain());

    process::options beside = systemd.options({fed_often});
    beside.environment.push_back("RUNTIME_DIRECTORY=" + service.daemon.program().runtime_folder());
    CHECK(run({tactus_program, "panic", "--offline"}, beside).code == 0);
    CHECK(systemd.drain().empty());
}

TEST_CASE("exit codes tell whether another start could help") {
    const fake_systemd systemd;
    const std::vector<std::string> as_service{"NOTIFY_SOCKET=" + systemd.name()};
    SECTION("a configuration with errors, or none: it stays down") {
        CHECK(run_file("[[input]]\n", as_service).code == 78);
        const std::string told = systemd.drain();
        CHECK_THAT(told, StartsWith("STATUS=Not started: /") && EndsWith(" more.\n\n"));
        CHECK_THAT(told, Contains("/test.toml: there is no output; and 3"));
        CHECK(run({tactus_program, "run", "/nowhere/tactus.toml"}, systemd.options()).code == 78);
        CHECK_THAT(systemd.drain(), StartsWith("STATUS=Not started: /nowhere/tactus.toml: "));
    }
    SECTION("a wrong command line: it stays down") {
        CHECK(run({tactus_program, "run", "--bogus"}).code == 2);
    }
    SECTION("an address that is taken: it is started again") {
        const tcp_peer other;
        const finished ended =
            run_file(osc_bridge(free_udp_port(), free_udp_port()) +
                         fmt::format("[metrics]\nlisten = \"127.0.0.1:{}\"\n", other.port()),
                     as_service);
        CHECK(ended.code == 1);
        CHECK_THAT(ended.err, Contains("address already in use"));
        const std::string told = systemd.drain();
        CHECK_THAT(told, !Contains("READY=1"));
        CHECK_THAT(told, Contains("STATUS=Not started: cannot listen on 127.0.0.1:"));
    }
    SECTION("no memory for a file that is right: it is started again") {
        if (has_address_sanitizer || has_thread_sanitizer) {
            TACTUS_SKIP("a sanitizer needs more addresses than the limit leaves");
        }
        const temp_dir folder;
        const std::string file = folder.write(
            "a.toml",
            osc_bridge(free_udp_port(), free_udp_port()) +
                "[metrics]\nenabled = false\n[limits]\nmemory = \"16GiB\"\npending = 4_000_000\n");
        const finished ended =
            run({"sh", "-c", "ulimit -v 700000; exec \"$0\" run \"$1\"", tactus_program, file});
        CHECK_THAT(ended.err, Contains("cannot reserve") && Contains("ulimit -v"));
        CHECK(ended.code == 1);
    }
    SECTION("nobody to tell: 69") {
        const temp_dir empty;
        CHECK(run({tactus_program, "reload", "--socket", empty.path("control.sock")}).code == 69);
    }
}
