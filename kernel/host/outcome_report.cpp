// SPDX-License-Identifier: MIT
#include "kernel/host/outcome_report.hpp"

#include "kernel/host/api/whole_table.hpp"

#include <algorithm>
#include <utility>

namespace tactus::host {
namespace {

static_assert(TACTUS_OUTCOME_REJECTED == 1U << static_cast<unsigned>(flow::outcome_kind::rejected));
static_assert(TACTUS_OUTCOME_UNROUTED == 1U << static_cast<unsigned>(flow::outcome_kind::unrouted));
static_assert(TACTUS_OUTCOME_DROPPED == 1U << static_cast<unsigned>(flow::outcome_kind::dropped));
static_assert(TACTUS_OUTCOME_LATE == 1U << static_cast<unsigned>(flow::outcome_kind::late));
static_assert(TACTUS_OUTCOME_SENT == 1U << static_cast<unsigned>(flow::outcome_kind::sent));

std::uint32_t bit_of(flow::outcome_kind kind) noexcept {
    return 1U << static_cast<unsigned>(kind);
}

tactus_str to_str(std::string_view text) noexcept {
    return {text.data(), text.size()};
}

} // namespace

result<std::unique_ptr<outcome_report>> outcome_report::make(instance_resources& of,
                                                             tactus_plugin* plugin) {
    const auto* const table = [&] {
        const blocked_calls::under_way here(of.watch(), "get_interface");
        return static_cast<const tactus_outcome_0*>(
            call_plugin(plugin->get_interface, plugin, TACTUS_OUTCOME_0));
    }();
    if (of.who().plays != role::input || table == nullptr) {
        return std::unique_ptr<outcome_report>();
    }
    if (!is_whole(*table) || table->wants == nullptr || table->report == nullptr) {
        return fail(error_kind::unsupported,
                    "The plugin's tactus.outcome/0 is too short, or lacks a function.");
    }
    const blocked_calls::under_way here(of.watch(), "wants");
    const std::uint32_t wants = call_plugin(table->wants, plugin);
    return std::unique_ptr<outcome_report>(
        wants == 0 ? nullptr : new outcome_report(of, *table, plugin, wants));
}

outcome_report::outcome_report(instance_resources& of, const tactus_outcome_0& table,
                               tactus_plugin* plugin, std::uint32_t wants)
    : of_(of), table_(table), plugin_(plugin), wants_(wants) {
    seen_.reserve(outcomes_max);
    outcomes_.reserve(outcomes_max);
    of_.services().fan_out.set_outcome_observer(of_.who().index, this);
}

void outcome_report::close() noexcept {
    if (std::exchange(is_open_, false)) {
        of_.services().fan_out.set_outcome_observer(of_.who().index, nullptr);
    }
}

// Bounds: outcomes above outcomes_max are counted.
void outcome_report::saw(const flow::event_outcome& what) noexcept {
    if ((wants_ & bit_of(what.kind)) == 0) {
        return;
    }
    if (seen_.size() == outcomes_max) {
        ++lost_;
        return;
    }
    seen_.push_back(what);
    if (!is_posted_) {
        const auto run = [](void* self) noexcept { static_cast<outcome_report*>(self)->tell(); };
        is_posted_ = of_.posts().post(run, this) == TACTUS_OK;
    }
}

void outcome_report::tell() noexcept {
    is_posted_ = false;
    if (!is_open_) {
        return;
    }
    outcomes_.clear();
    known_.clear();
    candidates_.clear();
    if (std::any_of(seen_.begin(), seen_.end(), [](const auto& each) { return each.port != 0; })) {
        of_.services().fan_out.ports().for_each_port(
            of_.who().index,
            [this](const flow::port_table::entry& each) { known_.push_back(to_str(each.key)); });
    }
    details_.clear();
    if (std::any_of(seen_.begin(), seen_.end(),
                    [](const auto& each) { return each.bad.has_value(); })) {
        details_.reserve(seen_.size()); // views of them are handed out
    }
    for (const flow::event_outcome& each : seen_) {
        outcomes_.push_back(view_of(each));
    }
    seen_.clear();
    const blocked_calls::under_way here(of_.watch(), "report"); // timed as the posted call
    call_plugin(table_.report, plugin_, outcomes_.data(),
                static_cast<std::uint32_t>(outcomes_.size()), std::exchange(lost_, 0));
}

// Adds details for a name without a match: the existing ports and the one probably meant, or the
// ports that an ambiguous name matches.
void outcome_report::explain(const flow::event_outcome& one, tactus_outcome& made) {
    constexpr std::string_view ambiguous =
        flow::unrouted_names[static_cast<std::size_t>(flow::unrouted::ambiguous_port)];
    const flow::port_resolver& ports = of_.services().fan_out.ports();
    const std::vector<tactus_str>* named = &known_;
    if (one.reason == ambiguous) {
        std::vector<tactus_str>& these = candidates_[one.port];
        if (these.empty()) {
            for (const std::string_view each : ports.candidates(of_.who().index, one.port)) {
                these.push_back(to_str(each));
            }
        }
        named = &these;
    } else {
        made.output = to_str(ports.nearest(of_.who().index, one.port));
    }
    made.known = named->data();
    made.n_known = static_cast<std::uint32_t>(named->size());
}

tactus_outcome outcome_report::view_of(const flow::event_outcome& one) {
    const flow::fan_out& fan_out = of_.services().fan_out;
    tactus_outcome made{};
    made.kind = bit_of(one.kind);
    made.tag = one.tag;
    made.late_ns = one.late_ns;
    made.reason = to_str(one.reason);
    if (one.port != 0) {
        made.port = to_str(fan_out.names().text(one.port));
        explain(one, made);
    }
    if (one.bad) {
        detail& mine = details_.emplace_back();
        mine.view = to_str(codec::text_of(*one.bad, mine.text));
        made.known = &mine.view;
        made.n_known = 1;
    }
    if (one.kind != flow::outcome_kind::rejected && one.kind != flow::outcome_kind::unrouted) {
        made.output = to_str(fan_out.ports().output_name(one.output));
    }
    return made;
}

} // namespace tactus::host
