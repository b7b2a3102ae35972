// SPDX-License-Identifier: MIT
// The layer for Rust: a full output, and the statuses of the calls that end an instance.
#include <tactus/testhost/instance.hpp>
#include <tactus/testhost/test.hpp>

#include <vector>

using namespace tactus::testing;

TACTUS_TEST("what a full output has not taken is offered again once it says that it is writable") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "tests.full_out");
    TACTUS_CHECK(made.start() == TACTUS_OK);
    const std::vector<std::uint8_t> message{'/', 'a', 0, 0, ',', 0, 0, 0};
    tactus_event event{};
    event.bytes = message.data();
    event.size = 8;
    event.protocol = TACTUS_PROTO_OSC;
    const tactus_event both[] = {event, event};

    const send_answer first = made.send(both);
    TACTUS_CHECK(first.status == TACTUS_E_AGAIN && first.accepted == 1);
    TACTUS_CHECK(made.host.writable_ports.empty());
    made.host.advance_to(made.host.now_ns() + 10'000'000);

    TACTUS_CHECK(made.host.writable_ports == std::vector<std::uint32_t>{1});
    TACTUS_CHECK(made.send({&event, 1}).status == TACTUS_OK);
    TACTUS_CHECK(made.end().empty());
}
