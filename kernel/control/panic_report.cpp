// SPDX-License-Identifier: MIT
#include "kernel/control/panic_report.hpp"

#include "kernel/control/json_members.hpp"

namespace tactus::control {

std::vector<not_ended> read_panic(std::string_view json) {
    std::vector<not_ended> all;
    simdjson::dom::parser parser;
    const simdjson::padded_string padded(json);
    simdjson::dom::element whole;
    if (parser.parse(padded).get(whole) == simdjson::SUCCESS) {
        for_each(whole, "not_ended", [&all](const simdjson::dom::element& each) {
            not_ended& one = all.emplace_back();
            read(each, "output", one.output);
            read(each, "notes_and_pedals", one.notes_and_pedals);
            read(each, "why", one.why);
        });
    }
    return all;
}

} // namespace tactus::control
