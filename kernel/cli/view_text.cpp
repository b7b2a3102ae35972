// SPDX-License-Identifier: MIT
#include "kernel/cli/view_text.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/base/lateness_bounds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace tactus::cli {
namespace {

constexpr std::size_t what_width = 44;
constexpr const char* dim = "\x1b[2m";
constexpr const char* yellow = "\x1b[33m";
constexpr const char* plain = "\x1b[0m";

std::string padded(std::string_view text, std::size_t width) {
    std::string out(text);
    out.append(width - std::min(width, out.size()), ' ');
    return out;
}

std::size_t widest_name(std::span<const output_figures> outputs) {
    std::size_t width = 0;
    for (const output_figures& each : outputs) {
        width = std::max(width, each.name.size());
    }
    return width;
}

std::string lateness_figures(const flow::output_snapshot& of) {
    return "late p50 " + quantile_text(of.lateness, base::lateness_bounds_ns, 0.5) + ", p99 " +
           quantile_text(of.lateness, base::lateness_bounds_ns, 0.99);
}

std::string dropped_text(const flow::output_ledger& ledger) {
    std::string out = std::to_string(ledger.dropped_by.total()) + " dropped";
    std::string reasons;
    for (std::size_t i = 0; i < flow::dropped_names.size(); ++i) {
        if (const auto n = ledger.dropped_by.of(static_cast<flow::dropped>(i)); n > 0) {
            reasons += (reasons.empty() ? "" : ", ") + std::string(flow::dropped_names[i]) + " " +
                       std::to_string(n);
        }
    }
    return reasons.empty() ? out : out + " (" + reasons + ")";
}

} // namespace

std::string duration_text(std::int64_t duration_ns) {
    std::array<char, 32> text{};
    if (duration_ns <= 999'000) {
        std::snprintf(text.data(), text.size(), "%lld us",
                      static_cast<long long>((duration_ns + 999) / 1'000));
    } else if (duration_ns <= 9'900'000) {
        const std::int64_t tenths = (duration_ns + 99'999) / 100'000;
        if (tenths % 10 == 0) {
            return std::to_string(tenths / 10) + " ms";
        }
        std::snprintf(text.data(), text.size(), "%lld.%lld ms", static_cast<long long>(tenths / 10),
                      static_cast<long long>(tenths % 10));
    } else if (duration_ns <= 999'000'000) {
        std::snprintf(text.data(), text.size(), "%lld ms",
                      static_cast<long long>((duration_ns + 999'999) / 1'000'000));
    } else {
        std::snprintf(text.data(), text.size(), "%.1f s",
                      std::ceil(static_cast<double>(duration_ns) / 1e8) / 10);
    }
    return text.data();
}

std::string lateness_text(std::int64_t late_ns) {
    return late_ns < 0 ? "due in " + duration_text(-late_ns) : duration_text(late_ns) + " late";
}

std::string time_of_day(std::int64_t unix_ns) {
    const std::time_t seconds = unix_ns / 1'000'000'000;
    std::tm local{};
    ::localtime_r(&seconds, &local);
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%02d:%02d:%02d.%03d", local.tm_hour, local.tm_min,
                  local.tm_sec, static_cast<int>(unix_ns / 1'000'000 % 1'000));
    return text.data();
}

std::string quantile_text(const base::histogram::snapshot& of,
                          std::span<const std::int64_t> bounds_ns, double share) {
    TACTUS_ASSERT(share > 0 && share <= 1 && bounds_ns.size() < of.buckets.size());
    if (of.count == 0) {
        return "-";
    }
    const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(of.count)));
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < bounds_ns.size(); ++i) {
        below += of.buckets[i];
        if (below >= rank) {
            return "<= " + duration_text(bounds_ns[i]);
        }
    }
    return "> " + duration_text(bounds_ns.back());
}

std::string to_text(const event_line& line, const line_widths& widths, bool has_colour) {
    const std::string time = time_of_day(line.unix_ns);
    const bool is_sent = line.not_sent.empty();
    const std::string late = is_sent ? lateness_text(line.late_ns) : line.not_sent;
    const std::string from = padded(line.from, widths.from);
    std::string out = has_colour ? dim + time + plain : time;
    out += "  " + from + " -> " + padded(line.to, widths.to) + "  " +
           padded(line.what, what_width) + "  ";
    const bool is_bad = !is_sent || line.late_ns > felt_ns;
    out += has_colour && is_bad ? yellow + late + plain : late;
    return line.route.empty() ? out : out + "  by " + line.route;
}

std::vector<std::string> status_lines(std::span<const output_figures> outputs) {
    const std::size_t width = widest_name(outputs);
    std::vector<std::string> lines;
    for (const output_figures& each : outputs) {
        const flow::output_snapshot& now = each.now;
        lines.push_back(padded(each.name, width) + "  " + std::to_string(now.ledger.sent) +
                        " sent (" + std::to_string(each.sent_a_second) + "/s)  " +
                        lateness_figures(now) + "  " +
                        std::to_string(now.ledger.dropped_by.total()) + " dropped  " +
                        std::to_string(now.pending) + " waiting" + (now.is_up ? "" : "  down"));
    }
    return lines;
}

std::vector<std::string> summary_lines(std::span<const output_figures> outputs) {
    const std::size_t width = widest_name(outputs);
    std::vector<std::string> lines;
    for (const output_figures& each : outputs) {
        lines.push_back("  " + padded(each.name, width) + "  " +
                        std::to_string(each.now.ledger.sent) + " sent, " +
                        lateness_figures(each.now) + ", " + dropped_text(each.now.ledger));
    }
    return lines;
}

} // namespace tactus::cli
