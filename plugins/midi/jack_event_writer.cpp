// SPDX-License-Identifier: MIT
#include "jack_event_writer.hpp"

#include <algorithm>

namespace midi {
namespace {

// Rounded up. Bounds: a period is at least a microsecond.
std::int64_t periods_in(std::int64_t span_ns, const jack_cycle& cycle) noexcept {
    const std::int64_t period_ns = std::max<std::int64_t>(cycle.end_ns - cycle.begin_ns, 1000);
    return (span_ns + period_ns - 1) / period_ns;
}

} // namespace

void jack_event_writer::write(const jack_cycle& cycle, jack_room& to) noexcept {
    is_ending_ = is_finishing_.load(std::memory_order_acquire); // before its messages are taken
    take_in();
    last_frame_ = 0;
    empty_room_ = to.left();
    losses_.count_word_as(periods_in(jack_losses::word_ns, cycle));
    if (losses_.must_repeat()) {
        losses_.repeat(last_frame_, to);
    }
    while (!waiting_.is_empty()) {
        const std::uint32_t frame = frame_of_first(cycle);
        if (frame >= cycle.frames || !write_first(std::max(frame, last_frame_), cycle, to)) {
            break;
        }
    }
    if (is_ending_) {
        finish_up(cycle, to);
    }
}

void jack_event_writer::discard() noexcept {
    take_in();
    while (!waiting_.is_empty()) {
        ring_.release(*waiting_.pop().what);
    }
}

// Messages pushed before a flush go with it, regardless of their due times.
void jack_event_writer::take_in() noexcept {
    waiting_.take_in(ring_, flush_before_.load(std::memory_order_acquire));
}

std::uint32_t jack_event_writer::frame_of_first(const jack_cycle& cycle) const noexcept {
    return is_ending_ || waiting_.is_first_flushed() ? 0
                                                     : cycle.frame_of(waiting_.first().moment_ns);
}

// Returns false if the rest is for the next period. A message too long for any period is sent in
// parts; nothing else is written before it is complete.
bool jack_event_writer::write_first(std::uint32_t frame, const jack_cycle& cycle,
                                    jack_room& to) noexcept {
    const jack_waiting::entry first = waiting_.first();
    const std::span<const std::uint8_t> rest = first.what->bytes().subspan(first.written);
    const std::size_t left = to.left();
    if (empty_room_ > 0 && left < rest.size() && first.what->size <= empty_room_) {
        return false;
    }
    const std::span<const std::uint8_t> part = rest.first(std::min(rest.size(), left));
    std::uint8_t* const room = part.empty() ? nullptr : to.reserve(frame, part.size());
    if (room != nullptr) {
        std::copy(part.begin(), part.end(), room);
        last_frame_ = frame;
        if (first.written == 0) {
            const std::int64_t late_ns = cycle.moment_of(frame) - first.what->due_ns;
            lateness_(std::max<std::int64_t>(0, late_ns));
        }
    } else if (empty_room_ > 0) {
        return false;
    }
    static_cast<void>(waiting_.pop());
    if (room == nullptr || part.size() == rest.size()) { // or JACK takes nothing at all
        losses_.written(first.what->bytes());
        ring_.release(*first.what);
        return true;
    }
    waiting_.put_back(first, part.size());
    return false;
}

void jack_event_writer::finish_up(const jack_cycle& cycle, jack_room& to) noexcept {
    if (!waiting_.is_empty() || losses_.must_repeat()) {
        return;
    }
    const std::int64_t since = losses_.since_written();
    const std::int64_t overload = periods_in(overload_ns, cycle);
    const bool is_overloaded = losses_.since_late() <= overload;
    if ((is_overloaded || !are_xruns_told_) && !has_said_again_) {
        if (since >= periods_in(jack_losses::word_ns / 2, cycle)) {
            has_said_again_ = true;
            losses_.repeat_all(overload, last_frame_, to);
        }
        return;
    }
    if (since >= std::max(jack_losses::passing_periods, periods_in(passing_ns, cycle))) {
        is_finished_.store(true, std::memory_order_release);
    }
}

} // namespace midi
