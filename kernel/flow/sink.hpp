// SPDX-License-Identifier: MIT
// What the dispatcher hands due events to: an output instance (kernel/host), or a test's recorder.
#pragma once

#include "kernel/base/histogram.hpp"

#include <tactus/event.h>

#include <cstdint>
#include <string_view>

namespace tactus::flow {

// TACTUS_OK: all of the batch. TACTUS_E_AGAIN: `accepted` from the front, no room for the rest.
// Another negative status: event number `accepted` failed, the rest was not looked at.
struct hand_off {
    tactus_status status = TACTUS_OK;
    std::uint32_t accepted = 0;
};

// Running totals of a sink that finishes later what it accepted (a worker).
struct completions {
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;    // output_error
    std::uint64_t refused = 0;   // output_down
    std::uint64_t cancelled = 0; // by flush
    [[nodiscard]] std::uint64_t total() const noexcept {
        return sent + failed + refused + cancelled;
    }
};

class sink {
public:
    // A call that takes longer holds up everything else that is due.
    static constexpr std::int64_t slow_ns = 10'000'000;

    sink() = default;
    sink(const sink&) = delete;
    sink& operator=(const sink&) = delete;
    virtual ~sink() = default;

    // Threads: loop. Must not call back into the flow.
    virtual hand_off send(const tactus_batch& batch) noexcept = 0;
    // Forgets what it was given and has not sent, but for note-offs; nothing of it leaves after
    // what is sent next. The same holds for calling back. Threads: loop.
    virtual void flush() noexcept {}

    // The last send took at least slow_ns. Not told to sinks that finish later. Threads: loop.
    virtual void was_slow(std::int64_t /*took_ns*/) noexcept {}

    // An event asks for a port of that name, which the output has not: it may add one now. Threads:
    // loop.
    virtual void want_port(std::string_view /*name*/) noexcept {}

    // Sinks that finish later; others answer zeros, and what they accept is sent at once. Threads:
    // loop.
    [[nodiscard]] virtual completions completed() const noexcept { return {}; }
    // Their lateness and time inside the driver, measured where they send; nullptr: the
    // dispatcher's.
    [[nodiscard]] virtual const base::histogram* lateness() const noexcept { return nullptr; }
    [[nodiscard]] virtual const base::histogram* send_duration() const noexcept { return nullptr; }
};

} // namespace tactus::flow
