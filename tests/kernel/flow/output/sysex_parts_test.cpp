// SPDX-License-Identifier: MIT
// SysEx that come in parts: each goes where its first part was taken, in order, and the ledgers say
// of each part what became of it.
#include "tests/kernel/flow/output/sysex_support.hpp"

using namespace tactus;
using namespace tactus::flow;
using namespace tactus::flow::test;
using tactus::testing::recording_sink;

TEST_CASE("a SysEx in parts leaves in parts, each of them marked and counted") {
    auto flow = flow_to(2);

    flow->part(first_part());
    flow->part(more());
    flow->part(end_of_it);

    for (const std::uint16_t output : {std::uint16_t{0}, std::uint16_t{1}}) {
        CHECK(flow->sent(output) == first_part() + more() + end_of_it);
        CHECK(flow->output(output).ledger.sent == 3);
        for (const recording_sink::record& each : flow->sink(output).records) {
            CHECK(each.flags == TACTUS_EVENT_SYSEX_PART);
        }
    }
    CHECK(flow->routed() == 3);
    CHECK(flow->balanced());
}

TEST_CASE("an event that is no part is not marked as one") {
    auto flow = flow_to(1);
    CHECK(flow->emit_midi({0xF0, 1, 0xF7}).status == TACTUS_OK);
    flow->drain();

    CHECK(flow->sink().records.at(0).flags == 0);
}

TEST_CASE("SysEx of two sources do not mix: the second finds the output busy") {
    auto flow = flow_to(1, parts_output, 2);
    const bool is_same_input = GENERATE(true, false);
    const std::uint16_t second = is_same_input ? 0 : 1;

    flow->part(first_part(300, 1), 1);
    flow->part(first_part(300, 9), 2, second);
    flow->part(more(200, 2), 1);
    flow->part(more(200, 8), 2, second);
    flow->part(end_of_it, 2, second);
    flow->part(end_of_it, 1);

    CHECK(flow->sent() == first_part() + more() + end_of_it);
    CHECK(flow->rejected_as(rejected::too_large, second) == 3);
    CHECK(flow->routed() == 3);
    CHECK(flow->balanced());

    flow->part(first_part(300, 9), 2, second); // now it is free
    CHECK(flow->sink().records.size() == 3);
    flow->drain();
    CHECK(flow->sink().records.size() == 4);
}

TEST_CASE("two sources each have their output, and their parts come in turns") {
    auto flow = std::make_unique<parts_flow>();
    for (int i = 0; i < 2; ++i) {
        static_cast<void>(flow->add_input());
        static_cast<void>(flow->add_output(parts_output));
    }
    flow->configure(router({{{0}, std::nullopt, {0}}, {{1}, std::nullopt, {1}}}));
    for (const wire::bytes& each : {first_part(), more(), more(), end_of_it}) {
        flow->part(each, 0, 0);
        flow->part(each, 0, 1);
    }

    CHECK(flow->sent(0) == first_part() + more() + more() + end_of_it);
    CHECK(flow->sent(1) == first_part() + more() + more() + end_of_it);
    CHECK(flow->balanced());
}

TEST_CASE("an output that takes no parts refuses all of it as too large") {
    output_choice other = parts_output;
    other.takes_parts = false;
    SECTION("of MIDI") {}
    SECTION("of OSC") {
        other.protocols = takes_osc;
        other.takes_parts = true;
    }
    SECTION("alone") {
        auto flow = flow_to(1, other);
        flow->part(first_part());
        flow->part(more());
        flow->part(end_of_it);
        flow->drain();

        CHECK(flow->rejected_as(rejected::too_large) == 3);
        CHECK(flow->sink().records.empty());
        CHECK(flow->balanced());
        return;
    }
    auto flow = std::make_unique<parts_flow>();
    static_cast<void>(flow->add_input());
    static_cast<void>(flow->add_output(other));
    static_cast<void>(flow->add_output(parts_output));
    flow->route_all();

    flow->part(first_part());
    flow->part(more());
    flow->part(end_of_it);

    CHECK(flow->sent(1) == first_part() + more() + end_of_it);
    CHECK(flow->sent(0).empty());
    CHECK(flow->dropped_as(dropped::too_large, 0) == 3);
    CHECK(flow->balanced());
}

TEST_CASE("what no route takes is unrouted, all of it") {
    auto flow = flow_to(1);
    flow->configure(router());

    flow->part(first_part());
    flow->part(more());
    flow->part(end_of_it);

    CHECK(flow->ledger().unrouted_by.of(unrouted::no_route) == 3);
    CHECK(flow->balanced());
}

TEST_CASE("the rate of an input counts a SysEx in parts once") {
    auto flow = std::make_unique<parts_flow>();
    static_cast<void>(flow->add_input(1.0));
    static_cast<void>(flow->add_output(parts_output));
    flow->route_all();

    flow->part(first_part());
    flow->part(more());
    flow->part(end_of_it);
    CHECK(flow->sent() == first_part() + more() + end_of_it);
    flow->part(first_part());
    flow->part(more());
    flow->part(end_of_it);

    CHECK(flow->rejected_as(rejected::rate) == 3);
    CHECK(flow->balanced());
}

TEST_CASE("no part is due before the one before it") {
    auto flow = flow_to(1);
    flow->part(first_part(), 0, 0, flow->clock.now_ns() + 5 * ms_ns);

    flow->part(more());
    flow->part(end_of_it);

    CHECK(flow->sent().empty());
    flow->advance_by(5 * ms_ns);
    CHECK(flow->sent() == first_part() + more() + end_of_it);
}

TEST_CASE("no part is too late, and none goes with its tag") {
    output_choice choice = parts_output;
    choice.settings.late = late_policy::drop;
    choice.settings.late_limit_ns = ms_ns;
    auto flow = flow_to(1, choice);
    flow->sink().room = 0;
    stamp tagged;
    tagged.flags = TACTUS_EVENT_SYSEX_PART;
    tagged.tag = 7;
    CHECK(flow->emit_midi(first_part(), tagged).status == TACTUS_OK);
    CHECK(flow->emit_midi(more(), tagged).status == TACTUS_OK);
    flow->drain();
    CHECK(flow->in.cancel(0, 7) == 0);
    flow->clock.advance_ns(500 * ms_ns);
    flow->sink().room = recording_sink::endless;
    flow->out.connections().writable(0);

    CHECK(flow->sent() == first_part() + more());
}

TEST_CASE("an input that can wait is asked to, part by part, and nothing is lost") {
    auto flow = flow_to(1, of_room(10));
    flow->sink().room = 0;
    stamp with;
    with.flags = TACTUS_EVENT_SYSEX_PART;
    CHECK(flow->emit_midi(first_part(), with, 0).status == TACTUS_OK);
    int taken = 0;
    while (flow->emit_midi(more(), with, 0).status == TACTUS_OK && taken < 100) {
        ++taken;
    }
    REQUIRE(taken < 100);
    flow->sink().room = recording_sink::endless;
    flow->out.connections().writable(0);
    flow->drain();

    CHECK(flow->emit_midi(end_of_it, with, 0).status == TACTUS_OK);
    CHECK(flow->sent().size() == 300U + static_cast<std::size_t>(taken) * 200U + 1U);
    CHECK(flow->output().ledger.dropped_by.total() == 0);
    CHECK(flow->balanced());
}

TEST_CASE("a route that makes something else of a SysEx takes none in parts") {
    auto flow = std::make_unique<parts_flow>();
    static_cast<void>(flow->add_input());
    static_cast<void>(flow->add_output(parts_output));
    route limited{{0}, std::nullopt, {0}};
    limited.gate.dedupe = true;
    std::vector<route> all;
    all.push_back(std::move(limited));
    flow->configure(router(all));

    flow->part(first_part());
    flow->part(end_of_it);

    CHECK(flow->sent().empty());
    CHECK(flow->rejected_as(rejected::too_large) == 2);
    CHECK(flow->balanced());
}

TEST_CASE("an input that lets no SysEx through lets none through in parts") {
    auto flow = flow_to(1);
    stamp with;
    with.flags = TACTUS_EVENT_SYSEX_PART | TACTUS_EVENT_NO_SYSEX;
    CHECK(flow->emit_midi(first_part(), with).status == TACTUS_OK);
    CHECK(flow->emit_midi(end_of_it, with).status == TACTUS_OK);

    CHECK(flow->rejected_as(rejected::sysex_denied) == 2);
    CHECK(flow->balanced());
}

TEST_CASE("of more sources than there are places the last is refused, and a stale one gives way") {
    auto flow = flow_to(1);
    for (std::uint32_t source = 1; source <= sysex_streams::streams_max + 1; ++source) {
        flow->part(first_part(), source);
    }
    // The first has the output, the others are refused as it is busy, the last as there is no
    // place.
    CHECK(flow->rejected_as(rejected::too_large) == sysex_streams::streams_max);
    flow->part(end_of_it, 1);
    flow->advance_by(sysex_streams::stale_ns);

    flow->part(first_part(100, 5), 1000);
    flow->part(end_of_it, 1000);

    CHECK(flow->sent() == first_part() + end_of_it + first_part(100, 5) + end_of_it);
    CHECK(flow->balanced());
}
