// SPDX-License-Identifier: MIT
#include "kernel/control/reload_report.hpp"

#include "kernel/control/json_members.hpp"

namespace tactus::control {
namespace {

using control::read; // beside those below
using simdjson::dom::element;

void read(const element& from, std::string_view key, std::vector<std::string>& into) {
    for_each(from, key, [&into](const element& each) {
        std::string_view text;
        if (each.get(text) == simdjson::SUCCESS) {
            into.emplace_back(text);
        }
    });
}

void read(const element& from, std::string_view key, std::vector<shortfall>& into) {
    for_each(from, key, [&into](const element& each) {
        into.push_back({text_at(each, "name"), text_at(each, "why")});
    });
}

} // namespace

reload_report read_reload(std::string_view json) {
    reload_report made;
    simdjson::dom::parser parser;
    const simdjson::padded_string padded(json);
    element whole;
    if (parser.parse(padded).get(whole) != simdjson::SUCCESS) {
        return made;
    }
    read(whole, "dry_run", made.is_dry);
    read(whole, "file", made.file);
    read(whole, "kept", made.kept);
    read(whole, "changed", made.changed);
    read(whole, "restarted", made.restarted);
    read(whole, "opened", made.opened);
    read(whole, "closed", made.closed);
    read(whole, "sections", made.sections);
    read(whole, "routes_changed", made.has_new_routes);
    read(whole, "down", made.down);
    element check;
    if (whole["check"].get(check) == simdjson::SUCCESS) {
        read(check, "errors", made.errors);
        read(check, "warnings", made.warnings);
    }
    return made;
}

} // namespace tactus::control
