// SPDX-License-Identifier: MIT
// A router with routes of all kinds against a loop over its routes, in random order; and what it
// says of its rules.
#include "kernel/flow/route/router.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <random>
#include <set>

using namespace tactus::flow;
using tactus::codec::osc_pattern;

namespace {

using outputs = std::vector<std::uint16_t>;

osc_pattern pattern(std::string_view text) {
    return std::move(*osc_pattern::compile(text));
}

expression compiled(std::string_view text) {
    return std::move(*expression::compile(text));
}

enum class kind { plain, filtered, translated, throttled };

route route_of(kind what, outputs inputs, const std::string& address, outputs to) {
    route made{std::move(inputs), address.empty() ? std::optional<osc_pattern>() : pattern(address),
               std::move(to)};
    if (what == kind::filtered) {
        made.filter.conditions.push_back(compiled("1"));
    } else if (what == kind::translated) {
        made.as = translation{osc_maker{}};
    } else if (what == kind::throttled) {
        made.gate.throttle_ns = 1;
    }
    return made;
}

bool takes(const route& of, std::uint16_t input, std::string_view address) {
    const bool is_from = std::find(of.inputs.begin(), of.inputs.end(), input) != of.inputs.end();
    return is_from && (!of.address || (!address.empty() && of.address->matches(address)));
}

std::vector<int> rules_of(const router& routes, std::uint16_t input, std::string_view address) {
    std::vector<int> numbers;
    target_list targets;
    pattern_matches patterns;
    patterns.make_room(routes.patterns_max());
    routes.match(input, address, targets, patterns);
    routes.for_each_rule(input, address, patterns, {},
                         [&](const rule& each) { numbers.push_back(each.number); });
    return numbers;
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

TEST_CASE("any routes take what a look at each of them says, rules in the order of the file") {
    const std::uint32_t seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    const std::vector<std::string> addresses{"", "/a", "/b", "/a/b", "/*", "/a/*", "/{a,b}", "/?"};
    for (int round = 0; round < 300; ++round) {
        std::vector<route> all;
        const std::size_t count = 1 + random() % 8;
        for (std::size_t i = 0; i < count; ++i) {
            outputs from{static_cast<std::uint16_t>(random() % 3)};
            if (random() % 2 == 0) {
                from.push_back(static_cast<std::uint16_t>((from[0] + 1) % 3));
            }
            outputs to{static_cast<std::uint16_t>(random() % 4)};
            if (random() % 2 == 0) {
                to.push_back(static_cast<std::uint16_t>((to[0] + 1) % 4));
            }
            all.push_back(route_of(static_cast<kind>(random() % 4), from,
                                   addresses[random() % addresses.size()], to));
        }
        const router routes(all);
        for (std::uint16_t input = 0; input < 4; ++input) {
            std::set<std::uint16_t> reachable;
            bool has_own = false;
            bool has_shared = false;
            bool is_named = false;
            for (const route& each : all) {
                if (std::find(each.inputs.begin(), each.inputs.end(), input) != each.inputs.end()) {
                    is_named = true;
                    reachable.insert(each.outputs.begin(), each.outputs.end());
                    has_own = has_own || each.is_own();
                    has_shared = has_shared || (each.is_rule() && !each.is_own());
                }
            }
            CAPTURE(round, input);
            const auto found = routes.reachable(input);
            REQUIRE(std::set<std::uint16_t>(found.begin(), found.end()) == reachable);
            REQUIRE(found.size() == reachable.size());
            REQUIRE(routes.has_own_rules(input) == has_own);
            REQUIRE(routes.has_shared_rules(input) == has_shared);
            for (const std::string address : {"", "/a", "/b", "/a/b", "/c", "/a/b/c"}) {
                CAPTURE(address);
                std::set<std::uint16_t> targets;
                std::vector<int> rules;
                for (std::size_t i = 0; i < all.size(); ++i) {
                    if (!takes(all[i], input, address)) {
                        continue;
                    }
                    if (all[i].is_rule()) {
                        rules.push_back(static_cast<int>(i));
                    } else {
                        targets.insert(all[i].outputs.begin(), all[i].outputs.end());
                    }
                }
                REQUIRE(targets_of(routes, input, address) ==
                        outputs(targets.begin(), targets.end()));
                if (is_named) {
                    REQUIRE(rules_of(routes, input, address) == rules);
                }
            }
        }
    }
}

TEST_CASE("a route is a rule where it filters, of its own where it makes or holds back") {
    CHECK_FALSE(route_of(kind::plain, {0}, "/a", {0}).is_rule());
    CHECK_FALSE(route_of(kind::plain, {0}, "/a", {0}).is_own());
    CHECK(route_of(kind::filtered, {0}, "/a", {0}).is_rule());
    CHECK_FALSE(route_of(kind::filtered, {0}, "/a", {0}).is_own());
    CHECK(route_of(kind::translated, {0}, "/a", {0}).is_own());
    CHECK(route_of(kind::throttled, {0}, "/a", {0}).is_own());
    CHECK(route_of(kind::throttled, {0}, "/a", {0}).is_rule());
    route deduped = route_of(kind::plain, {0}, "/a", {0});
    deduped.gate.dedupe = true;
    CHECK(deduped.is_own());
}

TEST_CASE(
    "the deliveries that an event may become are counted, two of a note that ends by itself") {
    midi_maker note;
    note.makes = midi_maker::form::note;
    note.note = compiled("60");
    midi_maker long_note = note;
    long_note.length = compiled("1");
    route plain{{0}, std::nullopt, {0}};
    route short_one{{0}, std::nullopt, {0, 1}};
    short_one.as = translation{note};
    route long_one{{0, 1}, std::nullopt, {0, 1, 2}};
    long_one.as = translation{long_note};

    CHECK(router({plain}).deliveries_max(0) == 1);
    CHECK(router({plain}).deliveries_max(7) == 1);
    CHECK(router({plain, short_one}).deliveries_max(0) == 2);
    CHECK(router({plain, long_one}).deliveries_max(0) == 3);
    CHECK(router({plain, long_one}).deliveries_max(1) == 3);
    CHECK(router({short_one, long_one, long_one}).deliveries_max(0) == 6);
    CHECK(router().destinations_max() == outputs_max);
    CHECK(router({plain}).destinations_max() == outputs_max);
    CHECK(router({short_one, long_one}).destinations_max() == outputs_max + 5);
}

TEST_CASE("what wildcards took is kept where a condition or a translation asks for it, only") {
    const auto has_captures = [](const std::string& address, bool in_filter, bool in_as) {
        route made = route_of(kind::filtered, {0}, address, {0});
        if (in_filter) {
            made.filter.conditions.push_back(compiled("$*1 == 1"));
        }
        if (in_as) {
            midi_maker note;
            note.makes = midi_maker::form::note;
            note.note = compiled("$*1");
            made.as = translation{note};
        }
        const router routes({made});
        bool found = false;
        target_list targets;
        pattern_matches patterns;
        patterns.make_room(routes.patterns_max());
        routes.match(0, "/a", targets, patterns);
        routes.for_each_rule(0, "/a", patterns, {},
                             [&](const rule& each) { found = each.captures.has_value(); });
        return found;
    };
    CHECK_FALSE(has_captures("/*", false, false));
    CHECK(has_captures("/*", true, false));
    CHECK(has_captures("/*", false, true));
    CHECK_FALSE(has_captures("/a", true, true)); // a literal has none
}
