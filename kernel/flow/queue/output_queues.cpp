// SPDX-License-Identifier: MIT
#include "kernel/flow/queue/output_queues.hpp"

#include "kernel/flow/limits.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace tactus::flow {

result<std::uint16_t> output_queues::add(const output_limits& limits, std::size_t keys_max) {
    const auto place = std::find(queues_.begin(), queues_.end(), nullptr);
    const auto number = static_cast<std::uint16_t>(place - queues_.begin());
    if (number == outputs_max) {
        return fail(error_kind::limit,
                    "there are " + std::to_string(outputs_max) + " outputs, the most there can be");
    }
    auto made = output_queue::make(number, limits, keys_max);
    if (!made) {
        return fail(made.error().kind, made.error().text);
    }
    auto added = std::make_unique<output_queue>(std::move(*made));
    if (place != queues_.end()) {
        *place = std::move(added);
    } else {
        queues_.push_back(std::move(added));
        index_.grow(queues_.size());
    }
    return number;
}

void output_queues::refresh(const output_queue& changed) noexcept {
    has_swept_all_ = has_swept_all_ && !changed.is_unswept();
    const std::optional<due_key> next = changed.next_key();
    if (next) {
        index_.set(changed.number(), *next);
    } else {
        index_.remove(changed.number());
    }
}

queue_amount output_queues::pending() const noexcept {
    queue_amount sum;
    for (const std::unique_ptr<output_queue>& each : queues_) {
        sum += each ? each->pending() : queue_amount{};
    }
    return sum;
}

bool output_queues::sweep(event_store& events, std::size_t most) noexcept {
    if (!has_swept_all_) {
        std::size_t left = most;
        for (std::size_t visited = 0; visited < queues_.size() && left > 0; ++visited) {
            left -= sweep_output(sweep_at_, events, left);
            if (left > 0) {
                sweep_at_ = (sweep_at_ + 1) % queues_.size();
            }
        }
        if (left == 0) {
            return true;
        }
        has_swept_all_ = true;
    }
    if (events.has_peaked() && !queues_.empty()) {
        return events.is_empty() ? release_memory(events) : release_keys();
    }
    return false;
}

// Returns how many events it checked; less than `most` if there is nothing more to do here.
std::size_t output_queues::sweep_output(std::size_t output, event_store& events,
                                        std::size_t most) noexcept {
    if (!exists(output)) {
        return 0;
    }
    output_queue& swept = *queues_[output];
    const std::size_t looks = swept.sweep(events, most);
    refresh(swept);
    if (looks < most && swept.is_gone()) {
        if (swept.release_slice()) {
            return most; // a slice of memory is enough work for one call
        }
        queues_[output].reset();
    }
    return looks;
}

// Something waits, but perhaps elsewhere than at the peak: checks the keys of one output.
bool output_queues::release_keys() noexcept {
    release_at_ = (release_at_ + 1) % queues_.size();
    return exists(release_at_) && queues_[release_at_]->release_slice();
}

// Nothing is in use. One slice a call; returns whether there is more.
bool output_queues::release_memory(event_store& events) noexcept {
    if (events.release_slice()) {
        return true;
    }
    for (const std::unique_ptr<output_queue>& each : queues_) {
        if (each && each->release_slice()) {
            return true;
        }
    }
    events.forget_peak();
    return false;
}

} // namespace tactus::flow
