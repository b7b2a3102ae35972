// SPDX-License-Identifier: MIT
#include "jack_event_writer.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace midi {
namespace {

// Rounded up. Bounds: a period is at least a microsecond.
std::int64_t periods_in(std::int64_t span_ns, const jack_cycle& cycle) noexcept {
    const std::int64_t period_ns = std::max<std::int64_t>(cycle.end_ns - cycle.begin_ns, 1000);
    return (span_ns + period_ns - 1) / period_ns;
}

} // namespace

std::uint32_t jack_event_writer::begin(std::uint32_t missed) noexcept {
    ++period_;
    const std::uint32_t xruns = xruns_.load(std::memory_order_relaxed);
    const bool was_late = std::exchange(xruns_seen_, xruns) != xruns || missed > 0;
    std::uint32_t lost = 0;
    if (was_late) {
        lost = std::exchange(written_now_, 0) + written_before_;
        repeats_ = period_ - late_period_ <= passing_periods ? repeats_ + 1 : 0;
        late_period_ = period_;
        must_repeat_ = repeats_ < repeats_max;
    }
    written_before_ = std::exchange(written_now_, 0);
    return lost;
}

void jack_event_writer::write(const jack_cycle& cycle, jack_room& to) noexcept {
    is_ending_ = is_finishing_.load(std::memory_order_acquire); // before what it orders is taken
    take_in();
    last_frame_ = 0;
    empty_room_ = to.left();
    if (must_repeat_) {
        repeat_ends(period_ - periods_in(word_ns, cycle), to);
    }
    while (!waiting_.empty()) {
        const std::uint32_t frame = frame_of(waiting_.front(), cycle);
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
    while (!waiting_.empty()) {
        ring_.release(*pop().what);
    }
}

// Messages pushed before a flush go with it, whatever their due times.
void jack_event_writer::take_in() noexcept {
    const std::uint64_t before = flush_before_.load(std::memory_order_acquire);
    if (before > flushed_before_) {
        take_until(before);
        flushed_before_ = before;
        ++flushes_;
        moments_.forget();
    }
    take_until(std::numeric_limits<std::uint64_t>::max());
}

void jack_event_writer::take_until(std::uint64_t sequence) noexcept {
    while (sequence_ < sequence) {
        jack_ring::record* const next = ring_.take();
        if (next == nullptr) {
            return;
        }
        keep({flushes_, moments_.of(next->due_ns, next->bytes()), sequence_++, next, 0});
    }
}

std::uint32_t jack_event_writer::frame_of(const waiting& one,
                                          const jack_cycle& cycle) const noexcept {
    return is_ending_ || one.flushes < flushes_ ? 0 : cycle.frame_of(one.moment_ns);
}

// Returns false if the rest is for the next period. A message too long for any period is sent in
// parts; nothing else is written before it is complete.
bool jack_event_writer::write_first(std::uint32_t frame, const jack_cycle& cycle,
                                    jack_room& to) noexcept {
    waiting first = waiting_.front();
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
    static_cast<void>(pop());
    if (room == nullptr || part.size() == rest.size()) { // or JACK takes nothing at all
        written(first.what->bytes());
        ring_.release(*first.what);
        return true;
    }
    first.flushes = 0;
    first.written += part.size();
    keep(first);
    return false;
}

jack_event_writer::waiting jack_event_writer::pop() noexcept {
    std::pop_heap(waiting_.begin(), waiting_.end());
    const waiting first = waiting_.back();
    waiting_.pop_back();
    return first;
}

// Within the reserved capacity: the ring holds no more records than that.
void jack_event_writer::keep(const waiting& one) noexcept {
    waiting_.push_back(one);
    std::push_heap(waiting_.begin(), waiting_.end());
}

void jack_event_writer::written(std::span<const std::uint8_t> bytes) noexcept {
    ++written_now_;
    written_period_ = period_;
    ends_.follow(bytes, period_);
}

void jack_event_writer::finish_up(const jack_cycle& cycle, jack_room& to) noexcept {
    const std::int64_t since = period_ - written_period_;
    if (!waiting_.empty() || must_repeat_) {
        return;
    }
    const std::int64_t overload = periods_in(overload_ns, cycle);
    const bool is_overloaded = period_ - late_period_ <= overload;
    if ((is_overloaded || !are_xruns_told_) && !has_said_again_) {
        if (since >= periods_in(word_ns / 2, cycle)) {
            has_said_again_ = true;
            repeat_ends(period_ - overload, to);
        }
        return;
    }
    if (since >= std::max(passing_periods, periods_in(passing_ns, cycle))) {
        is_finished_.store(true, std::memory_order_release);
    }
}

// Writes them at the present frame. If they do not all fit, the next period starts over.
void jack_event_writer::repeat_ends(std::int64_t since_period, jack_room& to) noexcept {
    must_repeat_ = false;
    ends_.for_each_since(since_period, [&](const std::array<std::uint8_t, 3>& end) {
        std::uint8_t* const room =
            to.left() < end.size() ? nullptr : to.reserve(last_frame_, end.size());
        must_repeat_ = room == nullptr && ++repeats_ < repeats_max;
        if (room != nullptr) {
            std::copy(end.begin(), end.end(), room);
            written_period_ = period_;
        }
        return room != nullptr;
    });
}

} // namespace midi
