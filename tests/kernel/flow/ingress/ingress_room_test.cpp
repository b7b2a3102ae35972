// SPDX-License-Identifier: MIT
// Batches and room: an input that can wait loses nothing, one that cannot is never told to.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

output_choice small(std::uint64_t events, when_full policy = when_full::drop_newest) {
    output_choice choice;
    choice.settings.limits = {{events, 1 << 20}, policy};
    return choice;
}

std::vector<tactus_event> events_of(const std::vector<wire::bytes>& packets,
                                    const stamp& with = {}) {
    std::vector<tactus_event> events;
    for (const wire::bytes& each : packets) {
        events.push_back(event_of(TACTUS_PROTO_OSC, each, with));
    }
    return events;
}

std::vector<wire::bytes> numbered(int count) {
    std::vector<wire::bytes> packets;
    for (int i = 0; i < count; ++i) {
        packets.push_back(osc("/a", i));
    }
    return packets;
}

std::vector<std::string> texts(const std::vector<wire::bytes>& packets) {
    std::vector<std::string> all;
    for (const wire::bytes& each : packets) {
        all.push_back(text(each));
    }
    return all;
}

} // namespace

TEST_CASE("a batch of nothing is taken") {
    const auto flow = simple_flow();

    const ingress::answer answer = flow->in.emit(0, batch_of({}, 0));

    REQUIRE(answer.status == TACTUS_OK);
    REQUIRE(answer.accepted == 0);
    REQUIRE(flow->ledger().received == 0);
}

TEST_CASE("events of a newer, longer kind are stepped over by their stride") {
    struct longer_event {
        tactus_event known;
        std::uint64_t unknown[3];
    };
    const auto flow = simple_flow();
    const std::vector<wire::bytes> packets = numbered(5);
    std::vector<longer_event> events;
    for (const wire::bytes& each : packets) {
        events.push_back({event_of(TACTUS_PROTO_OSC, each), {~0ULL, ~0ULL, ~0ULL}});
    }
    const tactus_batch batch = {sizeof(tactus_batch), 5, sizeof(longer_event), droppable,
                                &events[0].known};

    REQUIRE(flow->in.emit(0, batch).accepted == 5);
    flow->run();

    REQUIRE(flow->sink().payloads() == texts(packets));
    REQUIRE(flow->balanced());
}

TEST_CASE("an input that cannot wait is never told to, what finds no room is dropped") {
    const when_full policy =
        GENERATE(when_full::drop_newest, when_full::drop_oldest, when_full::refuse);
    const auto flow = simple_flow(small(10, policy));
    const std::vector<wire::bytes> packets = numbered(25);

    const ingress::answer answer = flow->in.emit(
        0, batch_of(events_of(packets, {.due_ns = flow->clock.now_ns() + ms_ns}), droppable));

    REQUIRE(answer.status == TACTUS_OK);
    REQUIRE(answer.accepted == 25);
    REQUIRE(flow->ledger().routed == 25);
    REQUIRE(flow->dropped_as(dropped::queue_full) == 16); // a tenth is kept for critical events
    REQUIRE(flow->output().pending == 9);
    REQUIRE(flow->balanced());
}

TEST_CASE("an input that can wait loses and doubles nothing when it offers the rest again") {
    const auto flow = simple_flow(small(10, when_full::refuse));
    const std::vector<wire::bytes> packets = numbered(50);
    const std::vector<tactus_event> events =
        events_of(packets, {.due_ns = flow->clock.now_ns() + ms_ns});
    std::size_t taken = 0;
    int refusals = 0;

    while (taken < events.size()) {
        const std::vector<tactus_event> rest(events.begin() + static_cast<std::ptrdiff_t>(taken),
                                             events.end());
        const ingress::answer answer = flow->in.emit(0, batch_of(rest, 0));
        taken += answer.accepted;
        REQUIRE(flow->balanced());
        if (answer.status == TACTUS_E_AGAIN) {
            ++refusals;
            REQUIRE_FALSE(flow->fan.has_room({0, 0, {1, 0}}));
            flow->advance_by(ms_ns);
            REQUIRE(flow->fan.has_room({0, 0, {1, 0}}));
        }
    }
    flow->advance_by(ms_ns);

    REQUIRE(refusals > 0);
    REQUIRE(flow->sink().payloads() == texts(packets));
    REQUIRE(flow->ledger().received == 50);
    REQUIRE(flow->output().ledger.dropped_by.total() == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("a bundle is taken as a whole or not at all by an output with too little room") {
    const auto flow = simple_flow(small(10));
    const stamp later = {.due_ns = flow->clock.now_ns() + ms_ns};
    for (const wire::bytes& each : numbered(7)) {
        static_cast<void>(flow->emit_osc(each, later, 0));
    }

    const wire::bytes bundle = wire::bundle(1, {osc("/x"), osc("/y"), osc("/z")});
    REQUIRE(flow->emit_osc(bundle, later, 0).status == TACTUS_E_AGAIN);
    REQUIRE(flow->ledger().received == 7);
    flow->advance_by(ms_ns);

    REQUIRE(flow->emit_osc(bundle, later, 0).status == TACTUS_OK);
    REQUIRE(flow->balanced());
}

TEST_CASE("a bundle of more messages than fit an empty queue is not offered again for ever") {
    const auto flow = simple_flow(small(4));
    const wire::bytes bundle = wire::bundle(1, numbered(6));

    const ingress::answer answer =
        flow->emit_osc(bundle, {.due_ns = flow->clock.now_ns() + ms_ns}, 0);

    REQUIRE(answer.status == TACTUS_OK);
    REQUIRE(flow->output().pending == 4);
    REQUIRE(flow->dropped_as(dropped::queue_full) == 2);
    REQUIRE(flow->balanced());
}

TEST_CASE("an input that can wait is told to when the bytes of a queue are used up") {
    output_choice choice;
    choice.settings.limits = {{1000, 3000}, when_full::refuse}; // two blocks of 1 KiB
    const auto flow = simple_flow(choice);
    const wire::bytes message =
        wire::raw("/a\0\0,b\0") + wire::big_endian(400, 4) + wire::bytes(400, 0x5A);
    const stamp later = {.due_ns = flow->clock.now_ns() + ms_ns};

    REQUIRE(flow->emit_osc(message, later, 0).status == TACTUS_OK);
    REQUIRE(flow->emit_osc(message, later, 0).status == TACTUS_OK);
    REQUIRE(flow->emit_osc(message, later, 0).status == TACTUS_E_AGAIN);

    REQUIRE(flow->output().ledger.dropped_by.total() == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("an output that makes room by itself keeps no input waiting") {
    const auto flow = simple_flow(small(2, when_full::drop_oldest));
    const stamp later = {.due_ns = flow->clock.now_ns() + ms_ns};

    for (const wire::bytes& each : numbered(5)) {
        REQUIRE(flow->emit_osc(each, later, 0).status == TACTUS_OK);
    }

    REQUIRE(flow->dropped_as(dropped::queue_full) == 3);
    REQUIRE(flow->balanced());
}

TEST_CASE("an input that can wait waits for the limit of all outputs together, too") {
    flow_under_test flow({{20, 1 << 20}, 1 << 20});
    for (int i = 0; i < 2; ++i) {
        flow.add_output(small(20, when_full::refuse));
    }
    flow.add_input();
    flow.route_all();
    const stamp later{flow.clock.now_ns() + ms_ns};

    int taken = 0;
    while (flow.emit_osc(osc("/a", taken), later, 0).status == TACTUS_OK) {
        REQUIRE(++taken < 20);
    }

    REQUIRE(taken == 9); // at both: 18 of 20, less the tenth that is kept
    REQUIRE(flow.dropped_as(dropped::queue_full, 0) == 0);
    REQUIRE(flow.dropped_as(dropped::queue_full, 1) == 0);
    REQUIRE_FALSE(flow.fan.has_room({0, 0, {1, 0}}));
    flow.advance_by(ms_ns);
    REQUIRE(flow.fan.has_room({0, 0, {1, 0}}));
    REQUIRE(flow.balanced());
}

TEST_CASE("an output that makes room of its own has none while others hold all of it") {
    flow_under_test flow({{20, 1 << 20}, 1 << 20});
    flow.add_output(small(20));
    flow.add_output(small(20, when_full::drop_oldest));
    flow.add_input();
    flow.configure(router({{{0}, std::nullopt, {0}}}));
    for (int i = 0; i < 18; ++i) {
        static_cast<void>(flow.emit_osc(osc("/a", i), {flow.clock.now_ns() + ms_ns}));
    }

    REQUIRE_FALSE(flow.out.queue().has_room(1, {0, 0, {1, 8}}));
    flow.advance_by(ms_ns);
    REQUIRE(flow.out.queue().has_room(1, {0, 0, {1, 8}}));
}

TEST_CASE("while a long batch comes in, what is due goes out") {
    const auto flow = simple_flow(small(20));
    const std::vector<wire::bytes> packets = numbered(100);

    const ingress::answer answer = flow->in.emit(0, batch_of(events_of(packets), 0));

    REQUIRE(answer.accepted == 100); // the queue alone holds a fifth of it
    REQUIRE(flow->sink().records.size() >= 80);
    REQUIRE(flow->balanced());
}

TEST_CASE("a full queue still takes note-offs, of either kind") {
    const wire::bytes off = GENERATE(note_off(0), wire::hex("90 00 00"));
    const auto flow = simple_flow([] {
        output_choice choice = small(10);
        choice.protocols = takes_midi;
        return choice;
    }());
    const stamp later = {.due_ns = flow->clock.now_ns() + ms_ns};
    for (int i = 0; i < 20; ++i) {
        static_cast<void>(flow->emit_midi(note_on(i), later));
    }
    REQUIRE(flow->output().pending == 9);

    static_cast<void>(flow->emit_midi(off, later));

    REQUIRE(flow->output().pending == 10);
    REQUIRE(flow->dropped_as(dropped::queue_full) == 11);
    REQUIRE(flow->balanced());
}
