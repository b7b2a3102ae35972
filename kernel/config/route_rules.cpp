// SPDX-License-Identifier: MIT
#include "kernel/config/route_rules.hpp"

#include "kernel/codec/osc_captures.hpp"
#include "kernel/codec/osc_pattern.hpp"
#include "kernel/config/text.hpp"

namespace tactus::config {
namespace {

void check_address(checker& check, const std::string& address, position where,
                   std::uint32_t length) {
    if (address == "*") {
        return;
    }
    if (!address.starts_with('/')) {
        check.error(where, length,
                    {"address: " + quoted(address) +
                         " is not an OSC address; expected \"/...\", or \"*\" for every event",
                     address.empty() ? "" : "did you mean " + quoted("/" + address) + "?"});
        return;
    }
    if (const auto compiled = codec::osc_pattern::compile(address); !compiled) {
        check.error(where, length, {escaped(compiled.error().text, 400)});
    }
}

// Reads `address`, or the same key inside `match`.
std::string read_address(checker& check, const node& table, const values& own) {
    const entry* const match = table.find("match");
    const entry* const inner = match != nullptr ? match->value.find("address") : nullptr;
    if (inner != nullptr && table.find("address") != nullptr) {
        check.error(inner->where, static_cast<std::uint32_t>(inner->key.size()),
                    {"address: this is already set outside match; remove one of the two"});
    } else if (inner != nullptr && inner->value.kind != node_kind::text) {
        check.error(inner->value, {"address: expected text in quotes, found " +
                                   std::string(kind_name(inner->value.kind))});
    } else if (inner != nullptr) {
        check_address(check, inner->value.text, inner->value.where, inner->value.length());
        return inner->value.text;
    }
    if (own.has("address")) {
        check_address(check, own.text("address"), own.where("address"), own.length("address"));
        return own.text("address");
    }
    return "*";
}

// For a valid address; an invalid one has no wildcards that could be used.
std::size_t wildcards_in(const std::string& address) {
    if (!codec::osc_pattern::compile(address)) {
        return 0;
    }
    return codec::capturing_pattern::is_supported(address)
               ? codec::capturing_pattern::count(address)
               : rule_fields::too_many_wildcards;
}

} // namespace

std::span<const std::string_view> rule_tables() noexcept {
    static constexpr std::string_view tables[] = {"match", "as"};
    return tables;
}

void read_rules(checker& check, const node& table, const values& own, route_settings& into) {
    into.address = read_address(check, table, own);
    const std::size_t wildcards = wildcards_in(into.address);
    const entry* const match = table.find("match");
    if (match != nullptr && match->value.kind == node_kind::table) {
        read_match(check, match->value, wildcards, into.match);
    } else if (match != nullptr) {
        check.error(match->value, {"match: expected a table, like { type = \"note\" }, found " +
                                   std::string(kind_name(match->value.kind))});
    }
    if (const entry* const as = table.find("as")) {
        read_as(check, *as, wildcards, into.as);
    }
}

} // namespace tactus::config
