// SPDX-License-Identifier: MIT
// The status page in a real Chromium: without JavaScript, live, when the daemon goes and comes
// back, for everybody (axe-core), and by a foreign host name.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <memory>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

constexpr auto browser_patience = 90s;

// Skips the case if a program is not there.
void need_browser() {
    for (const char* const program : {"chromium", "node"}) {
        if (std::system(fmt::format("command -v {} >/dev/null", program).c_str()) != 0) {
            TACTUS_SKIP(fmt::format("{} is not there", program));
        }
    }
    if (!std::filesystem::exists(TACTUS_NODE_MODULES "/axe-core")) {
        TACTUS_SKIP("axe-core is not there; say packaging/install-dependencies test");
    }
}

// A piano that is there, and a lamp that is not.
std::string stage(std::uint16_t in, std::uint16_t out, std::uint16_t metrics) {
    return fmt::format(R"(
name = "stage"
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:{}"

[[output]]
name = "piano"
type = "osc"
to = "udp://127.0.0.1:{}"

[[output]]
name = "lamp"
type = "osc"
to = "tcp://127.0.0.1:1"
required = false

[[route]]
name = "melody"
from = "desk"
to = "piano"
address = "/piano"

[[route]]
from = "desk"
to = "lamp"
address = "/lamp"

[metrics]
listen = "127.0.0.1:{}"
)",
                       in, out, metrics);
}

// The script that looks at it.
class visitor {
public:
    visitor(std::uint16_t port, const std::string& what)
        : node_({"node", TACTUS_BROWSER_DIR "/status_page.mjs", TACTUS_NODE_MODULES,
                 std::to_string(port), what}) {}
    bool says(const std::string& text) { return node_.says("page: " + text, browser_patience); }
    // To its end.
    std::string all() {
        static_cast<void>(node_.wait(browser_patience));
        return node_.out() + node_.err();
    }

private:
    process node_;
};

struct stage_case {
    stage_case() { need_browser(); }
    [[nodiscard]] std::string configuration() const { return stage(in, piano.port(), metrics); }

    udp_peer piano;
    std::uint16_t in = free_udp_port();
    std::uint16_t metrics = free_tcp_port();
};

// "/piano" with an integer.
constexpr std::uint8_t event[] = {'/', 'p', 'i', 'a', 'n', 'o', 0, 0, ',', 'i', 0, 0, 0, 0, 0, 60};

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the status page is complete without JavaScript") {
    stage_case at;
    daemon_process daemon(at.configuration());

    const std::string said = visitor(at.metrics, "snapshot").all();

    CAPTURE(said);
    CHECK(holds(said, "page: link: As of 20"));
    CHECK(holds(said, "Ready Not required, but away: lamp"));
    CHECK(holds(said, "piano"));
    CHECK(holds(said, "The tap needs JavaScript"));
    CHECK(holds(said, "page: lines drawn: 4"));
    CHECK_FALSE(holds(said, "complaint:"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("axe-core finds nothing on the status page, in light and dark, on a desk and a phone") {
    stage_case at;
    daemon_process daemon(at.configuration());

    const std::string said = visitor(at.metrics, "axe").all();

    CAPTURE(said);
    for (const char* const look : {"light 1280", "dark 1280", "light 320", "dark 320"}) {
        CHECK(holds(said, fmt::format("page: axe {}: 0 violations\n", look)));
    }
    CHECK_FALSE(holds(said, "complaint:"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("the status page follows the daemon, says so when it goes, and when it comes back") {
    stage_case at;
    auto daemon = std::make_unique<daemon_process>(at.configuration());
    visitor page(at.metrics, "live");
    REQUIRE(page.says("open"));

    at.piano.send(event, at.in);
    CHECK(page.says("tap: "));
    CHECK(page.says("kept: true"));
    CHECK(daemon->stop() == 0);
    CHECK(page.says("gone: \xE2\x9C\x95 no connection"));
    CHECK(page.says("tap ended"));
    daemon = std::make_unique<daemon_process>(at.configuration());
    CHECK(page.says("back: Ready \xE2\x80\x93 stage"));

    const std::string said = page.all();
    CAPTURE(said);
    CHECK(holds(said, "desk \xE2\x86\x92 melody \xE2\x86\x92 piano"));
    CHECK_FALSE(holds(said, "complaint:"));
    CHECK(daemon->stop() == 0);
}

TEST_CASE("a browser that was given a foreign name for the daemon gets no status page") {
    stage_case at;
    daemon_process daemon(at.configuration());

    const std::string said = visitor(at.metrics, "foreign").all();

    CAPTURE(said);
    CHECK(holds(said, "page: foreign: This host name is not allowed"));
    CHECK_FALSE(holds(said, "piano"));
    CHECK(daemon.stop() == 0);
}
