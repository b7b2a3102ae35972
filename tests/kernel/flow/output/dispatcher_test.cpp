// SPDX-License-Identifier: MIT
// Handing over: when, in which order, and what becomes of what a sink does not take.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

using texts = std::vector<std::string>;

// Emits "/a 0", "/a 1"... all due at the same time.
void emit_numbered(flow_under_test& flow, int count, std::int64_t due_ns = 0) {
    for (int i = 0; i < count; ++i) {
        static_cast<void>(flow.emit_osc(osc("/a", i), {.due_ns = due_ns}));
    }
}
texts numbered(int first, int end) {
    texts all;
    for (int i = first; i < end; ++i) {
        all.push_back(text(osc("/a", i)));
    }
    return all;
}

output_choice late_drop(std::uint32_t protocols) {
    output_choice choice{.protocols = protocols};
    choice.settings.late = late_policy::drop;
    choice.settings.late_limit_ns = 10 * ms_ns;
    return choice;
}

} // namespace

TEST_CASE("nothing leaves before it is due, and the next due time is told") {
    const auto flow = simple_flow();
    const std::int64_t now_ns = flow->clock.now_ns();
    REQUIRE(flow->out.next_due_ns() == dispatcher::never_ns);

    static_cast<void>(flow->emit_osc(osc("/b"), {.due_ns = now_ns + 2000}));
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = now_ns + 1000}));
    for (int i = 0; i < 4000; i += 250) {
        REQUIRE(flow->sink().records.size() == (i >= 2000 ? 2U : i >= 1000 ? 1U : 0U));
        REQUIRE(flow->out.next_due_ns() == (i >= 2000   ? dispatcher::never_ns
                                            : i >= 1000 ? now_ns + 2000
                                                        : now_ns + 1000));
        flow->advance_by(250);
    }

    REQUIRE(flow->sink().payloads() == texts{text(osc("/a")), text(osc("/b"))});
    REQUIRE(flow->balanced());
}

TEST_CASE("equal due times leave in order of arrival, also over outputs") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output());
    flow.configure(router({{{0}, *tactus::codec::osc_pattern::compile("/0"), {0}},
                           {{0}, *tactus::codec::osc_pattern::compile("/1"), {1}}}));
    std::vector<int> order;
    for (std::uint16_t i = 0; i < 2; ++i) {
        flow.sink(i).on_taken = [&order, i](const tactus_event&) { order.push_back(i); };
    }
    const stamp later = {.due_ns = flow.clock.now_ns() + ms_ns};
    static_cast<void>(flow.emit_osc(osc("/1", 1), later));
    static_cast<void>(flow.emit_osc(osc("/0", 1), later));
    static_cast<void>(flow.emit_osc(osc("/0", 2), later));

    flow.advance_by(ms_ns);

    REQUIRE(order == std::vector<int>{1, 0, 0});
    REQUIRE(flow.sink(0).payloads() == texts{text(osc("/0", 1)), text(osc("/0", 2))});
    REQUIRE(flow.balanced());
}

TEST_CASE("a note-off and a note-on of the same due time keep their order") {
    const auto flow = simple_flow({.protocols = takes_midi});
    const stamp later = {.due_ns = flow->clock.now_ns() + ms_ns};

    static_cast<void>(flow->emit_midi(note_on(60), later));
    static_cast<void>(flow->emit_midi(note_off(60), later));
    static_cast<void>(flow->emit_midi(note_on(60), later));
    flow->advance_by(ms_ns);

    REQUIRE(flow->sink().payloads() ==
            texts{text(note_on(60)), text(note_off(60)), text(note_on(60))});
    REQUIRE(flow->output().notes_sounding == 1);
}

TEST_CASE("lateness is measured against the later of due and arrival") {
    const auto flow = simple_flow();
    const std::int64_t now_ns = flow->clock.now_ns();
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = now_ns + ms_ns}));
    static_cast<void>(flow->emit_osc(osc("/b"), {.due_ns = now_ns - 500 * ms_ns}));

    flow->advance_by(3 * ms_ns);

    const output_snapshot taken = flow->output();
    REQUIRE(taken.lateness.count == 2);
    REQUIRE(taken.lateness.sum_ns == 2 * ms_ns + 3 * ms_ns);
    REQUIRE(flow->balanced());
}

TEST_CASE("an output that drops what is late keeps what is late by just the limit") {
    const auto flow = simple_flow(late_drop(takes_osc));
    const std::int64_t now_ns = flow->clock.now_ns();
    static_cast<void>(flow->emit_osc(osc("/too/late"), {.due_ns = now_ns + ms_ns - 1}));
    static_cast<void>(flow->emit_osc(osc("/late"), {.due_ns = now_ns + ms_ns}));

    flow->advance_by(11 * ms_ns);

    REQUIRE(flow->sink().payloads() == texts{text(osc("/late"))});
    REQUIRE(flow->dropped_as(dropped::too_late) == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("what arrived late is not late by that") {
    const auto flow = simple_flow(late_drop(takes_osc));

    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() - 900 * ms_ns}));
    flow->run();

    REQUIRE(flow->sink().records.size() == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("an output that drops what is late never drops a note-off, of either kind") {
    const auto flow = simple_flow(late_drop(takes_midi));
    const wire::bytes off = GENERATE(note_off(60), wire::hex("90 3C 00"));
    const stamp soon = {.due_ns = flow->clock.now_ns() + ms_ns};
    static_cast<void>(flow->emit_midi(note_on(60), soon));
    static_cast<void>(flow->emit_midi(off, soon));

    flow->advance_by(1000 * ms_ns);

    REQUIRE(flow->sink().payloads() == texts{text(off)});
    REQUIRE(flow->balanced());
}

TEST_CASE("an output that sends what is late sends it however late") {
    const auto flow = simple_flow();
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() + ms_ns}));

    flow->advance_by(3'600'000 * ms_ns);

    REQUIRE(flow->sink().records.size() == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("events wait for an output that is down, and are dropped when they are due") {
    const auto flow = simple_flow();
    const std::int64_t now_ns = flow->clock.now_ns();
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = now_ns + ms_ns}));
    static_cast<void>(flow->emit_osc(osc("/b"), {.due_ns = now_ns + 2 * ms_ns}));

    flow->set_up(0, 1, false);
    REQUIRE(flow->output().pending == 2);
    REQUIRE_FALSE(flow->output().is_up);
    flow->advance_by(ms_ns);
    REQUIRE(flow->dropped_as(dropped::output_down) == 1);
    flow->set_up(0, 1, true);
    flow->advance_by(ms_ns);

    REQUIRE(flow->sink().payloads() == texts{text(osc("/b"))});
    REQUIRE(flow->balanced());
}

TEST_CASE("events wait for an output whose plugin restarts") {
    const auto flow = simple_flow();
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() + ms_ns}));

    flow->out.connections().detach(0, dropped::output_down);
    flow->out.connections().detach(0, dropped::output_down); // a second time is none
    REQUIRE_FALSE(flow->output().is_up);
    flow->attach(0);
    flow->advance_by(ms_ns);

    REQUIRE(flow->sink().payloads() == texts{text(osc("/a"))});
    REQUIRE(flow->balanced());
}

TEST_CASE("a port keeps its number over a restart, whatever the order in which ports come back") {
    const auto flow = simple_flow();
    const std::uint32_t piano = flow->add_port(0, "piano");
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() + ms_ns,
                                                 .port = flow->fan.names().intern("piano")}));

    flow->out.connections().detach(0, dropped::output_down);
    flow->attach(0, "piano");
    REQUIRE(flow->add_port(0, "port") != piano);
    REQUIRE(flow->out.connections().ports(0).first() == piano);
    flow->advance_by(ms_ns);

    REQUIRE(flow->sink().records.at(0).port == piano);
}

TEST_CASE("a full sink keeps the rest in order, and gets it when it is writable") {
    const auto flow = simple_flow();
    emit_numbered(*flow, 100); // more than a batch: some are given back, some never left
    flow->sink().room = 4;

    flow->run();
    REQUIRE(flow->sink().payloads() == numbered(0, 4));
    REQUIRE(flow->output().pending == 96);
    REQUIRE(flow->balanced());
    REQUIRE(flow->out.next_due_ns() == dispatcher::never_ns); // it does not poll
    flow->advance_by(ms_ns);
    REQUIRE(flow->sink().batch_sizes.size() == 1);
    flow->sink().room = tactus::testing::recording_sink::endless;
    flow->out.connections().writable(0);
    flow->run();

    REQUIRE(flow->sink().payloads() == numbered(0, 100));
    REQUIRE(flow->balanced());
}

TEST_CASE("what is due earlier goes before what a full sink left") {
    const auto flow = simple_flow();
    const std::int64_t now_ns = flow->clock.now_ns();
    static_cast<void>(flow->emit_osc(osc("/second"), {.due_ns = now_ns + 2}));
    flow->sink().room = 0;
    flow->advance_by(2);

    static_cast<void>(flow->emit_osc(osc("/first"), {.due_ns = now_ns + 1}));
    flow->sink().room = 2;
    flow->out.connections().writable(0);
    flow->run();

    REQUIRE(flow->sink().payloads() == texts{text(osc("/first")), text(osc("/second"))});
    REQUIRE(flow->balanced());
}

TEST_CASE("a full sink keeps no other output waiting") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output());
    flow.route_all();
    flow.sink(0).room = 0;

    emit_numbered(flow, 5);
    flow.drain();

    REQUIRE(flow.output(0).pending == 5);
    REQUIRE(flow.sink(1).payloads() == numbered(0, 5));
    REQUIRE(flow.balanced());
}

TEST_CASE("what waits for a full sink that goes down is dropped when it is due") {
    const auto flow = simple_flow();
    flow->sink().room = 0;
    emit_numbered(*flow, 5);
    flow->run();
    REQUIRE(flow->output().pending == 5);

    flow->set_up(0, 1, false); // nobody will call writable for a device that is gone
    flow->run();

    REQUIRE(flow->dropped_as(dropped::output_down) == 5);
    REQUIRE(flow->output().pending == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("an event that fails is an output error, and the rest goes on") {
    const auto flow = simple_flow();
    flow->sink().judge = [](const tactus_event& event) {
        return event.bytes[event.size - 1] % 3 == 0 ? TACTUS_E_IO : TACTUS_OK;
    };
    emit_numbered(*flow, 7);

    flow->run();

    REQUIRE(flow->sink().records.size() == 4); // without 0, 3 and 6
    REQUIRE(flow->dropped_as(dropped::output_error) == 3);
    REQUIRE(flow->balanced());
}

TEST_CASE("a closed port is an output that is down") {
    const auto flow = simple_flow();
    flow->sink().judge = [](const tactus_event&) { return TACTUS_E_CLOSED; };
    emit_numbered(*flow, 3);

    flow->run();

    REQUIRE(flow->dropped_as(dropped::output_down) == 3);
    REQUIRE(flow->balanced());
}

TEST_CASE("a plugin that claims to have taken more than it was given is not believed") {
    class boaster final : public sink {
    public:
        hand_off send(const tactus_batch&) noexcept override { return {TACTUS_E_AGAIN, 4'000'000}; }
    };
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    REQUIRE(flow.out.add_output({}).has_value());
    boaster sink;
    flow.out.connections().attach(0, {&sink, takes_osc, 0, false});
    static_cast<void>(flow.add_port(0, "port"));
    flow.route_all();

    emit_numbered(flow, 3);
    flow.run();

    REQUIRE(flow.output().ledger.sent == 3);
    REQUIRE(flow.balanced());
}

TEST_CASE("the time inside the sink is not counted as lateness of what follows a failure") {
    const auto flow = simple_flow();
    flow->sink().judge = [&](const tactus_event& event) {
        flow->clock.advance_ns(ms_ns); // each takes a millisecond
        return event.bytes[event.size - 1] == 0 ? TACTUS_E_IO : TACTUS_OK;
    };
    emit_numbered(*flow, 2);

    flow->run();

    REQUIRE(flow->output().lateness.sum_ns == ms_ns); // the one that waited for the failing one
    REQUIRE(flow->output().send_duration.sum_ns == ms_ns);
}

TEST_CASE("the time in the sink is recorded, and what comes after it is late by it") {
    const auto flow = simple_flow();
    flow->sink().on_taken = [&](const tactus_event&) { flow->clock.advance_ns(ms_ns / 10); };
    emit_numbered(*flow, static_cast<int>(dispatcher::batch_max) + 1);

    flow->run();

    const output_snapshot taken = flow->output();
    REQUIRE(taken.send_duration.count == 2); // one for each batch: the mean of its events
    REQUIRE(taken.send_duration.sum_ns == 2 * ms_ns / 10);
    REQUIRE(taken.lateness.count == 65);
    REQUIRE(taken.lateness.sum_ns == 64 * ms_ns / 10);
}

TEST_CASE("a run hands over a bounded slice, in batches") {
    const auto flow = simple_flow();
    const std::int64_t due_ns = flow->clock.now_ns() + ms_ns;
    emit_numbered(*flow, 2500, due_ns);
    flow->clock.advance_ns(ms_ns);

    flow->run();
    REQUIRE(flow->sink().records.size() == dispatcher::batches_a_run_max * dispatcher::batch_max);
    REQUIRE(flow->out.next_due_ns() <= flow->clock.now_ns());
    REQUIRE(flow->balanced());
    flow->run();
    flow->run();

    REQUIRE(flow->sink().payloads() == numbered(0, 2500));
    REQUIRE(*std::max_element(flow->sink().batch_sizes.begin(), flow->sink().batch_sizes.end()) ==
            dispatcher::batch_max);
    REQUIRE(flow->balanced());
}

TEST_CASE("an output that wants events ahead gets them early, with their true due time") {
    output_choice choice;
    choice.ahead_ns = 20 * ms_ns;
    const auto flow = simple_flow(choice);
    const std::int64_t due_ns = flow->clock.now_ns() + 50 * ms_ns;
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = due_ns}));

    flow->advance_by(30 * ms_ns - 1);
    REQUIRE(flow->sink().records.empty());
    flow->advance_by(1);

    REQUIRE(flow->sink().records.at(0).due_ns == due_ns);
    REQUIRE(flow->output().lateness.sum_ns == 0); // it left when it was to leave
    REQUIRE(flow->balanced());
}

TEST_CASE("the horizon is how far the last pending event is ahead") {
    const auto flow = simple_flow();
    const std::int64_t now_ns = flow->clock.now_ns();
    REQUIRE(flow->output().horizon_ns == 0);

    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = now_ns + 9 * ms_ns}));
    static_cast<void>(flow->emit_osc(osc("/b"), {.due_ns = now_ns + 4 * ms_ns}));
    flow->advance_by(5 * ms_ns);

    REQUIRE(flow->output().horizon_ns == 4 * ms_ns);
    REQUIRE(flow->output().high_watermark == 2);
}
