// SPDX-License-Identifier: MIT
#include "kernel/metrics/page/render.hpp"

#include "kernel/base/lateness_bounds.hpp"
#include "kernel/metrics/page/assets.hpp"
#include "kernel/metrics/page/html.hpp"
#include "kernel/metrics/page/lateness.hpp"
#include "kernel/metrics/page/lists.hpp"
#include "kernel/metrics/page/map.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tactus::metrics::page {
namespace {

std::string_view state_word(const view& of) noexcept {
    return of.state == "stopping"   ? "Stopping"
           : of.state == "starting" ? "Starting"
           : of.is_ready            ? "Ready"
                                    : "Not ready";
}

// A tick, a cross, or an exclamation mark: the state without its colour.
std::string_view state_mark(const view& of) noexcept {
    return !of.is_ready           ? "<path d=\"M14 14L34 34M34 14L14 34\"/>"
           : !of.impaired.empty() ? "<path d=\"M24 11V27M24 33V36\"/>"
                                  : "<path d=\"M12 25L20 33L36 15\"/>";
}

void append_parts(std::string& out, std::string_view what, const std::vector<outage>& parts) {
    constexpr std::size_t named_max = 6;
    out += what;
    for (std::size_t i = 0; i < std::min(parts.size(), named_max); ++i) {
        out += i == 0 ? "<b>" : ", <b>";
        append_text(out, parts[i].name);
        out += "</b>";
    }
    out += parts.size() > named_max ? " and " + std::to_string(parts.size() - named_max) + " more"
                                    : "";
}

void append_state(std::string& out, const view& of) {
    const std::string_view look = !of.is_ready ? "bad" : of.impaired.empty() ? "good" : "fair";
    out.append("<section class=\"state ").append(look).append("\" aria-label=\"State\">");
    out += "<svg viewBox=\"0 0 48 48\" aria-hidden=\"true\"><circle cx=\"24\" cy=\"24\" r=\"21\"/>";
    out.append(state_mark(of)).append("</svg><div><p class=\"word\">").append(state_word(of));
    out += "</p><p class=\"about\">";
    if (!of.missing.empty()) {
        append_parts(out, "Missing: ", of.missing);
    } else if (!of.impaired.empty()) {
        append_parts(out, "Not required, but away: ", of.impaired);
    } else {
        out += of.inputs.empty() && of.outputs.empty() ? "Nothing is configured."
                                                       : "Everything is there.";
    }
    out += "</p></div></section>";
}

void append_figure(std::string& out, std::string_view what, std::string_view value,
                   std::string_view unit, bool is_alarming = false) {
    out.append("<div").append(is_alarming ? " class=\"alarm\"" : "").append("><dt>").append(what);
    out.append("</dt><dd>").append(is_alarming ? "<span aria-hidden=\"true\">! </span>" : "");
    out.append(value).append(unit.empty() ? "" : "<small>").append(unit);
    out.append(unit.empty() ? "" : "</small>").append("</dd></div>");
}

base::histogram::snapshot all_lateness(const view& of) {
    base::histogram::snapshot all;
    for (const end_line& each : of.outputs) {
        all += each.late;
    }
    return all;
}

// The figures that are read from two metres.
void append_figures(std::string& out, const view& of, const base::histogram::snapshot& late) {
    double in_per_s = 0;
    double out_per_s = 0;
    std::uint64_t lost = 0;
    for (const end_line& each : of.inputs) {
        in_per_s += each.per_s;
    }
    for (const end_line& each : of.outputs) {
        out_per_s += each.per_s;
    }
    for (const loss_line& each : of.losses) {
        lost += each.is_meant || each.kind == loss_kind::unrouted ? 0 : each.lately;
    }
    const std::uint64_t late_ones = later_than(late, 5'000'000);
    out += "<dl class=\"figures\" aria-label=\"Now\">";
    append_figure(out, "In", rate_text(in_per_s), "/s");
    append_figure(out, "Out", rate_text(out_per_s), "/s");
    append_figure(out, "Over 5 ms late, last minute", count_text(late_ones), "", late_ones > 0);
    append_figure(out, "Lost, last minute", count_text(lost), "", lost > 0);
    out += "</dl>";
}

void append_facts(std::string& out, const view& of) {
    out += "<section class=\"facts\" aria-label=\"About\"><dl><div><dt>Name</dt><dd>";
    append_text(out, of.name);
    out += "</dd></div><div><dt>Version</dt><dd>";
    append_text(out, of.version);
    out.append("</dd></div><div><dt>Running for</dt><dd>");
    out.append(span_text(of.now_unix_ns - of.started_unix_ns));
    out += "</dd></div><div><dt>Configuration</dt><dd>";
    for (const std::string& path : of.config_paths) {
        out += "<code>";
        append_text(out, path, 1024);
        out += "</code> ";
    }
    out.append("<small>taken ").append(span_text(of.now_unix_ns - of.config_unix_ns));
    out.append(" ago").append(of.has_config_changed ? "; <b>changed on disk since</b>: "
                                                      "<code>tactus reload</code> takes it"
                                                    : "");
    out += "</small></dd></div>";
    if (of.reload.is_any) {
        out.append("<div><dt>Last reload</dt><dd>");
        out.append(of.reload.refusal.empty() ? "taken" : "<b>refused</b>").append(" <small>");
        out.append(span_text(of.now_unix_ns - of.reload.at_unix_ns)).append(" ago</small>");
        if (!of.reload.refusal.empty()) {
            out += " ";
            append_text(out, of.reload.refusal, 1000);
        }
        out += "</dd></div>";
    }
    out += "</dl></section>";
}

} // namespace

std::string title_of(const view& of) {
    return std::string(state_word(of)) + " \xE2\x80\x93 " + of.name;
}

std::string render_live(const view& of) {
    const base::histogram::snapshot late = all_lateness(of);
    std::string out;
    out.reserve(std::size_t{1} << 15U);
    out += "<div id=\"live\" data-title=\"";
    append_text(out, title_of(of));
    out += "\">";
    append_state(out, of);
    append_outages(out, of);
    append_figures(out, of, late);
    out += "<section class=\"routes\" aria-labelledby=\"h-map\"><h2 id=\"h-map\">Routes</h2>";
    if (!of.inputs.empty() || !of.routes.empty() || !of.outputs.empty()) {
        append_map(out, of);
    }
    append_routes(out, of);
    out += "</section><div class=\"columns\"><section aria-labelledby=\"h-late\"><h2 "
           "id=\"h-late\">Lateness, last minute</h2>";
    append_lateness(out, late);
    out += "</section>";
    append_losses(out, of);
    out += "</div>";
    append_ends(out, of);
    append_facts(out, of);
    out += "</div>";
    return out;
}

std::string render_page(const view& of, std::string_view nonce) {
    std::string out = "<!doctype html>\n<html lang=\"en\" data-build=\"";
    append_text(out, of.build);
    out += "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
           "content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" "
           "content=\"light dark\"><title>";
    append_text(out, title_of(of));
    out.append("</title><style nonce=\"").append(nonce).append("\">").append(style_sheet);
    out += "</style></head><body><header><h1>tactus <span>";
    append_text(out, of.name);
    out += "</span></h1><p id=\"link\" role=\"status\"><noscript>As of ";
    append_text(out, moment_text(of.now_unix_ns));
    out += ". <a href=\"/\">Look again</a></noscript></p></header><main>";
    out += render_live(of);
    append_tap(out, of);
    out += "</main><footer><a href=\"/metrics\">Metrics</a> <a href=\"/readyz\">Readiness</a> "
           "<a href=\"/livez\">Liveness</a></footer><script nonce=\"";
    out.append(nonce).append("\">").append(script).append("</script></body></html>\n");
    return out;
}

} // namespace tactus::metrics::page
