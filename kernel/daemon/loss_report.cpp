// SPDX-License-Identifier: MIT
#include "kernel/daemon/loss_report.hpp"

#include <functional>
#include <new>
#include <numeric>

namespace tactus::daemon {
namespace {

// What to look at, by an input's reason; `closed` is a stop that somebody asked for.
constexpr std::array<std::string_view, flow::rejected_names.size() + 1> suspects = {
    "their sender: they are malformed",
    "their sender: they are too large",
    "their sender: its bundles are nested too deep",
    "its `allow`: their sender is not in it",
    "its `rate`, or the sender's bursts",
    "the sender's clock, or `[time] max_ahead`",
    "what its outputs understand",
    "",
    "the `as` of its routes",
    "its `sysex`",
    "its routes: none takes them"};

} // namespace

void loss_report::tell(std::int64_t now_ns, bool is_last) noexcept {
    for (row& of : rows_) {
        const counts now = count(of);
        if (now == of.told || (now_ns < of.next_line_ns && !is_last)) {
            continue;
        }
        counts since;
        std::transform(now.begin(), now.end(), of.told.begin(), since.begin(), std::minus<>());
        if (is_known(of, since) && !is_last) {
            continue;
        }
        try {
            write(of, since);
        } catch (const std::bad_alloc&) {
            continue; // said with the next line
        }
        of.told = now;
        of.next_line_ns = now_ns + line_ns;
    }
}

// A route that takes but a part is often meant: once is enough for what is only unrouted.
bool loss_report::is_known(const row& of, const counts& since) noexcept {
    return of.which == end::input && of.told[unrouted] > 0 &&
           std::all_of(since.begin(), since.begin() + unrouted, [](auto n) { return n == 0; });
}

loss_report::counts loss_report::count(const row& of) const noexcept {
    counts now{};
    if (of.which == end::output) {
        const flow::output_ledger& ledger = dispatcher_.at(of.index).ledger;
        for (const flow::dropped reason : flow::lost_for) {
            now[static_cast<std::size_t>(reason)] = ledger.dropped_by.of(reason);
        }
        return now;
    }
    const flow::input_ledger& ledger = ingress_.ledger(of.index);
    for (std::size_t i = 0; i < unrouted; ++i) {
        now[i] = suspects[i].empty() ? 0 : ledger.rejected_by.of(static_cast<flow::rejected>(i));
    }
    now[unrouted] = ledger.unrouted;
    return now;
}

void loss_report::write(const row& of, const counts& since) {
    std::string why;
    for (std::size_t i = 0; i < since.size(); ++i) {
        if (since[i] > 0) {
            why += (why.empty() ? "" : ", ") + std::string(name_of(of, i)) + " " +
                   std::to_string(since[i]);
        }
    }
    const base::log_field count =
        base::kv("count", std::accumulate(since.begin(), since.end(), std::uint64_t{0}));
    if (of.which == end::output) {
        log_.warning(
            "Events for an output were given up; tactus_deliveries_dropped_total counts them.",
            {base::kv("output", of.name), count, base::kv("why", why)});
        return;
    }
    const auto most = std::max_element(since.begin(), since.end()) - since.begin();
    log_.warning("Events of an input went nowhere; look first at " +
                     std::string(suspects[static_cast<std::size_t>(most)]) + ".",
                 {base::kv("input", of.name), count, base::kv("why", why)});
}

std::string_view loss_report::name_of(const row& of, std::size_t reason) noexcept {
    if (of.which == end::output) {
        return flow::dropped_names[reason];
    }
    return reason == unrouted ? "unrouted" : flow::rejected_names[reason];
}

} // namespace tactus::daemon
