// SPDX-License-Identifier: MIT
#include <tactus/testhost/instance.hpp>
#include <tactus/testhost/test.hpp>

#include <string>
#include <vector>

using namespace tactus::testing;

TACTUS_TEST("it writes the address of each message into the log") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.plugin_name");
    made.config.set("prefix", "\"got \"");
    TACTUS_CHECK(made.start() == TACTUS_OK);

    const std::vector<std::uint8_t> message{'/', 'a', 0, 0, ',', 0, 0, 0};
    tactus_event event{};
    event.bytes = message.data();
    event.size = 8;
    event.protocol = TACTUS_PROTO_OSC;
    const tactus_event both[] = {event, event};
    const send_answer answer = made.send(both);

    TACTUS_CHECK(answer.status == TACTUS_OK && answer.accepted == 2);
    TACTUS_CHECK(made.host.log == std::vector<std::string>({"got /a", "got /a"}));
    TACTUS_CHECK(made.end().empty());
}

TACTUS_TEST("it says so when it cannot start") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.plugin_name");
    made.host.failing["ports.add"] = TACTUS_E_NOMEM;
    TACTUS_CHECK(made.start() < TACTUS_OK);
}
