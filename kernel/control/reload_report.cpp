// SPDX-License-Identifier: MIT
#include "kernel/control/reload_report.hpp"

#include <utility>

#include <simdjson.h>

namespace tactus::control {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

template <class Value>
void read(const element& from, std::string_view key, Value& into) {
    Value value{};
    if (from[key].get(value) == simdjson::SUCCESS) {
        into = value;
    }
}

void read(const element& from, std::string_view key, std::string& into) {
    std::string_view text;
    if (from[key].get(text) == simdjson::SUCCESS) {
        into = text;
    }
}

void read(const element& from, std::string_view key, std::vector<std::string>& into) {
    array list;
    if (from[key].get(list) != simdjson::SUCCESS) {
        return;
    }
    for (const element each : list) {
        std::string_view text;
        if (each.get(text) == simdjson::SUCCESS) {
            into.emplace_back(text);
        }
    }
}

void read(const element& from, std::string_view key, std::vector<shortfall>& into) {
    array list;
    if (from[key].get(list) != simdjson::SUCCESS) {
        return;
    }
    for (const element each : list) {
        shortfall one;
        read(each, "name", one.name);
        read(each, "why", one.why);
        into.push_back(std::move(one));
    }
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
