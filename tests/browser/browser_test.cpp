// SPDX-License-Identifier: MIT
// Real pages in a real Chromium: Strudel's own code and osc-js play through the daemon, and a page
// of a foreign origin is refused. Where a program is not there, ctest says Skipped.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

// Empty: all is there.
std::string missing() {
    for (const char* const program : {"chromium", "node"}) {
        if (std::system(fmt::format("command -v {} >/dev/null", program).c_str()) != 0) {
            return fmt::format("{} is not there", program);
        }
    }
    if (!std::filesystem::exists(TACTUS_NODE_MODULES "/@strudel/osc")) {
        return "the pages' libraries are not there; say packaging/install-dependencies test";
    }
    return "";
}

// The page, as a server at that address gives it to a browser of its own.
class browser {
public:
    browser(const std::string& address, const std::string& play, std::uint16_t port)
        : server_({"node", TACTUS_BROWSER_DIR "/serve.mjs", address, TACTUS_NODE_MODULES}) {
        REQUIRE(server_.says("serves "));
        const std::string out = server_.out();
        const std::size_t at = out.find("serves ") + 7;
        const std::string served = out.substr(at, out.find('.', at) - at);
        chromium_ = std::make_unique<process>(std::vector<std::string>{
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--user-data-dir=" + folder_.path(),
            fmt::format("http://{}:{}/page.html?play={}&port={}", address, served, play, port)});
    }
    bool says(const std::string& text) { return server_.says("page: " + text, 60s); }
    std::string said() const { return server_.out(); }
    // Its children end with it.
    ~browser() {
        chromium_->signal(SIGTERM);
        static_cast<void>(chromium_->wait());
    }

private:
    temp_dir folder_;
    process server_;
    std::unique_ptr<process> chromium_;
};

std::string stage(std::uint16_t page, std::uint16_t out) {
    return fmt::format(R"(
[[input]]
name = "page"
type = "websocket"
listen = "tcp://127.0.0.1:{}"

[[output]]
name = "superdirt"
type = "osc"
to = "udp://127.0.0.1:{}"
timetags = "bundle"

[[route]]
from = "page"
to = "superdirt"
)",
                       page, out);
}

// Seconds from the arrival to the datagram's time tag.
double lead_s(const arrival& came) {
    std::uint64_t tag = 0;
    for (std::size_t i = 8; i < 16; ++i) {
        tag = tag << 8 | came.bytes.at(i);
    }
    timespec wall{};
    ::clock_gettime(CLOCK_REALTIME, &wall);
    const double now_s = static_cast<double>(wall.tv_sec) + static_cast<double>(wall.tv_nsec) / 1e9;
    const double came_s = now_s - static_cast<double>(monotonic_ns() - came.at_ns) / 1e9;
    return static_cast<double>(tag >> 32) - 2'208'988'800.0 +
           static_cast<double>(tag & 0xFFFFFFFF) / 4294967296.0 - came_s;
}

bool holds(const arrival& came, const std::string& text) {
    const std::string bytes(came.bytes.begin(), came.bytes.end());
    return bytes.find(text) != std::string::npos;
}

} // namespace

TEST_CASE("a pattern of Strudel's plays SuperDirt from a real browser, ahead of its time") {
    if (const std::string why = missing(); !why.empty()) {
        TACTUS_SKIP(why);
    }
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(stage(port, superdirt.port()));
    browser page("127.0.0.1", "strudel", port);
    CHECK(page.says("plays"));

    int in_time = 0;
    int drums = 0;
    constexpr int wanted = 12;
    for (int i = 0; i < wanted; ++i) {
        const std::optional<arrival> came = superdirt.receive(30s);
        CAPTURE(page.said(), daemon.program().err());
        REQUIRE(came);
        CHECK(holds(*came, "/dirt/play"));
        drums += holds(*came, "bd") || holds(*came, "sd") ? 1 : 0;
        in_time += lead_s(*came) > 0 && lead_s(*came) < 0.25 ? 1 : 0;
    }

    CHECK(drums >= wanted / 2 - 1);
    CHECK(in_time >= wanted - 2); // the first ones of a page that still loads may be late
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("what osc-js sends from a real browser leaves, messages at once, bundles in time") {
    if (const std::string why = missing(); !why.empty()) {
        TACTUS_SKIP(why);
    }
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(stage(port, superdirt.port()));
    browser page("127.0.0.1", "osc-js", port);
    const bool has_sent = page.says("sent");
    CAPTURE(page.said());
    CHECK(has_sent);

    const std::optional<arrival> now = superdirt.receive(30s);
    const std::optional<arrival> later = superdirt.receive(30s);

    REQUIRE(now);
    CHECK(holds(*now, "/js/now"));
    REQUIRE(later);
    CHECK(holds(*later, "/js/later"));
    CHECK(lead_s(*later) < 0.21);
    CHECK(lead_s(*later) > 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a page of a foreign origin is refused by the daemon, in a real browser") {
    if (const std::string why = missing(); !why.empty()) {
        TACTUS_SKIP(why);
    }
    const udp_peer superdirt;
    const std::uint16_t port = free_tcp_port();
    daemon_process daemon(stage(port, superdirt.port()));

    browser page("127.0.0.2", "nothing", port);

    CHECK(page.says("refused"));
    CHECK(page.said().find("open") == std::string::npos);
    CHECK(daemon.program().says("Origin"));
    CHECK(daemon.stop() == 0);
}
