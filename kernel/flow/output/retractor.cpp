// SPDX-License-Identifier: MIT
#include "kernel/flow/output/retractor.hpp"

#include "kernel/flow/output/due_event.hpp"

#include <algorithm>

namespace tactus::flow {

void retractor::take_back(std::span<const retraction> which) {
    for (const retraction& each : which) {
        mutes_.retract(each, queue_.next_sequence());
    }
    if (!which.empty()) {
        rounds_left_ = rounds_max;
        begin_round();
        step(first_slice);
    }
}

void retractor::begin_round() noexcept {
    begun_sequence_ = queue_.next_sequence();
    output_ = 0;
    lane_ = normal_lane;
    cursor_ = whole_lane;
}

bool retractor::step(std::size_t looks) noexcept {
    if (!mutes_.has_retractions() ||
        (rounds_left_ == 0 && queue_.pending().events >= looks)) { // when little waits, it is short
        return false;
    }
    if (rounds_left_ == 0) {
        rounds_left_ = 1;
        begin_round();
    }
    while (output_ < outputs_.size()) {
        if (!outputs_.is_there(output_)) {
            ++output_;
            continue;
        }
        output& of = outputs_[output_];
        if (const std::optional<due_entry> found = take_next(of, looks)) {
            looks -= std::min<std::size_t>(looks, 1); // to drop it costs more than a look
            const event_cell& cell = queue_.events().cell(found->slot);
            batch_.drop(of, *found, *mutes_.retracted(cell, found->sequence));
        } else if (cursor_ > 0) {
            return true; // no look is left
        } else {
            next_lane();
        }
    }
    return end_round();
}

std::optional<due_entry> retractor::take_next(const output& of, std::size_t& looks) noexcept {
    return queue_.take_waiting(of.index, lane_, cursor_, looks, [&](const due_entry& one) {
        const event_cell& cell = queue_.events().cell(one.slot);
        return mutes_.retracted(cell, one.sequence) && !is_end(event_of(queue_, of, one), cell);
    });
}

// Real-time events are not taken back.
void retractor::next_lane() noexcept {
    cursor_ = whole_lane;
    if (++lane_ == real_time_lane) {
        lane_ = normal_lane;
        ++output_;
    }
}

bool retractor::end_round() noexcept {
    --rounds_left_;
    if (queue_.next_sequence() == begun_sequence_) {
        rounds_left_ = 0;
        mutes_.clear_retractions();
    } else if (rounds_left_ > 0) {
        begin_round();
    }
    return rounds_left_ > 0;
}

} // namespace tactus::flow
