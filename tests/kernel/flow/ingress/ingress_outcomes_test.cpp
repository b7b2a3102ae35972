// SPDX-License-Identifier: MIT
// Who asks hears what became of each event, by the tag that its input gave it; nobody else does.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow::test;
using namespace tactus::flow;

namespace {

struct recorder final : outcome_observer {
    void saw(const event_outcome& what) noexcept override { seen.push_back(what); }
    std::vector<event_outcome> seen;

    /// Kind, tag and reason of the only one.
    std::string only() const {
        static const char* const kinds[] = {"rejected", "unrouted", "dropped", "late", "sent"};
        REQUIRE(seen.size() == 1);
        return std::string(kinds[static_cast<int>(seen[0].kind)]) + " " +
               std::to_string(seen[0].tag) + " " + std::string(seen[0].reason);
    }
};

constexpr stamp tagged{.tag = 7};

} // namespace

TEST_CASE("an event that leaves in time is told of as sent") {
    const auto flow = simple_flow();
    recorder who;
    flow->fan.set_outcome_observer(0, &who);

    static_cast<void>(flow->emit_osc(osc("/a"), tagged));
    flow->run();

    CHECK(who.only() == "sent 7 ");
}

TEST_CASE("an event that leaves after its time is late by so much") {
    const auto flow = simple_flow();
    recorder who;
    flow->fan.set_outcome_observer(0, &who);
    const std::int64_t due_ns = flow->clock.now_ns() - 30 * ms_ns;

    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = due_ns, .tag = 7}));
    flow->run();

    CHECK(who.only() == "late 7 ");
    CHECK(who.seen[0].late_ns == 30 * ms_ns);
    CHECK(who.seen[0].output == 0);
}

TEST_CASE("what is refused is told of with its reason") {
    const auto flow = simple_flow();
    recorder who;
    flow->fan.set_outcome_observer(0, &who);
    const std::int64_t now_ns = flow->clock.now_ns();

    SECTION("malformed") {
        static_cast<void>(flow->emit_osc(wire::raw("xyz\0"), tagged));
        CHECK(who.only() == "rejected 7 malformed");
    }
    SECTION("too far ahead") {
        static_cast<void>(
            flow->emit_osc(osc("/a"), {.due_ns = now_ns + 3'600'000 * ms_ns, .tag = 7}));
        CHECK(who.only() == "rejected 7 too_far_ahead");
    }
    CHECK(flow->balanced());
}

TEST_CASE("what no output can take is told of as refused") {
    const auto flow = simple_flow({.protocols = takes_midi});
    recorder who;
    flow->fan.set_outcome_observer(0, &who);

    static_cast<void>(flow->emit_osc(osc("/no/such/thing"), tagged));

    CHECK(who.only() == "rejected 7 unsupported_type");
}

TEST_CASE("what no output has is told of with the name that was asked for") {
    const auto flow = simple_flow();
    recorder who;
    flow->fan.set_outcome_observer(0, &who);
    const std::uint32_t handle = flow->fan.names().intern("synth");

    static_cast<void>(flow->emit_osc(osc("/a"), {.port = handle, .tag = 7}));

    CHECK(who.only() == "unrouted 7 unknown_port");
    CHECK(who.seen[0].port == handle);
    CHECK(flow->fan.names().text(flow->in.at(0).name_in_vain) == "synth");
    std::vector<std::string> known;
    flow->fan.ports().for_each_port(
        0, [&](const port_table::entry& each) { known.push_back(each.key); });
    CHECK(known == std::vector<std::string>{"port"});
}

TEST_CASE("where no route matches no name is at fault") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    flow.configure(router(std::vector<route>()));
    recorder who;
    flow.fan.set_outcome_observer(0, &who);

    static_cast<void>(
        flow.emit_osc(osc("/a"), {.port = flow.fan.names().intern("synth"), .tag = 7}));

    CHECK(who.only() == "unrouted 7 no_route");
    CHECK(who.seen[0].port == 0);
    CHECK(flow.in.at(0).name_in_vain == 0);
}

TEST_CASE("what is given up is told of with its reason and output") {
    output_choice choice;
    choice.settings.limits.pending = {4, 1 << 20};
    const auto flow = simple_flow(choice);
    recorder who;
    flow->fan.set_outcome_observer(0, &who);

    SECTION("the queue is full") {
        for (int i = 0; i < 10; ++i) {
            static_cast<void>(flow->emit_osc(
                osc("/a"), {.due_ns = flow->clock.now_ns() + 1000 * ms_ns, .tag = 7}));
        }
        REQUIRE(who.seen.size() > 1);
        CHECK(who.seen[0].kind == outcome_kind::dropped);
        CHECK(who.seen[0].reason == "queue_full");
    }
    SECTION("the output fails") {
        flow->sink().judge = [](const tactus_event&) { return TACTUS_E_IO; };
        static_cast<void>(flow->emit_osc(osc("/a"), tagged));
        flow->run();
        CHECK(who.only() == "dropped 7 output_error");
    }
    SECTION("the output is down") {
        flow->set_up(0, 1, false);
        static_cast<void>(flow->emit_osc(osc("/a"), tagged));
        flow->run();
        CHECK(who.only() == "dropped 7 output_down");
    }
    CHECK(flow->balanced());
}

TEST_CASE("an input hears of its own events only, of tagged ones, and until it asks no more") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    flow.route_all();
    recorder who;
    flow.fan.set_outcome_observer(1, &who);

    static_cast<void>(flow.emit(TACTUS_PROTO_OSC, osc("/a"), tagged, droppable, 0));
    static_cast<void>(flow.emit(TACTUS_PROTO_OSC, osc("/a"), {}, droppable, 1));
    flow.run();
    CHECK(who.seen.empty());
    static_cast<void>(flow.emit(TACTUS_PROTO_OSC, osc("/a"), tagged, droppable, 1));
    flow.run();
    CHECK(who.only() == "sent 7 ");

    flow.fan.set_outcome_observer(1, nullptr);
    static_cast<void>(flow.emit(TACTUS_PROTO_OSC, osc("/a"), tagged, droppable, 1));
    flow.run();
    CHECK(who.seen.size() == 1);
}

TEST_CASE("of a message that no MIDI could be made of the bad argument is told") {
    const auto flow = simple_flow({.protocols = takes_midi});
    recorder who;
    flow->fan.set_outcome_observer(0, &who);

    static_cast<void>(flow->emit_osc(osc("/note_on", 1), tagged));
    CHECK(who.only() == "rejected 7 unsupported_type");
    REQUIRE(who.seen[0].bad);
    CHECK(who.seen[0].bad->number == 2);

    static_cast<void>(flow->emit_osc(osc("/unknown", 1), tagged)); // not the one before's
    REQUIRE(who.seen.size() == 2);
    CHECK_FALSE(who.seen[1].bad);
}

TEST_CASE("what a worker took and then lost is told of as dropped") {
    const auto flow = simple_flow({.protocols = takes_osc, .is_deferred = true});
    recorder who;
    flow->fan.set_outcome_observer(0, &who);
    static_cast<void>(flow->emit_osc(osc("/a"), tagged));
    flow->run();
    CHECK(who.only() == "sent 7 ");
    who.seen.clear();

    SECTION("it failed") {
        flow->sink().finish(1, finish::failed);
        static_cast<void>(flow->output()); // which collects
        CHECK(who.only() == "dropped 7 output_error");
    }
    SECTION("it was cut off") {
        flow->out.connections().detach(0, dropped::output_stalled);
        CHECK(who.only() == "dropped 7 output_stalled");
    }
    SECTION("it was sent") {
        flow->sink().finish(1);
        static_cast<void>(flow->output());
        CHECK(who.seen.empty());
    }
    CHECK(flow->balanced());
}
