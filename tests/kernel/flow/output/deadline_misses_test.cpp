// SPDX-License-Identifier: MIT
// What leaves later than the miss limit is counted, by output and by the route by which it came.
#include "kernel/flow/output/deadline_misses.hpp"

#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

constexpr std::int64_t limit_ns = 4 * ms_ns;

output_choice limited(bool is_deferred = false) {
    output_choice choice;
    choice.settings.miss_limit_ns = limit_ns;
    choice.is_deferred = is_deferred;
    return choice;
}

tactus::codec::osc_pattern pattern(std::string_view text) {
    return std::move(*tactus::codec::osc_pattern::compile(text));
}

std::uint64_t missed(flow_under_test& flow, std::uint16_t output = 0) {
    return flow.out.account().take_snapshot(output).ledger.missed;
}
std::uint64_t missed_by(flow_under_test& flow, std::uint16_t route) {
    return flow.out.outcomes().misses().of(route);
}

// Sent so late.
void send(flow_under_test& flow, std::string_view address, std::int64_t late_ns) {
    flow.emit_osc(osc(address), {.due_ns = flow.clock.now_ns() + 1 * ms_ns});
    flow.advance_by(1 * ms_ns + late_ns);
}

// Of everything from input 0 to output 0.
route named_route(const std::string& name, std::uint16_t id,
                  std::optional<tactus::codec::osc_pattern> address = {}) {
    route made{{0}, std::move(address), {0}};
    made.id = id;
    made.name = name;
    return made;
}

} // namespace

TEST_CASE("an event that leaves by the limit is no miss, and one that leaves later is one") {
    const auto flow = simple_flow(limited());
    send(*flow, "/a", 0);
    send(*flow, "/a", limit_ns);
    CHECK(missed(*flow) == 0);

    send(*flow, "/a", limit_ns + 1);

    CHECK(missed(*flow) == 1);
    CHECK(missed_by(*flow, 0) == 1);
    CHECK(flow->output().ledger.sent == 3);
}

TEST_CASE("an event that came late is not missed for that") {
    const auto flow = simple_flow(limited());
    flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() - 100 * ms_ns});
    flow->run();

    CHECK(flow->output().ledger.sent == 1);
    CHECK(missed(*flow) == 0);
}

TEST_CASE("an output that wants its events ahead misses what it gets too late for that") {
    output_choice choice = limited();
    choice.ahead_ns = 10 * ms_ns;
    const auto flow = simple_flow(choice);
    flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() + 20 * ms_ns});
    flow->advance_by(10 * ms_ns + limit_ns + 1);

    CHECK(missed(*flow) == 1);
}

TEST_CASE("a miss counts for the first route of the file that leads to the output") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output(limited()));
    static_cast<void>(flow.add_output(limited()));
    route made{{0}, pattern("/made"), {1}}; // a rule of its own
    made.gate.throttle_ns = 1;
    flow.configure(router({{{0}, pattern("/a*"), {1}},
                           {{0}, pattern("/a"), {0, 1}},
                           {{0}, std::nullopt, {0}},
                           std::move(made)}));

    send(flow, "/a", limit_ns + 1);
    CHECK(missed_by(flow, 0) == 1); // output 1
    CHECK(missed_by(flow, 1) == 1); // output 0
    CHECK(missed_by(flow, 2) == 0);
    send(flow, "/made", limit_ns + 1);

    CHECK(missed_by(flow, 2) == 1);
    CHECK(missed_by(flow, 3) == 1);
    CHECK(missed(flow, 0) == 2);
    CHECK(missed(flow, 1) == 2);
}

TEST_CASE("what a worker says it sent late is missed, to the microsecond") {
    const auto flow = simple_flow(limited(true));
    for (const std::int64_t late_ns : {0 * ms_ns, limit_ns, limit_ns + 1, limit_ns + 1000}) {
        flow->emit_osc(osc("/a"));
        flow->run();
        const std::uint32_t number = flow->sink().unfinished.front().number;
        flow->sink().unfinished.pop_front();
        flow->sink().tell({number, finish::sent, false, late_ns});
    }
    flow->drain();

    CHECK(missed(*flow) == 2);
    CHECK(missed_by(*flow, 0) == 2);
    CHECK(flow->balanced());
}

TEST_CASE("how late a worker sent is bounded, and never negative") {
    constexpr std::int64_t hour_ns = 3'600'000'000'000;
    CHECK(completion(1, finish::sent, false, -5).late_us == 0);
    CHECK(completion(1, finish::sent, false, 1).late_us == 1);
    CHECK(completion(1, finish::sent, false, 1000).late_us == 1);
    CHECK(completion(1, finish::sent, false, hour_ns).late_us == completion::late_us_max);
}

TEST_CASE("what was dropped is not missed as well") {
    output_choice choice = limited();
    choice.settings.late = late_policy::drop;
    choice.settings.late_limit_ns = limit_ns;
    const auto flow = simple_flow(choice);
    send(*flow, "/a", limit_ns + 1);

    CHECK(flow->dropped_as(dropped::too_late) == 1);
    CHECK(missed(*flow) == 0);
    CHECK(missed_by(*flow, 0) == 0);
}

TEST_CASE("over a reload a route keeps its misses, also those of what waited then") {
    const auto flow = simple_flow(limited());
    flow->configure(router({named_route("way", 0)}));
    send(*flow, "/a", limit_ns + 1);
    flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() + 1 * ms_ns});
    flow->clock.advance_ns(1);

    flow->configure(router({named_route("new", 5, pattern("/new")), named_route("way", 0)}));
    flow->advance_by(1 * ms_ns + limit_ns + 1);

    CHECK(missed(*flow) == 2);
    CHECK(flow->fan.missed(0) == 0);
    CHECK(flow->fan.missed(1) == 2);
    send(*flow, "/a", limit_ns + 1);
    CHECK(flow->fan.missed(1) == 3);
}

TEST_CASE("a route that gets the id of one that is gone has none of what came before") {
    const auto flow = simple_flow(limited());
    flow->configure(router({named_route("old", 0)}));
    flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() + 1 * ms_ns});
    flow->configure(router({named_route("between", 1)}));
    flow->clock.advance_ns(1);
    flow->configure(router({named_route("new", 0)}));
    flow->advance_by(1 * ms_ns + limit_ns + 1);

    CHECK(missed(*flow) == 1);
    CHECK(flow->fan.missed(0) == 0);
}

TEST_CASE("a route that is not known is no one's miss") {
    deadline_misses misses;
    misses.add(0, 0); // before there is any
    misses.begin(0, 10);
    misses.begin(1, 10);
    misses.add(unknown_route, 20);
    misses.add(2, 20);
    misses.add(1, 9);
    misses.add(1, 10);

    CHECK(misses.of(0) == 0);
    CHECK(misses.of(1) == 1);
}
