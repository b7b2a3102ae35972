// SPDX-License-Identifier: MIT
// The calls that wait for [loop]: the functions that the plugin posted, and the host's own work for
// calls that came from other threads. Not installed.
#pragma once

#include "call_gate.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace tactus::testing {

class posted_calls {
public:
    using function = void (*)(void*) TACTUS_NOEXCEPT;

    posted_calls(const call_gate& gate, turn_script& turns) : gate_(gate), turns_(turns) {}
    posted_calls(const posted_calls&) = delete;
    posted_calls& operator=(const posted_calls&) = delete;

    /// The plugin's, from any thread: TACTUS_E_AGAIN where `max` wait, TACTUS_E_CLOSED after
    /// close().
    tactus_status post(function run, void* argument, std::size_t max);
    /// The host's, from any thread: makes `call` at once on [loop], else in the next settle().
    void make_on_loop(std::function<void()> call);
    /// Keeps `call` for the next settle(); false after close().
    bool defer(std::function<void()> call);
    /// Nothing is posted any more: the plugin has called stopped().
    void close();

    bool is_empty();
    /// Makes the host's own calls that wait, or one of the plugin's; false where there is none. On
    /// [loop].
    bool run_one();

private:
    bool run_deferred();
    bool run_posted();

    const call_gate& gate_;
    turn_script& turns_;
    std::mutex mutex_; // guards the rest
    std::deque<std::function<void()>> deferred_;
    std::deque<std::pair<function, void*>> posts_;
    bool is_closed_ = false;
};

} // namespace tactus::testing
