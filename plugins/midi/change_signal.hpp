// SPDX-License-Identifier: MIT
// What an instance waits for between two checks of its MIDI system: a wake-up from the system's own
// threads, a change among the sound devices, or a timeout. Used for both directions. Threads: loop,
// unless a function says any.
#pragma once

#include "output_backend.hpp"
#include "sequencer.hpp"

#include <tactus/cpp/plugin.hpp>

#include <atomic>
#include <chrono>
#include <new>

namespace midi {

/// An event that any thread can set. At most one post to the loop is pending.
class cross_thread_event {
public:
    explicit cross_thread_event(tactus::context& here) noexcept : here_(here) {}

    void reset() noexcept { event_.reset(); }
    void set() noexcept { event_.set(); }
    tactus::task<void> wait() { co_await event_.wait(); }

    /// A waker that sets it from any thread. It must not be called after the instance has ended.
    waker as_waker() noexcept {
        waker made;
        made.call = [](void* self) noexcept {
            static_cast<cross_thread_event*>(self)->set_from_any_thread();
        };
        made.context = this;
        return made;
    }
    /// Threads: any.
    void set_from_any_thread() noexcept {
        if (is_posted_.exchange(true, std::memory_order_relaxed)) {
            return;
        }
        const auto set = [this] {
            is_posted_.store(false, std::memory_order_relaxed);
            event_.set();
        };
        bool is_posted = false;
        try {
            is_posted = here_.post(set);
        } catch (const std::bad_alloc&) {
            is_posted = false;
        }
        if (!is_posted) {
            is_posted_.store(false, std::memory_order_relaxed);
        }
    }

private:
    tactus::context& here_;
    tactus::event event_;
    // Set by the posting thread, cleared on the loop. Relaxed: the post itself orders the data.
    std::atomic<bool> is_posted_{false};
};

/// `of` must outlive all calls; it need not be constructed yet.
inline waker counting(tactus::counter& of) noexcept {
    waker made;
    made.call = [](void* series) noexcept { static_cast<tactus::counter*>(series)->add(1); };
    made.context = &of;
    return made;
}

inline tally adding_to(tactus::counter& of) noexcept {
    tally made;
    made.call = [](void* series, std::int64_t amount) noexcept {
        static_cast<tactus::counter*>(series)->add(amount);
    };
    made.context = &of;
    return made;
}

inline tally observing(tactus::histogram& of) noexcept {
    tally made;
    made.call = [](void* series, std::int64_t ns) noexcept {
        static_cast<tactus::histogram*>(series)->observe(std::chrono::nanoseconds(ns));
    };
    made.context = &of;
    return made;
}

/// `here` must outlive all calls.
inline host_clock clock_of(const tactus::context& here) noexcept {
    host_clock made;
    made.call = [](const void* context) noexcept {
        return tactus::to_ns(static_cast<const tactus::context*>(context)->now());
    };
    made.context = &here;
    return made;
}

inline tactus::counter make_xruns(tactus::context& here) {
    return here.metrics().make_counter(
        "midi_xruns_total", "Periods that JACK was late with; MIDI may be lost in each.");
}

class change_signal {
public:
    /// `folder`: where device nodes come and go; "" to ignore them.
    change_signal(tactus::context& here, const char* folder) noexcept
        : here_(here), devices_(folder), changed_(here) {}

    /// For the threads of a MIDI system. It must not be called after the instance has ended.
    waker as_waker() noexcept { return changed_.as_waker(); }

    /// Call it once, in run().
    void watch_devices() {
        if (devices_.fd() >= 0) {
            here_.spawn("midi devices", follow_devices());
        }
    }

    /// A check is due whenever that timer expires: not while JACK runs, nor without JACK. Call it
    /// once, in run().
    void watch_periods(quiet_timer& periods) {
        if (periods.fd() >= 0) {
            here_.spawn("midi periods", follow_periods(periods));
        }
    }

    /// Call it before a check: later changes count as new.
    void reset() noexcept { changed_.reset(); }
    void set() noexcept { changed_.set(); }
    /// Waits for a change, or until that much time has passed (0: no timeout).
    tactus::task<void> next(std::chrono::milliseconds at_latest) {
        if (at_latest.count() == 0) {
            co_await changed_.wait();
        } else {
            const auto first = co_await tactus::when_any(changed_.wait(), sleep(at_latest));
            static_cast<void>(first);
        }
    }

private:
    tactus::task<void> sleep(std::chrono::milliseconds span) { co_await here_.sleep_for(span); }
    tactus::task<void> follow_devices() {
        for (;;) {
            co_await here_.readable(devices_.fd());
            devices_.drain();
            changed_.set();
        }
    }
    tactus::task<void> follow_periods(quiet_timer& periods) {
        for (;;) {
            co_await here_.readable(periods.fd());
            periods.drain();
            changed_.set();
        }
    }

    tactus::context& here_;
    device_watch devices_;
    cross_thread_event changed_;
};

} // namespace midi
