// SPDX-License-Identifier: MIT
#include "kernel/config/routes/rule_fields.hpp"

#include "kernel/codec/osc_captures.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tactus::config {
namespace {

std::size_t code_points(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); text.remove_prefix(first_code_point(text).size)) {
        ++count;
    }
    return count;
}

// "5", "0.5": as a person would write it.
std::string shown(double number) {
    char space[32];
    const auto end = std::to_chars(space, space + sizeof space, number);
    return {space, end.ptr};
}

std::string shown(const number_limits& limits) {
    return shown(limits.min) + " to " + shown(limits.max);
}

std::optional<double> number_of(const node& item) {
    if (item.kind == node_kind::integer) {
        return static_cast<double>(item.integer);
    }
    return item.kind == node_kind::real && std::isfinite(item.real) ? std::optional(item.real)
                                                                    : std::nullopt;
}

bool is_within(double number, const number_limits& limits) {
    return number >= limits.min && number <= limits.max;
}

} // namespace

std::span<const node> rule_fields::items(const node& of) noexcept {
    return of.kind == node_kind::list ? std::span<const node>(of.items)
                                      : std::span<const node>(&of, 1);
}

void rule_fields::error(const entry& from, const node& at, complaint what) {
    what.message = from.key + ": " + what.message;
    check_.error(at, std::move(what));
}

void rule_fields::error_at_key(const entry& from, complaint what) {
    what.message = from.key + ": " + what.message;
    check_.error(from.where, static_cast<std::uint32_t>(std::max<std::size_t>(from.key.size(), 1)),
                 std::move(what));
}

// If the text has escapes or several lines, the position in it is unknown: all of it is marked.
void rule_fields::error(const entry& from, const node& at, const flow::expression_error& what) {
    complaint said{from.key + ": " + what.message, escaped(what.hint)};
    const std::string_view text = at.text;
    if (at.where.line == 0 || at.length() != code_points(text) + 2) {
        check_.error(at, std::move(said));
        return;
    }
    const std::size_t offset = std::min(what.offset, text.size());
    position where = at.where;
    where.column += static_cast<std::uint32_t>(1 + code_points(text.substr(0, offset)));
    const std::size_t length = code_points(text.substr(offset, what.length));
    check_.error(where, static_cast<std::uint32_t>(std::max<std::size_t>(length, 1)),
                 std::move(said));
}

void rule_fields::check_keys(const node& table, std::span<const rule_key> keys) {
    std::vector<std::string_view> known;
    for (const rule_key& each : keys) {
        known.push_back(each.key);
    }
    for (const entry& one : table.entries) {
        if (std::find(known.begin(), known.end(), one.key) != known.end()) {
            continue;
        }
        const bool is_near = !suggestion(one.key, known).empty();
        check_.error(
            one.where, static_cast<std::uint32_t>(std::max<std::size_t>(one.key.size(), 1)),
            {"unknown setting " + quoted(one.key) + " in " + place_, did_you_mean(one.key, known),
             is_near ? std::string() : "valid here: " + listed(known, "and")});
    }
}

void rule_fields::check_captures(const entry& from, const node& at, std::uint16_t highest) {
    if (highest != 0 && wildcards_ == too_many_wildcards) {
        error(from, at,
              {"$*" + std::to_string(highest) +
                   " is not available: the address of the route has too many wildcards; expected "
                   "at most " +
                   std::to_string(codec::captures_max),
               {},
               "replace wildcards by plain text, or split the addresses among several routes"});
        return;
    }
    if (highest > wildcards_) {
        error(from, at,
              {"there is no $*" + std::to_string(highest) + "; the address of the route has " +
                   (wildcards_ == 0 ? "no" : std::to_string(wildcards_)) +
                   (wildcards_ == 1 ? " wildcard" : " wildcards"),
               {},
               "$*1 is the text that the first of * ? [...] {...} in the address matches"});
    }
}

std::optional<flow::expression> rule_fields::compiled(const entry& from, const node& item) {
    if (item.kind != node_kind::text) {
        error(from, item,
              {"expected an expression in quotes, like \"$1 > 0.5\", found " +
               std::string(kind_name(item.kind))});
        return std::nullopt;
    }
    auto made = flow::expression::compile(item.text);
    if (!made) {
        error(from, item, made.error());
        return std::nullopt;
    }
    check_captures(from, item, made->captures());
    return std::move(*made);
}

std::optional<flow::expression> rule_fields::expression(const entry& from, const node& item,
                                                        const number_limits& limits) {
    std::optional<flow::expression> made;
    if (const std::optional<double> number = number_of(item)) {
        made = flow::expression::constant(*number, item.kind == node_kind::integer ? 'i' : 'f');
    } else if (item.kind == node_kind::text) {
        made = compiled(from, item);
    } else {
        error(from, item,
              {"expected a number, or an expression in quotes, like \"$1 * 127\", found " +
               std::string(kind_name(item.kind))});
    }
    if (!made || !made->is_constant()) {
        return made;
    }
    const flow::value found = flow::as_number(made->run({}));
    if (found.is_fault()) {
        error(from, item, {"this is never a number"});
        return std::nullopt;
    }
    if (!is_within(found.number, limits)) {
        error(from, item, {shown(found.number) + " is out of range; expected " + shown(limits)});
        return std::nullopt;
    }
    return made;
}

std::optional<std::vector<double>> rule_fields::numbers(const entry& from, std::size_t count) {
    std::vector<double> made;
    for (const node& each : from.value.items) {
        if (const std::optional<double> number = number_of(each)) {
            made.push_back(*number);
        }
    }
    const bool is_list = from.value.kind == node_kind::list;
    if (!is_list || made.size() != count || from.value.items.size() != count) {
        error(from, from.value,
              {"expected a list of " + std::to_string(count) + " numbers" +
               (is_list ? "" : ", found " + std::string(kind_name(from.value.kind)))});
        return std::nullopt;
    }
    return made;
}

std::optional<flow::number_range> rule_fields::range(const entry& from,
                                                     const number_limits& limits) {
    flow::number_range made;
    if (const std::optional<double> number = number_of(from.value)) {
        made = {*number, *number};
    } else if (from.value.kind != node_kind::list) {
        error(from, from.value,
              {"expected a number, or a range like [36, 51], found " +
               std::string(kind_name(from.value.kind))});
        return std::nullopt;
    } else if (const auto both = numbers(from, 2)) {
        made = {(*both)[0], (*both)[1]};
    } else {
        return std::nullopt;
    }
    if (made.low > made.high) {
        error(from, from.value, {"the range is backwards; expected the lower end first"});
        return std::nullopt;
    }
    if (!is_within(made.low, limits) || !is_within(made.high, limits)) {
        const double wrong = is_within(made.low, limits) ? made.high : made.low;
        error(from, from.value, {shown(wrong) + " is out of range; expected " + shown(limits)});
        return std::nullopt;
    }
    return made;
}

} // namespace tactus::config
