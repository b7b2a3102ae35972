// SPDX-License-Identifier: MIT
// A scrape as numbers, and whether both ledgers are exact in it.
#pragma once

#include <fmt/format.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace tactus::test {

// name{labels} -> value, of a whole scrape.
inline std::map<std::string, double> series_of(const std::string& body) {
    std::map<std::string, double> all;
    std::istringstream lines(body);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t blank = line.rfind(' ');
        if (!line.empty() && line.front() != '#' && blank != std::string::npos) {
            all[line.substr(0, blank)] = std::stod(line.substr(blank + 1));
        }
    }
    return all;
}

// The sum over all label sets of `name` that have this one.
inline double sum(const std::map<std::string, double>& all, const std::string& name,
                  const std::string& label) {
    double total = 0;
    for (const auto& [series, value] : all) {
        if (series.starts_with(name + "{") && series.find(label) != std::string::npos) {
            total += value;
        }
    }
    return total;
}

// What does not add up in a scrape; empty: nothing.
inline std::string wrong_in(const std::map<std::string, double>& all,
                            const std::vector<std::string>& inputs,
                            const std::vector<std::string>& outputs) {
    std::string wrong;
    for (const std::string& name : inputs) {
        const std::string input = "input=\"" + name + "\"";
        const auto of = [&](const std::string& what) {
            return sum(all, "tactus_input_messages_" + what + "_total", input);
        };
        if (of("received") != of("rejected") + of("unrouted") + of("routed")) {
            wrong += fmt::format("{}: {} != {} + {} + {}; ", input, of("received"), of("rejected"),
                                 of("unrouted"), of("routed"));
        }
    }
    for (const std::string& name : outputs) {
        const std::string output = "output=\"" + name + "\"";
        const auto of = [&](const std::string& what) {
            return sum(all, "tactus_deliveries_" + what, output);
        };
        if (of("accepted_total") != of("sent_total") + of("dropped_total") + of("pending")) {
            wrong += fmt::format("{}: {} != {} + {} + {}; ", output, of("accepted_total"),
                                 of("sent_total"), of("dropped_total"), of("pending"));
        }
    }
    return all.at("tactus_deliveries_unaccounted") == 0 ? wrong : wrong + "unaccounted";
}

} // namespace tactus::test
