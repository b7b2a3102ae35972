// SPDX-License-Identifier: MIT
// Decides which outputs an event is sent to: an immutable table, compiled when the configuration is
// loaded and replaced as a whole. Literal addresses are hashed; a pattern runs in linear time and
// once for each event, however many routes share it; routes without an address cost nothing.
// An event is sent to an output once, however many routes lead there; but what a route makes of it
// (`as`) is another event, sent to each output of that route. Literal addresses are looked up
// first, then the few rules are evaluated.
#pragma once

#include "kernel/codec/osc_captures.hpp"
#include "kernel/codec/osc_pattern.hpp"
#include "kernel/flow/event_cell.hpp"
#include "kernel/flow/limits.hpp"
#include "kernel/flow/route/rate_gate.hpp"
#include "kernel/flow/route/translate/event_filter.hpp"
#include "kernel/flow/route/translate/translation.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tactus::flow {

class due_watch;

struct route {
    std::vector<std::uint16_t> inputs;
    std::optional<codec::osc_pattern> address; // none: every event, MIDI too
    std::vector<std::uint16_t> outputs;
    event_filter filter = {};
    std::optional<translation> as = {};
    rate_gate_settings gate = {};
    std::string text = {}; // what it says: equal for equal filters, translations and gates
    // Identifies the route over reloads, unique among the current routes. unknown_route: none; its
    // number is used, and it has nothing in common with earlier routes.
    std::uint16_t id = unknown_route;
    std::string name = {};  // under which it is counted; empty: its counts begin anew
    std::string takes = {}; // as `text`, of what it takes and makes alone: address, filter, `as`

    // Must be evaluated for each event; other routes are in tables.
    [[nodiscard]] bool is_rule() const noexcept { return is_own() || !filter.is_empty(); }
    // Sends an event of its own instead of the event itself, which an output gets once.
    [[nodiscard]] bool is_own() const noexcept { return as.has_value() || !gate.is_open(); }
};

// A route that filters or translates, as it is evaluated.
struct rule {
    flow::route route;
    std::optional<codec::capturing_pattern> captures; // if something uses them
    std::uint16_t number = 0;                         // of the route, in file order
    std::uint16_t id = unknown_route;                 // of the route
    std::unique_ptr<flow::rate_gate> gate = {};       // what it lets through changes over time
    std::size_t lookups = 0; // variables that its filter and its translation look up
};

// Routes that are not rules and take the same events, and their outputs, each once.
struct plain_group {
    std::vector<std::uint16_t> outputs;
    std::vector<std::uint16_t> routes; // in file order
    std::vector<std::uint16_t> leads;  // for each of the outputs, the first route that leads there
};

// The outputs of one event, without duplicates, and the routes that send the event itself there.
// Reused from event to event.
class target_list {
public:
    // For so many routes. Allocates.
    void make_room(std::size_t routes) { routes_.reserve(routes); }
    void clear() noexcept {
        for (const std::uint16_t output : all()) {
            present_.reset(output);
        }
        size_ = 0;
        routes_.clear();
    }
    void add(const plain_group& group) noexcept {
        for (std::size_t i = 0; i < group.outputs.size(); ++i) {
            add(group.outputs[i], group.leads[i]);
        }
        for (const std::uint16_t route : group.routes) {
            routes_.push_back(route);
        }
    }
    void add(std::uint16_t route, std::span<const std::uint16_t> outputs) noexcept {
        for (const std::uint16_t output : outputs) {
            add(output, route);
        }
        routes_.push_back(route);
    }
    // By no route in particular.
    void add(std::span<const std::uint16_t> outputs) noexcept {
        for (const std::uint16_t output : outputs) {
            add(output, unknown_route);
        }
    }
    [[nodiscard]] std::span<const std::uint16_t> all() const noexcept {
        return {targets_.data(), size_};
    }
    [[nodiscard]] bool has(std::uint16_t output) const noexcept { return present_[output]; }
    // The first route of the file that leads there. Bounds: has(output).
    [[nodiscard]] std::uint16_t route_to(std::uint16_t output) const noexcept {
        return route_to_[output];
    }
    // Each once.
    [[nodiscard]] std::span<const std::uint16_t> routes() const noexcept { return routes_; }

private:
    void add(std::uint16_t output, std::uint16_t route) noexcept {
        if (!present_[output]) {
            present_.set(output);
            targets_[size_++] = output;
            route_to_[output] = route;
        } else {
            route_to_[output] = std::min(route_to_[output], route);
        }
    }

    std::vector<std::uint16_t> routes_;
    std::array<std::uint16_t, outputs_max> targets_{};
    std::array<std::uint16_t, outputs_max> route_to_{};
    std::bitset<outputs_max> present_;
    std::size_t size_ = 0;
};

// Which patterns of an input's routes match the address of one event. Its owner passes it to the
// router, which is immutable, and reuses it from event to event.
class pattern_matches {
public:
    // For so many patterns. Allocates.
    void make_room(std::size_t patterns) { is_matched_.resize(patterns); }
    void set(std::size_t pattern, bool is_matched) noexcept { is_matched_[pattern] = is_matched; }
    [[nodiscard]] bool has(std::size_t pattern) const noexcept { return is_matched_[pattern]; }

private:
    std::vector<bool> is_matched_; // by number of the pattern, within its input
};

class router {
public:
    router() = default; // routes nothing
    // Bounds: indices below inputs_max and outputs_max (asserted).
    explicit router(const std::vector<route>& routes);

    // The gates of the same routes go on with what they know: what was let through, and what waits.
    void take_gates(router& from) noexcept;

    // Adds the outputs of an event of `input`; `address` is empty for events that have none.
    // `patterns` becomes that of the event. Reports the cost to `watch`, if given. Bounds:
    // `patterns` has room for patterns_max().
    void match(std::uint16_t input, std::string_view address, target_list& targets,
               pattern_matches& patterns, due_watch* watch = nullptr) const noexcept;
    // The most patterns that the routes of one input have.
    [[nodiscard]] std::size_t patterns_max() const noexcept { return patterns_max_; }

    // Resolves a pattern in the address of an event by OSC 1.0: adds the outputs of routes with
    // literal addresses that it matches to `targets`, and the rules to `rules`, in order. Other
    // routes treat the pattern as plain text (match, for_each_rule). Returns false if it costs more
    // than osc_dispatch_steps_max; both are then unspecified. Bounds:
    // codec::is_dispatch_pattern(pattern); `rules` is empty and has room for rules().
    [[nodiscard]] bool dispatch(std::uint16_t input, std::string_view pattern, target_list& targets,
                                std::vector<std::uint16_t>& rules,
                                due_watch* watch = nullptr) const noexcept;
    [[nodiscard]] std::size_t rules() const noexcept { return rules_.size(); }
    // In file order; they stay where they are until others are assigned.
    [[nodiscard]] const std::vector<rule>& all_rules() const noexcept { return rules_; }

    // Calls visit(const rule&) for each rule whose address takes an event of `input`, and for those
    // that dispatch() found, in file order. Bounds: match() made `patterns` for this event.
    template <class Visitor>
    void for_each_rule(std::uint16_t input, std::string_view address,
                       const pattern_matches& patterns, std::span<const std::uint16_t> dispatched,
                       Visitor&& visit) const;
    // Calls visit(number, outputs) for each route that is not a rule and takes the event; slower
    // than match, which knows only outputs. Bounds: as for_each_rule().
    template <class Visitor>
    void for_each_plain(std::uint16_t input, std::string_view address,
                        const pattern_matches& patterns, Visitor&& visit) const;
    // The same for each whose literal address a pattern in the event's address matches. Bounds:
    // codec::is_dispatch_pattern(pattern).
    template <class Visitor>
    void for_each_dispatched(std::uint16_t input, std::string_view pattern, Visitor&& visit) const;
    // Only inputs below this number have routes.
    [[nodiscard]] std::size_t inputs() const noexcept { return tables_.size(); }
    // All routes, numbered in file order.
    [[nodiscard]] std::size_t size() const noexcept { return ways_.size(); }
    // From where a route leads to where.
    struct way {
        std::vector<std::uint16_t> inputs;
        std::vector<std::uint16_t> outputs;
        bool is_own = false; // see route::is_own
        bool has_id = false; // of its own, which it keeps
        std::string name = {};
        std::string takes = {};
        bool takes_all = false; // neither address nor filter

        [[nodiscard]] bool leads(std::uint16_t input, std::uint16_t output) const noexcept {
            return std::find(inputs.begin(), inputs.end(), input) != inputs.end() &&
                   std::find(outputs.begin(), outputs.end(), output) != outputs.end();
        }
    };
    // How it is named where events are under way: a number is only valid until routes are replaced.
    // unknown_route for any other number.
    [[nodiscard]] std::uint16_t id_of(std::uint16_t route) const noexcept {
        return route < ids_.size() ? ids_[route] : unknown_route;
    }
    // Bounds: below size().
    [[nodiscard]] const way& way_of(std::uint16_t route) const noexcept { return ways_[route]; }
    [[nodiscard]] std::span<const std::uint16_t> outputs_of(std::uint16_t route) const noexcept {
        return ways_[route].outputs;
    }
    // Whether there are rules of either kind (route::is_own).
    [[nodiscard]] bool has_shared_rules(std::uint16_t input) const noexcept {
        return input < tables_.size() && tables_[input].has_shared_rules;
    }
    [[nodiscard]] bool has_own_rules(std::uint16_t input) const noexcept {
        return input < tables_.size() && tables_[input].has_own_rules;
    }
    // The most deliveries to one output that an event of `input` can become.
    [[nodiscard]] std::uint64_t deliveries_max(std::uint16_t input) const noexcept {
        return input < tables_.size() ? tables_[input].deliveries_max : 1;
    }
    // The most deliveries that one event can become in all, and that can all fail.
    [[nodiscard]] std::size_t destinations_max() const noexcept { return destinations_max_; }

    // Every output that an event of `input` could be sent to.
    [[nodiscard]] std::span<const std::uint16_t> reachable(std::uint16_t input) const noexcept;

private:
    struct address_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    using rule_literals =
        std::unordered_map<std::string, std::vector<std::uint16_t>, address_hash, std::equal_to<>>;
    // A pattern of one or more routes.
    struct shared_pattern {
        codec::osc_pattern address;
        plain_group plain; // may be empty
    };
    // A rule that has no literal address.
    struct other_rule {
        static constexpr std::uint16_t any = 0xFFFF;
        std::uint16_t index; // in rules_
        std::uint16_t pattern = any;
    };
    // A route that is not a rule.
    struct plain_route {
        std::uint16_t number = 0;
        std::uint16_t pattern = other_rule::any; // if it has no literal address
        std::string literal;                     // empty if it has none
    };
    struct literal_route {
        std::string_view address;
        const plain_group* plain; // nullptr: rules
        const std::vector<std::uint16_t>* rules;
    };
    struct table {
        plain_group always;
        std::unordered_map<std::string, plain_group, address_hash, std::equal_to<>> literals;
        std::vector<shared_pattern> patterns;
        std::unordered_map<std::string, std::uint16_t> pattern_places; // by text, in `patterns`
        std::vector<std::uint16_t> reachable;
        std::vector<plain_route> plain;
        // Sorted by index: of literal addresses (indices in rules_), and the rest.
        rule_literals literal_rules;
        std::vector<other_rule> other_rules;
        std::vector<literal_route> sorted; // of literals and literal_rules, by address
        bool has_shared_rules = false;
        bool has_own_rules = false;
        std::uint64_t deliveries_max = 1;
    };

    static void add(table& into, const route& route, std::uint16_t number);
    static void add_rule(table& into, const route& route, std::uint16_t index);
    [[nodiscard]] static std::uint16_t place_of(table& in, const codec::osc_pattern& pattern);
    [[nodiscard]] static bool matches(const codec::osc_pattern& pattern, std::string_view address,
                                      due_watch* watch) noexcept;
    [[nodiscard]] static bool is_dispatched_to(std::string_view pattern,
                                               std::string_view address) noexcept;
    static void sort_literals(table& of);

    std::vector<table> tables_; // by input
    std::vector<rule> rules_;
    std::size_t destinations_max_ = outputs_max;
    std::vector<way> ways_;          // by number
    std::vector<std::uint16_t> ids_; // by number
    std::size_t patterns_max_ = 0;
};

template <class Visitor>
void router::for_each_plain(std::uint16_t input, std::string_view address,
                            const pattern_matches& patterns, Visitor&& visit) const {
    if (input >= tables_.size()) {
        return;
    }
    for (const plain_route& each : tables_[input].plain) {
        const bool has_pattern = each.pattern != other_rule::any;
        const bool takes = each.literal.empty()
                               ? !has_pattern || (!address.empty() && patterns.has(each.pattern))
                               : each.literal == address;
        if (takes) {
            visit(each.number, outputs_of(each.number));
        }
    }
}

template <class Visitor>
void router::for_each_dispatched(std::uint16_t input, std::string_view pattern,
                                 Visitor&& visit) const {
    if (input >= tables_.size()) {
        return;
    }
    for (const plain_route& each : tables_[input].plain) {
        if (!each.literal.empty() && is_dispatched_to(pattern, each.literal)) {
            visit(each.number, outputs_of(each.number));
        }
    }
}

template <class Visitor>
void router::for_each_rule(std::uint16_t input, std::string_view address,
                           const pattern_matches& patterns,
                           std::span<const std::uint16_t> dispatched, Visitor&& visit) const {
    if (input >= tables_.size()) {
        return;
    }
    const table& mine = tables_[input];
    const auto found =
        mine.literal_rules.empty() ? mine.literal_rules.end() : mine.literal_rules.find(address);
    // A pattern never equals a literal address: routes have no such addresses.
    const std::span<const std::uint16_t> literal =
        found != mine.literal_rules.end() ? std::span<const std::uint16_t>(found->second)
                                          : dispatched;
    auto next = literal.begin();
    for (const other_rule other : mine.other_rules) {
        for (; next != literal.end() && *next < other.index; ++next) {
            visit(rules_[*next]);
        }
        if (other.pattern == other_rule::any || (!address.empty() && patterns.has(other.pattern))) {
            visit(rules_[other.index]);
        }
    }
    for (; next != literal.end(); ++next) {
        visit(rules_[*next]);
    }
}

} // namespace tactus::flow
