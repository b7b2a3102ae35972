// SPDX-License-Identifier: MIT
// The values inside `match` and `as` of a route: numbers, ranges, expressions. They are not options
// of option tables, since a number may also be an expression. Errors point into the text of the
// expression. Part of topology.cpp, through route_match.cpp and route_as.cpp.
#pragma once

#include "kernel/config/schema/check.hpp"
#include "kernel/flow/route/translate/event_filter.hpp"
#include "kernel/flow/route/translate/expression.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

// A key of `match` or `as`, with a line of help; in the order of the documentation page.
struct rule_key {
    std::string_view key;
    std::string_view doc;
};

struct number_limits {
    double min = 0;
    double max = 127;
};

class rule_fields {
public:
    // For an address whose wildcards cannot be used: see codec/osc_captures.hpp.
    static constexpr std::size_t too_many_wildcards = static_cast<std::size_t>(-1);

    // `wildcards`: in the route's address. `place`: "as of route".
    rule_fields(checker& check, std::size_t wildcards, std::string place)
        : check_(check), wildcards_(wildcards), place_(std::move(place)) {}

    // Reports keys that are not in `keys`.
    void check_keys(const node& table, std::span<const rule_key> keys);

    // A number or an expression; a constant must be within the limits.
    [[nodiscard]] std::optional<flow::expression> expression(const entry& from, const node& item,
                                                             const number_limits& limits = {});
    // Text in quotes that is always parsed as an expression.
    [[nodiscard]] std::optional<flow::expression> compiled(const entry& from, const node& item);
    // n or [low, high].
    [[nodiscard]] std::optional<flow::number_range> range(const entry& from,
                                                          const number_limits& limits);
    // [a, b, ...], with exactly that many items.
    [[nodiscard]] std::optional<std::vector<double>> numbers(const entry& from, std::size_t count);
    // The items of a list, or the one value that stands for a list of one.
    [[nodiscard]] static std::span<const node> items(const node& of) noexcept;

    void error(const entry& from, const node& at, complaint what);
    // At a place inside the text of `at`.
    void error(const entry& from, const node& at, const flow::expression_error& what);
    void error_at_key(const entry& from, complaint what);
    // Reports an error if the expression uses more wildcards than there are.
    void check_captures(const entry& from, const node& at, std::uint16_t highest);

private:
    checker& check_;
    std::size_t wildcards_;
    std::string place_;
};

} // namespace tactus::config
