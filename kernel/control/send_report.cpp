// SPDX-License-Identifier: MIT
#include "kernel/control/send_report.hpp"

#include <algorithm>

#include <simdjson.h>

namespace tactus::control {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

std::string text_at(const element& from, std::string_view key) {
    std::string_view text;
    return from[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

// What is absent leaves `into` as it is.
template <class Number>
void read_number(const element& from, std::string_view key, Number& into) {
    Number value{};
    if (from[key].get(value) == simdjson::SUCCESS) {
        into = value;
    }
}

template <class Use>
void for_each(const element& from, std::string_view key, Use&& use) {
    array list;
    if (from[key].get(list) == simdjson::SUCCESS) {
        for (const element each : list) {
            use(each);
        }
    }
}

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
    read_number(whole, "number", made.number);
    made.result = text_at(whole, "result");
    made.reason = text_at(whole, "reason");
    for_each(whole, "routes", [&made](const element& each) {
        send_report::route& route = made.routes.emplace_back();
        route.name = text_at(each, "route");
        read_number(each, "line", route.line);
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
    read_number(whole, "taken_back", made.is_taken_back);
    read_number(whole, "unknown", made.unknown);
    for_each(whole, "deliveries", [&made](const element& each) {
        outcome_report::delivery& delivery = made.deliveries.emplace_back();
        delivery.output = text_at(each, "output");
        delivery.result = text_at(each, "result");
        delivery.reason = text_at(each, "reason");
        read_number(each, "late_s", delivery.late_s);
    });
    return made;
}

} // namespace tactus::control
