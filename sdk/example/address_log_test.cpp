// SPDX-License-Identifier: MIT
// Tests of address_log without the daemon, in a host that holds it to its contract.
#include <tactus/testhost/instance.hpp>
#include <tactus/testhost/test.hpp>

#include <vector>

using tactus::testing::load_entry;
using tactus::testing::test_instance;

TACTUS_TEST("it writes the address of each message behind its prefix") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.address_log");
    made.config.set("prefix", "\"got \"");
    TACTUS_CHECK(made.start() == TACTUS_OK);

    const std::vector<std::uint8_t> message{'/', 'a', 0, 0, ',', 0, 0, 0};
    tactus_event event{};
    event.bytes = message.data();
    event.size = 8;
    event.protocol = TACTUS_PROTO_OSC;
    event.port = 1;
    const auto answer = made.send({&event, 1});

    TACTUS_CHECK(answer.status == TACTUS_OK && answer.accepted == 1);
    TACTUS_CHECK(made.host.log == std::vector<std::string>{"got /a"});
    TACTUS_CHECK(made.end().empty()); // nothing left behind, no rule broken
}

TACTUS_TEST("it does not start where the host refuses it a port") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.address_log");
    made.host.failing["ports.add"] = TACTUS_E_NOMEM;

    TACTUS_CHECK(made.start() < TACTUS_OK);
}
