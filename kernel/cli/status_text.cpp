// SPDX-License-Identifier: MIT
#include "kernel/cli/status_text.hpp"

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/cli/number_text.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <vector>

namespace tactus::cli {
namespace {

using config::one_line;
using control::input_report;
using control::output_report;
using control::reason_count;
using control::status_report;

std::string counted(const char* what, std::uint64_t count) {
    return std::string("  ") + what + " " + std::to_string(count);
}

std::uint64_t sum_of(const std::vector<reason_count>& counts) {
    return std::accumulate(
        counts.begin(), counts.end(), std::uint64_t{0},
        [](std::uint64_t sum, const reason_count& each) { return sum + each.count; });
}

// "  dropped 5 (too_late 3, stop 2)"; empty if there is nothing.
std::string reasons(const char* what, const std::vector<reason_count>& counts) {
    if (counts.empty()) {
        return {};
    }
    std::string text = counted(what, sum_of(counts)) + " (";
    const char* separator = "";
    for (const reason_count& each : counts) {
        text += separator + one_line(each.reason) + " " + std::to_string(each.count);
        separator = ", ";
    }
    return text + ")";
}

std::string ms_text(double seconds) {
    return number_text(seconds * 1e3) + " ms";
}

std::string rate_text(std::uint64_t now, std::uint64_t before, double seconds) {
    char text[32];
    std::snprintf(text, sizeof text, "  %.0f/s",
                  static_cast<double>(now - std::min(now, before)) / seconds);
    return text;
}

// From the daemon; one that does not tell it yet is compared with its earlier report, if any.
std::string rate_text(const std::optional<double>& per_s, std::uint64_t now,
                      std::optional<std::uint64_t> before, double seconds) {
    if (per_s) {
        return "  " + number_text(*per_s) + "/s";
    }
    return before ? rate_text(now, *before, seconds) : std::string();
}

// "  in the last minute (rate 3)"; empty if there was nothing.
std::string lately(const char* what, const std::vector<reason_count>& counts) {
    const std::string text = reasons(what, counts);
    return text.empty() ? text
                        : ", in the last minute" + text.substr(2 + std::string_view(what).size());
}

std::string due_text(const output_report& of) {
    if (of.pending == 0 || !of.next_due_s) {
        return {};
    }
    return *of.next_due_s < 1 ? ", next in " + ms_text(std::max(*of.next_due_s, 0.0))
                              : ", next in " + span_text(*of.next_due_s);
}

std::string bound_text(double bound_s) {
    constexpr double greatest_s = static_cast<double>(base::lateness_bounds_ns.back()) / 1e9;
    return std::isinf(bound_s) ? "> " + ms_text(greatest_s) : "<= " + ms_text(bound_s);
}

std::string lateness_text(const output_report& of) {
    const bool has_recent = of.lately_p50_s && of.lately_p99_s;
    const std::optional<double>& p50_s = has_recent ? of.lately_p50_s : of.late_p50_s;
    const std::optional<double>& p99_s = has_recent ? of.lately_p99_s : of.late_p99_s;
    if (!p50_s || !p99_s) {
        return {};
    }
    return "  late p50 " + bound_text(*p50_s) + ", p99 " + bound_text(*p99_s);
}

const char* state_text(bool is_up, bool is_used, bool is_muted) {
    return !is_used ? "unused" : !is_up ? "DOWN" : is_muted ? "MUTED" : "up";
}

template <class Report>
const Report* find(const std::vector<Report>& in, const std::string& name) {
    const auto found =
        std::find_if(in.begin(), in.end(), [&](const Report& each) { return each.name == name; });
    return found == in.end() ? nullptr : &*found;
}

template <class Report>
std::size_t widest(const std::vector<Report>& in, std::size_t least) {
    for (const Report& each : in) {
        least = std::max(least, one_line(each.name).size());
    }
    return least;
}

std::string begin_of_line(const std::string& name, std::size_t width, const char* state) {
    return "  " + name + std::string(width - name.size(), ' ') + "  " + state +
           std::string(6 - std::string_view(state).size(), ' ');
}

std::string input_line(const input_report& of, std::size_t width, const input_report* earlier,
                       double seconds) {
    std::string line =
        begin_of_line(one_line(of.name), width, state_text(of.is_up, of.is_used, of.is_muted));
    line += counted("received", of.received);
    line +=
        rate_text(of.received_per_s, of.received,
                  earlier == nullptr ? std::nullopt : std::optional(earlier->received), seconds);
    line += reasons("rejected", of.rejected) + lately("rejected", of.rejected_lately);
    line += reasons("unrouted", of.unrouted) + lately("unrouted", of.unrouted_lately);
    return line + (of.is_muted && !of.is_up ? "  MUTED" : "") + "\n";
}

std::string output_lines(const output_report& of, std::size_t width, const output_report* earlier,
                         double seconds) {
    std::string lines =
        begin_of_line(one_line(of.name), width, state_text(of.is_up, of.is_used, of.is_muted));
    lines += counted("sent", of.sent);
    lines += rate_text(of.sent_per_s, of.sent,
                       earlier == nullptr ? std::nullopt : std::optional(earlier->sent), seconds);
    lines += of.pending > 0 ? counted("pending", of.pending) + due_text(of) : "";
    lines += of.sounding > 0 ? counted("sounding", of.sounding) : "";
    lines += lateness_text(of);
    lines += reasons("dropped", of.dropped) + lately("dropped", of.dropped_lately);
    lines += std::string(of.is_muted && !of.is_up ? "  MUTED" : "") + "\n";
    for (const control::named_state& port : of.ports) {
        lines +=
            "    " + std::string(port.is_up ? "up    " : "DOWN  ") + one_line(port.name) + "\n";
    }
    return lines;
}

std::string shortfalls(const char* what, const std::vector<control::shortfall>& list) {
    std::string text;
    for (const control::shortfall& each : list) {
        text += std::string(what) + one_line(each.name) + ": " + one_line(each.why) + "\n";
    }
    return text;
}

} // namespace

std::string span_text(double seconds) {
    const auto whole = static_cast<std::int64_t>(seconds);
    const auto two = [](std::int64_t large, const char* unit, std::int64_t small,
                        const char* rest) {
        return std::to_string(large) + unit +
               (small > 0 ? " " + std::to_string(small) + rest : std::string());
    };
    if (whole >= 86'400) {
        return two(whole / 86'400, " d", whole % 86'400 / 3600, " h");
    }
    if (whole >= 3600) {
        return two(whole / 3600, " h", whole % 3600 / 60, " min");
    }
    return whole >= 60 ? two(whole / 60, " min", whole % 60, " s") : std::to_string(whole) + " s";
}

std::string status_text(const status_report& now, const status_report* earlier, double seconds) {
    std::string text = one_line(now.name) + "  " + (now.is_ready ? "ready" : "NOT READY") +
                       ", running for " + span_text(now.uptime_s) + ", tactus " +
                       one_line(now.version) + ", process " + std::to_string(now.process) + "\n";
    text += "file  " + one_line(now.config_path) + ", loaded " + span_text(now.config_age_s) +
            " ago" + (now.has_config_changed ? "; it CHANGED on disk since" : "") + "\n";
    if (now.reload_age_s && !now.reload_refusal.empty()) {
        text += "      NOT RELOADED " + span_text(*now.reload_age_s) +
                " ago: " + one_line(now.reload_refusal.substr(0, now.reload_refusal.find('\n'))) +
                "\n";
    }
    text += shortfalls("missing   ", now.missing) + shortfalls("impaired  ", now.impaired);
    const std::size_t width = widest(now.outputs, widest(now.inputs, 8));
    text += "inputs\n";
    for (const input_report& each : now.inputs) {
        const input_report* const before =
            earlier == nullptr ? nullptr : find(earlier->inputs, each.name);
        text += input_line(each, width, before, seconds);
    }
    text += "outputs\n";
    for (const output_report& each : now.outputs) {
        const output_report* const before =
            earlier == nullptr ? nullptr : find(earlier->outputs, each.name);
        text += output_lines(each, width, before, seconds);
    }
    const char* separator = "muted     ";
    for (const std::string& each : now.muted_routes) {
        text += separator + one_line(each);
        separator = ", ";
    }
    return text + (now.muted_routes.empty() ? "" : "\n");
}

} // namespace tactus::cli
