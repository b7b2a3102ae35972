// SPDX-License-Identifier: MIT
// What midi_in says to its options, before any MIDI system is touched.
#include "tests/support/catch.hpp"

#include "tests/plugins/midi/live_input.hpp"

#include <tactus/iface/discover.h>

using namespace tactus::test;
using tactus::testing::test_instance;

namespace {

// The key at fault.
std::string refused(test_instance& instance) {
    const tactus_status status = instance.configure();
    return status == TACTUS_E_CONFIG ? instance.host.error_key : "not refused";
}

} // namespace

TEST_CASE("an input without a port and without a virtual port is refused") {
    test_instance instance(midi_entry(), "midi_in");

    CHECK(refused(instance) == "port");
    CHECK(instance.host.error_text.find("`virtual`") != std::string::npos);
}

TEST_CASE("a port to listen to and a virtual one exclude one another") {
    test_instance instance(midi_entry(), "midi_in");
    instance.config.set("port", "\"a\"").set("virtual", "\"b\"");

    CHECK(refused(instance) == "virtual");
}

TEST_CASE("an input's names that are empty or too long are refused by their key") {
    test_instance instance(midi_entry(), "midi_in");

    instance.config.set("port", "\"\"");
    CHECK(refused(instance) == "port");
    instance.config.unset("port").set("virtual", toml_text(std::string(129, 'a')));
    CHECK(refused(instance) == "virtual");
    instance.config.set("virtual", "\"v\"").set("client", "\"a:b\"");
    CHECK(refused(instance) == "client");
}

TEST_CASE("`steady` is refused where nothing tells of moments") {
    test_instance in(midi_entry(), "midi_in");
    in.config.set("port", "\"a\"").set("steady", "true").set("api", "\"rtmidi\"");
    CHECK(refused(in) == "steady");

    for (const char* api : {"\"rtmidi\"", "\"alsa\""}) {
        test_instance out(midi_entry(), "midi_out");
        out.config.set("port", "\"a\"").set("steady", "true").set("api", api);
        CHECK(refused(out) == "steady");
    }
}

TEST_CASE("`pool` is refused where no sequencer has one") {
    for (const char* api : {"\"rtmidi\"", "\"jack\""}) {
        test_instance in(midi_entry(), "midi_in");
        in.config.set("port", "\"a\"").set("pool", "500").set("api", api);
        CHECK(refused(in) == "pool");
    }
}

TEST_CASE("both directions are in one image, of one type") {
    const test_instance in(midi_entry(), "midi_in");
    const test_instance out(midi_entry(), "midi_out");

    CHECK(std::string(in.descriptor().type) == "midi");
    CHECK(std::string(out.descriptor().type) == "midi");
    CHECK(in.descriptor().kinds == TACTUS_KIND_INPUT);
    CHECK(out.descriptor().kinds == TACTUS_KIND_OUTPUT);
}

TEST_CASE("ports to listen to are listed as a configuration names them") {
    jack_server server;
    server.start();
    const jack_sender device("nano");
    const test_instance instance(midi_entry(), "midi_in");
    const auto* discover = instance.interface<tactus_discover_0>(TACTUS_DISCOVER_0);
    REQUIRE(discover != nullptr);
    std::vector<std::string> names;

    discover->list(
        instance.plugin(),
        [](void* to, tactus_str system, tactus_str name, tactus_str) noexcept {
            static_cast<std::vector<std::string>*>(to)->push_back(
                std::string(system.ptr, system.len) + " " + std::string(name.ptr, name.len));
        },
        &names);

    CHECK(std::find(names.begin(), names.end(), "JACK nano:out") != names.end());
}
