// SPDX-License-Identifier: MIT
// What the daemon says of itself when something is not there, is refused or is lost: in /readyz,
// the metrics and the log, and to who only checks its file.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include <string>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

// A TCP port that nobody listens on until it is told to; who connects waits in the backlog.
class tcp_door {
public:
    tcp_door() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&here), sizeof here) == 0);
        socklen_t size = sizeof here;
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&here), &size);
        port_ = ntohs(here.sin_port);
    }
    tcp_door(const tcp_door&) = delete;
    tcp_door& operator=(const tcp_door&) = delete;
    ~tcp_door() { ::close(fd_); }
    void open() const { REQUIRE(::listen(fd_, 8) == 0); }
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] std::string endpoint() const { return fmt::format("tcp://127.0.0.1:{}", port_); }

private:
    int fd_;
    std::uint16_t port_ = 0;
};

// A receiver of unix datagrams; its file goes with it.
class datagram_door {
public:
    explicit datagram_door(std::string path)
        : path_(std::move(path)), fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un here{};
        here.sun_family = AF_UNIX;
        path_.copy(here.sun_path, sizeof here.sun_path - 1);
        REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&here), sizeof here) == 0);
    }
    datagram_door(const datagram_door&) = delete;
    datagram_door& operator=(const datagram_door&) = delete;
    ~datagram_door() {
        ::close(fd_);
        ::unlink(path_.c_str());
    }
    [[nodiscard]] bool receives() const {
        char any = 0;
        return ::recv(fd_, &any, 1, MSG_DONTWAIT) == 1;
    }

private:
    std::string path_;
    int fd_;
};

// What a request with these header lines gets, to the end.
std::string ask(std::uint16_t port, const std::string& headers) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
    const std::string request = "GET /livez HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n";
    ::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
    std::string answer(4096, '\0');
    const auto got = ::recv(fd, answer.data(), answer.size(), 0);
    ::close(fd);
    answer.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return answer;
}

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

std::string midi_input(const std::string& more) {
    return fmt::format(R"(
[[input]]
name = "keys"
type = "midi"
port = "no such keyboard"
{}
[[output]]
name = "sink"
type = "memory"
[[route]]
from = "keys"
to = "sink"
)",
                       more);
}

std::string osc_to(std::uint16_t in, const std::string& output, const std::string& route) {
    return fmt::format(R"(
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:{}"
[[output]]
name = "out"
type = "osc"
{}
[[route]]
from = "desk"
to = "out"
{}
)",
                       in, output, route);
}

} // namespace

TEST_CASE("a MIDI input without its port is not ready, and the port is named") {
    daemon_process daemon(midi_input(""));

    const http_answer ready = http_get(daemon.metrics_port(), "/readyz");
    CHECK(ready.status == 503);
    CHECK_THAT(ready.body, Contains("keys") && Contains("no such keyboard"));
    CHECK(http_get(daemon.metrics_port(), "/livez").status == 200);
    CHECK(daemon.metric("tactus_ready") == 0);
    CHECK(daemon.metric("tactus_input_up{input=\"keys\"}") == 0);
    CHECK(daemon.metric("tactus_input_ports{input=\"keys\",state=\"up\"}") == 0);
    CHECK(daemon.metric("tactus_input_ports{input=\"keys\",state=\"down\"}") == 1);
    CHECK(daemon.metric("tactus_plugin_state{plugin=\"keys\",state=\"running\"}") == 0);
    CHECK(daemon.metric("tactus_plugin_state{plugin=\"keys\",state=\"degraded\"}") == 1);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("an input that is not required is named, and all the same it is ready") {
    daemon_process daemon(midi_input("required = false"));

    const http_answer ready = http_get(daemon.metrics_port(), "/readyz");
    CHECK(ready.status == 200);
    CHECK_THAT(ready.body,
               Contains("\"impaired\":[{\"name\":\"keys\"") && Contains("no such keyboard"));
    CHECK(daemon.metric("tactus_input_up{input=\"keys\"}") == 0);
}

TEST_CASE("an input whose address is taken is not ready, until it is free") {
    auto taken = std::make_unique<udp_peer>();
    daemon_process daemon(osc_to(taken->port(), "to = \"udp://127.0.0.1:9\"", ""));

    CHECK(http_get(daemon.metrics_port(), "/readyz").status == 503);
    CHECK(daemon.metric("tactus_input_up{input=\"desk\"}") == 0);
    CHECK(daemon.metric("tactus_plugin_state{plugin=\"desk\",state=\"failed\"}") == 1);
    CHECK(daemon.metric("tactus_plugin_state{plugin=\"desk\",state=\"degraded\"}") == 0);
    taken.reset();
    CHECK(eventually([&] { return http_get(daemon.metrics_port(), "/readyz").status == 200; }));
    CHECK(daemon.metric("tactus_input_up{input=\"desk\"}") == 1);
    CHECK(daemon.metric("tactus_plugin_state{plugin=\"desk\",state=\"failed\"}") == 0);
    CHECK(daemon.metric("tactus_plugin_state{plugin=\"desk\",state=\"running\"}") == 1);
}

TEST_CASE("of three peers the two that are dead are counted, named, and said to be back once") {
    const tcp_door alive;
    alive.open();
    const tcp_door dead;
    const temp_dir folder;
    const std::string path = "unix://" + folder.path() + "/nobody";
    const std::string required = GENERATE("false", "true", "\"any\"");
    const bool is_any_enough = required == "\"any\"";
    daemon_process daemon(osc_to(free_udp_port(),
                                 fmt::format("to = [\"{}\", \"{}\", \"{}\"]\nrequired = {}",
                                             alive.endpoint(), dead.endpoint(), path, required),
                                 ""));
    const auto of_port = [&](const std::string& family, const std::string& port,
                             const std::string& more = "") {
        return daemon.metric(fmt::format("{}{{output=\"out\",port=\"{}\"{}}}", family, port, more));
    };
    const std::string failed = ",result=\"failed\"";

    CHECK(eventually([&] {
        return of_port("tactus_output_port_connects_total", dead.endpoint(), failed) >= 2 &&
               of_port("tactus_output_port_connects_total", path, failed) >= 2;
    }));
    CHECK(daemon.metric("tactus_output_connects_total{output=\"out\",result=\"failed\"}") >= 4);
    CHECK(of_port("tactus_output_port_connects_total", alive.endpoint(), failed) == 0);
    CHECK(of_port("tactus_output_port_up", alive.endpoint()) == 1);
    CHECK(of_port("tactus_output_port_up", dead.endpoint()) == 0);
    CHECK(of_port("tactus_output_port_up", "all") == -1); // it is no peer
    CHECK(daemon.metric("tactus_output_up{output=\"out\"}") == (is_any_enough ? 1 : 0));
    CHECK(daemon.metric("tactus_output_ports{output=\"out\",state=\"up\"}") == 1);
    CHECK(daemon.metric("tactus_output_ports{output=\"out\",state=\"down\"}") == 2);
    CHECK(daemon.metric("tactus_plugin_state{plugin=\"out\",state=\"degraded\"}") == 1);
    const http_answer ready = http_get(daemon.metrics_port(), "/readyz");
    CHECK(ready.status == (required == "true" ? 503 : 200));
    CHECK_THAT(ready.body, Contains("2 of its 3 ports are offline") && Contains(dead.endpoint()) &&
                               Contains(path) && !Contains(alive.endpoint()));

    dead.open();
    CHECK(eventually([&] { return of_port("tactus_output_port_up", dead.endpoint()) == 1; }));
    CHECK(of_port("tactus_output_port_connects_total", dead.endpoint(), ",result=\"ok\"") == 1);
    CHECK_THAT(http_get(daemon.metrics_port(), "/readyz").body,
               Contains("1 of its 3 ports is offline") && Contains(path) &&
                   !Contains(dead.endpoint()));
    CHECK(daemon.program().says("The peer " + dead.endpoint() + " is reached."));
    CHECK(daemon.stop() == 0);
    CHECK(times(daemon.program().err(), " is reached.") == 1);
}

TEST_CASE("a receiver of unix datagrams that goes is down until its file is there again") {
    const temp_dir folder;
    const std::string path = folder.path("peer");
    const std::uint16_t in = free_udp_port();
    daemon_process daemon(osc_to(in, "to = \"unixgram://" + path + "\"\nrequired = true", ""));
    const udp_peer sender;
    const auto send = [&] { sender.send(osc("/a", {1}), in); };
    const auto is_up = [&](double wanted) {
        return daemon.metric("tactus_output_up{output=\"out\"}") == wanted &&
               http_get(daemon.metrics_port(), "/readyz").status == (wanted == 1 ? 200 : 503);
    };
    CHECK(eventually([&] { return is_up(0); }));
    CHECK(daemon.program().says("is not reached: no program receives there."));

    for (std::size_t round = 1; round <= 2; ++round) {
        {
            const datagram_door door(path);
            CHECK(eventually([&] { return is_up(1); }));
            CHECK(
                eventually([&] { return times(daemon.program().err(), "is reached.") == round; }));
            CHECK(eventually([&] {
                send();
                return door.receives();
            }));
        } // it goes
        CHECK(eventually([&] {
            send();
            return is_up(0);
        }));
    }
    { // one that comes in the place of another is found without being missed
        const datagram_door first(path);
        CHECK(eventually([&] { return is_up(1); }));
    }
    const datagram_door second(path);
    CHECK(eventually([&] {
        send();
        return second.receives();
    }));
    CHECK(times(daemon.program().err(), "is not reached: no program receives there.") == 3);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a name that is not found is an attempt that failed") {
    daemon_process daemon(osc_to(free_udp_port(), "to = \"udp://no-such-host.invalid:9000\"", ""));

    CHECK(eventually([&] {
        return daemon.metric("tactus_output_connects_total{output=\"out\",result=\"failed\"}") >= 1;
    }));
    CHECK_THAT(http_get(daemon.metrics_port(), "/readyz").body, Contains("no-such-host.invalid"));
}

TEST_CASE("a request whose Host is refused is counted, and the log has the line to add") {
    daemon_process daemon(osc_to(free_udp_port(), "to = \"udp://127.0.0.1:9\"", ""));
    const std::string count = "tactus_metrics_requests_rejected_total{reason=\"host\"}";

    CHECK_THAT(ask(daemon.metrics_port(), "Host: tactus:9464\r\n"), Contains(" 403 "));
    CHECK_THAT(ask(daemon.metrics_port(), "Host: tactus:9464\r\n"), Contains(" 403 "));
    CHECK(daemon.program().says("allowed_hosts = ['tactus']"));
    CHECK_THAT(ask(daemon.metrics_port(), "Host: [2001:db8::7]:9464\r\n"), Contains(" 403 "));
    CHECK(daemon.program().says("allowed_hosts = ['2001:db8::7']"));
    CHECK_THAT(ask(daemon.metrics_port(), "Host: 192.0.2.7\r\n"), Contains(" 403 "));
    CHECK(daemon.program().says("allowed_hosts = ['192.0.2.7']"));
    CHECK_THAT(ask(daemon.metrics_port(), ""), Contains(" 400 "));
    CHECK(daemon.program().says("it names no host"));
    CHECK_THAT(ask(daemon.metrics_port(), "Host: localhost\r\n"), Contains(" 200 "));

    CHECK(daemon.metric(count) == 5);
    CHECK(daemon.stop() == 0);
    CHECK(times(daemon.program().err(), "['tactus']") == 1); // once for each name
}

TEST_CASE("the line that the log gives lets the request in") {
    daemon_process daemon(osc_to(free_udp_port(), "to = \"udp://127.0.0.1:9\"", "") +
                          "[metrics]\nallowed_hosts = ['tactus', '2001:db8::7']\n"
                          "listen = \"127.0.0.1:0\"\n");

    CHECK_THAT(ask(daemon.metrics_port(), "Host: tactus:9464\r\n"), Contains(" 200 "));
    CHECK_THAT(ask(daemon.metrics_port(), "Host: [2001:db8:0::7]:9464\r\n"), Contains(" 200 "));
    CHECK_THAT(ask(daemon.metrics_port(), "Host: other\r\n"), Contains(" 403 "));
    CHECK(daemon.program().says("allowed_hosts = ['tactus', '2001:db8::7', 'other']"));
}

TEST_CASE("what the file filters out is counted as such, and is no warning") {
    const std::uint16_t in = free_udp_port();
    daemon_process daemon(osc_to(in, "to = \"udp://127.0.0.1:9\"",
                                 "address = \"/fader\"\nmatch = { where = \"$1 > 5\" }"));
    const udp_peer sender;
    const auto unrouted = [&](const std::string& reason) {
        return daemon.metric(fmt::format(
            "tactus_input_messages_unrouted_total{{input=\"desk\",reason=\"{}\"}}", reason));
    };

    sender.send(osc("/fader", {1}), in);
    CHECK(eventually([&] { return unrouted("filtered") == 1; }));
    sender.send(osc("/other", {1}), in);
    CHECK(daemon.program().says("no_route 1")); // whatever follows
    CHECK(unrouted("no_route") == 1);
    CHECK(unrouted("unknown_port") == 0);
    CHECK(unrouted("peer_not_allowed") == 0);
    CHECK(daemon.stop() == 0);
    CHECK_THAT(daemon.program().err(), !Contains("filtered"));
}

TEST_CASE("what is lost is logged though nothing follows") {
    const std::uint16_t in = free_udp_port();
    const tcp_door dead;
    daemon_process daemon(osc_to(in, fmt::format("to = \"{}\"", dead.endpoint()), ""));
    const udp_peer sender;

    sender.send(osc("/a", {1}), in);
    CHECK(daemon.program().says("output_down 1"));
    sender.send(osc("/a", {2}), in);
    CHECK(eventually([&] { return times(daemon.program().err(), "output_down 1") == 2; }));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a check says what is taken now, and of the file alone where that is asked for") {
    const udp_peer taken;
    const temp_dir folder;
    const std::string file =
        folder.write("taken.toml", osc_to(taken.port(), "to = \"udp://127.0.0.1:9\"", "") +
                                       "[metrics]\nlisten = \"127.0.0.1:0\"\n");

    const finished looked = run({tactus_program, "check", file});
    CHECK(looked.code == 1);
    CHECK_THAT(looked.err, Contains("taken.toml:5:") &&
                               Contains("is already used by another program") &&
                               Contains(std::to_string(taken.port())));
    const finished json = run({tactus_program, "check", "--json", file});
    CHECK(json.code == 1);
    CHECK_THAT(json.out,
               Contains("\"errors\":1") && Contains("is already used by another program"));
    const finished alone = run({tactus_program, "check", "--no-environment", file});
    CHECK(alone.code == 0);
    CHECK(alone.err.empty());
    CHECK_THAT(alone.out, Contains("is valid:"));
}

TEST_CASE("a check looks at TCP, at unix sockets, and at the metrics' address") {
    const tcp_door door;
    door.open();
    const temp_dir folder;
    const std::string path = folder.path() + "/socket";
    const std::string at_path = "listen = \"unix://" + path + "\"";
    const auto check = [&](const std::string& listen, const std::string& metrics) {
        const std::string file =
            folder.write("taken.toml", "[[input]]\nname = \"desk\"\ntype = \"osc\"\n" + listen +
                                           "\n[[output]]\nname = \"out\"\ntype = \"osc\"\n"
                                           "to = \"udp://127.0.0.1:9\"\n"
                                           "[[route]]\nfrom = \"desk\"\nto = \"out\"\n"
                                           "[metrics]\nlisten = \"" +
                                           metrics + "\"\n");
        return run({tactus_program, "check", file});
    };
    const std::string none = "127.0.0.1:0";

    CHECK(check(fmt::format("listen = \"{}\"", door.endpoint()), none).code == 1);
    CHECK(check(at_path, none).code == 0);
    CHECK_FALSE(std::filesystem::exists(path)); // it leaves nothing
    CHECK(check(at_path, fmt::format("127.0.0.1:{}", door.port())).code == 1);
    {
        daemon_process there("[[input]]\nname = \"desk\"\ntype = \"osc\"\n" + at_path +
                             "\n[[output]]\nname = \"out\"\ntype = \"memory\"\n[[route]]\nfrom = "
                             "\"desk\"\nto = \"out\"\n");
        CHECK(check(at_path, none).code == 1);
        CHECK(there.metric("tactus_input_connections_accepted_total{input=\"desk\"}") == 0);
        there.program().signal(SIGKILL); // and leaves the file behind
        static_cast<void>(there.program().wait());
    }
    CHECK(check(at_path, none).code == 0);
    const finished later = check("listen = \"unix:///no/such/folder/socket\"", none);
    CHECK(later.code == 0); // something may make it
    CHECK_THAT(later.err, Contains("warning") && Contains("/no/such/folder"));
}
