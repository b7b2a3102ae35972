// SPDX-License-Identifier: MIT
// From a line of stream_in's and from a message of websocket_in's to the socket of an output
// nothing is allocated once warm. A program of its own, because it replaces operator new: the
// daemon's loop runs in it, with the plugins as they are built, and a client in a thread that is
// not counted.
#include "kernel/cli/load.hpp"
#include "kernel/daemon/process/termination.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/counting_new.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/sanitizer.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/unix_client.hpp"
#include "tests/support/web_client.hpp"

#include <fmt/format.h>

#include <functional>
#include <thread>

using namespace tactus;
using namespace tactus::test;
using namespace std::chrono_literals;
using websocket_in::testing::binary_frame;
using websocket_in::testing::byte_string;
using websocket_in::testing::text_frame;

namespace {

const char* const output_name = "an-output-whose-name-is-no-short-text";

struct places {
    temp_dir folder;
    udp_peer peer;
    std::uint16_t page = free_tcp_port();
    std::string lines = folder.path("lines");

    [[nodiscard]] std::string configuration() const {
        return fmt::format(R"(
[metrics]
listen = "127.0.0.1:0"

[control]
enabled = false

[[input]]
name = "scripts"
type = "stream"
listen = "unix://{}"

[[input]]
name = "page"
type = "websocket"
listen = "tcp://127.0.0.1:{}"
message_max = "64KiB"

[[output]]
name = "{}"
type = "osc"
to = "udp://127.0.0.1:{}"
timetags = "bundle"

[[route]]
from = ["scripts", "page"]
to = "{}"
)",
                           lines, page, output_name, peer.port(), output_name);
    }
};

struct counted {
    std::size_t warm = 0; // what the first messages allocated
    std::size_t later = 0;
    bool has_all_come = false;
};

// What messages cost the daemon that are sent in turn, each once the one before it has come out as
// so many datagrams.

class client {
public:
    client(const places& at, std::function<void()> send, std::size_t datagrams)
        : at_(at), send_(std::move(send)), datagrams_(datagrams) {}

    [[nodiscard]] counted measure() const {
        counted of;
        std::size_t before = allocations;
        of.has_all_come = run(50);
        of.warm = allocations - before;
        before = allocations;
        of.has_all_come = of.has_all_come && run(300);
        of.later = allocations - before;
        return of;
    }

private:
    [[nodiscard]] bool run(int rounds) const {
        for (int i = 0; i < rounds; ++i) {
            send_();
            for (std::size_t n = 0; n < datagrams_; ++n) {
                if (!at_.peer.receive(20s)) {
                    return false;
                }
            }
        }
        return true;
    }

    const places& at_;
    std::function<void()> send_;
    std::size_t datagrams_;
};

// Runs a daemon on this thread for as long as `talk` talks to it on another.
counted run_beside(const places& at, const std::function<counted(const places&)>& talk) {
    host::catalog catalog({TACTUS_PLUGIN_FOLDER});
    cli::checked made = cli::load({{at.folder.write("tactus.toml", at.configuration())}}, catalog);
    REQUIRE(made.daemon != nullptr);
    counted result;
    std::string failure;
    std::thread talks([&] {
        is_counted = false;
        try {
            result = talk(at);
        } catch (const std::exception& error) {
            failure = error.what();
        }
        made.daemon->loop().post(
            [](void* of) noexcept { static_cast<daemon::daemon*>(of)->request_stop(); },
            made.daemon.get());
    });
    static auto* const signals = new daemon::termination; // has not begun: it reads none
    const auto ended = made.daemon->run(*signals);
    talks.join();
    CHECK(ended.has_value());
    CHECK(failure.empty());
    return result;
}

void check(const counted& of) {
    CHECK(of.has_all_come);
    CHECK(of.warm > 0); // the counter counts
    if (tactus::test::has_address_sanitizer) {
        TACTUS_SKIP(
            "the SDK keeps no coroutine frames for later with AddressSanitizer, so that it finds "
            "what is used after its end; run it in preset dev");
    }
    CHECK(of.later == 0);
}

struct line {
    const char* what;
    std::string text;
    std::size_t datagrams = 1;
};

std::vector<line> lines() {
    std::string many = R"({"osc": "/a", "args": [)";
    for (int i = 0; i < 60; ++i) {
        many += fmt::format("{}{}", i == 0 ? "" : ", ", i * 1000);
    }
    many += "]}";
    return {
        {"a note", R"({"note": 60, "velocity": 99, "channel": 3})"},
        {"a note with an end", R"({"note": 60, "for": "1ms"})", 2},
        {"MIDI", R"({"midi": [176, 7, 100]})"},
        {"OSC", R"({"osc": "/an/address/that/is/no/short/text", "args": [1, 2.5, true, null]})"},
        {"a long text", R"({"osc": "/a", "args": ["a text of more than the fifteen letters"]})"},
        {"many arguments", many},
        {"later", R"({"at": "+1ms", "osc": "/a", "args": [1]})"},
        {"a time", R"({"at": 1700000000.5, "osc": "/a", "args": [1]})"},
        {"a destination", fmt::format(R"({{"to": "{}", "osc": "/a"}})", output_name)},
        {"no address", "", 0},
    };
}

std::vector<line> texts() {
    return {
        {"Strudel's",
         R"({"address": "/dirt/play", "args": ["s", "a sample of a long name", "gain", 0.7]})"},
        {"with a time", R"({"address": "/dirt/play", "args": [1], "timestamp": 1700000000412.5})"},
        {"with a peer", R"({"address": "/a", "args": [1], "host": "127.0.0.1", "port": PORT})"},
        {"many arguments",
         R"({"address": "/a", "args": [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]})"},
        {"the bridge's MIDI", R"([{"message": [176, 7, 100], "offset": 1}])"},
        {"the bridge's OSC",
         R"([{"target": "/a", "params": [{"name": "n", "value": "1", "valueisnumber": true}]}])"},
        {"an object of the bridge's", R"({"sendmidi": [{"message": [176, 7, 101]}]})"},
    };
}

} // namespace

TEST_CASE("a line of stream_in's allocates nothing once warm") {
    for (const line& each : lines()) {
        INFO(each.what);
        const places at;
        check(run_beside(at, [&](const places& to) {
            const unix_client script(to.lines);
            const std::string text = each.datagrams == 0 ? "\n{\"note\": 60}\n" : each.text + "\n";
            return client(
                       to, [&] { script.write(text); }, std::max<std::size_t>(each.datagrams, 1))
                .measure();
        }));
    }
}

TEST_CASE("lines in one piece, in pieces, and short ones behind long ones allocate nothing") {
    const places at;
    check(run_beside(at, [&](const places& to) {
        const unix_client script(to.lines);
        int round = 0;
        return client(
                   to,
                   [&] {
                       const std::size_t blanks = ++round % 2 == 0 ? 10 : 60'000;
                       const std::string text =
                           "{\"note\": 1}\n{\"note\": 2" + std::string(blanks, ' ') + "}\n";
                       script.write(text.substr(0, 20));
                       script.write(text.substr(20));
                   },
                   2)
            .measure();
    }));
}

TEST_CASE("a text of websocket_in's allocates nothing once warm") {
    for (const line& each : texts()) {
        INFO(each.what);
        const places at;
        std::string text = each.text;
        if (const std::size_t port = text.find("PORT"); port != std::string::npos) {
            text.replace(port, 4, std::to_string(at.peer.port()));
        }
        check(run_beside(at, [&](const places& to) {
            const web_client page(to.page);
            static_cast<void>(page.shake_hands());
            const byte_string frame = text_frame(text);
            return client(
                       to, [&] { page.write(frame); }, 1)
                .measure();
        }));
    }
}

TEST_CASE("binary OSC, fragments, and small messages behind large ones allocate nothing") {
    const places at;
    check(run_beside(at, [&](const places& to) {
        const web_client page(to.page);
        static_cast<void>(page.shake_hands());
        const std::string small("/a\0\0,i\0\0\0\0\0\1", 12);
        const std::string large =
            std::string("/a\0\0,b\0\0\0\0\x9c\x40", 12) + std::string(40'000, 'x');
        using websocket_in::testing::fragment;
        using websocket_in::testing::operator+;
        const byte_string frames =
            binary_frame(small) + binary_frame(large) + fragment(2, small.substr(0, 5), false) +
            fragment(0, small.substr(5), true) +
            text_frame(R"([{"message": [176, 7, 1]}, {"message": [176, 7, 2]}])");
        return client(
                   to, [&] { page.write(frames); }, 5)
            .measure();
    }));
}
