// SPDX-License-Identifier: MIT
// What midi_out says to its options, before any MIDI system is touched.
#include "tests/plugins/midi/live_output.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::test;
using tactus::testing::test_instance;

namespace {

// The key at fault.
std::string refused(test_instance& instance) {
    const tactus_status status = instance.configure();
    return status == TACTUS_E_CONFIG ? instance.host.error_key : "not refused";
}

} // namespace

TEST_CASE("an output without a port and without a virtual port is refused") {
    test_instance instance(midi_entry(), "midi_out");

    CHECK(refused(instance) == "port");
    CHECK(instance.host.error_text.find("`virtual`") != std::string::npos);
}

TEST_CASE("a port and a virtual port exclude one another") {
    test_instance instance(midi_entry(), "midi_out");
    instance.config.set("port", "\"a\"").set("virtual", "\"b\"");

    CHECK(refused(instance) == "virtual");
}

TEST_CASE("names that are empty or too long are refused by their key") {
    test_instance instance(midi_entry(), "midi_out");

    instance.config.set("port", "\"\"");
    CHECK(refused(instance) == "port");
    instance.config.set("port", toml_text(std::string(256, 'a')));
    CHECK(refused(instance) == "port");
    instance.config.unset("port").set("virtual", toml_text(std::string(129, 'a')));
    CHECK(refused(instance) == "virtual");
    instance.config.set("virtual", "\"v\"").set("client", toml_text(std::string(33, 'a')));
    CHECK(refused(instance) == "client");
    instance.config.set("client", "\"\"");
    CHECK(refused(instance) == "client");
    instance.config.set("client", "\"a:b\"");
    CHECK(refused(instance) == "client");
}

TEST_CASE("names at the limit are taken") {
    test_instance instance(midi_entry(), "midi_out");

    instance.config.set("port", toml_text(std::string(255, 'a')));
    CHECK(instance.configure() == TACTUS_OK);
    instance.config.unset("port").set("virtual", toml_text(std::string(128, 'a')));
    instance.config.set("client", toml_text(std::string(32, 'a')));
    CHECK(instance.configure() == TACTUS_OK);
}

TEST_CASE("it is an output that may block and takes MIDI only") {
    test_instance instance(midi_entry(), "midi_out");

    const auto* output = instance.interface<tactus_output_0>(TACTUS_OUTPUT_0);

    REQUIRE(output != nullptr);
    CHECK(output->flags == (TACTUS_OUT_MAY_BLOCK | TACTUS_OUT_SYSEX_PARTS));
    CHECK(output->protocols == 1u << TACTUS_PROTO_MIDI);
    CHECK(std::string(instance.descriptor().type) == "midi");
}

TEST_CASE("exclusive access is for a port of ALSA") {
    test_instance instance(midi_entry(), "midi_out");
    instance.config.set("port", "\"a\"").set("access", "\"exclusive\"");

    CHECK(instance.configure() == TACTUS_OK);
    instance.config.set("api", "\"alsa\"");
    CHECK(instance.configure() == TACTUS_OK);
    for (const char* other : {"\"jack\"", "\"rtmidi\""}) {
        instance.config.set("api", other);
        CHECK(refused(instance) == "access");
        CHECK(instance.host.error_text.find("ALSA") != std::string::npos);
    }
    instance.config.unset("api").unset("port").set("virtual", "\"v\"");
    CHECK(refused(instance) == "access");
    CHECK(instance.host.error_text.find("virtual port") != std::string::npos);
    instance.config.set("access", "\"shared\"");
    CHECK(instance.configure() == TACTUS_OK);
}

TEST_CASE("running status is for exclusive access") {
    test_instance instance(midi_entry(), "midi_out");
    instance.config.set("port", "\"a\"").set("running_status", "true");

    CHECK(refused(instance) == "running_status");
    CHECK(instance.host.error_text.find("`access`") != std::string::npos);
    instance.config.set("access", "\"exclusive\"");
    CHECK(instance.configure() == TACTUS_OK);
}
