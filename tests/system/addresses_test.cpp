// SPDX-License-Identifier: MIT
// Addresses of the network as a configuration writes them, in the daemon: IPv6 with its interface,
// and [::] for both families.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <fmt/format.h>

using namespace tactus::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

std::string bridge(const std::string& in, const std::string& out, const std::string& more = "") {
    return fmt::format("[[input]]\nname = \"desk\"\ntype = \"osc\"\nlisten = {}\n{}\n"
                       "[[output]]\nname = \"lights\"\ntype = \"osc\"\nto = {}\n"
                       "[[route]]\nfrom = \"desk\"\nto = \"lights\"\n",
                       in, more, out);
}

// Through two daemons, the second of which hears what the first sends to `middle`.
void passes_on(const std::string& middle, const std::string& listen, const std::string& more = "") {
    const std::uint16_t in = free_udp_port();
    const udp_peer receiver;
    daemon_process second(
        bridge(listen, fmt::format("\"udp://127.0.0.1:{}\"", receiver.port()), more));
    daemon_process first(bridge(fmt::format("\"udp://127.0.0.1:{}\"", in), middle));
    CHECK(eventually([&] { return first.metric("tactus_output_up{output=\"lights\"}") == 1; }));
    const udp_peer sender;

    sender.send(osc("/a", {1}), in);

    CHECK(receiver.receive(10s).has_value());
    CHECK(first.stop() == 0);
    CHECK(second.stop() == 0);
}

} // namespace

TEST_CASE("an address with its interface is listened on and sent to, by UDP and TCP") {
    const std::string at =
        fmt::format("\"{}://[::1%lo]:{}\"", GENERATE("udp", "tcp"), free_udp_port());

    passes_on(at, at);
}

TEST_CASE("[::] hears what comes by IPv4, which `allow` takes for IPv4") {
    const std::string scheme = GENERATE("udp", "tcp");
    const std::string port = std::to_string(free_udp_port());
    const std::string host = GENERATE("127.0.0.1", "[::1]");

    passes_on("\"" + scheme + "://" + host + ":" + port + "\"",
              "\"" + scheme + "://[::]:" + port + "\"", "allow = [\"127.0.0.0/8\", \"::1\"]");
}

TEST_CASE("a peer whose interface is not there is down, and the log says what to do") {
    const std::string to = GENERATE("udp://[fe80::1%nosuch0]:9", "tcp://[fe80::1%nosuch0]:9");
    daemon_process daemon(
        bridge(fmt::format("\"udp://127.0.0.1:{}\"", free_udp_port()), "\"" + to + "\""));

    CHECK(daemon.program().says("The peer " + to + " is not reached"));
    CHECK_THAT(daemon.program().err(),
               Contains("its network interface is not there (\"ip link\" lists them)"));
    CHECK(daemon.metric("tactus_output_port_up{output=\"lights\",port=\"" + to + "\"}") == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("an input whose interface is not there is tried again, and a check says so") {
    const std::string text =
        bridge("\"udp://[fe80::1%nosuch0]:9\"", "\"udp://127.0.0.1:9\"", "open = true");
    daemon_process daemon(text);
    CHECK(daemon.program().says("no network interface"));
    CHECK_THAT(daemon.program().err(), Contains("nosuch0") && Contains("ip link"));
    CHECK(daemon.stop() == 0);

    const temp_dir folder;
    const std::string file =
        folder.write("zone.toml", text + "[metrics]\nlisten = \"127.0.0.1:0\"\n");
    const finished looked = run({tactus_program, "check", file});
    CHECK(looked.code == 0);
    CHECK_THAT(looked.err,
               Contains("is on a network interface that does not exist now: \"nosuch0\""));
}

TEST_CASE("a check finds an input that would take the port of another by way of the other family") {
    const temp_dir folder;
    const std::string file =
        folder.write("both.toml", bridge("[\"udp://[::]:9100\", \"udp://0.0.0.0:9100\"]",
                                         "\"udp://127.0.0.1:9\"", "open = true"));

    const finished looked = run({tactus_program, "check", "--no-environment", file});

    CHECK(looked.code == 78);
    CHECK_THAT(looked.err, Contains("\"udp://0.0.0.0:9100\" of input \"desk\" is already taken by "
                                    "\"udp://[::]:9100\" of the same input") &&
                               Contains("[::] accepts IPv4 too; remove the IPv4 address"));
}
