// SPDX-License-Identifier: MIT
// How much is done between two looks at what is due, whatever a packet holds and however many
// routes it meets: in steps, which are counted, so these cases depend on no machine.
#include "tests/kernel/flow/ingress/ticking_flow.hpp"

#include <tuple>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

// The largest piece that is done in one go: what one route makes of a message of 64 KiB.
constexpr std::size_t piece_max = due_watch::parsed(TACTUS_EVENT_SIZE_MAX) + 1024;
constexpr std::size_t bound = due_watch::steps_between_looks + piece_max;

tactus::codec::osc_pattern pattern(const std::string& text) {
    return tactus::codec::osc_pattern::compile(text).value();
}

// 57 messages with addresses of 1 KiB.
wire::bytes long_bundle(char letter = 'a', std::size_t messages = 57) {
    const std::string address = "/" + std::string(1020, letter);
    return wire::bundle(1, std::vector<wire::bytes>(messages, osc(address, 1)));
}

// "/*a*a...x", which no address of the letter a matches, and each takes its time to see.
std::vector<route> hostile_routes(std::size_t count, std::uint16_t output = 0) {
    std::vector<route> all;
    for (std::size_t i = 0; i < count; ++i) {
        std::string text = "/";
        for (int star = 0; star < 14; ++star) {
            text += "*a";
        }
        all.push_back({{0}, pattern(text + "[x-z]" + std::to_string(i) + "*"), {output}});
    }
    return all;
}

route conditional(std::vector<std::string> conditions, std::uint16_t output = 0) {
    route made;
    made.inputs = {0};
    made.outputs = {output};
    for (const std::string& each : conditions) {
        made.filter.conditions.push_back(expression::compile(each).value());
    }
    return made;
}

wire::bytes many_arguments(std::size_t count) {
    wire::bytes out = wire::raw("/all");
    out.resize(8);
    std::string types = "," + std::string(count, 'i');
    types.resize(types.size() / 4 * 4 + 4);
    out.insert(out.end(), types.begin(), types.end());
    out.resize(out.size() + count * 4);
    return out;
}

wire::bytes large_blob() {
    wire::bytes out = osc("/blob");
    out.resize(8);
    out = out + wire::raw(",b\0") + wire::big_endian(60'000, 4);
    out.resize(out.size() + 60'000);
    return out;
}

} // namespace

TEST_CASE("long addresses against many wildcard routes are looked at in pieces") {
    ticking_flow flow{router(hostile_routes(30))};
    const wire::bytes packet = long_bundle();

    flow.emit({event_of(TACTUS_PROTO_OSC, packet)});

    CHECK(flow.fan.watch().longest() >=
          due_watch::steps_between_looks); // so it was more than a piece
    CHECK(flow.fan.watch().longest() <= bound);
    CHECK(flow.in.at(0).ledger.received == 57);
}

TEST_CASE("one message against a thousand wildcard routes is looked at in pieces") {
    ticking_flow flow{router(hostile_routes(1000))};
    const wire::bytes packet = long_bundle('a', 1);

    flow.emit({event_of(TACTUS_PROTO_OSC, packet)});

    CHECK(flow.fan.watch().longest() >= due_watch::steps_between_looks);
    CHECK(flow.fan.watch().longest() <= bound);
}

TEST_CASE("one pattern against an address of 1 KiB is looked at in pieces") {
    std::string worst = "/";
    while (worst.size() < 250) {
        worst += "*?";
    }
    ticking_flow flow{router({{{0}, pattern(worst + "{b,c}*"), {0}}})};
    const wire::bytes packet = long_bundle('a', 1);

    flow.emit({event_of(TACTUS_PROTO_OSC, packet)});

    CHECK(flow.fan.watch().longest() >= due_watch::steps_between_looks);
    CHECK(flow.fan.watch().longest() <= due_watch::steps_between_looks + 1024);
}

TEST_CASE("conditions on many arguments are looked at in pieces") {
    std::vector<route> routes;
    for (int i = 0; i < 200; ++i) {
        routes.push_back(conditional({"$amp == 1", "$1000 == 1", "$note > 5"}));
    }
    ticking_flow flow{router(routes)};
    const wire::bytes packet = many_arguments(1000);

    flow.emit({event_of(TACTUS_PROTO_OSC, packet)});

    CHECK(flow.fan.watch().longest() >= due_watch::steps_between_looks);
    CHECK(flow.fan.watch().longest() <= bound);
}

TEST_CASE("what routes make of large messages is made in pieces") {
    std::vector<route> routes;
    for (int i = 0; i < 60; ++i) {
        route each{{0}, std::nullopt, {0}};
        each.as.emplace(translation{osc_maker{}});
        routes.push_back(std::move(each));
    }
    ticking_flow flow{router(routes)};
    const wire::bytes packet = large_blob();

    flow.emit({event_of(TACTUS_PROTO_OSC, packet)});

    CHECK(flow.fan.watch().longest() >= due_watch::steps_between_looks);
    CHECK(flow.fan.watch().longest() <= bound);
}

TEST_CASE("a packet of many small messages is taken in pieces") {
    ticking_flow flow;
    const wire::bytes packet = wire::bundle(1, std::vector<wire::bytes>(3000, osc("/a", 1)));

    flow.emit({event_of(TACTUS_PROTO_OSC, packet)});

    CHECK(flow.fan.watch().longest() >= due_watch::steps_between_looks);
    CHECK(flow.fan.watch().longest() <= due_watch::steps_between_looks + 1024);
    CHECK(flow.in.at(0).ledger.routed == 3000);
}

TEST_CASE("what is due leaves while one packet is taken, behind what was due before it") {
    ticking_flow flow;
    const wire::bytes waiting = osc("/waiting");
    const wire::bytes packet = wire::bundle(1, std::vector<wire::bytes>(3000, osc("/a", 1)));
    // Looks: one to emit it, one to emit the packet, 31 while it is checked, then one after each
    // piece of it that is taken.
    flow.emit({event_of(TACTUS_PROTO_OSC, waiting, {.due_ns = flow.clock.at_look(40)})});

    flow.emit({event_of(TACTUS_PROTO_OSC, packet)});

    REQUIRE(flow.place_of(text(waiting)) > 0);
    CHECK(flow.place_of(text(waiting)) == flow.sink.records.size() - 1);
    CHECK(flow.sink.records.size() < 1500); // the rest of the packet came later
    CHECK(std::is_sorted(flow.sink.records.begin(), flow.sink.records.end(),
                         [](const auto& a, const auto& b) { return a.due_ns < b.due_ns; }));
    while (flow.out.next_due_ns() <= flow.clock.now_ns()) {
        flow.out.run_due(flow.clock.now_ns());
    }
    CHECK(flow.sink.records.size() == 3001);
}

TEST_CASE("what is due leaves while one message meets its routes") {
    std::vector<route> routes = hostile_routes(1000);
    routes.push_back({{0}, pattern("/waiting"), {0}});
    routes.push_back({{0}, pattern("/a*"), {0}});
    ticking_flow flow{router(routes)};
    const wire::bytes waiting = osc("/waiting");
    const wire::bytes packet = long_bundle('a', 1);
    flow.emit({event_of(TACTUS_PROTO_OSC, waiting, {.due_ns = flow.clock.at_look(5)})});

    flow.emit({event_of(TACTUS_PROTO_OSC, packet)});

    REQUIRE(flow.sink.payloads() == std::vector<std::string>{text(waiting)}); // before the message
    flow.out.run_due(flow.clock.now_ns());
    CHECK(flow.sink.records.size() == 2);
}

TEST_CASE("the value that a throttle held back leaves in time, also while a batch comes in") {
    route slow{{0}, std::nullopt, {0}};
    slow.gate.throttle_ns = 20'000; // 20 looks
    std::vector<route> routes;
    routes.push_back(std::move(slow));
    ticking_flow flow{router(routes)};
    const wire::bytes first = osc("/fader", 1);
    const wire::bytes second = osc("/fader", 2);
    const wire::bytes other = osc("/other", 3);
    std::vector<tactus_event> events{event_of(TACTUS_PROTO_OSC, first),
                                     event_of(TACTUS_PROTO_OSC, second)};
    events.resize(63 * 8, event_of(TACTUS_PROTO_OSC, other));

    flow.emit(events);

    const std::vector<std::string> left = flow.sink.payloads();
    CHECK(std::find(left.begin(), left.end(), text(second)) != left.end());
}

TEST_CASE("a packet that is taken in pieces is refused as a whole or not at all") {
    output_choice choice;
    choice.settings.limits = {{2000, 1 << 20}, when_full::refuse};
    const auto flow = simple_flow(choice);
    const wire::bytes packet = wire::bundle(1, std::vector<wire::bytes>(1500, osc("/a", 1)));
    const std::int64_t later_ns = flow->clock.now_ns() + ms_ns;

    REQUIRE(flow->emit_osc(packet, {.due_ns = later_ns}, 0).accepted == 1);
    const auto second = flow->emit_osc(packet, {.due_ns = later_ns}, 0);

    CHECK(second.status == TACTUS_E_AGAIN);
    CHECK(second.accepted == 0);
    CHECK(flow->ledger().received == 1500);
    flow->advance_by(ms_ns);
    flow->drain();
    CHECK(flow->emit_osc(packet, {.due_ns = flow->clock.now_ns()}, 0).accepted == 1);
    flow->drain();
    CHECK(flow->sink().records.size() == 3000);
    CHECK(flow->balanced());
}

TEST_CASE("routes that share a pattern match it once") {
    const auto work_with = [](std::size_t routes) {
        std::vector<route> all;
        for (std::size_t i = 0; i < routes; ++i) {
            route each = conditional({"$1 == 1"});
            each.address = hostile_routes(1)[0].address;
            all.push_back(std::move(each));
        }
        tactus::testing::manual_clock clock;
        dispatcher out(std::move(*timed_queue::make({}, 0)), clock);
        due_watch watch(out, clock);
        const router table(all);
        target_list targets;
        pattern_matches patterns;
        patterns.make_room(table.patterns_max());
        table.match(0, "/" + std::string(60, 'a'), targets, patterns, &watch);
        static_cast<void>(watch.look(false));
        return watch.longest();
    };

    CHECK(work_with(50) == work_with(1));
}
