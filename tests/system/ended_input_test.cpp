// SPDX-License-Identifier: MIT
// An input ends as a whole, by a reload or a restart: what it began and scheduled ends with it, or
// stays, as its when_gone says.
#include "tests/support/udp_peer.hpp"
#include "tests/system/reload_case.hpp"

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

// Scripts write to a socket in that folder, and stay connected.
struct scripts {
    [[nodiscard]] std::string file(const std::string& when_gone) const {
        return fmt::format("[[input]]\nname = \"scripts\"\ntype = \"stream\"\n"
                           "listen = \"unix://{}\"\nwhen_gone = \"{}\"\n",
                           files.path("in"), when_gone) +
               route("scripts", "a") + without();
    }
    [[nodiscard]] std::string without() const {
        return osc_input("desk", port) + osc_output("a", peer.port()) + route("desk", "a");
    }
    [[nodiscard]] std::string heard() const {
        const auto came = peer.receive(patience);
        return came ? std::string(came->bytes.begin(), came->bytes.end()) : "nothing";
    }

    temp_dir files;
    udp_peer peer;
    std::uint16_t port = free_udp_port();
};

constexpr const char* cancelled =
    "tactus_deliveries_dropped_total{output=\"a\",reason=\"cancelled\"}";
constexpr const char* pending = "tactus_deliveries_pending{output=\"a\"}";
constexpr const char* sounding = "tactus_output_notes_sounding{output=\"a\"}";

} // namespace

TEST_CASE("an input that is removed or restarted ends what it began, or keeps it") {
    const std::string when_gone = GENERATE("end", "keep");
    const std::string how = GENERATE("removed", "restarted", "changed");
    CAPTURE(when_gone, how);
    const scripts test;
    reload_case daemon(test.file(when_gone));
    const unix_client script(test.files.path("in"));
    script.write("{\"note\": 60, \"velocity\": 100}\n");
    REQUIRE_THAT(test.heard(), Contains("/note_on"));
    script.write("{\"note\": 62, \"velocity\": 100, \"at\": \"+60s\"}\n");
    REQUIRE(eventually([&] { return daemon.metric(pending) == 1; }));
    daemon.reload(test.file(when_gone) + "[time]\nmax_ahead = \"9m\"\n"); // nothing of it
    CHECK(daemon.metric(sounding) == 1);

    if (how == "removed") {
        daemon.reload(test.without());
    } else if (how == "restarted") {
        REQUIRE(daemon.command({"restart", "scripts"}).code == 0);
    } else {
        daemon.write(test.file(when_gone == "end" ? "keep" : "end"));
        CHECK_THAT(daemon.command({"reload"}).out, Contains("restarted  scripts"));
    }

    if (when_gone == "end") {
        CHECK_THAT(test.heard(), Contains("/note_off"));
        CHECK(eventually([&] { return daemon.metric(cancelled) == 1; }));
        CHECK(daemon.metric(pending) == 0);
        CHECK(daemon.metric(sounding) == 0);
    } else {
        CHECK_FALSE(test.peer.receive(std::chrono::milliseconds(50)).has_value());
        CHECK(daemon.metric(pending) == 1);
        CHECK(daemon.metric(sounding) == 1);
    }
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    CHECK(daemon.stop() == 0);
}
