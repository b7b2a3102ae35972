// SPDX-License-Identifier: MIT
// Routes that are muted, as an event went round by way of them or by the operator: what is held
// back, what passes, and that the ledgers stay exact.
#include "tests/kernel/flow/flow_support.hpp"

#include "kernel/codec/osc_to_midi.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

tactus::codec::osc_pattern pattern(std::string_view text) {
    return tactus::codec::osc_pattern::compile(text).value();
}

class mute_log final : public unsupported_observer {
public:
    void unsupported(std::uint16_t, std::uint16_t, std::string_view,
                     std::string_view) noexcept override {}
    void circling(std::uint16_t, std::uint16_t route, std::string_view address,
                  std::span<const std::uint8_t>) noexcept override {
        routes.push_back(route);
        last_address = address;
    }
    std::vector<std::uint16_t> routes;
    std::string last_address;
};

// Two outputs; the routes are the case's.
struct guarded_flow {
    explicit guarded_flow(std::vector<route> routes, std::uint32_t protocols = takes_osc) {
        static_cast<void>(flow.add_input());
        static_cast<void>(flow.add_output({.protocols = protocols}));
        static_cast<void>(flow.add_output({.protocols = protocols}));
        flow.circles.rate_per_s = 4000;
        flow.configure(router(routes));
        flow.observe(log);
    }
    // As a circle does: the same again and again, until nothing of it leaves.
    int go_round(std::uint16_t protocol, const wire::bytes& bytes, int most = 50'000) {
        for (int i = 0; i < most; ++i) {
            const std::size_t before = flow.sink().records.size();
            static_cast<void>(flow.emit(protocol, bytes));
            flow.advance_by(10'000);
            if (flow.sink().records.size() == before) {
                return i;
            }
        }
        return most;
    }
    std::size_t sent_of(std::uint16_t protocol, const wire::bytes& bytes,
                        std::uint16_t output = 0) {
        const std::size_t before = flow.sink(output).records.size();
        static_cast<void>(flow.emit(protocol, bytes));
        flow.run();
        return flow.sink(output).records.size() - before;
    }

    flow_under_test flow;
    mute_log log;
};

} // namespace

TEST_CASE("an event that goes round mutes its route for a second, and no other") {
    guarded_flow test({{{0}, pattern("/a/*"), {0}}, {{0}, pattern("/b"), {0}}});

    CHECK(test.go_round(TACTUS_PROTO_OSC, osc("/a/x", 1)) < 20'000);

    CHECK(test.log.routes == std::vector<std::uint16_t>{0});
    CHECK(test.log.last_address == "/a/x");
    CHECK(test.flow.fan.muting().mutes(0) == 1);
    CHECK(test.flow.fan.muting().mutes(1) == 0);
    CHECK(test.flow.dropped_as(dropped::circle) == 1);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/a/other", 5)) == 0);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/b", 5)) == 1);
    CHECK(test.flow.dropped_as(dropped::circle) == 2);
    test.flow.advance_by(second_ns);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/a/other", 5)) == 1);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/a/x", 1)) == 1);
    CHECK(test.flow.balanced());
}

TEST_CASE("an output to which an open route leads as well gets the event by that") {
    route some{{0}, pattern("/a/*"), {0}};
    guarded_flow test({some, {{0}, pattern("/a/y"), {0, 1}}});

    CHECK(test.go_round(TACTUS_PROTO_OSC, osc("/a/x", 1)) < 20'000);

    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/a/y", 1)) == 1);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/a/z", 1)) == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("routes that filter, and those that make something else, are muted too") {
    route filtered{{0}, pattern("/a"), {0}};
    filtered.filter.conditions.push_back(expression::compile("$1 == 1").value());
    route making{{0}, pattern("/a"), {0}};
    making.as.emplace(translation{osc_maker{}});
    std::vector<route> routes;
    const bool makes = GENERATE(false, true);
    routes.push_back(makes ? making : filtered);
    guarded_flow test(routes);

    CHECK(test.go_round(TACTUS_PROTO_OSC, osc("/a", 1)) < 20'000);

    CHECK(test.log.routes == std::vector<std::uint16_t>{0});
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/a", 1)) == 0);
    test.flow.advance_by(second_ns);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/a", 1)) == 1);
    CHECK(test.flow.balanced());
}

TEST_CASE("what ends a note passes a muted route, unless it goes round itself") {
    guarded_flow test({{{0}, std::nullopt, {0}}}, takes_midi);
    REQUIRE(test.sent_of(TACTUS_PROTO_MIDI, note_on(60)) == 1);

    CHECK(test.go_round(TACTUS_PROTO_MIDI, {0xB0, 7, 100}) < 20'000);

    CHECK(test.sent_of(TACTUS_PROTO_MIDI, note_on(61)) == 0);
    CHECK(test.sent_of(TACTUS_PROTO_MIDI, {0xB0, 64, 127}) == 0);
    CHECK(test.sent_of(TACTUS_PROTO_MIDI, note_off(60)) == 1);
    CHECK(test.sent_of(TACTUS_PROTO_MIDI, {0xB0, 64, 0}) == 1);
    CHECK(test.flow.output().notes_sounding == 0);
    CHECK(test.go_round(TACTUS_PROTO_MIDI, note_off(60)) < 20'000);
    CHECK(test.flow.balanced());
}

TEST_CASE("the end of a note passes a muted route also where it is written as OSC") {
    guarded_flow test({{{0}, std::nullopt, {0}}}, takes_midi);
    const auto note = [](const char* address, int velocity) {
        wire::bytes out(address, address + std::char_traits<char>::length(address));
        out.resize(out.size() / 4 * 4 + 4);
        out = out + wire::raw(",iii\0\0\0");
        return out + wire::big_endian(1, 4) + wire::big_endian(60, 4) +
               wire::big_endian(static_cast<std::uint32_t>(velocity), 4);
    };
    REQUIRE(test.sent_of(TACTUS_PROTO_OSC, note("/s/note_on", 100)) == 1);

    const int rounds = test.go_round(TACTUS_PROTO_OSC, note("/s/control_change", 7));
    CHECK(rounds > 1000);
    CHECK(rounds < 20'000);

    CHECK(test.sent_of(TACTUS_PROTO_OSC, note("/s/note_on", 100)) == 0);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, note("/s/note_off", 0)) == 1);
    CHECK(test.flow.output().notes_sounding == 0);
}

TEST_CASE("events that are due later are no circle, however many are the same") {
    guarded_flow test({{{0}, std::nullopt, {0}}});
    const wire::bytes packet = osc("/a", 1);
    for (int i = 0; i < 50'000; ++i) {
        static_cast<void>(
            test.flow.emit_osc(packet, {.due_ns = test.flow.clock.now_ns() + 500 * ms_ns + i}));
    }
    CHECK(test.log.routes.empty());
    CHECK(test.flow.dropped_as(dropped::circle) == 0);
    CHECK(test.flow.ledger().routed == 50'000);
}

TEST_CASE("what a muted route held back is no repetition that dedupe knows") {
    route same{{0}, std::nullopt, {0}};
    same.gate.dedupe = true;
    guarded_flow test({{{0}, pattern("/a"), {0}}, same});
    REQUIRE(test.sent_of(TACTUS_PROTO_OSC, osc("/b", 1)) == 1);

    for (int i = 0; i < 20'000; ++i) {
        static_cast<void>(test.flow.emit_osc(osc("/a", 1)));
        test.flow.advance_by(10'000);
    }
    REQUIRE(test.flow.fan.muting().mutes(1) > 0);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/b", 2)) == 0);
    test.flow.advance_by(2 * second_ns);

    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/b", 2)) == 1);
    CHECK(test.flow.balanced());
}

TEST_CASE("a route that the operator mutes is held back, and no other") {
    guarded_flow test({{{0}, pattern("/a/*"), {0}}, {{0}, pattern("/b"), {0}}});

    test.flow.fan.mute(0, true);

    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/a/x", 1)) == 0);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/b", 1)) == 1);
    CHECK(test.flow.dropped_as(dropped::muted) == 1);
    CHECK(test.flow.dropped_as(dropped::circle) == 0);
    CHECK(test.flow.fan.muting().mutes(0) == 0); // that counts circles
    test.flow.advance_by(10 * second_ns);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/a/x", 1)) == 0);
    test.flow.fan.mute(0, false);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/a/x", 1)) == 1);
    CHECK(test.flow.balanced());
}

TEST_CASE("the operator's mute leaves an output to the open routes that lead there") {
    guarded_flow test({{{0}, std::nullopt, {0, 1}}, {{0}, pattern("/a"), {1}}});

    test.flow.fan.mute(0, true);
    static_cast<void>(test.flow.emit_osc(osc("/a", 1)));
    test.flow.run();

    CHECK(test.flow.sink(0).records.empty());
    CHECK(test.flow.sink(1).records.size() == 1);
    CHECK(test.flow.dropped_as(dropped::muted, 0) == 1);
    CHECK(test.flow.dropped_as(dropped::muted, 1) == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("an address with a pattern does not come round the operator's mute") {
    flow_under_test flow;
    input_settings dispatching;
    dispatching.dispatches_patterns = true;
    flow.add_input(dispatching);
    flow.add_output();
    flow.configure(router({{{0}, pattern("/a/one"), {0}}}));
    flow.fan.mute(0, true);

    static_cast<void>(flow.emit_osc(osc("/a/*", 1)));
    flow.run();

    CHECK(flow.sink().records.empty());
    CHECK(flow.dropped_as(dropped::muted) == 1);
    CHECK(flow.balanced());
}

TEST_CASE("a muted route's notes end at once, and ends that are owed pass") {
    guarded_flow test({{{0}, std::nullopt, {0}}, {{0}, std::nullopt, {1}}}, takes_midi);
    REQUIRE(test.sent_of(TACTUS_PROTO_MIDI, note_on(60)) == 1);
    const std::int64_t now_ns = test.flow.clock.now_ns();
    static_cast<void>(test.flow.emit_midi(note_on(62), {.due_ns = now_ns + ms_ns}));

    test.flow.fan.mute(0, true);
    test.flow.drain();
    CHECK(test.flow.output(0).notes_sounding == 0);
    CHECK(test.flow.output(1).notes_sounding == 1);
    CHECK(test.flow.dropped_as(dropped::muted, 0) == 1); // what waited
    test.flow.advance_by(ms_ns);
    CHECK(test.flow.output(0).notes_sounding == 0);
    CHECK(test.flow.output(1).notes_sounding == 2);

    CHECK(test.sent_of(TACTUS_PROTO_MIDI, note_on(64)) == 0);
    CHECK(test.sent_of(TACTUS_PROTO_MIDI, note_off(60)) == 0); // ended already
    CHECK(test.sent_of(TACTUS_PROTO_MIDI, note_off(62)) == 0); // it never began
    test.flow.fan.mute(0, false);
    CHECK(test.sent_of(TACTUS_PROTO_MIDI, note_on(65)) == 1);
    CHECK(test.flow.balanced());
}

TEST_CASE("a muted route takes back what only it can have scheduled") {
    route own{{0}, std::nullopt, {0}};
    own.gate.throttle_ns = 1;
    guarded_flow test({{{0}, pattern("/a"), {0}}, {{0}, std::nullopt, {0}}, own});
    const auto schedule = [&](std::string_view address) {
        static_cast<void>(
            test.flow.emit_osc(osc(address, 1), {.due_ns = test.flow.clock.now_ns() + 10 * ms_ns}));
    };
    schedule("/a"); // one delivery of the first two, one of the third
    schedule("/b");
    REQUIRE(test.flow.output().pending == 4);

    test.flow.fan.mute(2, true);
    CHECK(test.flow.output().pending == 2);
    test.flow.fan.mute(0, true); // the second may have sent the same
    CHECK(test.flow.output().pending == 2);
    test.flow.fan.mute(1, true);
    CHECK(test.flow.output().pending == 0);

    CHECK(test.flow.dropped_as(dropped::muted) == 4);
    test.flow.advance_by(20 * ms_ns);
    CHECK(test.flow.sink().records.empty());
    CHECK(test.flow.balanced());
}

TEST_CASE("a note that an open route may have sent as well goes on when a route is muted") {
    guarded_flow test({{{0}, std::nullopt, {0}}, {{0}, std::nullopt, {0}}}, takes_midi);
    REQUIRE(test.sent_of(TACTUS_PROTO_MIDI, note_on(60)) == 1);

    test.flow.fan.mute(0, true);
    test.flow.drain();
    CHECK(test.flow.output().notes_sounding == 1);
    test.flow.fan.mute(1, true);
    test.flow.drain();

    CHECK(test.flow.output().notes_sounding == 0);
    CHECK(test.flow.balanced());
}

TEST_CASE("of two routes that make notes of one message, the muted one's end") {
    const auto making = [](int channel) {
        route made{{0}, std::nullopt, {0}};
        midi_maker maker;
        maker.makes = midi_maker::form::note;
        maker.channel = expression::compile(std::to_string(channel)).value();
        maker.note = expression::compile("60").value();
        made.as.emplace(translation{std::move(maker)});
        return made;
    };
    guarded_flow test({making(1), making(2)}, takes_midi);
    static_cast<void>(test.flow.emit_osc(osc("/a", 1)));
    test.flow.run();
    REQUIRE(test.flow.output().notes_sounding == 2);

    test.flow.fan.mute(0, true);
    test.flow.drain();

    CHECK(test.flow.output().notes_sounding == 1);
    CHECK(test.flow.sink().records.back().bytes == text({0x80, 60, 64}));
    CHECK(test.flow.balanced());
}

TEST_CASE("a route owns what it has begun, and stays muted, whatever its number is now") {
    const auto making = [](std::uint16_t id, int channel) {
        route made{{0}, std::nullopt, {0}};
        midi_maker maker;
        maker.makes = midi_maker::form::note;
        maker.channel = expression::compile(std::to_string(channel)).value();
        maker.note = expression::compile("60").value();
        made.as.emplace(translation{std::move(maker)});
        made.id = id;
        return made;
    };
    guarded_flow test({making(0, 1), making(1, 2)}, takes_midi);
    static_cast<void>(test.flow.emit_osc(osc("/a", 1)));
    test.flow.run();
    REQUIRE(test.flow.output().notes_sounding == 2);

    test.flow.configure(router({making(7, 3), making(1, 2), making(0, 1)}));
    test.flow.fan.mute(2, true);
    test.flow.drain();
    CHECK(test.flow.output().notes_sounding == 1);
    CHECK(test.flow.sink().records.back().bytes == text({0x80, 60, 64}));
    test.flow.configure(router({making(0, 1), making(7, 3)}));

    CHECK(test.flow.fan.muting().is_muted_by_operator(0));
    CHECK_FALSE(test.flow.fan.muting().is_muted_by_operator(1));
    test.flow.configure(router({making(7, 3)}));
    test.flow.configure(router({making(0, 1)})); // a new one
    CHECK_FALSE(test.flow.fan.muting().is_muted_by_operator(0));
    CHECK(test.flow.balanced());
}

TEST_CASE("a route that gets the id of another does not own what that has begun") {
    const auto with_id = [](std::uint16_t id) {
        route made{{0}, std::nullopt, {0}};
        made.gate.throttle_ns = 1;
        made.id = id;
        return made;
    };
    guarded_flow test({with_id(0)}, takes_midi);
    REQUIRE(test.sent_of(TACTUS_PROTO_MIDI, note_on(60)) == 1);
    test.flow.configure(router({with_id(1)}));
    test.flow.configure(router({with_id(0)}));

    test.flow.fan.mute(0, true);
    test.flow.drain();

    CHECK(test.flow.output().notes_sounding == 1);
}

TEST_CASE("a route that is muted for a circle stays so over a reload, and is counted on") {
    route way{{0}, pattern("/a"), {0}};
    way.id = 0;
    way.name = "way";
    guarded_flow test({way});
    CHECK(test.go_round(TACTUS_PROTO_OSC, osc("/a", 1)) < 20'000);
    route other{{0}, pattern("/b"), {0}};
    other.id = 1;
    other.name = "other";

    test.flow.configure(router({other, way}));

    CHECK(test.flow.fan.muting().mutes(1) == 1);
    CHECK(test.flow.fan.muting().mutes(0) == 0);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/a", 2)) == 0);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/b", 2)) == 1);
    test.flow.advance_by(second_ns);
    CHECK(test.sent_of(TACTUS_PROTO_OSC, osc("/a", 2)) == 1);
}
