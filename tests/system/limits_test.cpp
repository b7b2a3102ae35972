// SPDX-License-Identifier: MIT
// The daemon where the system gives little: it runs, or says in words why it cannot.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/udp_peer.hpp"

#include <csignal>
#include <fmt/format.h>

using namespace tactus::test;

namespace {

std::string from_osc_to_osc() {
    return osc_bridge(free_udp_port(), free_udp_port()) + "[metrics]\nlisten = \"127.0.0.1:0\"\n";
}

// A command line under limits that the shell sets: "ulimit -n 12".
std::vector<std::string> under(const std::string& limits, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"sh", "-c", limits + R"( && exec "$0" "$@")"});
    return arguments;
}

} // namespace

TEST_CASE("with few file descriptors the daemon runs, or says that there are too few") {
    const int descriptors = GENERATE(range(6, 25));
    const temp_dir folder;
    const std::string file = folder.write("few.toml", from_osc_to_osc());
    process daemon(under(fmt::format("ulimit -n {}", descriptors), {tactus_program, "run", file}));

    REQUIRE(eventually([&] {
        return daemon.err().find("The daemon is running.") != std::string::npos ||
               !daemon.is_running();
    }));
    const bool runs = daemon.is_running();
    daemon.signal(SIGTERM);
    const int code = daemon.wait().value_or(-1);

    INFO(descriptors << " descriptors\n" << daemon.err());
    CHECK(code == (runs ? 0 : 1));
    CHECK((runs || daemon.err().find("oo many open files") != std::string::npos));
}

TEST_CASE("without /proc the commands that need plugins say that it is missing") {
    const temp_dir folder;
    const std::string file = folder.write("bare.toml", from_osc_to_osc());
    const auto without_proc = [](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"unshare", "-mr", "sh", "-c",
                                             R"(mount -t tmpfs none /proc && exec "$0" "$@")"});
        return run(arguments);
    };
    if (without_proc({"true"}).code != 0) {
        TACTUS_SKIP("unshare -mr: this system lets nobody hide /proc");
    }

    for (const finished& ended :
         {without_proc({tactus_program, "check", file}), without_proc({tactus_program, "plugins"}),
          without_proc({tactus_program, "plugins", "show", "osc_in"})}) {
        INFO(ended.out << ended.err);
        CHECK(ended.code != 0);
        CHECK(ended.err.find("is /proc mounted?") != std::string::npos);
    }
}

TEST_CASE("with few file descriptors the other commands say so, too") {
    const std::string command = GENERATE("doctor", "ports", "check");
    const temp_dir folder;
    std::vector<std::string> arguments = {tactus_program, command};
    if (command == "check") {
        arguments.push_back(folder.write("few.toml", from_osc_to_osc()));
    }

    const finished ended = run(under("ulimit -n 9", arguments));

    INFO(command << "\n" << ended.out << ended.err);
    CHECK(ended.code == 1);
    CHECK(ended.err.find("Too many open files") != std::string::npos);
}
