// SPDX-License-Identifier: MIT
// What `tactus ports` gets to see.
#include "tests/plugins/midi/live_output.hpp"

#include "tests/support/catch.hpp"

#include <tactus/iface/discover.h>

using namespace tactus::test;

namespace {

// One line for each port: "SYSTEM NAME" or "SYSTEM - NOTE".
std::vector<std::string> listed() {
    tactus::testing::test_instance instance(midi_entry(), "midi_out");
    const auto* discover = instance.interface<tactus_discover_0>(TACTUS_DISCOVER_0);
    std::vector<std::string> lines;
    discover->list(
        instance.plugin(),
        [](void* to, tactus_str system, tactus_str name, tactus_str note) noexcept {
            const auto text = [](tactus_str from) { return std::string(from.ptr, from.len); };
            static_cast<std::vector<std::string>*>(to)->push_back(
                text(system) + (name.len != 0 ? " " + text(name) : " - " + text(note)));
        },
        &lines);
    return lines;
}

bool has_line(const std::vector<std::string>& lines, const std::string& wanted) {
    return std::find(lines.begin(), lines.end(), wanted) != lines.end();
}

} // namespace

TEST_CASE("ports of JACK are listed as a configuration names them") {
    jack_server server;
    server.start();
    const jack_receiver device("synth");

    CHECK(has_line(listed(), "JACK synth:in"));
}

TEST_CASE("a server that is not there is listed with the reason, quietly") {
    const jack_server server; // not started
    const stderr_capture capture;

    CHECK(has_line(listed(), "JACK - no JACK server answers"));
    CHECK(capture.text().empty());
}
