// SPDX-License-Identifier: MIT
// The outputs by number, and what all of them together tell.
#include "kernel/flow/output/output_table.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::flow;

TEST_CASE("outputs are numbered in the order in which they are added") {
    output_table table;
    output_settings precise;
    precise.is_precise = true;
    CHECK(table.add({}).index == 0);
    CHECK(table.add(precise).index == 1);

    CHECK(table.size() == 2);
    CHECK(table.at(1).settings.is_precise);
    std::vector<std::uint16_t> seen;
    table.for_each([&](const output& each) { seen.push_back(each.index); });
    CHECK(seen == std::vector<std::uint16_t>{0, 1});
}

TEST_CASE("a change of a port of any output is seen, and its exact name is found") {
    output_table table;
    table.add({});
    output& second = table.add({});
    const std::uint64_t before = table.port_changes();
    const std::uint32_t port = second.ports.add("usb:1", "Synth", true);

    CHECK(table.port_changes() != before);
    CHECK(table.has_port("usb:1"));
    CHECK(table.has_port("Synth"));
    CHECK_FALSE(table.has_port("Syn"));
    second.ports.remove(port);
    CHECK_FALSE(table.has_port("Synth"));
}

TEST_CASE("what outputs dropped is summed up over all of them") {
    output_table table;
    table.add({}).ledger.dropped_by.add(dropped::too_late, 2);
    table.add({}).ledger.dropped_by.add(dropped::output_down, 3);

    CHECK(table.dropped() == 5);
}
