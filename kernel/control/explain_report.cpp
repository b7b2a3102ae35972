// SPDX-License-Identifier: MIT
#include "kernel/control/explain_report.hpp"

#include "kernel/control/json_members.hpp"

#include <utility>

#include <simdjson.h>

namespace tactus::control {
namespace {

using simdjson::dom::element;

std::optional<event_bytes> event_at(const element& from, std::string_view key) {
    element found;
    if (from[key].get(found) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    result<event_bytes> read = read_event(simdjson::minify(found));
    return read ? std::optional(std::move(*read)) : std::nullopt;
}

explained_route route_of(const element& from) {
    explained_route made;
    made.name = text_at(from, "route");
    read(from, "line", made.line);
    read(from, "takes", made.takes);
    made.why = text_at(from, "why");
    made.makes = event_at(from, "makes");
    read(from, "for_s", made.for_s);
    read(from, "may_hold_back", made.may_hold_back);
    for_each(from, "outputs", [&made](const element& each) {
        made.outputs.push_back(
            {text_at(each, "output"), event_at(each, "gets"), text_at(each, "why")});
    });
    return made;
}

} // namespace

result<explain_report> read_explanation(std::string_view json) {
    simdjson::dom::parser dom;
    element whole;
    const simdjson::padded_string padded(json);
    if (dom.parse(padded).get(whole) != simdjson::SUCCESS || !whole.is_object()) {
        return fail(error_kind::invalid, "The daemon's answer is not an object.");
    }
    explain_report made;
    made.input = text_at(whole, "input");
    made.event = event_at(whole, "event");
    made.why = text_at(whole, "why");
    for_each(whole, "routes",
             [&made](const element& each) { made.routes.push_back(route_of(each)); });
    return made;
}

} // namespace tactus::control
