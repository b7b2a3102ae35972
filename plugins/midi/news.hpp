// SPDX-License-Identifier: MIT
// What an instance waits for between two looks at its MIDI system: a word from the system's own
// threads, a change among the sound devices, or the time. Both directions use it. Threads: loop,
// but wake().
#pragma once

#include "midi_system.hpp"
#include "sequencer.hpp"

#include <tactus/cpp/plugin.hpp>

#include <atomic>
#include <chrono>
#include <new>

namespace midi {

class news {
public:
    /// `folder`: where devices come and go; "" where that is of no interest.
    news(tactus::context& here, const char* folder) noexcept : here_(here), devices_(folder) {}

    /// What a system's threads call. It must not be called after the instance has ended.
    waker as_waker() noexcept {
        waker made;
        made.call = [](void* self) noexcept { static_cast<news*>(self)->wake(); };
        made.context = this;
        return made;
    }

    /// To be called once, in run().
    void watch_devices() {
        if (devices_.fd() >= 0) {
            here_.spawn("midi devices", follow_devices());
        }
    }

    /// Before a look: what comes from now on is new.
    void reset() noexcept { event_.reset(); }
    /// Until there is something new, or that much time has passed (0: however long).
    tactus::task<void> next(std::chrono::milliseconds at_latest) {
        if (at_latest.count() == 0) {
            co_await event_.wait();
        } else {
            const auto first = co_await tactus::when_any(woken(), sleep(at_latest));
            static_cast<void>(first);
        }
    }

    /// Threads: any.
    void wake() noexcept {
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
    tactus::task<void> woken() { co_await event_.wait(); }
    tactus::task<void> sleep(std::chrono::milliseconds span) { co_await here_.sleep_for(span); }
    tactus::task<void> follow_devices() {
        for (;;) {
            co_await here_.readable(devices_.fd());
            devices_.drain();
            event_.set();
        }
    }

    tactus::context& here_;
    device_watch devices_;
    tactus::event event_;
    // Set by whoever posts, cleared on the loop: one post is under way at most. Relaxed: the post
    // itself orders what it tells of.
    std::atomic<bool> is_posted_{false};
};

} // namespace midi
