// SPDX-License-Identifier: MIT
#include "kernel/config/source/merger.hpp"

#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

namespace tactus::config {
namespace {

bool is_list_key(std::string_view key) {
    constexpr std::array<std::string_view, 3> lists{"input", "output", "route"};
    return std::find(lists.begin(), lists.end(), key) != lists.end();
}

entry* find_entry(node& table, std::string_view key) {
    const auto it = std::find_if(table.entries.begin(), table.entries.end(),
                                 [&](const entry& one) { return one.key == key; });
    return it == table.entries.end() ? nullptr : &*it;
}

std::string_view text_of(const node& table, std::string_view key) {
    const entry* const found = table.find(key);
    return found != nullptr && found->value.kind == node_kind::text
               ? std::string_view(found->value.text)
               : std::string_view();
}

// Bounds: the documents' own nesting bounds the recursion.
void add_entry(node& into, entry from, bool is_unit = false) {
    entry* const there = find_entry(into, from.key);
    if (there == nullptr) {
        into.entries.push_back(std::move(from));
        return;
    }
    const bool are_tables =
        there->value.kind == node_kind::table && from.value.kind == node_kind::table;
    if (are_tables && !(is_unit && from.value.is_inline)) {
        for (entry& one : from.value.entries) {
            add_entry(there->value, std::move(one));
        }
        return;
    }
    there->replaced.push_back(std::move(there->value));
    there->value = std::move(from.value);
    there->where = from.where;
}

// At the top. A layout that this version cannot read stays, and is refused later.
void add_section(node& root, entry from) {
    const entry* const layout = from.key == "schema" ? root.find("schema") : nullptr;
    const bool is_newer =
        layout != nullptr && layout->value.kind == node_kind::integer && layout->value.integer != 1;
    if (!is_newer) {
        add_entry(root, std::move(from));
    }
}

} // namespace

complaint one_table(std::string_view list) {
    const std::string key(list);
    return {"[" + key + "] is one table, but there may be several " + key + "s",
            "write [[" + key + "]]"};
}

void merger::add(node document) {
    for (entry& one : document.entries) {
        entry* const there = find_entry(root_, one.key);
        if (there != nullptr && is_list_key(one.key)) {
            add_list(*there, std::move(one));
        } else {
            add_section(root_, std::move(one));
        }
    }
}

// An item changes at most one of an earlier document, and each of those is changed once: a name
// that one document has twice stays an error.
void merger::add_list(entry& into, entry from) {
    make_list(into);
    make_list(from);
    if (into.value.kind != node_kind::list) {
        return; // the check refuses it
    }
    if (from.value.kind != node_kind::list) {
        into.value = std::move(from.value); // likewise
        into.where = from.where;
        return;
    }
    std::vector<node>& items = into.value.items;
    std::map<std::string, std::size_t, std::less<>> earlier; // by name; those not changed yet
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (const std::string_view name = text_of(items[i], "name"); !name.empty()) {
            earlier.emplace(name, i);
        }
    }
    for (node& one : from.value.items) {
        const auto changed = earlier.find(text_of(one, "name"));
        if (changed == earlier.end()) {
            items.push_back(std::move(one));
        } else {
            add_item(items[changed->second], std::move(one), into.key);
            earlier.erase(changed);
        }
    }
}

void merger::make_list(entry& one) {
    if (one.value.kind != node_kind::table) {
        return;
    }
    complaint what = one_table(one.key);
    found_.push_back({one.where,
                      std::move(what.message),
                      std::move(what.hint),
                      {},
                      static_cast<std::uint32_t>(one.key.size())});
    node list;
    list.kind = node_kind::list;
    list.where = one.value.where;
    list.items.push_back(std::move(one.value));
    one.value = std::move(list);
}

void merger::add_item(node& into, node from, std::string_view list) {
    const std::string_view later = text_of(from, "type");
    const std::string type(later.empty() ? text_of(into, "type") : later);
    for (entry& one : from.entries) {
        const bool is_unit = one.value.is_inline && is_unit_(list, type, one.key);
        add_entry(into, std::move(one), is_unit);
    }
}

bool merger::set(node setting) {
    entry& first = setting.entries.front();
    if (is_list_key(first.key)) {
        return set_item(std::move(first));
    }
    add_section(root_, std::move(first));
    return true;
}

bool merger::set_item(entry setting) {
    const std::string& list = setting.key;
    node& names = setting.value;
    if (names.kind != node_kind::table || names.entries.size() != 1 ||
        names.entries.front().value.kind != node_kind::table) {
        found_.push_back({setting.where, "expected " + list + ".NAME.KEY=VALUE", "",
                          "each " + list + " is set by its name, one key at a time",
                          static_cast<std::uint32_t>(list.size())});
        return false;
    }
    entry& of_one = names.entries.front();
    const entry* const all = root_.find(list);
    const auto has_name = [&](const node& one) { return text_of(one, "name") == of_one.key; };
    if (all == nullptr ||
        !std::any_of(all->value.items.begin(), all->value.items.end(), has_name)) {
        complain_of_name(list, of_one);
        return false;
    }
    std::vector<node>& items = find_entry(root_, list)->value.items;
    add_item(*std::find_if(items.begin(), items.end(), has_name), std::move(of_one.value), list);
    return true;
}

void merger::complain_of_name(const std::string& list, const entry& name) {
    std::vector<std::string_view> known;
    if (const entry* const all = root_.find(list)) {
        for (const node& one : all->value.items) {
            if (const std::string_view each = text_of(one, "name"); !each.empty()) {
                known.push_back(each);
            }
        }
    }
    const bool is_number = name.key.find_first_not_of("0123456789") == std::string::npos;
    found_.push_back(
        {name.where, "there is no " + list + " " + quoted(name.key), did_you_mean(name.key, known),
         list == "route" && is_number ? "a route is set by its name, not by its number; add name = "
                                        "\"...\" to the route in its file"
         : known.empty()              ? "no " + list + " of the files has a name"
                                      : "names of " + list + "s: " + listed(known, "and"),
         static_cast<std::uint32_t>(std::max<std::size_t>(name.key.size(), 1))});
}

} // namespace tactus::config
