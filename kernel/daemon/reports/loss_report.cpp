// SPDX-License-Identifier: MIT
#include "kernel/daemon/reports/loss_report.hpp"

#include <functional>
#include <new>
#include <numeric>

namespace tactus::daemon {
namespace {

constexpr std::size_t refusals = flow::rejected_names.size();

// The thing to check, by an input's reason: those of a refusal, then those why an event reached no
// output. Empty for intended losses: `closed` is a stop, `muted` the operator's wish, `filtered` is
// in the file.
constexpr std::array<std::string_view, refusals + flow::unrouted_names.size()> suspects = {
    "their sender: they are malformed",
    "their sender: an event, a SysEx too, has 65536 bytes at most, an OSC address 1024",
    "their sender: its bundles are nested too deep",
    "its `allow`: their sender is not in it",
    "its `rate`, or the sender's bursts",
    "the sender's clock, or `[time] max_ahead`",
    "the protocols of its outputs",
    "",
    "the `as` of its routes",
    "its `sysex`",
    "the load of this machine: they were lost before we could read them",
    "",
    "the `address` of its routes: none matches them",
    "",
    "the name that they ask for: no output of its routes has it",
    "the `allow_peers` of its outputs: the peer that they ask for is not in it",
    "the name that they ask for: several outputs or ports have it, and none gets the event"};

bool is_meant(std::size_t reason) noexcept {
    return suspects[reason].empty();
}

} // namespace

void loss_report::report(std::int64_t now_ns, bool is_last) noexcept {
    wanted_ns_ = never_ns;
    for (row& of : rows_) {
        const counts now = count(of);
        counts since;
        std::transform(now.begin(), now.end(), of.reported.begin(), since.begin(), std::minus<>());
        if (now == of.reported || (is_known(of, since) && !is_last)) {
            continue;
        }
        const std::int64_t due_ns = line_due(of, now, now_ns);
        if (now_ns < due_ns && !is_last) {
            wanted_ns_ = std::min(wanted_ns_, due_ns);
            continue;
        }
        try {
            write(of, since);
        } catch (const std::bad_alloc&) {
            continue; // reported with the next line
        }
        of.reported = now;
        of.due_ns = never_ns;
        of.last_line_ns = now_ns;
        of.budget_ns = std::max(of.budget_ns, now_ns) + line_ns;
    }
}

std::int64_t loss_report::line_due(row& of, const counts& now, std::int64_t now_ns) noexcept {
    if (now != of.seen) {
        if (now_ns - of.last_loss_ns >= quiet_ns) {
            of.known = 0;
        }
        std::uint32_t grown = 0;
        for (std::size_t i = 0; i < now.size(); ++i) {
            grown |= now[i] != of.seen[i] ? 1U << i : 0U;
        }
        const bool is_new = (grown & ~of.known) != 0;
        of.due_ns = std::min(of.due_ns, is_new ? now_ns : of.last_line_ns + line_ns);
        of.known |= grown;
        of.seen = now;
        of.last_loss_ns = now_ns;
    }
    return std::max(std::min(of.due_ns, of.last_loss_ns + tail_ns),
                    of.budget_ns - (lines_in_a_row - 1) * line_ns);
}

// Routes often take only some events by design; therefore the lack of a route alone is reported
// once.
bool loss_report::is_known(const row& of, const counts& since) noexcept {
    if (of.which != end::input || of.reported[no_route] == 0) {
        return false;
    }
    counts others = since;
    others[no_route] = 0;
    return std::all_of(others.begin(), others.end(), [](auto n) { return n == 0; });
}

loss_report::counts loss_report::count(const row& of) const noexcept {
    counts now{};
    if (of.which == end::output) {
        for (const flow::dropped reason : flow::lost_for) {
            now[static_cast<std::size_t>(reason)] = outputs_.dropped_for(of.index, reason);
        }
        return now;
    }
    const flow::input_ledger& ledger = ingress_.at(of.index).ledger;
    for (std::size_t i = 0; i < suspects.size(); ++i) {
        if (!is_meant(i)) {
            now[i] = i < refusals
                         ? ledger.rejected_by.of(static_cast<flow::rejected>(i))
                         : ledger.unrouted_by.of(static_cast<flow::unrouted>(i - refusals));
        }
    }
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
            base::log_event::output_loss,
            "Events for an output were dropped; tactus_deliveries_dropped_total counts them.",
            {base::kv("output", of.name), count, base::kv("why", why)});
        return;
    }
    const auto most = std::max_element(since.begin(), since.end()) - since.begin();
    std::vector<base::log_field> with = {base::kv("input", of.name), count, base::kv("why", why)};
    if (std::any_of(since.begin() + in_vain, since.begin() + suspects.size(),
                    [](auto n) { return n > 0; })) {
        explain_name(of, with);
    }
    log_.write(base::log_level::warning, base::log_event::input_loss,
               "Events from an input were lost; check first " +
                   std::string(suspects[static_cast<std::size_t>(most)]) + ".",
               with);
}

// The last name asked for without success; the ports that have it, if there are several, or the one
// probably meant.
void loss_report::explain_name(const row& of, std::vector<base::log_field>& with) const {
    constexpr std::size_t shown_max = 8;
    const std::uint32_t name = ingress_.at(of.index).name_in_vain;
    const std::string_view asked = name == 0 ? std::string_view() : fan_out_.names().text(name);
    with.push_back(base::kv("asked_for", std::string(asked)));
    if (name == 0) {
        return;
    }
    const std::vector<std::string_view> all = fan_out_.ports().candidates(of.index, name);
    std::string text;
    for (std::size_t i = 0; all.size() > 1 && i < std::min(all.size(), shown_max); ++i) {
        text += (i == 0 ? "" : ", ") + std::string(all[i]);
    }
    if (!text.empty()) {
        with.push_back(base::kv("candidates", text + (all.size() > shown_max ? ", ..." : "")));
    } else if (const std::string_view meant = fan_out_.ports().nearest(of.index, name);
               all.empty() && !meant.empty()) {
        with.push_back(base::kv("did_you_mean", std::string(meant)));
    }
}

std::string_view loss_report::name_of(const row& of, std::size_t reason) noexcept {
    if (of.which == end::output) {
        return flow::dropped_names[reason];
    }
    return reason < refusals ? flow::rejected_names[reason]
                             : flow::unrouted_names[reason - refusals];
}

} // namespace tactus::daemon
