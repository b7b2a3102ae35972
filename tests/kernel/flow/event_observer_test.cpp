// SPDX-License-Identifier: MIT
// An onlooker of the whole flow: each message of an input, and each delivery, with where it went
// and why it did not.
#include "kernel/flow/event_observer.hpp"

#include "tests/kernel/flow/flow_support.hpp"

#include <string>
#include <vector>

namespace tactus::flow::test {
namespace {

struct onlooker final : event_observer {
    void saw(const observed_event& what) noexcept override {
        seen.push_back(what);
        contents.emplace_back(what.bytes.begin(), what.bytes.end());
    }
    std::vector<observed_event> seen;
    std::vector<wire::bytes> contents;
};

codec::osc_pattern pattern(std::string_view text) {
    return std::move(*codec::osc_pattern::compile(text));
}

} // namespace

TEST_CASE(
    "an event is seen when it is received, and when it is sent, with its times and its route") {
    auto flow = simple_flow();
    static_cast<void>(flow->add_output());
    flow->configure(router({{{0}, pattern("/b"), {1}}, {{0}, pattern("/a"), {0}}}));
    onlooker who;
    flow->out.outcomes().observers().add(who);
    const std::int64_t now_ns = flow->clock.now_ns();

    flow->emit_osc(osc("/a", 7), {.due_ns = now_ns + 5 * ms_ns});
    REQUIRE(who.seen.size() == 1);
    CHECK(who.seen[0].what == observed::received);
    flow->advance_by(6 * ms_ns);

    REQUIRE(who.seen.size() == 2);
    CHECK(who.seen[1].what == observed::sent);
    CHECK(who.seen[1].output == 0);
    CHECK(who.seen[1].route == 1);
    CHECK(who.seen[1].came_ns == now_ns);
    CHECK(who.seen[1].due_ns == now_ns + 5 * ms_ns);
    CHECK(who.seen[1].at_ns == now_ns + 6 * ms_ns);
    CHECK(who.contents[1] == osc("/a", 7));
}

TEST_CASE("what is refused or finds no route is seen with its reason") {
    auto flow = simple_flow();
    flow->configure(router({{{0}, pattern("/a"), {0}}}));
    onlooker who;
    flow->out.outcomes().observers().add(who);

    flow->emit_osc(osc("/other"));
    flow->emit_osc({'/', 'a', 0, 0, 'x', 0, 0, 0});

    REQUIRE(who.seen.size() == 2);
    CHECK(who.seen[0].what == observed::unrouted);
    CHECK(static_cast<unrouted>(who.seen[0].reason) == unrouted::no_route);
    CHECK(who.seen[1].what == observed::rejected);
    CHECK(static_cast<rejected>(who.seen[1].reason) == rejected::malformed);
    CHECK(who.contents[1].size() == 8);
}

TEST_CASE("what an output drops is seen with what it was: late, failed, or without room") {
    output_choice choice;
    choice.settings.limits.pending.events = 1;
    choice.settings.limits.policy = when_full::drop_newest;
    auto flow = simple_flow(choice);
    onlooker who;
    flow->out.outcomes().observers().add(who);
    flow->sink().judge = [](const tactus_event&) { return TACTUS_E_IO; };

    const std::int64_t due_ns = flow->clock.now_ns() + ms_ns;
    flow->emit_osc(osc("/a", 1), {.due_ns = due_ns});
    flow->emit_osc(osc("/a", 2), {.due_ns = due_ns});
    flow->advance_by(ms_ns);

    std::vector<dropped> reasons;
    for (const observed_event& each : who.seen) {
        if (each.what == observed::dropped) {
            CHECK(each.output == 0);
            CHECK(each.due_ns == due_ns);
            reasons.push_back(static_cast<dropped>(each.reason));
        }
    }
    CHECK(reasons == std::vector<dropped>{dropped::queue_full, dropped::output_error});
    CHECK(who.contents.back() == osc("/a", 1));
    CHECK(flow->balanced());
}

TEST_CASE("several may look on, and one that was removed sees nothing") {
    auto flow = simple_flow();
    onlooker first;
    onlooker second;
    flow->out.outcomes().observers().add(first);
    flow->out.outcomes().observers().add(second);
    flow->out.outcomes().observers().remove(first);

    flow->emit_osc(osc("/a"));
    flow->run();

    CHECK(first.seen.empty());
    CHECK(second.seen.size() == 2);
}

TEST_CASE("an event that waited before anybody looked on is seen with its route, too") {
    auto flow = simple_flow();
    flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() + ms_ns});
    onlooker who;
    flow->out.outcomes().observers().add(who);

    flow->advance_by(ms_ns);

    REQUIRE(who.seen.size() == 1);
    CHECK(who.seen[0].route == 0);
}

} // namespace tactus::flow::test
