// SPDX-License-Identifier: MIT
// Sockets that systemd holds (listen = "systemd://NAME"): taken by each kind of input and by the
// pages, kept over a reload, and nothing is lost while the daemon restarts.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/socket_holder.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/unix_client.hpp"
#include "tests/system/osc_bytes.hpp"

#include <atomic>
#include <csignal>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <set>
#include <thread>

using namespace tactus::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

std::string to_hall(const std::string& input, std::uint16_t port, const std::string& more = {}) {
    return fmt::format("{}\n[[output]]\nname = \"hall\"\ntype = \"osc\"\nto = "
                       "\"udp://127.0.0.1:{}\"\n[[route]]\nfrom = \"desk\"\nto = \"hall\"\n{}",
                       input, port, more);
}
std::string desk_at(const std::string& listen, const std::string& type = "osc",
                    const std::string& more = {}) {
    return fmt::format("[[input]]\nname = \"desk\"\ntype = \"{}\"\nlisten = \"{}\"\n{}\n", type,
                       listen, more);
}
constexpr const char* no_pages = "[metrics]\nenabled = false\n";

// The argument at the end of a message.
int number_in(const std::vector<std::uint8_t>& bytes) {
    int number = 0;
    for (std::size_t i = bytes.size() - 4; i < bytes.size(); ++i) {
        number = number << 8 | bytes[i];
    }
    return number;
}

class holding_case {
public:
    void write(const std::string& text) { file = folder.write("test.toml", text); }
    std::unique_ptr<process> start(bool is_good = true) {
        auto made = std::make_unique<process>(holder.passing_to({tactus_program, "run", file}),
                                              process::options());
        if (is_good) {
            const bool runs = made->says("The daemon is running.");
            INFO(made->err());
            REQUIRE(runs);
        }
        return made;
    }
    finished reload(const process& daemon, const std::string& text) {
        write(text);
        return run({tactus_program, "reload"},
                   {{"RUNTIME_DIRECTORY=" + daemon.runtime_folder()}, {}});
    }
    finished refused(const std::string& text) {
        write(text);
        const auto ended = start(false);
        const int code = ended->wait().value_or(-1);
        return {code, ended->out(), ended->err()};
    }

    temp_dir folder;
    std::string file;
    socket_holder holder;
    udp_peer hall;
};

} // namespace

TEST_CASE_METHOD(holding_case, "datagrams that come while the daemon restarts are not lost") {
    const std::uint16_t port = holder.hold("osc", SOCK_DGRAM);
    write(to_hall(desk_at("systemd://osc"), hall.port(), no_pages));
    auto daemon = start();
    constexpr int restarts = 3;
    std::atomic<bool> is_over = false;
    std::atomic<int> sent = 0;
    std::set<int> received;
    int twice = 0;
    std::thread sender([&] {
        const udp_peer desk;
        while (!is_over) {
            for (int i = 0; i < 10; ++i) {
                desk.send(osc("/n", {sent++}), port);
            }
            std::this_thread::sleep_for(1ms);
        }
    });
    std::thread receiver([&] { // so that the peer's own buffer loses nothing
        for (int silent = 0; silent < 40 && !(is_over && static_cast<int>(received.size()) == sent);
             ++silent) {
            while (const std::optional<arrival> came = hall.receive(500ms)) {
                twice += received.insert(number_in(came->bytes)).second ? 0 : 1;
                silent = 0;
            }
        }
    });
    const auto more_are_sent = [&](int count) {
        const int before = sent;
        return eventually([&] { return sent > before + count; });
    };

    for (int i = 0; i < restarts; ++i) {
        CHECK(more_are_sent(500));
        daemon->signal(SIGTERM);
        CHECK(daemon->wait() == 0);
        daemon = start();
    }
    CHECK(more_are_sent(100));
    is_over = true;
    sender.join();
    receiver.join();

    INFO(daemon->err());
    CHECK(static_cast<int>(received.size()) == sent);
    CHECK(twice == 0);
}

TEST_CASE_METHOD(holding_case, "a reload keeps the socket, and gives it to another input") {
    const std::uint16_t port = holder.hold("osc", SOCK_DGRAM);
    const std::uint16_t spare = holder.hold("spare", SOCK_DGRAM);
    const auto at = [&](const std::string& listen, const std::string& more = {}) {
        return to_hall(desk_at(listen, "osc", more), hall.port(), no_pages);
    };
    write(at("systemd://osc"));
    const auto daemon = start();
    CHECK_THAT(daemon->err(), Contains("No `listen` names the socket \"spare\""));
    const udp_peer desk;
    const auto arrives = [&](std::uint16_t there, int number) {
        desk.send(osc("/n", {number}), there);
        const std::optional<arrival> came = hall.receive(20s);
        return came && number_in(came->bytes) == number;
    };
    REQUIRE(arrives(port, 1));

    REQUIRE(reload(*daemon, at("systemd://osc", "datagram_max = 2048")).code == 0);
    CHECK(arrives(port, 2)); // at another instance
    REQUIRE(reload(*daemon, at("systemd://spare")).code == 0);
    CHECK(arrives(spare, 3));
    desk.send(osc("/n", {4}), port); // waits in the socket
    REQUIRE(reload(*daemon, at("systemd://osc")).code == 0);
    const std::optional<arrival> came = hall.receive(20s);
    REQUIRE(came);
    CHECK(number_in(came->bytes) == 4);

    const finished refused = reload(*daemon, at("systemd://other"));
    CHECK(refused.code == 78);
    CHECK_THAT(refused.err, Contains("no socket with the name \"other\"") && Contains("\"osc\""));
    CHECK(arrives(port, 5));
}

TEST_CASE_METHOD(holding_case, "each kind of socket reaches the input that it is for") {
    SECTION("unix datagrams") {
        holder.hold_path("events", SOCK_DGRAM, folder.path("events"));
        write(to_hall(desk_at("systemd://events"), hall.port(), no_pages));
        const auto daemon = start();
        const int fd = ::socket(AF_UNIX, SOCK_DGRAM, 0);
        sockaddr_un there{};
        there.sun_family = AF_UNIX;
        folder.path("events").copy(there.sun_path, sizeof there.sun_path - 1);
        const auto bytes = osc("/n", {1});
        CHECK(::sendto(fd, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&there),
                       sizeof there) > 0);
        ::close(fd);
        CHECK(hall.receive(20s));
    }
    SECTION("lines by a unix socket, whose file stays") {
        holder.hold_path("lines", SOCK_STREAM, folder.path("lines"));
        write(to_hall(desk_at("systemd://lines", "stream"), hall.port(), no_pages));
        auto daemon = start();
        unix_client(folder.path("lines")).write("{\"note\": 60}\n");
        CHECK(hall.receive(20s));
        daemon->signal(SIGTERM);
        CHECK(daemon->wait() == 0);
        unix_client early(folder.path("lines")); // before there is a daemon again
        early.write("{\"note\": 61}\n");
        daemon = start();
        CHECK(hall.receive(20s));
    }
    SECTION("OSC by TCP, a page's WebSocket, and the pages") {
        const std::uint16_t osc_port = holder.hold("osc", SOCK_STREAM);
        const std::uint16_t page_port = holder.hold("page", SOCK_STREAM);
        const std::uint16_t metrics = holder.hold("metrics", SOCK_STREAM);
        write(to_hall(desk_at("systemd://osc") +
                          "[[input]]\nname = \"page\"\ntype = \"websocket\"\nlisten = "
                          "\"systemd://page\"\n",
                      hall.port(),
                      "[[route]]\nfrom = \"page\"\nto = \"hall\"\n[metrics]\nlisten = "
                      "\"systemd://metrics\"\n"));
        const auto daemon = start();
        CHECK(http_get(metrics, "/readyz").status == 200);
        CHECK(http_get(page_port, "/").status >= 400); // no upgrade, but it is there
        CHECK_THAT(http_get(metrics, "/metrics").body,
                   Contains("tcp://127.0.0.1:" + std::to_string(osc_port)) ||
                       Contains("tactus_input_connections{input=\"desk\"} 0"));
        CHECK_THAT(daemon->err(), Contains("metrics=127.0.0.1:" + std::to_string(metrics)));
    }
}

TEST_CASE_METHOD(holding_case, "a socket that does not fit is refused, and what it is is said") {
    SECTION("of another kind") {
        holder.hold("tcp", SOCK_STREAM);
        const finished ended =
            refused(to_hall(desk_at("systemd://tcp", "stream"), hall.port(), no_pages));
        CHECK(ended.code == 78);
        CHECK_THAT(ended.err, Contains("\"systemd://tcp\" is \"tcp://127.0.0.1:") &&
                                  Contains("cannot be used here: expected \"unix\""));
    }
    SECTION("no socket at all") {
        holder.hold_file("file");
        const finished ended = refused(to_hall(desk_at("systemd://file"), hall.port(), no_pages));
        CHECK(ended.code == 78);
        CHECK_THAT(ended.err, Contains("with the name \"file\" is no socket"));
    }
    SECTION("a unit with two of them") {
        holder.hold("osc", SOCK_DGRAM);
        holder.hold("osc", SOCK_STREAM);
        const finished ended = refused(to_hall(desk_at("systemd://osc"), hall.port(), no_pages));
        CHECK_THAT(ended.err, Contains("several sockets with the name \"osc\"") &&
                                  Contains("udp://") && Contains("tcp://"));
    }
    SECTION("none passed, and an output") {
        write(to_hall(desk_at("systemd://osc"), hall.port(), no_pages));
        const finished alone = run({tactus_program, "run", file});
        CHECK(alone.code == 78);
        CHECK_THAT(alone.err,
                   Contains("systemd passed no sockets") && Contains("FileDescriptorName=osc"));
        CHECK(run({tactus_program, "check", file}).code == 0); // cannot know
        write("[[input]]\nname = \"desk\"\ntype = \"osc\"\n[[output]]\nname = \"hall\"\ntype = "
              "\"osc\"\nto = \"systemd://osc\"\n[[route]]\nfrom = \"desk\"\nto = \"hall\"\n");
        CHECK_THAT(run({tactus_program, "check", file}).err,
                   Contains("scheme \"systemd\" is not accepted here"));
    }
}
