// SPDX-License-Identifier: MIT
// A sender whose clock jumps while its events are on their way (clock = "sender"), in virtual time:
// no event waits long, order stays, no note and no pedal is left behind.
#include "tests/kernel/flow/ingress/sender_stage.hpp"

using namespace tactus::flow::test;
using tactus::flow::input_settings;

TEST_CASE("a clock that jumps ahead leaves no event behind") {
    const std::int64_t by_ns =
        GENERATE(1 * ms_ns, 99 * ms_ns, 101 * ms_ns, 500 * ms_ns, 8 * s_ns, 86400 * s_ns);
    const std::int64_t every_ns = GENERATE(1 * ms_ns, 30 * ms_ns, 100 * ms_ns, 900 * ms_ns);
    stage show;
    show.play_steadily(15);

    show.clock_off_ns += by_ns;
    for (const std::string name : {"/a/note_on", "/b/control_change", "/c/note_off"}) {
        show.send({message(name, {1, 60, 100})});
        show.pass(every_ns);
    }
    show.play_steadily(20);
    show.pass(s_ns);

    CHECK(show.left() ==
          std::vector<std::string>{"/a/note_on", "/b/control_change", "/c/note_off"});
    CHECK(show.longest_wait_ns() <= lead_ns + 1); // it is on time all along
    CHECK(show.flow.balanced());
}

TEST_CASE("a clock that is set back leaves no event behind, nor lets it pass another") {
    const std::int64_t by_ns =
        GENERATE(1 * ms_ns, 99 * ms_ns, 101 * ms_ns, 500 * ms_ns, 8 * s_ns, 86400 * s_ns);
    const std::int64_t every_ns = GENERATE(1 * ms_ns, 30 * ms_ns, 100 * ms_ns, 900 * ms_ns);
    stage show;
    show.play_steadily(15);

    show.send({message("/a/note_on", {1, 60, 100}), message("/b/control_change", {1, 64, 127})});
    show.pass(every_ns);
    show.clock_off_ns -= by_ns;
    show.send({message("/c/note_off", {1, 60, 0})});
    show.send({message("/d/control_change", {1, 64, 0})});
    show.play_steadily(20);
    show.pass(s_ns);

    CHECK(show.left() == std::vector<std::string>{"/a/note_on", "/b/control_change", "/c/note_off",
                                                  "/d/control_change"});
    CHECK(show.longest_wait_ns() <= wait_max_ns);
    CHECK(show.flow.balanced());
}

TEST_CASE("what comes after a clock was set back stays behind what came before, of any name") {
    const std::int64_t by_ns = GENERATE(step_ns + 1, 300 * ms_ns, 8 * s_ns, 86400 * s_ns);
    stage show;
    show.play_steadily(15);

    show.send({message("/fader/1", {100})});
    show.pass(10 * ms_ns);
    show.clock_off_ns -= by_ns;
    show.send({message("/fader/2", {0})});
    show.pass(s_ns);

    CHECK(show.left() == std::vector<std::string>{"/fader/1", "/fader/2"});
    CHECK(show.longest_wait_ns() <= lead_ns);
}

TEST_CASE("after a jump one event alone waits no longer than the lead") {
    const std::int64_t by_ns = GENERATE(101 * ms_ns, 2 * s_ns, 8 * s_ns, 86400 * s_ns);
    stage show;
    show.play_steadily(15);
    show.clock_off_ns += by_ns;

    show.send({message("/alone", {})});
    show.pass(lead_ns);

    CHECK(show.left() == std::vector<std::string>{"/alone"});
}

TEST_CASE("a clock that jumps ahead for one message and back again leaves it not behind") {
    const std::int64_t by_ns = GENERATE(101 * ms_ns, 2 * s_ns, 8 * s_ns, 86400 * s_ns);
    stage show;
    show.play_steadily(15);

    show.clock_off_ns += by_ns;
    show.send({message("/a/note_on", {1, 60, 100})});
    show.pass(20 * ms_ns);
    show.clock_off_ns -= by_ns;
    show.send({message("/b/note_off", {1, 60, 0})});
    show.play_steadily(10);

    CHECK(show.left() == std::vector<std::string>{"/a/note_on", "/b/note_off"});
    CHECK(show.longest_wait_ns() <= lead_ns);
}

TEST_CASE("the messages of a bundle count once, however many they are") {
    stage show;
    show.play_steadily(15);
    show.clock_off_ns += 8 * s_ns;
    show.send({message("/a", {}), message("/b", {}), message("/c", {})});
    show.clock_off_ns -= 8 * s_ns;
    show.pass(100 * ms_ns);

    show.play_steadily(3);
    show.pass(s_ns);

    // Three in a row would have been a step, and all that follows late.
    for (std::size_t i = 0; i < 3; ++i) {
        const auto& last = show.flow.sink().records[show.flow.sink().records.size() - 1 - i];
        CHECK(std::abs(last.at_ns - last.received_ns - lead_ns) <= 1);
    }
}

TEST_CASE("bundles in a bundle keep their distance, also while the clock is in doubt") {
    stage show;
    show.play_steadily(15);
    show.clock_off_ns += GENERATE(0 * s_ns, 8 * s_ns);
    const std::uint64_t first = show.tag();
    const std::uint64_t last = show.tag(lead_ns + 300 * ms_ns);
    const std::int64_t now_ns = show.flow.clock.now_ns();
    const wire::bytes inner = wire::bundle(last, {message("/last", {})});
    // The later one in front: what the clock is followed by is when the packet was to begin.
    static_cast<void>(show.flow.emit_osc(wire::bundle(first, {inner, message("/first", {})})));

    show.pass(s_ns);

    REQUIRE(show.left() == std::vector<std::string>{"/first", "/last"});
    const auto& records = show.flow.sink().records;
    CHECK(std::abs(records[15].at_ns - now_ns - lead_ns) <= 1);
    CHECK(std::abs(records[16].at_ns - now_ns - lead_ns - 300 * ms_ns) <= 1);
}

TEST_CASE("where leads differ, time tags are believed once that is known") {
    stage show(2 * s_ns);
    const auto play = [&](const std::string& name, std::int64_t ahead_ns) {
        show.send({message(name, {})}, ahead_ns);
        show.pass(50 * ms_ns);
    };
    for (int i = 0; i < 3; ++i) {
        play("/steady", 2 * s_ns);
        play("/steady", 200 * ms_ns);
    }
    play("/steady", 2 * s_ns);
    show.pass(3 * s_ns);

    const std::int64_t began_ns = show.flow.clock.now_ns();
    play("/long", 2 * s_ns);
    play("/short", 200 * ms_ns);
    play("/at_once", 150 * ms_ns);
    show.pass(3 * s_ns);

    CHECK(show.left() == std::vector<std::string>{"/short", "/at_once", "/long"});
    for (const auto& each : show.flow.sink().records) {
        const std::string address = each.bytes.c_str();
        const std::int64_t right_ns = address == "/long"    ? 2 * s_ns
                                      : address == "/short" ? 250 * ms_ns
                                                            : 250 * ms_ns;
        CHECK((address == "/steady" || std::abs(each.at_ns - began_ns - right_ns) <= 1));
    }
}

TEST_CASE("a packet that passed another on its way is put right by its time tag") {
    stage show;
    show.play_steadily(15);
    const std::uint64_t first = show.tag();
    show.pass(20 * ms_ns);
    show.send({message("/second", {})});
    show.pass(10 * ms_ns);
    static_cast<void>(show.flow.emit_osc(wire::bundle(first, {message("/first", {})})));

    show.pass(s_ns);

    CHECK(show.left() == std::vector<std::string>{"/first", "/second"});
}

TEST_CASE("a note-off that passed the next note-on of its key stays its own note's") {
    stage show;
    show.play_steadily(15);
    show.send({message("/1/note_on", {1, 60, 100})});
    show.pass(30 * ms_ns);
    const std::uint64_t off = show.tag();
    show.pass(1 * ms_ns);
    show.send({message("/3/note_on", {1, 60, 100})});
    static_cast<void>(show.flow.emit_osc(wire::bundle(off, {message("/2/note_off", {1, 60, 0})})));
    show.pass(30 * ms_ns);
    show.send({message("/4/note_off", {1, 60, 0})});

    show.pass(s_ns);

    CHECK(show.left() ==
          std::vector<std::string>{"/1/note_on", "/2/note_off", "/3/note_on", "/4/note_off"});
}

TEST_CASE("time tags of any epoch are followed, and through the end of their seconds") {
    // From a start, from 1970 written as if from 1900, across 2^31 s, and across 2^32 s.
    const std::uint64_t first_s = GENERATE(2U, 1'795'000'000U, 0x7FFF'FFFFU, 0xFFFF'FFFFU);
    stage show;

    for (std::uint64_t i = 0; i < 30; ++i) {
        const std::uint64_t tag = (first_s << 32) + i * (1ULL << 30) + 7; // each 250 ms
        static_cast<void>(show.flow.emit_osc(wire::bundle(tag, {message("/a", {})})));
        show.pass(250 * ms_ns);
    }
    show.pass(s_ns);

    REQUIRE(show.flow.sink().records.size() == 30);
    for (const auto& each : show.flow.sink().records) {
        CHECK(std::abs(each.at_ns - each.received_ns - lead_ns) <= 1);
    }
    CHECK(show.flow.ledger().late_on_arrival == 0);
}

TEST_CASE("whatever time tags a sender writes, each event leaves once and nothing overflows") {
    std::mt19937_64 random(20'261'128);
    stage show;
    show.flow.settings.max_ahead_ns = 168 * 3600 * s_ns;
    show.flow.route_all();
    const std::vector<std::uint64_t> edges = {2,     3,         1ULL << 63, (1ULL << 63) - 1,
                                              ~0ULL, 1ULL << 32};
    for (int i = 0; i < 3000; ++i) {
        const std::uint64_t outer = i % 3 == 0 ? edges[random() % edges.size()] : random() | 2;
        const std::uint64_t inner = i % 5 == 0 ? edges[random() % edges.size()] : random() | 2;
        static_cast<void>(show.flow.emit_osc(
            wire::bundle(outer, {message("/x/note_on", {1, i % 128, 1}),
                                 wire::bundle(inner, {message("/x/note_off", {1, i % 128, 0})})})));
        show.pass(5 * ms_ns);
    }

    const auto ledger = show.flow.ledger();
    CHECK(ledger.received == 6000);
    CHECK(ledger.routed + show.flow.rejected_as(tactus::flow::rejected::too_far_ahead) == 6000);
    CHECK(show.flow.balanced());
}
