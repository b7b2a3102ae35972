// SPDX-License-Identifier: MIT
#include "kernel/metrics/page/lateness.hpp"

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/metrics/page/html.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tactus::metrics::page {
namespace {

using base::lateness_bounds_ns;

constexpr std::int64_t first_mark_ns = 1'000'000;
constexpr std::int64_t second_mark_ns = 5'000'000;

// Units: of the drawing.
constexpr int bar_pitch = 20;
constexpr int bar_width = 16;
constexpr int top = 18; // room for the words of the marks
constexpr int depth = 90;
constexpr int width = bar_pitch * static_cast<int>(lateness_bounds_ns.size() + 1) + 4;

// The right edge of the bar of that bound.
int edge_of(std::size_t bound) noexcept {
    return (static_cast<int>(bound) + 1) * bar_pitch;
}

std::size_t index_of(std::int64_t bound_ns) noexcept {
    const auto* const found =
        std::find(lateness_bounds_ns.begin(), lateness_bounds_ns.end(), bound_ns);
    return static_cast<std::size_t>(found - lateness_bounds_ns.begin());
}

void append_mark(std::string& out, std::int64_t at_ns, std::string_view style) {
    const std::string x = std::to_string(edge_of(index_of(at_ns)));
    out.append("<path class=\"").append(style).append("\" d=\"M").append(x).append(" 4V");
    out.append(std::to_string(top + depth)).append("\"/><text x=\"");
    out.append(std::to_string(edge_of(index_of(at_ns)) + 4)).append("\" y=\"13\">");
    out.append(bound_text(at_ns)).append("</text>");
}

void append_axis_text(std::string& out, int x, std::string_view anchor, std::string_view text) {
    out.append("<text x=\"").append(std::to_string(x)).append("\" y=\"");
    out.append(std::to_string(top + depth + 15)).append("\" text-anchor=\"").append(anchor);
    out.append("\">").append(text).append("</text>");
}

void append_bars(std::string& out, const base::histogram::snapshot& of) {
    const std::uint64_t most = *std::max_element(of.buckets.begin(), of.buckets.end());
    for (std::size_t i = 0; i <= lateness_bounds_ns.size(); ++i) {
        if (of.buckets[i] == 0) {
            continue;
        }
        const double share =
            std::log1p(static_cast<double>(of.buckets[i])) / std::log1p(static_cast<double>(most));
        const int height = std::max(3, static_cast<int>(std::lround(share * (depth - 4))));
        const std::string_view how = i <= index_of(first_mark_ns)    ? "good"
                                     : i <= index_of(second_mark_ns) ? "fair"
                                                                     : "late";
        out.append("<rect class=\"").append(how).append("\" x=\"");
        out.append(std::to_string(edge_of(i) - bar_pitch + 2)).append("\" y=\"");
        out.append(std::to_string(top + depth - height)).append("\" width=\"");
        out.append(std::to_string(bar_width)).append("\" height=\"").append(std::to_string(height));
        out += "\"/>";
    }
}

void append_words(std::string& out, const base::histogram::snapshot& of) {
    if (of.count == 0) {
        out += "<p>Nothing was sent in the last minute.</p>";
        return;
    }
    const auto count_later = [&of](std::int64_t bound_ns) {
        const std::uint64_t count = later_than(of, bound_ns);
        return "<b>" + (count == 0 ? std::string("none") : count_text(count)) + "</b> later than " +
               bound_text(bound_ns);
    };
    out.append("<p><b>").append(count_text(of.count)).append("</b> sent, half of them ");
    out.append(share_text(of, 0.5)).append(", 99 % ").append(share_text(of, 0.99)).append("; ");
    out.append(count_later(first_mark_ns)).append(", ").append(count_later(second_mark_ns));
    out += ".</p>";
}

} // namespace

std::uint64_t later_than(const base::histogram::snapshot& of, std::int64_t bound_ns) {
    std::uint64_t count = 0;
    for (std::size_t i = index_of(bound_ns) + 1; i <= lateness_bounds_ns.size(); ++i) {
        count += of.buckets[i];
    }
    return count;
}

std::string share_text(const base::histogram::snapshot& of, double share) {
    const auto wanted =
        static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(of.count)));
    std::uint64_t within = 0;
    for (std::size_t i = 0; of.count > 0 && i < lateness_bounds_ns.size(); ++i) {
        within += of.buckets[i];
        if (within >= std::max<std::uint64_t>(wanted, 1)) {
            return "within " + bound_text(lateness_bounds_ns[i]);
        }
    }
    return of.count == 0 ? "" : "later than " + bound_text(lateness_bounds_ns.back());
}

void append_lateness(std::string& out, const base::histogram::snapshot& of) {
    append_words(out, of);
    out.append("<svg class=\"late-bars\" viewBox=\"0 0 ").append(std::to_string(width)).append(" ");
    out.append(std::to_string(top + depth + 20));
    out += "\" role=\"img\" aria-label=\"Histogram of the lateness; the sentence above says the "
           "same\">";
    append_bars(out, of);
    out.append("<path class=\"axis\" d=\"M0 ").append(std::to_string(top + depth)).append("H");
    out.append(std::to_string(width)).append("\"/>");
    append_mark(out, first_mark_ns, "limit first");
    append_mark(out, second_mark_ns, "limit second");
    append_axis_text(out, 2, "start", bound_text(lateness_bounds_ns.front()));
    append_axis_text(out, edge_of(index_of(100'000)), "end", bound_text(100'000));
    append_axis_text(out, width - 2, "end", "over " + bound_text(lateness_bounds_ns.back()));
    out +=
        "</svg><p class=\"note\">The further right, the later. Heights are logarithmic: one late "
        "event is seen beside thousands in time.</p>";
}

} // namespace tactus::metrics::page
