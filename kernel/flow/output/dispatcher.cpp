// SPDX-License-Identifier: MIT
#include "kernel/flow/output/dispatcher.hpp"

#include "kernel/base/assert.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

namespace tactus::flow {

dispatcher::dispatcher(timed_queue queue, const time::clock& clock)
    : queue_(std::move(queue)), clock_(clock) {}

result<std::uint16_t> dispatcher::add_output(const output_settings& settings) {
    result<std::uint16_t> added = queue_.add_output(settings.limits);
    if (added) {
        outputs_.put(*added, settings);
        limits_notes_ = limits_notes_ || settings.max_note_ns > 0;
        sysex_.streams().make_room(outputs_.size());
    }
    return added;
}

void dispatcher::change_output(std::uint16_t output, const output_settings& settings) {
    flow::output& changed = outputs_[output];
    if (changed.settings.max_note_ns != settings.max_note_ns) {
        changed.notes.limit().set(settings.max_note_ns, clock_.now_ns());
    }
    if (!settings.restores) {
        changed.channels.forget();
    }
    changed.settings = settings;
    limits_notes_ = limits_notes_ || settings.max_note_ns > 0;
    queue_.limit_output(output, settings.limits);
}

void dispatcher::remove_output(std::uint16_t output) noexcept {
    flow::output& gone = outputs_[output];
    TACTUS_ASSERT(gone.connected.sink == nullptr);
    canceller_.drop(output, dropped::output_removed, keep::nothing);
    sysex_.streams().forget(output);
    gone.last_counts = queue_.counts(output);
    queue_.remove_output(output);
    gone.notes.end_record(false);
    gone.channels.end();
    gone.is_removed = true;
    gone.is_held = false;
    mutes_.set_output(output, false);
}

void dispatcher::mute(std::uint16_t output, bool is_muted) {
    mutes_.set_output(output, is_muted);
    if (is_muted) {
        const retraction all{.output = output};
        take_back({&all, 1});
        silencer_.silence_muted(output);
    }
}

std::int64_t dispatcher::next_due_ns() const noexcept {
    return std::min(queue_.departures().next_due().value_or(never_ns), next_look_ns());
}

std::int64_t dispatcher::next_due_ns(std::uint16_t output) const noexcept {
    return queue_.departures().next_due(output).value_or(never_ns);
}

bool dispatcher::is_next_precise() const noexcept {
    const std::optional<std::uint16_t> next = queue_.departures().next_output_due(never_ns);
    if (!next) {
        return false;
    }
    const output& first = outputs_.at(*next);
    return first.settings.is_precise && !first.connected.is_deferred;
}

void dispatcher::run_due(std::int64_t now_ns) noexcept {
    queue_.begin_pass();
    if (next_look_ns() <= now_ns) {
        silencer_.end_overlong(now_ns);
    }
    for (std::size_t i = 0; i < batches_a_run_max; ++i) {
        const std::optional<std::uint16_t> next = queue_.departures().next_output_due(now_ns);
        if (!next) {
            return;
        }
        run_output(outputs_[*next], now_ns);
        now_ns = clock_.now_ns();
    }
}

void dispatcher::run_output(output& to, std::int64_t now_ns) noexcept {
    std::array<due_entry, batch_max> due;
    const std::size_t popped = queue_.pop_due(to.index, now_ns, due);
    const std::size_t count = batch_.judge(to, std::span(due).first(popped));
    if (to.has_ends && !to.connected.is_deferred) {
        note_ends_.hand_over(to, std::span(due).first(count), now_ns);
    } else if (!batch_.hand_over(to, std::span(due).first(count), now_ns) &&
               to.connected.is_deferred) {
        pass_real_time(to, now_ns);
    }
}

// A worker that has no room for the others has some for a clock, which does not wait with them.
void dispatcher::pass_real_time(output& to, std::int64_t now_ns) noexcept {
    std::array<due_entry, batch_max> due;
    const std::size_t popped = queue_.pop_due_real_time(to.index, now_ns, due);
    const std::size_t count = batch_.judge(to, std::span(due).first(popped));
    batch_.hand_over(to, std::span(due).first(count), now_ns);
}

} // namespace tactus::flow
