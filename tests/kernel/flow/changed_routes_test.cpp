// SPDX-License-Identifier: MIT
// A reload changes a route while a note sounds that the route has begun: the note ends with the
// change, unless its end can still come.
#include "tests/kernel/flow/flow_support.hpp"

#include <utility>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

constexpr std::uint16_t first = 3; // id

// A route from input 0 to output 0.
route way(std::uint16_t id, std::string takes, bool is_own) {
    route made;
    made.inputs = {0};
    made.outputs = {0};
    made.id = id;
    made.takes = std::move(takes);
    made.filter.channel = number_range{1, 16};
    made.gate.dedupe = is_own;
    return made;
}

// Plays a note by `before`, replaces the routes, and returns how many notes sound then.
std::size_t sounding_after(const std::vector<route>& before, const std::vector<route>& after) {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output({.protocols = takes_midi}));
    static_cast<void>(flow.add_output({.protocols = takes_midi}));
    flow.configure(router(before));
    static_cast<void>(flow.emit_midi(note_on(60)));
    flow.drain();
    REQUIRE(flow.output().notes_sounding == 1);
    flow.configure(router(after));
    flow.fan.end_unreachable({});
    flow.drain();
    CHECK(flow.balanced());
    const std::size_t sounding = flow.output().notes_sounding;
    CHECK(flow.output().ledger.silenced_by.of(silence_cause::reload) == 1 - sounding);
    return sounding;
}

} // namespace

TEST_CASE("a note whose route takes or makes something else is ended") {
    const bool is_own = GENERATE(false, true);
    CAPTURE(is_own);
    const route before = way(first, "before", is_own);
    const route changed = way(first, "after", is_own);
    const route of_another_kind = way(first, "before", !is_own);
    const route new_one = way(first + 1, "before", is_own);
    route elsewhere = before;
    elsewhere.outputs = {1};
    route of_another_input = before;
    of_another_input.inputs = {1};

    for (const route& each : {changed, of_another_kind, new_one, elsewhere, of_another_input}) {
        CHECK(sounding_after({before}, {each}) == 0);
        CHECK(sounding_after({before}, {each, way(first + 2, "other", true)}) == 0);
    }
}

TEST_CASE("a note whose route goes on sounds on, whatever else the reload changes") {
    const bool is_own = GENERATE(false, true);
    CAPTURE(is_own);
    const route before = way(first, "before", is_own);
    route renamed = before;
    renamed.name = "other";
    renamed.text = "other";
    renamed.inputs = {1, 0};
    renamed.outputs = {1, 0};

    CHECK(sounding_after({before}, {before}) == 1);
    CHECK(sounding_after({before}, {way(first + 1, "new", true), renamed}) == 1);
}

TEST_CASE("a note that a route sends on sounds on while another sends everything on") {
    const route before = way(first, "before", false);
    route all{{0}, std::nullopt, {0}};
    all.id = first + 1;

    CHECK(sounding_after({before}, {all}) == 1);
    CHECK(sounding_after({all}, {all, before}) == 1);
    CHECK(sounding_after({way(first, "before", true)}, {all}) == 0);
}

TEST_CASE("a note that two routes may have sent on is ended if one of them changes") {
    const route low = way(first, "low", false);
    const route high = way(first + 1, "high", false);

    CHECK(sounding_after({low, high}, {low, high}) == 1);
    CHECK(sounding_after({low, high}, {low, way(first + 1, "higher", false)}) == 0);
}
