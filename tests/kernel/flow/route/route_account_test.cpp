// SPDX-License-Identifier: MIT
// What became of each message at each route that takes it: exact against the ledgers of inputs and
// outputs.
#include "tests/kernel/flow/flow_support.hpp"

#include <array>
#include <numeric>
#include <random>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

route to(const char* address, std::vector<std::uint16_t> outputs) {
    route made;
    made.inputs = {0};
    made.address = tactus::codec::osc_pattern::compile(address).value();
    made.outputs = std::move(outputs);
    return made;
}

void only_above_10(route& of) {
    of.filter.conditions.push_back(expression::compile("$1 > 10").value());
}

// Makes a note of the first argument; there is none for an event without arguments.
void as_note(route& of) {
    midi_maker maker;
    maker.makes = midi_maker::form::note;
    maker.note = expression::compile("$1").value();
    of.as = translation{maker};
}

std::uint64_t sum(const flow_under_test& flow, std::size_t routes,
                  std::initializer_list<route_result> of) {
    std::uint64_t all = 0;
    for (std::uint16_t i = 0; i < routes; ++i) {
        for (const route_result each : of) {
            all += flow.fan.counts(i).of(each);
        }
    }
    return all;
}

constexpr std::initializer_list<route_result> accepted_at_outputs = {
    route_result::delivered,  route_result::throttled, route_result::unchanged,
    route_result::queue_full, route_result::no_memory, route_result::output_down,
    route_result::circle};

} // namespace

TEST_CASE("a message counts once at each route that takes it, whatever the others do") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output({.protocols = takes_midi}));
    std::vector<route> routes;
    routes.push_back(to("/a", {0}));
    routes.push_back(to("/*", {0}));
    routes.push_back(to("/a", {0}));
    only_above_10(routes.back());
    routes.push_back(to("/a", {0}));
    as_note(routes.back());
    routes.push_back(to("/a", {1})); // /a is nothing that MIDI has
    routes.push_back(to("/a", {0, 1}));
    routes.push_back(to("/b", {0}));
    flow.configure(router(std::move(routes)));

    static_cast<void>(flow.emit_osc(osc("/a")));

    CHECK(flow.fan.counts(0).of(route_result::delivered) == 1);
    CHECK(flow.fan.counts(1).of(route_result::delivered) == 1);
    CHECK(flow.fan.counts(2).of(route_result::filtered) == 1);
    CHECK(flow.fan.counts(3).of(route_result::untranslatable) == 1);
    CHECK(flow.fan.counts(4).of(route_result::unsupported_type) == 1);
    CHECK(flow.fan.counts(5).of(route_result::delivered) == 1);
    CHECK(flow.fan.counts(6).total() == 0);
    for (std::uint16_t i = 0; i < 6; ++i) {
        CHECK(flow.fan.counts(i).total() == 1);
    }
    CHECK(flow.balanced());
}

TEST_CASE("a route without room for a message says so, and one whose output never came up") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    output_choice small;
    small.settings.limits.pending.events = 1;
    static_cast<void>(flow.add_output(small));
    static_cast<void>(flow.out.add_output({}));
    std::vector<route> routes;
    routes.push_back(to("/a", {0}));
    routes.push_back(to("/a", {1}));
    flow.configure(router(std::move(routes)));

    static_cast<void>(flow.emit_osc(osc("/a"), {.due_ns = flow.clock.now_ns() + 10 * ms_ns}));
    static_cast<void>(flow.emit_osc(osc("/a"), {.due_ns = flow.clock.now_ns() + 10 * ms_ns}));

    CHECK(flow.fan.counts(0).of(route_result::delivered) == 1);
    CHECK(flow.fan.counts(0).of(route_result::queue_full) == 1);
    CHECK(flow.fan.counts(1).of(route_result::output_down) == 2);
    CHECK(flow.balanced());
}

TEST_CASE("of several ports with the name a message asks for, its routes say that it got to none") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output());
    std::vector<route> routes;
    routes.push_back(to("/a", {0, 1}));
    routes.push_back(to("/a", {0}));
    only_above_10(routes.back());
    routes.back().gate.dedupe = true;
    routes.push_back(to("/b", {0}));
    flow.configure(router(std::move(routes)));
    const auto both = flow.fan.names().intern("port");
    const auto neither = flow.fan.names().intern("elsewhere");

    static_cast<void>(flow.emit_osc(osc("/a", 60), {.port = both}));
    static_cast<void>(flow.emit_osc(osc("/a", 1), {.port = both}));
    static_cast<void>(flow.emit_osc(osc("/b"), {.port = neither}));

    CHECK(flow.fan.counts(0).of(route_result::ambiguous_port) == 2);
    CHECK(flow.fan.counts(1).of(route_result::ambiguous_port) == 1);
    CHECK(flow.fan.counts(1).of(route_result::filtered) == 1);
    CHECK(flow.fan.counts(2).of(route_result::unknown_port) == 1);
    CHECK(flow.balanced());
}

TEST_CASE("where no two routes take the same message, routes add up to the ledgers") {
    constexpr std::array addresses = {"/plain", "/above",  "/note", "/thin",    "/once",
                                      "/full",  "/nobody", "/midi", "/p{at,et}"};
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    output_choice small;
    small.settings.limits.pending.events = 2;
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output(small));
    static_cast<void>(flow.add_output({.protocols = takes_midi}));
    static_cast<void>(flow.out.add_output({})); // never up
    constexpr std::array<std::uint16_t, addresses.size()> outputs = {0, 0, 0, 0, 0, 1, 3, 2, 3};
    std::vector<route> routes;
    for (const char* const address : addresses) {
        routes.push_back(to(address, {outputs[routes.size()]}));
    }
    only_above_10(routes[1]);
    as_note(routes[2]);
    as_note(routes[3]); // a note cannot leave later
    routes[3].gate.throttle_ns = 20 * ms_ns;
    routes[4].gate.dedupe = true;
    const std::size_t count = routes.size();
    flow.configure(router(std::move(routes)));
    std::mt19937 random(4711);
    std::vector<std::uint64_t> emitted(count);
    for (int i = 0; i < 5000; ++i) {
        const std::size_t which = random() % (count + 1);
        const std::string address = which == count       ? "/elsewhere"
                                    : which == count - 1 ? "/pet"
                                                         : addresses[which];
        std::optional<std::int32_t> value(static_cast<std::int32_t>(random() % 20));
        if (random() % 3 == 0) {
            value.reset();
        }
        static_cast<void>(flow.emit_osc(
            osc(address, value),
            {.due_ns = flow.clock.now_ns() + static_cast<std::int64_t>(random() % 5) * ms_ns}));
        if (which < count) {
            ++emitted[which];
        }
        if (random() % 4 == 0) {
            flow.advance_by(ms_ns);
        }
    }

    REQUIRE(flow.balanced());
    for (std::uint16_t i = 0; i < count; ++i) {
        CAPTURE(addresses[i]);
        CHECK(flow.fan.counts(i).total() == emitted[i]);
    }
    const input_ledger in = flow.ledger();
    std::uint64_t accepted = 0;
    for (std::uint16_t i = 0; i < flow.out.outputs().size(); ++i) {
        accepted += flow.output(i).ledger.accepted_by.of(origin::route);
    }
    CHECK(sum(flow, count, accepted_at_outputs) == in.routed);
    CHECK(sum(flow, count, accepted_at_outputs) == accepted);
    CHECK(sum(flow, count, {route_result::filtered}) == in.unrouted_by.of(unrouted::filtered));
    CHECK(sum(flow, count, {route_result::untranslatable}) ==
          in.rejected_by.of(rejected::untranslatable));
    CHECK(sum(flow, count, {route_result::unsupported_type}) ==
          in.rejected_by.of(rejected::unsupported_type));
    for (const route_result each :
         {route_result::delivered, route_result::throttled, route_result::unchanged,
          route_result::queue_full, route_result::output_down, route_result::filtered,
          route_result::untranslatable, route_result::unsupported_type}) {
        CAPTURE(route_result_names[static_cast<std::size_t>(each)]);
        CHECK(sum(flow, count, {each}) > 0);
    }
}
