// SPDX-License-Identifier: MIT
#include "kernel/cli/send_text.hpp"

#include "kernel/cli/number_text.hpp"

namespace tactus::cli {
namespace {

std::string late_text(double late_s) {
    if (late_s < 1e-6) {
        return "sent in time";
    }
    return "sent, " +
           (late_s < 0.9995 ? number_text(late_s * 1e3) + " ms" : number_text(late_s) + " s") +
           " late";
}

} // namespace

std::string sending_text(const control::send_report& of) {
    if (of.result.empty()) {
        return {};
    }
    std::string text;
    for (const control::send_report::route& each : of.routes) {
        text += each.name + " (line " + std::to_string(each.line) + "): " + each.result + "\n";
    }
    if (of.routes.empty() && of.result == "unrouted") {
        return "no route took it: " + of.reason + "\n";
    }
    return of.result == "routed" ? text : text + "it was " + of.result + ": " + of.reason + "\n";
}

std::string outcome_text(const control::outcome_report& of) {
    std::string text;
    for (const control::outcome_report::delivery& each : of.deliveries) {
        text +=
            each.output + ": " +
            (each.result == "sent" ? late_text(each.late_s) : each.result + ": " + each.reason) +
            "\n";
    }
    if (of.is_taken_back) {
        text += "The waiting events were taken back.\n";
    } else if (of.unknown > 0) {
        text += std::to_string(of.unknown) + (of.unknown == 1 ? " delivery" : " deliveries") +
                " did not leave: cancelled, displaced by a newer event, or still waiting.\n";
    }
    return text;
}

} // namespace tactus::cli
