// SPDX-License-Identifier: MIT
#include "kernel/host/worker/worker.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/host/worker/worker_state.hpp"

#include <cstring>
#include <optional>
#include <span>

namespace tactus::host {

worker::worker(coro::reactor& reactor, const std::string& name, const destination& to)
    : state_(std::make_shared<worker_state>(reactor, name, to)),
      thread_([state = state_] { state->run(); }) {}

worker::~worker() {
    TACTUS_ASSERT(!thread_.joinable());
}

void worker::submit(void (*fn)(void*) noexcept, void* arg, void (*done)(void*) noexcept,
                    void* done_arg) {
    state_->work.push({fn, arg, done, done_arg});
    state_->wake.wake();
}

bool worker::hand_over(const tactus_event& event, const flow::receipt& receipt) noexcept {
    if (unfinished_ >= unfinished_behind_max && unfinished_ >= unfinished_max_for(event)) {
        return false;
    }
    const handed_event handed{event, receipt};
    const base::ring_push pushed = state_->ring.try_push(
        std::as_bytes(std::span(&handed, 1)), std::as_bytes(std::span(event.bytes, event.size)));
    if (pushed == base::ring_push::stored_wake) {
        state_->wake.wake();
    }
    const bool is_stored =
        pushed == base::ring_push::stored || pushed == base::ring_push::stored_wake;
    handed_over_ += is_stored ? 1 : 0;
    unfinished_ += is_stored ? 1 : 0;
    return is_stored;
}

std::size_t worker::unfinished_max_for(const tactus_event& event) const noexcept {
    if (is_real_time(event)) {
        return unfinished_max;
    }
    const bool may_wait = (event.flags & TACTUS_EVENT_CRITICAL) == 0;
    return may_wait && is_behind() ? unfinished_behind_max : unfinished_max - real_time_room;
}

bool worker::is_behind() const noexcept {
    const std::int64_t busy_ns = busy_since_ns();
    return full_since_ns() != 0 || last_late_ns_ > behind_ns ||
           (busy_ns != 0 && state_->reactor.clock().now_ns() - busy_ns > behind_ns);
}

void worker::flush(flow::keep kept) noexcept {
    state_->flushes.ask(handed_over_, kept);
    state_->wake.wake();
}

void worker::set_ahead_ns(std::int64_t ahead_ns, std::int64_t lookahead_ns) noexcept {
    if (state_->times.set(ahead_ns, lookahead_ns)) {
        state_->wake.wake();
    }
}

void worker::writable() noexcept {
    state_->room.writable();
    state_->wake.wake();
}

bool worker::next_completion(flow::completion& into) noexcept {
    const std::optional<base::record_view> record = state_->completions.front();
    if (!record) {
        return false;
    }
    std::memcpy(&into, record->header.data(), sizeof into);
    state_->completions.pop();
    if (into.how == flow::finish::sent) {
        last_late_ns_ = std::int64_t{into.late_us} * 1000;
    }
    unfinished_ -= into.is_end_before ? 0 : 1;
    return true;
}

std::string worker::take_reason(std::uint32_t receipt) {
    return state_->reasons.take(receipt);
}

const base::histogram& worker::lateness() const noexcept {
    return state_->lateness;
}

const base::histogram& worker::send_duration() const noexcept {
    return state_->send_duration;
}

std::int64_t worker::busy_since_ns() const noexcept {
    return state_->busy_since_ns.load(std::memory_order_relaxed);
}

const char* worker::busy_in() const noexcept {
    return state_->busy_in.load(std::memory_order_relaxed);
}

std::int64_t worker::full_since_ns() const noexcept {
    return state_->full_since_ns.load(std::memory_order_relaxed);
}

void worker::request_stop() noexcept {
    state_->end.request_stop();
    state_->wake.wake();
}

bool worker::has_ended() const noexcept {
    return state_->end.has_ended();
}

void worker::join() {
    if (thread_.joinable()) {
        thread_.join();
    }
}

std::weak_ptr<const void> worker::abandon() noexcept {
    state_->end.abandon();
    state_->wake.wake();
    if (thread_.joinable()) {
        make_idle_priority(thread_);
        thread_.detach();
    }
    return state_;
}

} // namespace tactus::host
