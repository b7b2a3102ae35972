// SPDX-License-Identifier: MIT
// The outcome of a message, by what its outputs took and could not take.
#include "kernel/flow/route/outcome_tally.hpp"
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

struct recorded {
    recorded() {
        static_cast<void>(flow->add_output());
        record.make_room(4);
        one.packet = &packet;
        record.begin();
    }
    // Of the first output.
    [[nodiscard]] std::uint64_t counted(dropped why) { return flow->dropped_as(why); }

    std::unique_ptr<flow_under_test> flow = simple_flow();
    outcome_observers observers;
    outcome_tally record{flow->out, observers};
    tactus_event packet{};
    message one;
};

} // namespace

TEST_CASE("a message that no route takes is unrouted, for the reason that shows best what to do") {
    recorded test;
    test.record.note(unrouted::unknown_port);
    test.record.note(unrouted::filtered);
    const outcome end = test.record.settle(test.one);
    CHECK(end.is == outcome::kind::unrouted);
    CHECK(end.stray == unrouted::unknown_port);
}

TEST_CASE("an output that cannot take what another took counts its own delivery as dropped") {
    recorded test;
    test.record.untaken(0, dropped::unsupported_type, "it takes no such thing");
    test.record.delivered();
    CHECK(test.record.settle(test.one).is == outcome::kind::routed);
    CHECK(test.counted(dropped::unsupported_type) == 1);
}

TEST_CASE("a message that no output can take is rejected, and dropped by none") {
    recorded test;
    test.record.untaken(0, dropped::unsupported_type);
    test.record.untaken(1, dropped::sysex_denied);
    const outcome end = test.record.settle(test.one);
    CHECK(end.is == outcome::kind::rejected);
    CHECK(end.refusal == rejected::sysex_denied);
    CHECK(test.counted(dropped::unsupported_type) == 0);
}

TEST_CASE("the argument that could not become MIDI is part of the outcome") {
    recorded test;
    const tactus::codec::translation failed{tactus::codec::translate_error::bad_arguments, 0, {2}};
    test.record.untranslated(test.one, 0, failed, {});
    const outcome end = test.record.settle(test.one);
    REQUIRE(end.bad != nullptr);
    CHECK(end.bad->number == 2);
    test.record.begin(); // the next message has no part in it
    CHECK(test.record.settle(test.one).bad == nullptr);
}

TEST_CASE("a message beyond a limit that ended nothing is rejected for that limit") {
    recorded test;
    test.one.limited = rejected::rate;
    test.record.down(test.one, 0);
    const outcome end = test.record.settle(test.one);
    CHECK(end.is == outcome::kind::rejected);
    CHECK(end.refusal == rejected::rate);
    CHECK(test.counted(dropped::output_down) == 0);
}
