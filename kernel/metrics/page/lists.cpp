// SPDX-License-Identifier: MIT
#include "kernel/metrics/page/lists.hpp"

#include "kernel/metrics/page/html.hpp"
#include "kernel/metrics/page/lateness.hpp"
#include "kernel/metrics/page/render.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace tactus::metrics::page {
namespace {

void append_since(std::string& out, std::int64_t since_unix_ns, std::int64_t now_unix_ns) {
    if (since_unix_ns == 0) {
        return;
    }
    out.append(" <small>since ").append(moment_text(since_unix_ns)).append(" (");
    out.append(span_text(now_unix_ns - since_unix_ns)).append(")</small>");
}

void append_outage(std::string& out, const outage& of, bool is_required, std::int64_t now_unix_ns) {
    out.append(is_required ? "<li class=\"bad\"><b>" : "<li class=\"fair\"><b>");
    append_text(out, of.name);
    out.append("</b> <span class=\"tag\">").append(is_required ? "\xE2\x9C\x95 missing" : "! away");
    out += "</span>";
    append_since(out, of.since_unix_ns, now_unix_ns);
    out += "<p>";
    append_text(out, of.why, 1000);
    out += "</p></li>";
}

void append_names(std::string& out, const std::vector<std::size_t>& of,
                  const std::vector<end_line>& ends) {
    constexpr std::size_t named_max = 16;
    std::size_t named = 0;
    for (const std::size_t each : of) {
        if (each < ends.size() && named < named_max) {
            out += named++ == 0 ? "" : ", ";
            append_text(out, ends[each].name);
        }
    }
    if (of.size() > named_max) {
        out.append(" and ").append(std::to_string(of.size() - named_max)).append(" more");
    }
}

std::string_view end_state(const end_line& of) noexcept {
    return !of.is_used   ? "<span class=\"tag\">\xE2\x97\x8B no route names it</span>"
           : !of.is_up   ? "<span class=\"tag bad\">\xE2\x9C\x95 down</span>"
           : of.is_muted ? "<span class=\"tag fair\">\xE2\x80\x96 muted</span>"
                         : "<span class=\"tag good\">\xE2\x97\x8F up</span>";
}

void append_ports(std::string& out, const end_line& of, std::int64_t now_unix_ns) {
    std::vector<const port_line*> shown;
    for (const port_line& each : of.ports) {
        shown.push_back(&each);
    }
    std::stable_partition(shown.begin(), shown.end(),
                          [](const port_line* each) { return !each->is_up; });
    const auto away = static_cast<std::size_t>(
        std::count_if(shown.begin(), shown.end(), [](const auto* each) { return !each->is_up; }));
    out.append("<p class=\"ports\">").append(std::to_string(of.ports.size() - away)).append(" of ");
    out.append(std::to_string(of.ports.size())).append(" ports up</p><ul class=\"ports\">");
    for (std::size_t i = 0; i < std::min(shown.size(), ports_shown_max); ++i) {
        out.append(shown[i]->is_up ? "<li>\xE2\x97\x8F " : "<li class=\"bad\">\xE2\x9C\x95 ");
        append_text(out, shown[i]->name);
        if (!shown[i]->is_up) {
            append_since(out, shown[i]->since_unix_ns, now_unix_ns);
        }
        out += "</li>";
    }
    if (shown.size() > ports_shown_max) {
        out.append("<li>and ").append(std::to_string(shown.size() - ports_shown_max));
        out += " more: <code>tactus status</code> names them</li>";
    }
    out += "</ul>";
}

void append_end(std::string& out, const end_line& of, bool is_output, std::int64_t now_unix_ns) {
    out += "<li><h3>";
    append_text(out, of.name);
    out.append("</h3> ").append(end_state(of)).append("<p><b>").append(rate_text(of.per_s));
    out.append("</b>/s, ").append(count_text(of.total)).append(is_output ? " sent" : " received");
    if (is_output) {
        out.append(", ").append(count_text(of.pending)).append(" waiting");
        out += of.sounding > 0 ? ", " + count_text(of.sounding) + " sounding" : "";
        out += of.late.count > 0 ? ", 99 % " + share_text(of.late, 0.99) : "";
    }
    out += "</p>";
    if (of.ports.size() > 1 || (of.ports.size() == 1 && !of.ports.front().is_up)) {
        append_ports(out, of, now_unix_ns);
    }
    out += "</li>";
}

void append_column(std::string& out, std::string_view title, const std::vector<end_line>& all,
                   bool is_output, std::int64_t now_unix_ns) {
    const std::string_view id = is_output ? "h-outputs" : "h-inputs";
    out.append("<section aria-labelledby=\"").append(id).append("\"><h2 id=\"").append(id);
    out.append("\">").append(title).append("</h2>");
    if (all.empty()) {
        out.append("<p>There are none. Add an <code>")
            .append(is_output ? "[[output]]" : "[[input]]");
        out += "</code> to the configuration.</p></section>";
        return;
    }
    out += "<ul class=\"ends\">";
    for (const end_line& each : all) {
        append_end(out, each, is_output, now_unix_ns);
    }
    out += "</ul></section>";
}

// Text between two backticks is code.
void append_marked(std::string& out, std::string_view text) {
    for (bool is_code = false; !text.empty(); is_code = !is_code) {
        const std::size_t end = std::min(text.find('`'), text.size());
        out += is_code ? "<code>" : "";
        append_text(out, text.substr(0, end));
        out += is_code ? "</code>" : "";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

void append_loss(std::string& out, const loss_line& of) {
    out.append("<li><p><b>")
        .append(count_text(of.lately > 0 ? of.lately : of.total))
        .append("</b> ");
    out += of.kind == loss_kind::refused    ? "refused by input "
           : of.kind == loss_kind::unrouted ? "without a route from input "
                                            : "dropped by output ";
    out += "<b>";
    append_text(out, of.name);
    out += "</b>: <code>";
    append_text(out, of.reason);
    out += "</code> <small>";
    if (of.lately > 0) {
        out.append("in the last minute, ").append(count_text(of.total)).append(" since the start");
    } else {
        out += "since the start, none in the last minute";
    }
    out += "</small></p><p>";
    append_marked(out, of.cure);
    out += "</p></li>";
}

} // namespace

void append_outages(std::string& out, const view& of) {
    if (of.missing.empty() && of.impaired.empty()) {
        return;
    }
    out += "<section aria-labelledby=\"h-away\"><h2 id=\"h-away\">What is not there</h2>"
           "<ul class=\"outages\">";
    for (const outage& each : of.missing) {
        append_outage(out, each, true, of.now_unix_ns);
    }
    for (const outage& each : of.impaired) {
        append_outage(out, each, false, of.now_unix_ns);
    }
    out += "</ul></section>";
}

void append_routes(std::string& out, const view& of) {
    if (of.routes.empty()) {
        out += "<p>There are no routes, so no event goes anywhere. Add a <code>[[route]]</code> to "
               "the configuration.</p>";
        return;
    }
    out += "<details id=\"route-list\"><summary>The routes as a list</summary><ul>";
    for (const route_line& each : of.routes) {
        out += "<li><b>";
        append_text(out, each.name);
        out.append("</b>: ").append(rate_text(each.per_s)).append("/s from ");
        append_names(out, each.from, of.inputs);
        out += " to ";
        append_names(out, each.to, of.outputs);
        out.append(each.is_muted ? " <span class=\"tag fair\">\xE2\x80\x96 muted</span>" : "");
        out += "</li>";
    }
    out += "</ul></details>";
}

// Recent losses come first, then older ones; of both, unwanted losses come before meant ones.
void append_losses(std::string& out, const view& of) {
    std::vector<const loss_line*> shown;
    for (const loss_line& each : of.losses) {
        shown.push_back(&each);
    }
    std::stable_sort(shown.begin(), shown.end(), [](const loss_line* a, const loss_line* b) {
        return std::tuple(a->lately > 0, !a->is_meant, a->lately, a->total) >
               std::tuple(b->lately > 0, !b->is_meant, b->lately, b->total);
    });
    out += "<section aria-labelledby=\"h-lost\"><h2 id=\"h-lost\">Refused and dropped</h2>";
    if (shown.empty()) {
        out += "<p>Nothing since the start.</p></section>";
        return;
    }
    out += "<ul class=\"losses\">";
    for (std::size_t i = 0; i < std::min(shown.size(), losses_shown_max); ++i) {
        append_loss(out, *shown[i]);
    }
    out += "</ul>";
    if (shown.size() > losses_shown_max) {
        out.append("<p class=\"note\">").append(std::to_string(shown.size() - losses_shown_max));
        out += " more kinds: <code>tactus status --json</code> has all.</p>";
    }
    out += "</section>";
}

void append_ends(std::string& out, const view& of) {
    out += "<div class=\"columns\">";
    append_column(out, "Inputs", of.inputs, false, of.now_unix_ns);
    append_column(out, "Outputs", of.outputs, true, of.now_unix_ns);
    out += "</div>";
}

void append_tap(std::string& out, const view& of) {
    out += "<section id=\"tap\" aria-labelledby=\"h-tap\"><h2 id=\"h-tap\">Tap</h2>";
    if (!of.has_tap) {
        out +=
            "<p>The tap shows what events contain. These pages are served to the network, which "
            "need not see that: use <code>tactus tap</code> on the machine itself.</p></section>";
        return;
    }
    out += "<noscript><p>The tap needs JavaScript; <code>tactus tap</code> shows the same at a "
           "terminal.</p></noscript><div hidden><p class=\"keys\"><button type=\"button\" "
           "aria-pressed=\"false\" aria-controls=\"tap-lines\">Open the tap</button> <label>"
           "<input type=\"checkbox\"> only what was lost or late</label></p><p id=\"tap-state\" "
           "role=\"status\">Closed: nothing is observed.</p><div id=\"tap-lines\" role=\"log\" "
           "aria-label=\"Events\" aria-live=\"off\" tabindex=\"0\"><ol></ol></div></div></section>";
}

} // namespace tactus::metrics::page
