// SPDX-License-Identifier: MIT
#include "kernel/cli/explain_text.hpp"

#include "kernel/cli/number_text.hpp"
#include "kernel/config/text.hpp"
#include "kernel/daemon/tap/event_text.hpp"

#include <algorithm>
#include <vector>

namespace tactus::cli {
namespace {

using control::explained_output;
using control::explained_route;

std::string head_of(const explained_route& route) {
    return config::one_line(route.name) + " (line " + std::to_string(route.line) + ")";
}

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width - std::min(width, text.size()), ' ');
}

std::string seconds_text(double seconds) {
    return number_text(seconds, 6) + " s";
}

std::string taken_text(const explained_route& route) {
    std::string text = "takes it";
    if (route.makes) {
        text += ", and makes  " + text_of(*route.makes);
    }
    if (route.for_s > 0) {
        text += ", ended after " + seconds_text(route.for_s);
    }
    if (route.may_hold_back) {
        text += "; `throttle` or `dedupe` may hold it back";
    }
    return text;
}

std::string output_line(const explained_output& output, std::size_t width) {
    return "    " + padded(output.name, width) + "  " +
           (output.gets ? "gets  " + text_of(*output.gets)
                        : "nothing is sent: " + config::one_line(output.why)) +
           "\n";
}

} // namespace

std::string text_of(const control::event_bytes& of) {
    tactus_event event{};
    event.protocol = of.protocol;
    event.bytes = of.bytes.data();
    event.size = static_cast<std::uint32_t>(of.bytes.size());
    return daemon::event_text(event);
}

std::string explain_text(const control::explain_report& of) {
    std::string text = of.input + "  " + (of.event ? text_of(*of.event) : "") + "\n";
    if (!of.why.empty()) {
        return text + "  " + config::one_line(of.why) + "\n";
    }
    std::size_t width = 0;
    for (const explained_route& route : of.routes) {
        width = std::max(width, head_of(route).size());
    }
    for (const explained_route& route : of.routes) {
        text +=
            "  " + padded(head_of(route), width) + "  " +
            (route.takes ? taken_text(route) : "does not take it: " + config::one_line(route.why)) +
            "\n";
        std::size_t name_width = 0;
        for (const explained_output& output : route.outputs) {
            name_width = std::max(name_width, output.name.size());
        }
        for (const explained_output& output : route.outputs) {
            text += output_line(output, name_width);
        }
    }
    const bool is_taken = std::any_of(of.routes.begin(), of.routes.end(),
                                      [](const explained_route& each) { return each.takes; });
    return is_taken ? text : text + "No route takes it.\n";
}

} // namespace tactus::cli
