// SPDX-License-Identifier: MIT
// An event that was due when it came leaves, even if its cancel comes before the loop gets to send
// it: what is taken back is what is scheduled, and what an output is too slow for.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

using texts = std::vector<std::string>;

constexpr std::uint32_t drums = 9;
constexpr std::uint32_t other = 10;

std::string nth(int value) {
    return text(osc("/a", value));
}
void emit(flow_under_test& flow, int value, std::int64_t in_ms = 0, std::uint32_t tag = drums) {
    const std::int64_t due_ns = in_ms == 0 ? 0 : flow.clock.now_ns() + in_ms * ms_ns;
    static_cast<void>(flow.emit_osc(osc("/a", value), {.due_ns = due_ns, .tag = tag}));
}

} // namespace

TEST_CASE("a cancel spares what was due when it came, and takes back what is scheduled") {
    const auto flow = simple_flow();
    emit(*flow, 1);
    emit(*flow, 2, 5);
    emit(*flow, 3);
    emit(*flow, 4, 0, other);

    CHECK(flow->in.cancel(0, drums) == 1);
    CHECK(flow->in.cancel(0, drums) == 0);
    emit(*flow, 5);
    flow->advance_by(10 * ms_ns);

    CHECK(flow->sink().payloads() == texts{nth(1), nth(3), nth(4), nth(5)});
    CHECK(flow->dropped_as(dropped::cancelled) == 1);
    CHECK(flow->balanced());
}

TEST_CASE("what a pass could not hand over is taken back, even if it was due when it came") {
    const auto flow = simple_flow();
    flow->sink().room = 1;
    emit(*flow, 1);
    emit(*flow, 2);
    flow->run();
    emit(*flow, 3); // behind it, and no pass has been since

    CHECK(flow->in.cancel(0, drums) == 1);
    CHECK(flow->in.cancel(0, drums) == 0);
    flow->sink().room = 10;
    flow->out.connections().writable(0);
    flow->run();

    CHECK(flow->sink().payloads() == texts{nth(1), nth(3)});
    CHECK(flow->balanced());
}

TEST_CASE("what became due is taken back with what is due later") {
    const auto flow = simple_flow();
    emit(*flow, 1, 5);
    flow->clock.advance_ns(6 * ms_ns);

    CHECK(flow->in.cancel(0, drums) == 1);
    flow->run();

    CHECK(flow->sink().payloads().empty());
}

TEST_CASE("of a sender that goes everything leaves that was due, but no note begins") {
    const auto flow = simple_flow({.protocols = takes_midi});
    const wire::bytes volume{0xB0, 7, 100};
    for (const wire::bytes& each : {volume, note_on(60), note_on(61), note_off(61)}) {
        static_cast<void>(flow->emit_midi(each, {.tag = drums}));
    }

    static_cast<void>(flow->in.end_sender(0, drums));
    flow->drain();

    CHECK(flow->sink().payloads() == texts{text(volume), text(note_off(61))});
    CHECK(flow->output().notes_sounding == 0);
    CHECK(flow->balanced());
}

TEST_CASE("a sender whose note was spared by a cancel still holds it") {
    const auto flow = simple_flow({.protocols = takes_midi});
    static_cast<void>(flow->emit_midi(note_on(60), {.tag = drums}));
    CHECK(flow->in.cancel(0, drums) == 0);
    flow->drain();
    CHECK(flow->output().notes_sounding == 1);

    static_cast<void>(flow->in.end_sender(0, drums));
    flow->drain();

    CHECK(flow->output().notes_sounding == 0);
}

TEST_CASE("of more than are known the newest are spared, and a panic spares none") {
    const auto flow = simple_flow();
    for (std::size_t i = 0; i < fresh_events::fresh_max + 1; ++i) {
        emit(*flow, static_cast<int>(i));
    }
    CHECK(flow->in.cancel(0, drums) == 1);
    flow->out.canceller().drop(dropped::stop);
    CHECK(flow->in.cancel(0, drums) == 0);
    flow->drain();

    CHECK(flow->sink().payloads().empty());
    CHECK(flow->dropped_as(dropped::stop) == fresh_events::fresh_max);
    CHECK(flow->balanced());
}

TEST_CASE("events are spared and cancelled at random, and all are accounted for") {
    const auto flow = simple_flow();
    std::uint64_t cancelled = 0;
    std::uint32_t state = 1;
    int sent = 0;
    for (int i = 0; i < 20'000; ++i) {
        state = state * 1664525 + 1013904223;
        const std::uint32_t tag = drums + (state >> 20) % 3;
        switch ((state >> 28) % 8) {
        case 0:
            cancelled += flow->in.cancel(0, tag);
            break;
        case 1:
            flow->advance_by(ms_ns);
            break;
        case 2:
            static_cast<void>(flow->out.tidy());
            break;
        case 3:
        case 4:
            emit(*flow, i, 1 + (state >> 16) % 3, tag);
            ++sent;
            break;
        default:
            emit(*flow, i, 0, tag);
            ++sent;
            break;
        }
    }
    flow->advance_by(10 * ms_ns);
    flow->drain();

    CHECK(cancelled > 100);
    CHECK(flow->sink().records.size() + cancelled == static_cast<std::size_t>(sent));
    CHECK(flow->dropped_as(dropped::cancelled) == cancelled);
    CHECK(flow->balanced());
    while (flow->out.tidy()) {
    }
    CHECK(flow->out.queue().events().memory() == 0);
}
