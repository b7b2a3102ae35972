// SPDX-License-Identifier: MIT
#include "kernel/config/routes/route_rules.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <array>

namespace tactus::config {
namespace {

constexpr std::array<rule_key, 6> keys{{
    {"address", "The OSC address or pattern to match, like `address` of the route."},
    {"type", "The kinds of events."},
    {"channel", "The MIDI channel, 1 to 16, or a range."},
    {"note", "The note of notes and key pressure, 0 to 127, or a range."},
    {"cc", "The controller of control changes, 0 to 127, or a range."},
    {"where", "Conditions that must all hold."},
}};

std::uint32_t read_kinds(rule_fields& fields, const entry& from) {
    std::vector<std::string_view> words;
    for (const flow::kind_word& each : flow::kind_words) {
        words.push_back(each.word);
    }
    std::uint32_t kinds = 0;
    for (const node& item : rule_fields::items(from.value)) {
        const auto found =
            std::find(words.begin(), words.end(),
                      item.kind == node_kind::text ? std::string_view(item.text) : "");
        if (found != words.end()) {
            kinds |= flow::kind_words[static_cast<std::size_t>(found - words.begin())].kinds;
        } else if (item.kind != node_kind::text) {
            fields.error(
                from, item,
                {"expected kinds of events in quotes, found " + std::string(kind_name(item.kind))});
        } else {
            fields.error(from, item,
                         {"expected " + listed(words, "or") + ", found " + quoted(item.text),
                          did_you_mean(item.text, words)});
        }
    }
    if (from.value.kind == node_kind::list && from.value.items.empty()) {
        fields.error(from, from.value, {"expected at least one value"});
    }
    return kinds;
}

} // namespace

std::span<const rule_key> match_keys() noexcept {
    return keys;
}

void read_match(checker& check, const node& table, std::size_t wildcards,
                flow::event_filter& into) {
    rule_fields fields(check, wildcards, "match of route");
    fields.check_keys(table, keys);
    for (const entry& each : table.entries) {
        if (each.key == "type") {
            into.kinds = read_kinds(fields, each);
        } else if (each.key == "channel") {
            into.channel = fields.range(each, {1, 16});
        } else if (each.key == "note") {
            into.note = fields.range(each, {});
        } else if (each.key == "cc") {
            into.controller = fields.range(each, {});
        } else if (each.key == "where") {
            for (const node& item : rule_fields::items(each.value)) {
                if (auto condition = fields.compiled(each, item)) {
                    into.conditions.push_back(std::move(*condition));
                }
            }
        }
    }
}

} // namespace tactus::config
