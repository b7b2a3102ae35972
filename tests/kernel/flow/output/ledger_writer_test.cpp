// SPDX-License-Identifier: MIT
// What became of a delivery: the ledger counts it, and observers are told.
#include "kernel/flow/output/ledger_writer.hpp"

#include "tests/support/catch.hpp"

#include <memory>
#include <vector>

using namespace tactus::flow;

namespace {

struct one_observer final : outcome_observer {
    void saw(const event_outcome& what) noexcept override { seen.push_back(what); }
    std::vector<event_outcome> seen;
};
struct one_event_observer final : event_observer {
    void saw(const observed_event& what) noexcept override { seen.push_back(what); }
    std::vector<observed_event> seen;
};

struct recorded {
    recorded() { by_input->set(3, &observer); }

    output to{5, {}};
    one_observer observer;
    one_event_observer events;
    std::unique_ptr<outcome_observers> by_input = std::make_unique<outcome_observers>();
    ledger_writer outcomes;
};

} // namespace

TEST_CASE("without observers, outcomes are only counted") {
    recorded test;
    test.outcomes.count_dropped(test.to, dropped::too_late, 3, 7);
    test.outcomes.count_sent(test.to, tactus_event{}, 0);
    test.outcomes.tell_taken(test.to, tactus_event{}, 3, 0);

    CHECK(test.to.ledger.dropped_by.of(dropped::too_late) == 1);
    CHECK(test.to.ledger.sent == 1);
    CHECK(test.observer.seen.empty());
}

TEST_CASE("the observer of an input is told what was dropped, and why") {
    recorded test;
    test.outcomes.set_outcome_observers(test.by_input.get());
    test.outcomes.count_dropped(test.to, dropped::queue_full, 3, 7);
    test.outcomes.count_dropped(test.to, dropped::queue_full, 4, 7); // nobody observes it

    REQUIRE(test.observer.seen.size() == 1);
    CHECK(test.observer.seen[0].kind == outcome_kind::dropped);
    CHECK(test.observer.seen[0].tag == 7);
    CHECK(test.observer.seen[0].reason == "queue_full");
    CHECK(test.observer.seen[0].output == 5);
}

TEST_CASE("only an event with a time of its own is late") {
    recorded test;
    test.outcomes.set_outcome_observers(test.by_input.get());
    tactus_event event{};
    event.tag = 7;
    for (const bool is_timed : {false, true}) {
        event.flags = is_timed ? TACTUS_EVENT_TIMED : std::uint16_t{0};
        test.outcomes.tell_taken(test.to, event, 3, told_late_ns + 1);
    }
    test.outcomes.tell_taken(test.to, event, 3, told_late_ns);

    REQUIRE(test.observer.seen.size() == 3);
    CHECK(test.observer.seen[0].kind == outcome_kind::sent);
    CHECK(test.observer.seen[1].kind == outcome_kind::late);
    CHECK(test.observer.seen[1].late_ns == told_late_ns + 1);
    CHECK(test.observer.seen[2].kind == outcome_kind::sent);
}

TEST_CASE("an event observer sees what a sink took, the kernel's own events too") {
    recorded test;
    test.outcomes.observers().add(test.events);
    test.outcomes.tell_taken(test.to, tactus_event{}, 3, 0, 4);
    test.outcomes.tell_taken(test.to, tactus_event{}, no_input, 0);

    REQUIRE(test.events.seen.size() == 2);
    CHECK(test.events.seen[0].what == observed::sent);
    CHECK(test.events.seen[0].input == 3);
    CHECK(test.events.seen[0].output == 5);
    CHECK(test.events.seen[0].route == 4);
    CHECK(test.events.seen[1].input == no_input);
    CHECK(test.events.seen[1].route == unknown_route);
}

TEST_CASE("an event observer sees what was dropped, and why, until it is removed") {
    recorded test;
    test.outcomes.observers().add(test.events);
    test.outcomes.count_dropped(test.to, dropped::too_late, 0, {.input = 3, .due_ns = 9});
    test.outcomes.observers().remove(test.events);
    test.outcomes.count_dropped(test.to, dropped::too_late, 3, 0);

    REQUIRE(test.events.seen.size() == 1);
    CHECK(test.events.seen[0].what == observed::dropped);
    CHECK(static_cast<dropped>(test.events.seen[0].reason) == dropped::too_late);
    CHECK(test.events.seen[0].due_ns == 9);
    CHECK(test.to.ledger.dropped_by.of(dropped::too_late) == 2);
}

TEST_CASE("lateness counts from when the output wants the event, but not from before it came") {
    recorded test;
    test.to.connected.ahead_ns = 2'000'000;
    tactus_event event{};
    event.due_ns = 10'000'000;
    test.outcomes.count_sent(test.to, event, 8'000'000);
    event.received_ns = 9'000'000;
    test.outcomes.count_sent(test.to, event, 9'000'000);

    const tactus::base::histogram::snapshot seen = test.to.lateness.take_snapshot();
    CHECK(seen.buckets[0] == 2); // none is late
}
