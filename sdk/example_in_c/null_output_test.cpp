// SPDX-License-Identifier: MIT
// Tests of null_output. They are in C++, as the test host is, whatever language a plugin is in.
#include <tactus/testhost/instance.hpp>
#include <tactus/testhost/test.hpp>

using tactus::testing::load_entry;
using tactus::testing::test_instance;

TACTUS_TEST("it takes all events") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.null");
    TACTUS_CHECK(made.start() == TACTUS_OK);

    const std::uint8_t note[] = {0x90, 60, 100};
    tactus_event event{};
    event.bytes = note;
    event.size = sizeof note;
    event.protocol = TACTUS_PROTO_MIDI;
    const tactus_event both[] = {event, event};
    const auto answer = made.send(both);

    TACTUS_CHECK(answer.status == TACTUS_OK && answer.accepted == 2);
    TACTUS_CHECK(made.end().empty());
}

TACTUS_TEST("it refuses to start without ports") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.null");
    made.host.missing_interfaces.insert(TACTUS_PORTS_0);

    TACTUS_CHECK(made.start() == TACTUS_E_UNSUPPORTED);
}
