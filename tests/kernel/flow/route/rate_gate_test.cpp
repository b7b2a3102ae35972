// SPDX-License-Identifier: MIT
// `throttle` and `dedupe` at their edges: exactly at the end of a window, at the last address that
// has a place.
#include "kernel/flow/route/rate_gate.hpp"
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;
using verdict = rate_gate::verdict;

namespace {

constexpr std::int64_t window_ns = 20 * ms_ns;

rate_gate::question about(std::uint64_t key, std::uint64_t content, std::int64_t due_ns) {
    rate_gate::question asked;
    asked.key = key;
    asked.content = content;
    asked.due_ns = due_ns;
    return asked;
}

rate_gate throttling() {
    return rate_gate({.throttle_ns = window_ns});
}
rate_gate deduping() {
    return rate_gate({.throttle_ns = 0, .dedupe = true});
}

} // namespace

TEST_CASE("a window is over exactly at its end") {
    rate_gate early = throttling();
    CHECK(early.ask(about(7, 10, 0)).what == verdict::now);
    const rate_gate::answer before = early.ask(about(7, 11, window_ns - 1));
    CHECK(before.what == verdict::later);
    CHECK(before.due_ns == window_ns);
    CHECK(before.replaces == 0);
    rate_gate exact = throttling();
    CHECK(exact.ask(about(7, 10, 0)).what == verdict::now);
    CHECK(exact.ask(about(7, 11, window_ns)).what == verdict::now);
    CHECK(exact.ask(about(7, 12, window_ns + 1)).due_ns == 2 * window_ns);
}

TEST_CASE("what waits is replaced until the moment it leaves") {
    rate_gate one = throttling();
    CHECK(one.ask(about(7, 10, 0)).what == verdict::now);
    REQUIRE(one.ask(about(7, 11, 1)).what == verdict::later);
    one.wait_as(7, 5);
    const rate_gate::answer newer = one.ask(about(7, 12, window_ns - 1));
    CHECK(newer.what == verdict::later);
    CHECK(newer.due_ns == window_ns);
    CHECK(newer.replaces == 5);
    one.wait_as(7, 6);
    const rate_gate::answer after = one.ask(about(7, 13, window_ns)); // 6 may have left
    CHECK(after.what == verdict::later);
    CHECK(after.due_ns == 2 * window_ns);
    CHECK(after.replaces == 0);
}

TEST_CASE("what may not wait is throttled and changes nothing") {
    rate_gate one = throttling();
    CHECK(one.ask(about(7, 10, 0)).what == verdict::now);
    rate_gate::question note = about(7, 11, window_ns - 1);
    note.may_wait = false;
    CHECK(one.ask(note).what == verdict::throttled);
    note.due_ns = window_ns;
    CHECK(one.ask(note).what == verdict::now);
}

TEST_CASE("what is due before a newer one that has left is not sent") {
    rate_gate one = throttling();
    const auto late = [](std::uint64_t content, std::int64_t due_ns, std::int64_t came_ns) {
        rate_gate::question asked = about(7, content, due_ns);
        asked.came_ns = came_ns;
        return asked;
    };
    constexpr std::int64_t far_ns = 1000 * ms_ns;
    CHECK(one.ask(about(7, 10, far_ns)).what == verdict::now);
    CHECK(one.ask(late(11, far_ns - 1, 2 * far_ns)).what == verdict::throttled);
    CHECK(one.ask(late(11, 0, 2 * far_ns)).what == verdict::throttled);
    SECTION("but what is due long before is from another time") {
        CHECK(one.ask(late(11, -1, 2 * far_ns)).what == verdict::now);
        CHECK(one.ask(late(12, 0, 2 * far_ns + 1)).what == verdict::later);
    }
    SECTION("without a throttle it is, and is the last from then on") {
        rate_gate same = deduping();
        CHECK(same.ask(about(7, 10, far_ns)).what == verdict::now);
        CHECK(same.ask(late(11, 0, far_ns + 1)).what == verdict::now);
        CHECK(same.ask(about(7, 11, far_ns + 2)).what == verdict::unchanged);
    }
}

TEST_CASE("what had to leave ahead of time leaves room for what is due before it") {
    rate_gate one = throttling();
    CHECK(one.ask(about(7, 10, 0)).what == verdict::now);
    CHECK(one.ask(about(7, 20, 3 * window_ns)).what == verdict::now); // ahead of time
    CHECK(one.ask(about(7, 11, window_ns - 1)).what == verdict::throttled);
    CHECK(one.ask(about(7, 11, window_ns)).what == verdict::now);
    CHECK(one.ask(about(7, 12, 2 * window_ns - 1)).what == verdict::throttled);
    CHECK(one.ask(about(7, 12, 2 * window_ns)).what == verdict::now);
    CHECK(one.ask(about(7, 13, 2 * window_ns + 1)).what == verdict::throttled);
    CHECK(one.ask(about(7, 21, 4 * window_ns - 1)).due_ns == 4 * window_ns);
}

TEST_CASE("what is due later is no reason to leave out the same") {
    rate_gate one = deduping();
    CHECK(one.ask(about(7, 10, 0)).what == verdict::now);
    CHECK(one.ask(about(7, 11, 100)).what == verdict::now); // ahead of time
    CHECK(one.ask(about(7, 11, 50)).what == verdict::now);
    CHECK(one.ask(about(7, 10, 60)).what == verdict::now);
    CHECK(one.ask(about(7, 11, 101)).what == verdict::unchanged);
    CHECK(one.ask(about(7, 10, 102)).what == verdict::now);
}

TEST_CASE("what has left cannot be replaced, even before its time") {
    rate_gate one = throttling();
    CHECK(one.ask(about(7, 10, 0)).what == verdict::now);
    REQUIRE(one.ask(about(7, 11, 1)).what == verdict::later);
    one.wait_as(7, 5);
    one.departed(7, 4); // another
    CHECK(one.ask(about(7, 12, 2)).replaces == 5);
    one.wait_as(7, 6);
    one.departed(7, 6);
    const rate_gate::answer next = one.ask(about(7, 13, 3));
    CHECK(next.replaces == 0);
    CHECK(next.due_ns == 2 * window_ns);
}

TEST_CASE("what waits is no reason to leave out the same, which takes its place") {
    rate_gate one({.throttle_ns = window_ns, .dedupe = true});
    CHECK(one.ask(about(7, 10, 0)).what == verdict::now);
    REQUIRE(one.ask(about(7, 11, 1)).what == verdict::later);
    one.wait_as(7, 5);
    CHECK(one.ask(about(7, 11, 2)).replaces == 5);
}

TEST_CASE("a note-off ends no note that is due later") {
    const wire::bytes on = note_on(60);
    const auto ask = [&on](rate_gate& one, std::int64_t due_ns) {
        return one.ask(about(gate_key(TACTUS_PROTO_MIDI, on), gate_content(on), due_ns)).what;
    };
    rate_gate one = deduping();
    CHECK(ask(one, 100) == verdict::now);
    one.note_ended(gate_key_of_ended(note_off(60)), 99);
    CHECK(ask(one, 101) == verdict::unchanged);
    one.note_ended(gate_key_of_ended(note_off(60)), 102);
    CHECK(ask(one, 103) == verdict::now);
}

TEST_CASE("addresses are told apart, as many as have a place, and the others pass") {
    rate_gate one = throttling();
    for (std::uint64_t key = 2; key < rate_gate::slots_max + 2; ++key) {
        CHECK(one.ask(about(key, 10, 0)).what == verdict::now);
    }
    for (std::uint64_t key = 2; key < rate_gate::slots_max + 2; ++key) {
        REQUIRE(one.ask(about(key, 11, 1)).what == verdict::later);
    }
    const std::uint64_t beyond = rate_gate::slots_max + 2;
    CHECK(one.ask(about(beyond, 10, 0)).what == verdict::now);
    CHECK(one.ask(about(beyond, 11, 1)).what == verdict::now);
}

TEST_CASE("the same is unchanged as long as it lasts, and as nothing may have been lost") {
    rate_gate one = deduping();
    rate_gate::question asked = about(7, 10, 0);
    asked.ends_ns = 100;
    asked.delivery_epoch = 3;
    CHECK(one.ask(asked).what == verdict::now);
    asked.due_ns = 99;
    CHECK(one.ask(asked).what == verdict::unchanged);
    asked.due_ns = 100; // it has ended by itself
    CHECK(one.ask(asked).what == verdict::now);
    asked = about(7, 10, 100);
    asked.delivery_epoch = 4;
    CHECK(one.ask(asked).what == verdict::now);
    CHECK(one.ask(asked).what == verdict::unchanged);
    asked.delivery_epoch = 5;
    CHECK(one.ask(asked).what == verdict::now);
    asked.content = 11;
    CHECK(one.ask(asked).what == verdict::now);
    asked.content = 10;
    CHECK(one.ask(asked).what == verdict::now);
}

TEST_CASE("without dedupe the same again is no repetition") {
    rate_gate one = throttling();
    CHECK(one.ask(about(7, 10, 0)).what == verdict::now);
    CHECK(one.ask(about(7, 10, window_ns)).what == verdict::now);
    CHECK(rate_gate_settings{}.is_open());
    CHECK_FALSE(rate_gate_settings{.throttle_ns = 1}.is_open());
    CHECK_FALSE(rate_gate_settings{.throttle_ns = 0, .dedupe = true}.is_open());
}

TEST_CASE("a note that has ended may be played again, the same note of no other key or channel") {
    const wire::bytes on = note_on(60);
    const auto ask = [&on](rate_gate& one) {
        return one.ask(about(gate_key(TACTUS_PROTO_MIDI, on), gate_content(on), 0)).what;
    };
    rate_gate one = deduping();
    CHECK(ask(one) == verdict::now);
    CHECK(ask(one) == verdict::unchanged);
    one.note_ended(gate_key_of_ended(note_off(61)), 0);
    one.note_ended(gate_key_of_ended(note_off(60, 1)), 0);
    CHECK(ask(one) == verdict::unchanged);
    one.note_ended(gate_key_of_ended(note_off(60)), 0);
    CHECK(ask(one) == verdict::now);
    CHECK(ask(one) == verdict::unchanged);
}

TEST_CASE("messages are told apart by address, or by kind, channel and number") {
    const auto midi = [](std::string_view hex) {
        return gate_key(TACTUS_PROTO_MIDI, wire::hex(hex));
    };
    CHECK(midi("B0 07 01") == midi("B0 07 02"));
    CHECK(midi("B0 07 01") != midi("B0 08 01"));
    CHECK(midi("B0 07 01") != midi("B1 07 01"));
    CHECK(midi("90 07 01") != midi("A0 07 01"));
    CHECK(midi("90 3C 01") == midi("90 3C 02"));
    CHECK(midi("A0 3C 01") != midi("A0 3D 01"));
    CHECK(midi("C0 01") == midi("C0 02"));
    CHECK(midi("D0 01") == midi("D0 02"));
    CHECK(midi("E0 01 01") == midi("E0 02 01"));
    const auto of = [](const wire::bytes& bytes) { return gate_key(TACTUS_PROTO_OSC, bytes); };
    CHECK(of(osc("/a", 1)) == of(osc("/a", 2)));
    CHECK(of(osc("/a", 1)) == of(osc("/a")));
    CHECK(of(osc("/a")) != of(osc("/b")));
    CHECK(gate_content(osc("/a", 1)) != gate_content(osc("/a", 2)));
}
