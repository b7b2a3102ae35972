// SPDX-License-Identifier: MIT
// The plugins of the example, as built out of tree by the test that comes before.
#include "tests/support/catch.hpp"
#include <tactus/testhost/instance.hpp>

using namespace tactus::testing;

namespace {

std::pair<tactus_status, std::uint32_t> send_one(const test_instance& made, byte_string bytes) {
    tactus_event event{};
    event.bytes = bytes.data();
    event.size = static_cast<std::uint32_t>(bytes.size());
    event.protocol = TACTUS_PROTO_OSC;
    const tactus_batch batch{sizeof(tactus_batch), 1, sizeof(tactus_event), 0, &event};
    std::uint32_t accepted = 0;
    const auto* output = made.interface<tactus_output_0>(TACTUS_OUTPUT_0);
    const tactus_status status = output->send(made.plugin(), &batch, &accepted);
    return {status, accepted};
}

const std::pair<tactus_status, std::uint32_t> taken{TACTUS_OK, 1};

} // namespace

TEST_CASE("address_log writes addresses behind its prefix") {
    test_instance made(load_entry(ADDRESS_LOG), "org.example.address_log");
    made.config.set("prefix", "\"got \"");
    CHECK(made.start() == TACTUS_OK);

    CHECK(send_one(made, {'/', 'a', 0, 0, ',', 0, 0, 0}) == taken);

    CHECK(made.host.log == std::vector<std::string>{"got /a"});
    CHECK(made.host.ports[1].is_up);
    made.stop();
    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a plugin in C lives the whole life") {
    test_instance made(load_entry(NULL_OUTPUT), "org.example.null");
    CHECK(made.start() == TACTUS_OK);

    CHECK(send_one(made, {'/', 'a', 0, 0}) == taken);

    made.stop();
    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a plugin in C can refuse to start") {
    test_instance made(load_entry(NULL_OUTPUT), "org.example.null");
    made.host.missing_interfaces.insert(TACTUS_PORTS_0);

    CHECK(made.start() == TACTUS_E_UNSUPPORTED);
}
