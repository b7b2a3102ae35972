// SPDX-License-Identifier: MIT
// Nobody silences the others: each input has a part of its own at each output that it leads to, and
// whoever shares an input with others leaves some of its room to them.
#include "tests/kernel/flow/flow_support.hpp"

#include <algorithm>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

constexpr std::uint64_t room = 1000;
constexpr std::int64_t minutes_ns = 9 * 60'000 * ms_ns;
constexpr int cues = 56;

output_choice with_policy(when_full policy, std::uint64_t events = room) {
    output_choice choice;
    choice.settings.limits = {{events, 1 << 30}, policy};
    return choice;
}

struct flood {
    std::uint16_t input = 0;
    std::uint32_t flags = droppable;
    std::uint32_t group = 0;
    int events = 5000;
    std::int64_t ahead_ns = minutes_ns;
};

// How many were taken before the first had to wait.
int pour(flow_under_test& flow, const flood& what, const wire::bytes& message = osc("/a", 1)) {
    stamp later;
    later.due_ns = flow.clock.now_ns() + what.ahead_ns;
    for (int i = 0; i < what.events; ++i) {
        tactus_event event = event_of(TACTUS_PROTO_OSC, message, later);
        event.group = what.group;
        if (flow.in.emit(what.input, batch_of({event}, what.flags)).status == TACTUS_E_AGAIN) {
            return i;
        }
    }
    return what.events;
}

// Sends cues that are due at once; how many of them left there.
int play_cues(flow_under_test& flow, std::uint16_t input, std::uint16_t output,
              std::uint32_t group = 0) {
    const std::size_t before = flow.sink(output).records.size();
    for (int i = 0; i < cues; ++i) {
        static_cast<void>(pour(flow, {input, droppable, group, 1, 10 * ms_ns}, osc("/cue", i)));
        flow.advance_by(20 * ms_ns);
        flow.drain();
    }
    return static_cast<int>(flow.sink(output).records.size() - before);
}

router routes(std::vector<std::pair<std::uint16_t, std::uint16_t>> ways) {
    std::vector<route> all;
    for (const auto& [input, output] : ways) {
        all.push_back({{input}, std::nullopt, {output}});
    }
    return router(all);
}

std::unique_ptr<flow_under_test> flow_of(int inputs, int outputs,
                                         const output_choice& choice = {}) {
    auto flow = std::make_unique<flow_under_test>(queue_limits{.pending = {room, 1 << 30}});
    for (int i = 0; i < outputs; ++i) {
        static_cast<void>(flow->add_output(choice));
    }
    for (int i = 0; i < inputs; ++i) {
        static_cast<void>(flow->add_input());
    }
    return flow;
}

} // namespace

TEST_CASE("a flood to one output keeps nobody from another, whatever the policy") {
    const when_full policy =
        GENERATE(when_full::drop_newest, when_full::drop_oldest, when_full::refuse);
    const std::uint32_t flags = GENERATE(as<std::uint32_t>{}, droppable, 0U);
    const auto flow = flow_of(2, 2, with_policy(policy));
    flow->configure(routes({{0, 0}, {1, 1}}));

    static_cast<void>(pour(*flow, {.input = 0, .flags = flags}));

    CHECK(flow->output(0).pending == 675); // of 900 its quarter, and the half that is nobody's
    CHECK(play_cues(*flow, 1, 1) == cues);
    CHECK(flow->output(1).ledger.dropped_by.total() == 0);
    CHECK(flow->balanced());
}

TEST_CASE("a flood to one output keeps nobody from that output either") {
    const when_full policy =
        GENERATE(when_full::drop_newest, when_full::drop_oldest, when_full::refuse);
    const std::uint64_t queue = GENERATE(as<std::uint64_t>{}, room, 100U);
    const auto flow = flow_of(2, 1, with_policy(policy, queue));
    flow->route_all();

    static_cast<void>(pour(*flow, {.input = 0}));

    CHECK(play_cues(*flow, 1, 0) == cues);
    CHECK(flow->in.take_snapshot(0).pending == flow->output().pending);
    CHECK(flow->in.take_snapshot(1).pending == 0);
    CHECK(flow->balanced());
}

TEST_CASE("drop-oldest evicts what the same input has waiting, nobody else's") {
    const auto flow = flow_of(2, 1, with_policy(when_full::drop_oldest));
    flow->route_all();
    for (int i = 0; i < cues; ++i) { // due before all of the flood
        static_cast<void>(pour(*flow, {1, droppable, 0, 1, 10 * ms_ns}, osc("/cue", i)));
    }

    static_cast<void>(pour(*flow, {.input = 0}));
    flow->advance_by(20 * ms_ns);
    flow->drain();

    CHECK(flow->sink().records.size() == cues);
    CHECK(flow->balanced());
}

TEST_CASE("an input that floods all its outputs leaves the others their parts at each") {
    const auto flow = flow_of(3, 4, with_policy(when_full::drop_newest));
    flow->route_all();

    static_cast<void>(pour(*flow, {.input = 0}));
    static_cast<void>(pour(*flow, {.input = 1}));

    for (std::uint16_t output = 0; output < 4; ++output) {
        CHECK(flow->output(output).pending > 0);
    }
    CHECK(play_cues(*flow, 2, 3) == cues);
    CHECK(flow->balanced());
}

TEST_CASE("an input that floods one of its outputs has its part at the others still") {
    const auto flow = flow_of(1, 3, with_policy(when_full::drop_newest));
    flow->configure(router({{{0}, *tactus::codec::osc_pattern::compile("/a"), {0}},
                            {{0}, *tactus::codec::osc_pattern::compile("/cue"), {1, 2}}}));

    static_cast<void>(pour(*flow, {.input = 0}));

    CHECK(play_cues(*flow, 0, 1) == cues);
    CHECK(flow->balanced());
}

TEST_CASE("of an input's senders none takes all, nor do four") {
    const when_full policy =
        GENERATE(when_full::drop_newest, when_full::drop_oldest, when_full::refuse);
    const auto flow = flow_of(1, 1, with_policy(policy));
    flow->route_all();

    for (std::uint32_t sender = 1; sender <= 4; ++sender) {
        static_cast<void>(pour(*flow, {.group = sender}));
        if (sender == 1) {
            CHECK(flow->output().pending == 600); // twice what is left of 900
        }
    }

    CHECK(flow->output().pending < 900);
    CHECK(play_cues(*flow, 0, 0, 5) == cues);
    CHECK(flow->balanced());
}

TEST_CASE("a sender that must wait is told to, and the others go on") {
    const auto flow = flow_of(1, 1, with_policy(when_full::refuse));
    flow->route_all();

    const int taken = pour(*flow, {.flags = 0, .group = 1, .ahead_ns = 100 * ms_ns});
    const room_question awaited = flow->in.at(0).awaited;
    CHECK(taken == 600);
    CHECK(awaited.group != 0);
    CHECK_FALSE(flow->fan.has_room(awaited));
    CHECK(pour(*flow, {.flags = 0, .group = 2, .events = cues, .ahead_ns = 10 * ms_ns}) == cues);

    flow->advance_by(101 * ms_ns);
    flow->drain();
    CHECK(flow->fan.has_room(awaited));
    CHECK(flow->output().ledger.dropped_by.total() == 0);
    CHECK(flow->balanced());
}

TEST_CASE("what was not taken is waited for as a whole") {
    const auto flow = flow_of(1, 1, with_policy(when_full::refuse, 10));
    flow->route_all();
    const stamp later{.due_ns = flow->clock.now_ns() + ms_ns};
    for (int i = 0; i < 7; ++i) {
        static_cast<void>(flow->emit_osc(osc("/a", i), later, 0));
    }

    const wire::bytes bundle = wire::bundle(1, {osc("/x"), osc("/y"), osc("/z")});
    REQUIRE(flow->emit_osc(bundle, later, 0).status == TACTUS_E_AGAIN);

    CHECK(flow->fan.has_room({0, 0, {1, 0}}));
    CHECK_FALSE(
        flow->fan.has_room(flow->in.at(0).awaited)); // else it would be offered again for ever
    flow->advance_by(ms_ns);
    CHECK(flow->fan.has_room(flow->in.at(0).awaited));
}

TEST_CASE("an input that waits goes on when its own part is free, whatever others hold") {
    const auto flow = flow_of(2, 1, with_policy(when_full::refuse));
    flow->route_all();
    static_cast<void>(pour(*flow, {.input = 0}));
    const int taken = pour(*flow, {.input = 1, .flags = 0, .ahead_ns = ms_ns});
    CHECK(taken == 225);

    flow->advance_by(2 * ms_ns);
    flow->drain();

    CHECK(flow->fan.has_room(flow->in.at(1).awaited));
    CHECK(pour(*flow, {.input = 1, .flags = 0, .ahead_ns = ms_ns}) == 225);
}

TEST_CASE("a bundle of more than an input's part is not waited for while others hold the rest") {
    const auto flow = flow_of(2, 1, with_policy(when_full::refuse));
    flow->route_all();
    static_cast<void>(pour(*flow, {.input = 0}));
    std::vector<wire::bytes> messages;
    for (int i = 0; i < 300; ++i) {
        messages.push_back(osc("/b", i));
    }

    const stamp later{.due_ns = flow->clock.now_ns() + ms_ns};
    const auto answer = flow->emit(TACTUS_PROTO_OSC, wire::bundle(1, messages), later, 0, 1);

    CHECK(answer.status == TACTUS_OK);
    CHECK(flow->in.take_snapshot(1).pending == 225);
    CHECK(flow->balanced());
}

TEST_CASE("an input's own limit holds over all its outputs, a tenth of it is kept") {
    auto flow = std::make_unique<flow_under_test>(queue_limits{.pending = {room, 1 << 30}});
    static_cast<void>(flow->add_output(with_policy(when_full::drop_newest)));
    static_cast<void>(flow->add_output(with_policy(when_full::drop_newest)));
    input_settings limited;
    limited.pending_max = 40;
    static_cast<void>(flow->add_input(limited));
    static_cast<void>(flow->add_input());
    flow->route_all();

    static_cast<void>(pour(*flow, {.input = 0}));
    CHECK(flow->in.take_snapshot(0).pending == 36);
    CHECK(flow->dropped_as(dropped::queue_full, 0) + flow->dropped_as(dropped::queue_full, 1) ==
          2 * 5000 - 36);

    static_cast<void>(pour(*flow, {.input = 1}));
    CHECK(flow->in.take_snapshot(1).pending > 800); // what it cannot have, others can
    flow->out.canceller().drop(dropped::stop);
    CHECK(flow->in.take_snapshot(0).pending == 0);
    CHECK(flow->balanced());
}

TEST_CASE("memory is shared as events are: long payloads keep nobody out") {
    auto flow = std::make_unique<flow_under_test>(
        queue_limits{.pending = {100'000, 1 << 20}, .block_bytes = 1 << 20});
    static_cast<void>(flow->add_output());
    static_cast<void>(flow->add_output());
    static_cast<void>(flow->add_input());
    static_cast<void>(flow->add_input());
    flow->configure(routes({{0, 0}, {1, 1}}));
    const wire::bytes blob =
        wire::raw("/a\0\0,b\0") + wire::big_endian(4000, 4) + wire::bytes(4000, 0x5A);

    static_cast<void>(pour(*flow, {.input = 0}, blob));

    CHECK(flow->output(0).pending > 0);
    CHECK(flow->out.queue().events().memory() <= (1 << 20));
    CHECK(play_cues(*flow, 1, 1) == cues);
    CHECK(flow->balanced());
}

TEST_CASE("what a sender has scheduled can be taken back, and its room is free at once") {
    const auto flow = flow_of(1, 1, with_policy(when_full::drop_newest));
    flow->route_all();
    static_cast<void>(pour(*flow, {.group = 7}));

    CHECK(flow->in.cancel(0, 7) == 600);

    CHECK(flow->in.take_snapshot(0).pending == 0);
    static_cast<void>(pour(*flow, {.group = 8}));
    CHECK(flow->output().pending == 600);
    CHECK(flow->balanced());
}
