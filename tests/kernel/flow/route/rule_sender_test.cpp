// SPDX-License-Identifier: MIT
// Routes with `throttle` where there is no room: what waits is not given up for what is lost.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

// Every address at most once in 20 ms; room for `pending` events.
std::unique_ptr<flow_under_test> throttled_flow(std::uint64_t pending) {
    auto flow = std::make_unique<flow_under_test>();
    static_cast<void>(flow->add_input());
    output_choice choice;
    choice.settings.limits.pending.events = pending;
    static_cast<void>(flow->add_output(choice));
    route thin{{0}, std::nullopt, {0}};
    thin.gate.throttle_ns = 20 * ms_ns;
    std::vector<route> routes;
    routes.push_back(std::move(thin));
    flow->configure(router(std::move(routes)));
    return flow;
}

void emit(flow_under_test& flow, const wire::bytes& bytes, std::int64_t in_ms = 0) {
    const std::int64_t due_ns = in_ms == 0 ? 0 : flow.clock.now_ns() + in_ms * ms_ns;
    static_cast<void>(flow.emit_osc(bytes, {.due_ns = due_ns}));
    flow.drain();
}

} // namespace

TEST_CASE("a value that waits leaves where the newer one found no room") {
    const auto flow = throttled_flow(4);
    emit(*flow, osc("/fader", 1));
    emit(*flow, osc("/fader", 2)); // waits
    for (const char* const address : {"/x", "/y", "/z"}) {
        emit(*flow, osc(address), 1000);
    }

    emit(*flow, osc("/fader", 3));
    REQUIRE(flow->dropped_as(dropped::queue_full) == 1);
    flow->advance_by(20 * ms_ns);

    REQUIRE(flow->sink().records.size() == 2);
    CHECK(flow->sink().records[1].bytes == text(osc("/fader", 2)));
    CHECK(flow->dropped_as(dropped::throttled) == 0);
    CHECK(flow->balanced());
}

TEST_CASE("a value that waits is replaced where the newer one found room") {
    const auto flow = throttled_flow(5);
    emit(*flow, osc("/fader", 1));
    emit(*flow, osc("/fader", 2));
    emit(*flow, osc("/fader", 3));
    flow->advance_by(20 * ms_ns);

    REQUIRE(flow->sink().records.size() == 2);
    CHECK(flow->sink().records[1].bytes == text(osc("/fader", 3)));
    CHECK(flow->dropped_as(dropped::throttled) == 1);
    CHECK(flow->balanced());
}

namespace {

// Repetitions are left out; one output of MIDI.
std::unique_ptr<flow_under_test> deduping_flow() {
    auto flow = std::make_unique<flow_under_test>();
    static_cast<void>(flow->add_input());
    output_choice choice;
    choice.protocols = takes_midi;
    static_cast<void>(flow->add_output(choice));
    route once{{0}, std::nullopt, {0}};
    once.gate.dedupe = true;
    std::vector<route> routes;
    routes.push_back(std::move(once));
    flow->configure(router(std::move(routes)));
    return flow;
}

std::size_t sent_of(flow_under_test& flow, const wire::bytes& midi) {
    const std::size_t before = flow.sink().records.size();
    static_cast<void>(flow.emit_midi(midi));
    flow.drain();
    return flow.sink().records.size() - before;
}

} // namespace

TEST_CASE("a device that was away gets the same value again, though nothing was lost meanwhile") {
    const auto flow = deduping_flow();
    const wire::bytes volume = wire::hex("B0 07 64");
    CHECK(sent_of(*flow, volume) == 1);
    CHECK(sent_of(*flow, volume) == 0);

    flow->set_up(0, 1, false);
    flow->set_up(0, 1, true);

    CHECK(sent_of(*flow, volume) == 1);
    CHECK(sent_of(*flow, volume) == 0);
    CHECK(flow->balanced());
}

TEST_CASE("a port that is told again to be up was not away") {
    const auto flow = deduping_flow();
    const wire::bytes volume = wire::hex("B0 07 64");
    CHECK(sent_of(*flow, volume) == 1);

    flow->set_up(0, 1, true);

    CHECK(sent_of(*flow, volume) == 0);
}

TEST_CASE("what was dropped while the device was away is no reason to leave the next one out") {
    const auto flow = deduping_flow();
    const wire::bytes volume = wire::hex("B0 07 64");
    flow->set_up(0, 1, false);
    CHECK(sent_of(*flow, volume) == 0);
    flow->set_up(0, 1, true);

    CHECK(sent_of(*flow, volume) == 1);
    CHECK(flow->balanced());
}
