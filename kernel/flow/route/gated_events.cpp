// SPDX-License-Identifier: MIT
#include "kernel/flow/route/gated_events.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/flow/output/dispatcher.hpp"

namespace tactus::flow {

gated_events::~gated_events() {
    dispatcher_.set_judge(nullptr);
}

void gated_events::configure(const router& routes) {
    gated_.clear();
    for (const rule& each : routes.all_rules()) {
        if (each.gate == nullptr) {
            continue;
        }
        if (gated_.size() <= each.id) {
            gated_.resize(each.id + std::size_t{1});
        }
        gated_[each.id] = &each;
    }
    if (!gated_.empty() && records_.empty()) {
        records_.resize(tickets_max);
        dispatcher_.set_judge(this);
    }
}

std::uint32_t gated_events::schedule(const rule& by, const rate_gate::question& about) noexcept {
    record& made = issue();
    made.key = about.key;
    made.content = about.content;
    made.at_ns = about.ends_ns;
    made.route = by.id;
    made.is = state::scheduled;
    made.may_wait = about.may_wait;
    by.gate->has_scheduled(true);
    return made.ticket;
}

std::uint32_t gated_events::schedule_end(const rule& by, std::uint64_t note) noexcept {
    record& made = issue();
    made.key = note;
    made.route = by.id;
    made.is = state::scheduled_end;
    by.gate->has_scheduled(true);
    return made.ticket;
}

std::uint32_t gated_events::wait(const rule& by, std::uint64_t key,
                                 const rate_gate::answer& how) noexcept {
    record& made = issue();
    made.key = key;
    made.at_ns = how.due_ns;
    made.route = by.id;
    made.is = state::waits;
    by.gate->wait_as(key, made.ticket);
    return made.ticket;
}

void gated_events::replace(std::uint32_t ticket) noexcept {
    record* const of = find(ticket);
    if (of != nullptr && of->is == state::waits) {
        of->is = state::throttled;
    }
}

judgement gated_events::judge(std::uint32_t ticket, std::int64_t due_ns,
                              std::int64_t came_ns) noexcept {
    record* const of = find(ticket);
    if (of == nullptr) {
        return {};
    }
    const rule* const by = rule_of(of->route);
    if (by == nullptr) { // its gate is gone
        return {of->is == state::throttled ? std::optional(dropped::throttled) : std::nullopt};
    }
    if (of->is == state::scheduled || of->is == state::scheduled_end) {
        ask(*of, *by, due_ns, came_ns);
    }
    if (of->is == state::throttled) {
        return {dropped::throttled};
    }
    if (of->is == state::unchanged) {
        return {dropped::unchanged};
    }
    const bool has_waited = of->is == state::waits || of->is == state::left;
    if (has_waited && due_ns < of->at_ns) {
        return {std::nullopt, of->at_ns};
    }
    if (of->is == state::waits) {
        by->gate->departed(of->key, ticket);
        of->is = state::left;
    }
    return {};
}

// Sets its state.
void gated_events::ask(record& of, const rule& by, std::int64_t due_ns,
                       std::int64_t came_ns) noexcept {
    if (of.is == state::scheduled_end) {
        by.gate->note_ended(of.key, due_ns);
        of.is = state::sent;
        return;
    }
    const rate_gate::answer answer = by.gate->ask({.key = of.key,
                                                   .content = of.content,
                                                   .due_ns = due_ns,
                                                   .came_ns = came_ns,
                                                   .ends_ns = of.at_ns,
                                                   .delivery_epoch = delivery_epoch_of(by),
                                                   .may_wait = of.may_wait});
    switch (answer.what) {
    case rate_gate::verdict::now:
        of.is = state::sent;
        return;
    case rate_gate::verdict::throttled:
        of.is = state::throttled;
        return;
    case rate_gate::verdict::unchanged:
        of.is = state::unchanged;
        return;
    case rate_gate::verdict::later:
        of.is = state::waits;
        of.at_ns = answer.due_ns;
        by.gate->wait_as(of.key, of.ticket);
        replace(answer.replaces);
        return;
    }
}

std::uint64_t gated_events::delivery_epoch_of(const rule& by) noexcept {
    std::uint64_t sum = 0;
    for (const std::uint16_t output : by.route.outputs) {
        sum += dispatcher_.account().delivery_epoch(output);
    }
    return sum;
}

gated_events::record& gated_events::issue() noexcept {
    TACTUS_ASSERT(!records_.empty());
    last_ = last_ + 1 != 0 ? last_ + 1 : 1;
    record& made = records_[last_ % tickets_max];
    made = {};
    made.ticket = last_;
    return made;
}

gated_events::record* gated_events::find(std::uint32_t ticket) noexcept {
    if (ticket == 0) {
        return nullptr;
    }
    record& found = records_[ticket % tickets_max];
    return found.ticket == ticket ? &found : nullptr;
}

const rule* gated_events::rule_of(std::uint16_t route) const noexcept {
    return route < gated_.size() ? gated_[route] : nullptr;
}

} // namespace tactus::flow
