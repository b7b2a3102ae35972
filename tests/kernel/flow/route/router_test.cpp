// SPDX-License-Identifier: MIT
#include "kernel/flow/route/router.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>

using namespace tactus::flow;
using tactus::codec::osc_pattern;

namespace {

using outputs = std::vector<std::uint16_t>;

osc_pattern pattern(std::string_view text) {
    return std::move(*osc_pattern::compile(text));
}

outputs targets_of(const router& routes, std::uint16_t input, std::string_view address) {
    target_list targets;
    pattern_matches patterns;
    patterns.make_room(routes.patterns_max());
    routes.match(input, address, targets, patterns);
    outputs all(targets.all().begin(), targets.all().end());
    std::sort(all.begin(), all.end());
    return all;
}

} // namespace

TEST_CASE("a router without routes sends nothing anywhere") {
    const router routes;

    REQUIRE(targets_of(routes, 0, "/a").empty());
    REQUIRE(routes.reachable(0).empty());
}

TEST_CASE("a literal route takes its address and no other") {
    const router routes({{{0}, pattern("/note/on"), {3}}});

    REQUIRE(targets_of(routes, 0, "/note/on") == outputs{3});
    REQUIRE(targets_of(routes, 0, "/note/o").empty());
    REQUIRE(targets_of(routes, 0, "/note/on/1").empty());
}

TEST_CASE("a pattern route takes what its pattern matches") {
    const router routes({{{0}, pattern("/note/*"), {3}}});

    REQUIRE(targets_of(routes, 0, "/note/on") == outputs{3});
    REQUIRE(targets_of(routes, 0, "/note/on/1").empty());
    REQUIRE(targets_of(routes, 0, "/other").empty());
}

TEST_CASE("a wildcard in an incoming address chooses no route") {
    const router routes({{{0}, pattern("/note/on"), {3}}});

    REQUIRE(targets_of(routes, 0, "/note/*").empty());
}

TEST_CASE("a route without an address takes every message") {
    const router routes({{{0}, std::nullopt, {3}}});

    REQUIRE(targets_of(routes, 0, "/any") == outputs{3});
    REQUIRE(targets_of(routes, 0, "") == outputs{3});
}

TEST_CASE("MIDI goes by routes without an address only") {
    const router routes({{{0}, pattern("/*"), {1}}, {{0}, pattern("/a"), {2}}, {{0}, {}, {3}}});

    REQUIRE(targets_of(routes, 0, "") == outputs{3});
}

TEST_CASE("an output is a target once however many routes lead there") {
    const router routes({{{0}, std::nullopt, {1, 1}},
                         {{0}, pattern("/a"), {1, 2}},
                         {{0}, pattern("/a"), {2, 1}},
                         {{0}, pattern("/*"), {2, 3}},
                         {{0}, pattern("/?"), {3}}});

    REQUIRE(targets_of(routes, 0, "/a") == outputs{1, 2, 3});
}

TEST_CASE("a reused target list forgets the event before") {
    const router routes({{{0}, pattern("/a"), {1}}, {{0}, pattern("/b"), {1, 2}}});
    target_list targets;
    pattern_matches patterns; // no route has one
    routes.match(0, "/b", targets, patterns);

    targets.clear();
    routes.match(0, "/a", targets, patterns);

    REQUIRE(targets.all().size() == 1);
    REQUIRE(targets.all()[0] == 1);
}

TEST_CASE("a route is its inputs' alone") {
    const router routes({{{0, 2}, std::nullopt, {1}}});

    REQUIRE(targets_of(routes, 0, "/a") == outputs{1});
    REQUIRE(targets_of(routes, 1, "/a").empty());
    REQUIRE(targets_of(routes, 2, "/a") == outputs{1});
}

TEST_CASE("an input that no route names reaches nothing") {
    const router routes({{{0}, std::nullopt, {1}}});

    REQUIRE(targets_of(routes, 255, "/a").empty());
    REQUIRE(routes.reachable(255).empty());
}

TEST_CASE("what an input can reach are the outputs of all its routes, each once") {
    const router routes({{{0}, pattern("/a"), {1, 2}}, {{0}, pattern("/*"), {2}}, {{0}, {}, {5}}});

    const auto reached = routes.reachable(0);

    REQUIRE(outputs(reached.begin(), reached.end()) == outputs{1, 2, 5});
}

TEST_CASE("the last output and the last input there can be are routed") {
    const router routes({{{inputs_max - 1}, pattern("/a"), {outputs_max - 1}}});

    REQUIRE(targets_of(routes, inputs_max - 1, "/a") == outputs{outputs_max - 1});
}

TEST_CASE("a pattern that is dispatched takes the literal routes that it matches") {
    const router routes({{{0}, pattern("/bank/1/3"), {3}},
                         {{0}, pattern("/bank/1/4"), {4, 3}},
                         {{0}, pattern("/bank/2/1"), {5}},
                         {{0}, pattern("/bank/*/1"), {6}},
                         {{1}, pattern("/bank/1/3"), {7}},
                         {{0}, std::nullopt, {8}}});
    const auto dispatched = [&](std::string_view text) {
        target_list targets;
        std::vector<std::uint16_t> rules;
        REQUIRE(routes.dispatch(0, text, targets, rules));
        outputs all(targets.all().begin(), targets.all().end());
        std::sort(all.begin(), all.end());
        return all;
    };

    CHECK(dispatched("/bank/1/*") == outputs{3, 4});
    CHECK(dispatched("/bank/{1,2}/[13]") == outputs{3, 5});
    CHECK(dispatched("/*/?/?") == outputs{3, 4, 5});
    CHECK(dispatched("/bank/3/*").empty());
    CHECK(targets_of(routes, 0, "/bank/1/*") == outputs{8}); // as text
}

TEST_CASE("a pattern against many long addresses is given up where it costs too much") {
    std::vector<route> many;
    for (int i = 0; i < 200; ++i) {
        many.push_back({{0}, pattern("/a/" + std::string(100, 'a') + std::to_string(i)), {1}});
    }
    const router routes(many);
    target_list targets;
    std::vector<std::uint16_t> rules;

    CHECK_FALSE(routes.dispatch(0, "/a/*a*a*a*a*a*a*a*b", targets, rules));
    CHECK(routes.dispatch(0, "/a/*", targets, rules));
    CHECK(routes.dispatch(0, "/b/*a*a*a*a*a*a*a*b", targets, rules));
}
