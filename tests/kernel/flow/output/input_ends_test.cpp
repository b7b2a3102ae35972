// SPDX-License-Identifier: MIT
// An input ends as a whole: all its senders have gone, and who has no name. What others hold goes
// on.
#include "tests/kernel/flow/output/held_notes.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

TEST_CASE("an instance that ends with what it began leaves nothing on, and nothing scheduled") {
    const auto flow = flow_to();
    const bool ends = GENERATE(true, false);
    flow->in.end_with_instance(0, ends);
    play(*flow, note_on(60));
    play(*flow, note_on(61), {second});
    play(*flow, note_on(62), {nobody});
    play(*flow, note_on(63));
    play(*flow, note_on(63), {first, 0, 0, 1}); // another input holds it, too
    play(*flow, note_on(64), {first, 0, 0, 1});
    play(*flow, note_on(65), {second, 10});
    play(*flow, note_on(66), {nobody, 10});
    play(*flow, note_on(67), {first, 10, 0, 1});
    play(*flow, note_off(60), {first, 20});
    listener after(*flow);

    flow->in.instance_ended(0);

    CHECK(after.heard() == (ends ? texts{"803C40", "803D40", "803E40"} : nothing));
    CHECK(flow->dropped_as(dropped::cancelled) == (ends ? 2 : 0));
    CHECK(times_ended(*flow) == (ends ? 2 : 0)); // by senders, and without
    flow->advance_by(10 * ms_ns);
    CHECK(flow->output().notes_sounding == (ends ? 3 : 8));
    flow->advance_by(10 * ms_ns);
    CHECK(after.heard().back() == "803C40"); // ends stay
    CHECK(flow->balanced());
}

TEST_CASE("each instance says itself what ends with it, and a stop of the daemon is no end") {
    const auto flow = flow_to();
    flow->in.end_with_instance(0, true);
    flow->in.instance_ended(0);
    play(*flow, note_on(60)); // of the next, which says nothing
    listener after(*flow);
    flow->in.instance_ended(0);
    CHECK(after.heard() == nothing);

    flow->in.end_with_instance(0, true);
    flow->in.begin_stop();
    flow->in.instance_ended(0);

    CHECK(after.heard() == nothing);
}

TEST_CASE("a note of two inputs ends when the second of them ends, or is muted") {
    const auto flow = flow_to();
    play(*flow, note_on(60));
    play(*flow, note_on(60), {first, 0, 0, 1});
    listener after(*flow);
    const bool is_muted = GENERATE(false, true);
    const auto end = [&](std::uint16_t input) {
        if (is_muted) {
            flow->in.mute(input, true);
        } else {
            flow->in.end_with_instance(input, true);
            flow->in.instance_ended(input);
        }
    };

    end(1);
    CHECK(after.heard() == nothing);
    end(0);

    CHECK(after.heard() == texts{"803C40"});
    CHECK(flow->balanced());
}
