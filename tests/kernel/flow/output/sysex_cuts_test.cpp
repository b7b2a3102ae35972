// SPDX-License-Identifier: MIT
// SysEx in parts that do not come to their end by themselves: each is ended, whatever happens, and
// nothing of it follows.
#include "tests/kernel/flow/output/sysex_support.hpp"

using namespace tactus;
using namespace tactus::flow;
using namespace tactus::flow::test;
using tactus::testing::recording_sink;

TEST_CASE("where the queue is full the SysEx is ended, and the rest dropped for that") {
    auto flow = flow_to(1, of_room(10)); // of which one is kept for ends
    flow->sink().room = 0;
    int taken = 0;
    flow->part(first_part());
    flow->drain();
    for (int i = 0; i < 30; ++i) {
        flow->part(more());
        taken += flow->dropped_as(dropped::queue_full) == 0 ? 1 : 0;
    }
    const std::uint64_t full = flow->dropped_as(dropped::queue_full);
    REQUIRE(full > 0);
    flow->sink().room = recording_sink::endless;
    flow->out.connections().writable(0);
    wire::bytes expected = first_part();
    for (int i = 0; i < taken; ++i) {
        expected = expected + more();
    }

    CHECK(flow->sent() == expected + end_of_it);
    flow->part(more()); // there is room again, but it is ended
    flow->part(end_of_it);
    CHECK(flow->sent() == expected + end_of_it);
    CHECK(flow->dropped_as(dropped::queue_full) == full + 2);
    CHECK(flow->balanced());

    flow->part(first_part());
    flow->part(end_of_it);
    CHECK(flow->sent() == expected + end_of_it + first_part() + end_of_it);
}

TEST_CASE("a queue that makes room by dropping the oldest never drops a part") {
    output_choice choice = of_room(10);
    choice.settings.limits.policy = when_full::drop_oldest;
    auto flow = flow_to(1, choice);
    flow->sink().room = 0;
    flow->part(first_part());
    flow->part(more());
    for (int note = 0; note < 40; ++note) {
        CHECK(flow->emit_midi(note_on(note)).status == TACTUS_OK);
    }
    flow->part(end_of_it);
    flow->sink().room = recording_sink::endless;
    flow->out.connections().writable(0);
    flow->drain();

    std::vector<std::string> parts;
    for (const recording_sink::record& each : flow->sink().records) {
        if ((each.flags & TACTUS_EVENT_SYSEX_PART) != 0) {
            parts.push_back(each.bytes);
        }
    }
    CHECK(parts == std::vector{text(first_part()), text(more()), text(end_of_it)});
    CHECK(flow->balanced());
}

TEST_CASE("where an output fails in the middle it gets no more than the end") {
    const tactus_status status = GENERATE(TACTUS_E_IO, TACTUS_E_CLOSED);
    const dropped why = status == TACTUS_E_CLOSED ? dropped::output_down : dropped::output_error;
    auto flow = flow_to(2);
    flow->part(first_part());
    flow->drain();
    flow->sink(0).judge = [&](const tactus_event&) { return status; };
    flow->part(more());
    flow->part(more(100, 3));
    flow->drain();
    flow->sink(0).judge = nullptr;

    flow->part(more(100, 4));
    flow->part(end_of_it);

    const wire::bytes all = flow->sent(0);
    CHECK(wire::bytes(all.begin(), all.begin() + 300) == first_part());
    CHECK(wire::bytes(all.begin() + 300, all.end()).size() <= 1); // an end that failed, or not
    CHECK(flow->dropped_as(why, 0) >= 4);
    CHECK(flow->sent(1) == first_part() + more() + more(100, 3) + more(100, 4) + end_of_it);
    CHECK(flow->routed() == 5);
    CHECK(flow->balanced());
}

TEST_CASE("an output that fails once is given the end at once") {
    auto flow = flow_to(1);
    flow->part(first_part());
    flow->drain();
    int calls = 0;
    flow->sink().judge = [&](const tactus_event&) {
        return calls++ == 0 ? TACTUS_E_IO : TACTUS_OK;
    };

    flow->part(more());

    CHECK(flow->sent() == first_part() + end_of_it);
    CHECK(flow->sink().records.back().flags == (TACTUS_EVENT_SYSEX_PART | TACTUS_EVENT_CRITICAL));
    CHECK(flow->balanced());
}

TEST_CASE("what a worker could not send ends the SysEx too") {
    auto flow = flow_to(1, of_room(100, true));
    flow->part(first_part());
    flow->part(more());
    flow->drain();
    REQUIRE(flow->sink().unfinished.size() == 2);
    flow->sink().finish(1);
    flow->sink().finish(1, finish::failed);

    flow->part(more()); // the dispatcher does not know yet
    flow->drain();
    flow->part(more());

    CHECK(flow->sent() == first_part() + more() + more() + end_of_it);
    CHECK(flow->dropped_as(dropped::output_error) == 2);
    flow->sink().finish(2);
    CHECK(flow->balanced());
}

TEST_CASE("what fails of one SysEx does not end the next one") {
    auto flow = flow_to(1, of_room(100, true));
    flow->part(first_part());
    flow->part(end_of_it);
    flow->part(first_part());
    flow->drain();
    flow->sink().finish(2, finish::failed);

    flow->part(end_of_it);

    CHECK(flow->sent() == first_part() + end_of_it + first_part() + end_of_it);
    CHECK(flow->output().ledger.dropped_by.total() == 2);
    flow->sink().finish(2);
    CHECK(flow->balanced());
}

TEST_CASE("a port that goes takes the SysEx with it, also where it comes back") {
    auto flow = flow_to(1);
    flow->part(first_part());
    flow->drain();
    flow->set_up(0, 1, false);
    flow->part(more());
    flow->drain();
    flow->set_up(0, 1, true);

    flow->part(more());
    flow->part(end_of_it);

    CHECK(flow->sent() == first_part());
    CHECK(flow->dropped_as(dropped::output_down) == 3);
    CHECK(flow->balanced());
}

TEST_CASE("a panic in the middle ends the SysEx before anything else") {
    const bool is_deferred = GENERATE(false, true);
    auto flow = flow_to(1, of_room(1000, is_deferred));
    flow->part(first_part());
    flow->drain();
    flow->part(more()); // waits

    flow->out.silencer().panic();
    flow->part(more());
    flow->drain();
    flow->part(end_of_it);
    flow->drain();

    const std::vector<std::string> all = flow->sink().payloads();
    REQUIRE(all.size() > 2);
    CHECK(all[0] == text(first_part()));
    CHECK(all[1] == text(end_of_it));
    CHECK(static_cast<std::uint8_t>(all[2][0]) == 0xB0);
    CHECK(flow->dropped_as(dropped::cancelled) == 3);
    flow->sink().finish(flow->sink().unfinished.size());
    CHECK(flow->balanced());
}

TEST_CASE("silence ends the SysEx, and so does a stop") {
    auto flow = flow_to(1);
    CHECK(flow->emit_midi(note_on(60)).status == TACTUS_OK);
    flow->part(first_part());
    flow->drain();
    SECTION("silence") {
        flow->out.silencer().silence(0, silence_cause::stop);
    }
    SECTION("silence by channels") {
        flow->out.silencer().silence_channels(0, silence_cause::stop);
    }
    SECTION("stop") {
        flow->out.canceller().drop(dropped::stop);
        flow->out.silencer().silence(0, silence_cause::stop);
    }
    flow->drain();

    const std::vector<std::string> all = flow->sink().payloads();
    REQUIRE(all.size() > 3);
    CHECK(all[2] == text(end_of_it));
    CHECK(flow->balanced());
}

TEST_CASE("an input that goes ends what it has under way") {
    auto flow = flow_to(1);
    flow->part(first_part(), 1);
    flow->drain();

    flow->in.end_parts(0);

    CHECK(flow->sent() == first_part() + end_of_it);
    flow->part(more(), 1);
    CHECK(flow->rejected_as(rejected::too_large) == 1);
    CHECK(flow->balanced());
}

TEST_CASE("a part that was lost before the ingress ends the SysEx at the gap") {
    auto flow = flow_to(1);
    flow->part(first_part(), 1);

    flow->in.cut_parts(0, rejected::overrun);
    flow->part(more(), 1);
    flow->part(end_of_it, 1);

    CHECK(flow->sent() == first_part() + end_of_it);
    CHECK(flow->rejected_as(rejected::overrun) == 2);
    flow->part(first_part(), 1);
    flow->part(end_of_it, 1);
    CHECK(flow->sent() == first_part() + end_of_it + first_part() + end_of_it);
    CHECK(flow->balanced());
}

TEST_CASE("a part that is malformed ends the SysEx") {
    auto flow = flow_to(1);
    flow->part(first_part());
    SECTION("a status byte within") {
        flow->part({1, 0x90, 2});
    }
    SECTION("a real-time byte within") {
        flow->part({1, 0xF8, 2});
    }
    SECTION("a whole one") {
        flow->part({0xF0, 1, 0xF7});
    }
    SECTION("a first part without data") {
        flow->part({0xF0});
    }
    flow->part(more());

    CHECK(flow->sent() == first_part() + end_of_it);
    CHECK(flow->rejected_as(rejected::malformed) == 2);
    CHECK(flow->balanced());
}

TEST_CASE("a first part where the end of the one before never came ends that") {
    auto flow = flow_to(1);

    flow->part(first_part());
    flow->part(first_part(100, 5));
    flow->part(end_of_it);

    CHECK(flow->sent() == first_part() + end_of_it + first_part(100, 5) + end_of_it);
    CHECK(flow->balanced());
}
