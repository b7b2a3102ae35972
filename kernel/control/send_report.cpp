// SPDX-License-Identifier: MIT
#include "kernel/control/send_report.hpp"

#include "kernel/control/json_members.hpp"

#include <algorithm>

#include <simdjson.h>

namespace tactus::control {
namespace {

using simdjson::dom::element;

unexpected<error> no_object() {
    return fail(error_kind::invalid, "The daemon's answer is not an object.");
}

bool parse(simdjson::dom::parser& with, std::string_view json, element& into) {
    return with.parse(simdjson::padded_string(json)).get(into) == simdjson::SUCCESS &&
           into.is_object();
}

} // namespace

bool outcome_report::is_all_sent() const noexcept {
    return !is_taken_back && unknown == 0 && !deliveries.empty() &&
           std::all_of(deliveries.begin(), deliveries.end(),
                       [](const delivery& each) { return each.result == "sent"; });
}

result<send_report> read_sending(std::string_view json) {
    simdjson::dom::parser dom;
    element whole;
    if (!parse(dom, json, whole)) {
        return no_object();
    }
    send_report made;
    read(whole, "number", made.number);
    made.result = text_at(whole, "result");
    made.reason = text_at(whole, "reason");
    for_each(whole, "routes", [&made](const element& each) {
        send_report::route& route = made.routes.emplace_back();
        route.name = text_at(each, "route");
        read(each, "line", route.line);
        route.result = text_at(each, "result");
    });
    return made;
}

result<outcome_report> read_outcome(std::string_view json) {
    simdjson::dom::parser dom;
    element whole;
    if (!parse(dom, json, whole)) {
        return no_object();
    }
    outcome_report made;
    read(whole, "taken_back", made.is_taken_back);
    read(whole, "unknown", made.unknown);
    for_each(whole, "deliveries", [&made](const element& each) {
        outcome_report::delivery& delivery = made.deliveries.emplace_back();
        delivery.output = text_at(each, "output");
        delivery.result = text_at(each, "result");
        delivery.reason = text_at(each, "reason");
        read(each, "late_s", delivery.late_s);
    });
    return made;
}

} // namespace tactus::control
