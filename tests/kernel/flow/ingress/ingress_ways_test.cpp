// SPDX-License-Identifier: MIT
// Which way an event goes: shared payloads, named ports, the panic address, tags.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

TEST_CASE("a long payload is shared among outputs and freed after the last") {
    flow_under_test flow({.pending = {1000, 1 << 20}, .block_bytes = 6000}); // one block, not two
    static_cast<void>(flow.add_input());
    for (int i = 0; i < 3; ++i) {
        static_cast<void>(flow.add_output());
    }
    flow.route_all();
    const wire::bytes message =
        wire::raw("/a\0\0,b\0") + wire::big_endian(4000, 4) + wire::bytes(4000, 0x5A);

    for (int round = 0; round < 10; ++round) { // held blocks would be used up
        static_cast<void>(flow.emit_osc(message));
        flow.run();
    }

    for (std::uint16_t i = 0; i < 3; ++i) {
        REQUIRE(flow.sink(i).payloads() == std::vector<std::string>(10, text(message)));
        REQUIRE(flow.dropped_as(dropped::no_memory, i) == 0);
    }
    REQUIRE(flow.balanced());
}

TEST_CASE("a long payload that finds no memory is dropped and counted") {
    flow_under_test flow({.pending = {1000, 1 << 20}, .block_bytes = 6000});
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output());
    flow.route_all();
    const wire::bytes message =
        wire::raw("/a\0\0,b\0") + wire::big_endian(4000, 4) + wire::bytes(4000, 0x5A);
    const stamp later = {.due_ns = flow.clock.now_ns() + ms_ns};

    static_cast<void>(flow.emit_osc(message, later));
    static_cast<void>(flow.emit_osc(message, later));

    REQUIRE(flow.dropped_as(dropped::no_memory, 0) == 1);
    REQUIRE(flow.dropped_as(dropped::no_memory, 1) == 1);
    REQUIRE(flow.ledger().routed == 2);
    REQUIRE(flow.balanced());
}

TEST_CASE("an event for a named port goes only to the output that has it") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output());
    flow.route_all();
    const std::uint32_t bus = flow.add_port(1, "IAC bus 7");

    static_cast<void>(flow.emit_osc(osc("/a"), {.port = flow.fan.names().intern("bus 7")}));
    flow.run();

    REQUIRE(flow.sink(0).records.empty());
    REQUIRE(flow.sink(1).records.at(0).port == bus);
    REQUIRE(flow.ledger().routed == 1);
    REQUIRE(flow.balanced());
}

TEST_CASE("an event that asks for an output by its name goes to whichever port of it is up") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output());
    flow.route_all();
    const std::uint32_t organ = flow.fan.names().intern("organ");
    flow.out.connections().ports(1).set_owner(organ);
    flow.set_up(1, 1, false);
    const std::uint32_t port = flow.add_port(1, "UM-ONE");

    static_cast<void>(flow.emit_osc(osc("/a"), {.port = organ}));
    flow.run();

    REQUIRE(flow.sink(0).records.empty());
    REQUIRE(flow.sink(1).records.at(0).port == port);
    REQUIRE(flow.balanced());
}

TEST_CASE("an event for a named port that no output has is unrouted") {
    const auto flow = simple_flow();

    static_cast<void>(flow->emit_osc(osc("/a"), {.port = flow->fan.names().intern("piano")}));

    REQUIRE(flow->ledger().unrouted_by.of(unrouted::unknown_port) == 1);
    REQUIRE(flow->output().pending == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("an event without a name goes to the port that is up when it is due") {
    const auto flow = simple_flow();
    const std::uint32_t second = flow->add_port(0, "second");
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() + ms_ns}));

    flow->set_up(0, 1, false);
    flow->advance_by(ms_ns);

    REQUIRE(flow->sink().records.at(0).port == second);
    REQUIRE(flow->balanced());
}

TEST_CASE("the panic address silences, and goes to no output") {
    const auto flow = simple_flow({.protocols = takes_midi});
    flow->settings.panic_address = "/panic";
    flow->route_all();
    static_cast<void>(flow->emit_midi(note_on(60)));
    flow->run();

    static_cast<void>(flow->emit_osc(osc("/panic")));
    flow->run();

    REQUIRE(flow->sink().records.at(1).bytes == text(note_off(60)));
    REQUIRE(flow->output().notes_sounding == 0);
    REQUIRE(flow->ledger().routed == 2);
    REQUIRE(flow->balanced());
}

TEST_CASE("without a panic address no message silences anything") {
    const auto flow = simple_flow();

    static_cast<void>(flow->emit_osc(osc("/panic")));

    REQUIRE(flow->output().ledger.accepted_by.of(origin::panic) == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("tags of two inputs do not collide") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    flow.route_all();
    const stamp later = {.due_ns = flow.clock.now_ns() + ms_ns, .tag = 7};
    static_cast<void>(flow.emit(TACTUS_PROTO_OSC, osc("/a"), later, droppable, 0));
    static_cast<void>(flow.emit(TACTUS_PROTO_OSC, osc("/b"), later, droppable, 1));

    REQUIRE(flow.in.cancel(0, 7) == 1);
    REQUIRE(flow.in.cancel(0, 7) == 0);
    flow.advance_by(ms_ns);

    REQUIRE(flow.sink().payloads() == std::vector<std::string>{text(osc("/b"))});
    REQUIRE(flow.dropped_as(dropped::cancelled) == 1);
    REQUIRE(flow.balanced());
}

TEST_CASE("no tag, and a tag above the limit, cancel nothing") {
    const auto flow = simple_flow();
    static_cast<void>(flow->emit_osc(
        osc("/a"), {.due_ns = flow->clock.now_ns() + ms_ns, .tag = ingress::tag_max}));

    REQUIRE(flow->in.cancel(0, 0) == 0);
    REQUIRE(flow->in.cancel(0, ingress::tag_max + 1) == 0);
    REQUIRE(flow->in.cancel(0, ingress::tag_max) == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("there are no more inputs than the limit") {
    flow_under_test flow;
    for (std::size_t i = 0; i < inputs_max; ++i) {
        REQUIRE(flow.in.add_input({}).has_value());
    }

    const auto one_more = flow.in.add_input({});

    REQUIRE_FALSE(one_more.has_value());
    REQUIRE(one_more.error().kind == tactus::error_kind::limit);
}

TEST_CASE("a long message that is shared by outputs reaches each in its own protocol") {
    // 200 bytes of SysEx: too long for a cell, so the outputs share a block.
    wire::bytes sysex = wire::hex("F0 7D");
    while (sysex.size() < 199) {
        sysex.push_back(static_cast<std::uint8_t>(sysex.size() & 0x7F));
    }
    sysex.push_back(0xF7);
    const wire::bytes as_osc =
        wire::raw("/m/sysex\0\0\0\0,b\0") + wire::big_endian(sysex.size(), 4) + sysex;
    const bool is_osc_first = GENERATE(false, true);
    const bool is_osc = GENERATE(false, true);
    const auto flow = std::make_unique<flow_under_test>();
    static_cast<void>(flow->add_input(input_settings{.name = "m"}));
    for (const bool each : {is_osc_first, !is_osc_first, is_osc_first, !is_osc_first}) {
        output_choice choice;
        choice.protocols = each ? takes_osc : takes_midi;
        static_cast<void>(flow->add_output(choice));
    }
    flow->route_all();

    if (is_osc) {
        static_cast<void>(flow->emit_osc(as_osc));
    } else {
        static_cast<void>(flow->emit_midi(sysex));
    }
    flow->drain();

    for (std::uint16_t i = 0; i < 4; ++i) {
        CAPTURE(i, is_osc_first, is_osc);
        REQUIRE(flow->sink(i).records.size() == 1);
        const bool takes = (i % 2 == 0) == is_osc_first;
        const std::string wanted =
            takes ? text(is_osc ? as_osc
                                : wire::raw("/midi/m/sysex\0\0") + wire::raw(",b\0") +
                                      wire::big_endian(sysex.size(), 4) + sysex)
                  : text(sysex);
        CHECK(flow->sink(i).records[0].bytes == wanted);
    }
    CHECK(flow->balanced());
}
