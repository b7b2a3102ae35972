// SPDX-License-Identifier: MIT
#include "kernel/config/routes/route_rules.hpp"

#include "kernel/codec/osc_captures.hpp"
#include "kernel/codec/osc_pattern.hpp"
#include "kernel/config/name.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

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

template <class Named>
std::string owner_of(std::string_view name, const char* kind, const std::vector<Named>& all) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [name](const Named& each) { return each.name == name; });
    return found == all.end() ? ""
                              : kind + std::string(" on line ") + std::to_string(found->where.line);
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

std::string read_route_name(checker& check, const values& own, const settings& before) {
    if (!own.has("name")) {
        return {};
    }
    const std::string& name = own.text("name");
    std::string owner = owner_of(name, "input", before.inputs);
    owner = !owner.empty() ? owner : owner_of(name, "output", before.outputs);
    owner = !owner.empty() ? owner : owner_of(name, "route", before.routes);
    if (const result<void, complaint> right = check_name(name); !right) {
        complaint what = right.error();
        what.message = "name: " + what.message;
        check.error(own.where("name"), own.length("name"), std::move(what));
    } else if (!owner.empty()) {
        check.error(own.where("name"), own.length("name"),
                    {"name: " + quoted(name) + " is already used by the " + owner,
                     {},
                     "each name must be unique among inputs, outputs and routes"});
    } else {
        return name;
    }
    return {};
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
