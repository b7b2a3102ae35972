// SPDX-License-Identifier: MIT
// The shared base of the awaiters of event and channel: a node that waits in a FIFO list until it
// is woken or its task is asked to stop. It is part of the awaiting frame; nothing is allocated. A
// woken coroutine passes through its ready queue; therefore it never runs inside the call that woke
// it. After wake() the node touches neither its list nor its owner: they may be gone before it is
// resumed. Threads: loop.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <tactus/cpp/canceled.hpp>
#include <tactus/cpp/promise_base.hpp>
#include <tactus/cpp/ready_queue.hpp>
#include <tactus/cpp/stop_token.hpp>

namespace tactus {
inline namespace v0_1 {
namespace detail {

class waiter;

/// FIFO of waiters; must be empty at its end.
class waiter_list {
public:
    waiter_list() noexcept = default;
    waiter_list(const waiter_list&) = delete;
    waiter_list& operator=(const waiter_list&) = delete;
    ~waiter_list() { require(first_ == nullptr, "an event or channel ended with tasks waiting"); }

    waiter* first() const noexcept { return first_; }
    bool is_empty() const noexcept { return first_ == nullptr; }

private:
    friend class waiter;
    waiter* first_ = nullptr;
    waiter* last_ = nullptr;
};

class waiter {
public:
    waiter(const waiter&) = delete;
    waiter& operator=(const waiter&) = delete;

    /// Ends the wait: leaves the list and makes the coroutine ready.
    void wake() noexcept {
        leave();
        stop_.disarm();
        promise_->queue->push(*promise_);
    }

protected:
    waiter() noexcept = default;
    ~waiter() { leave(); } // still in the list only if a suspended frame is destroyed

    /// Must be checked first: a stop request takes precedence over anything available at once.
    /// Therefore a loop over an always ready source ends too.
    bool is_refused(const promise_base& promise) noexcept {
        is_canceled_ = promise.stop.stop_requested();
        return is_canceled_;
    }

    void wait_in(waiter_list& list, promise_base& promise) noexcept {
        promise_ = &promise;
        list_ = &list;
        previous_ = list.last_;
        (list.last_ != nullptr ? list.last_->next_ : list.first_) = this;
        list.last_ = this;
        stop_.arm(promise.stop, &waiter::cancel, this);
    }

    void throw_if_canceled() const {
        if (is_canceled_) {
            throw canceled();
        }
    }

private:
    static void cancel(void* self) noexcept {
        auto& node = *static_cast<waiter*>(self);
        node.is_canceled_ = true;
        node.wake();
    }

    void leave() noexcept {
        if (list_ == nullptr) {
            return;
        }
        (previous_ != nullptr ? previous_->next_ : list_->first_) = next_;
        (next_ != nullptr ? next_->previous_ : list_->last_) = previous_;
        list_ = nullptr;
    }

    waiter_list* list_ = nullptr;
    waiter* previous_ = nullptr;
    waiter* next_ = nullptr;
    promise_base* promise_ = nullptr;
    stop_registration stop_;
    bool is_canceled_ = false;
};

} // namespace detail
} // namespace v0_1
} // namespace tactus
