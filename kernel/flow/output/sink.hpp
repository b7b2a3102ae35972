// SPDX-License-Identifier: MIT
// What the dispatcher hands due events to: an output instance (kernel/host), or a test's recorder.
#pragma once

#include "kernel/base/histogram.hpp"
#include "kernel/flow/keep.hpp"
#include "kernel/flow/output/port_names.hpp"

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

// What goes with an event to a sink that finishes later what it accepts (a worker).
struct receipt {
    std::uint32_t number = 0;     // is given back when the event is finished
    bool is_begun_before = false; // see note_ends::candidate
    std::int64_t ends_ns = 0;     // likewise
};

// What became of an event that such a sink had accepted.
enum class finish : std::uint8_t {
    sent,
    failed,    // output_error
    refused,   // output_down
    cancelled, // by flush
    outdated,  // see note_ends
};
struct completion {
    std::uint32_t receipt = 0;
    finish how = finish::sent;
    // It is about a note-off that went ahead of the event, which is itself not finished yet.
    bool is_end_before = false;
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
    // Forgets what it was given and has not sent, but for what is kept; nothing of it leaves after
    // what is sent next. The same holds for calling back. Threads: loop.
    virtual void flush(keep /*kept*/) noexcept {}

    // The last send took at least slow_ns. Not told to sinks that finish later. Threads: loop.
    virtual void was_slow(std::int64_t /*took_ns*/) noexcept {}

    // An event asks for a port of that name, which the output has not: it may add one now. Not
    // `found` where it added none. Threads: loop.
    virtual name_answer want_port(std::string_view /*name*/) noexcept {
        return name_answer::unknown;
    }

    // Sinks that finish later get their events here, with a receipt for each. Threads: loop. Must
    // not call back into the flow.
    virtual hand_off accept(const tactus_batch& /*batch*/, const receipt* /*receipts*/) noexcept {
        return {TACTUS_E_UNSUPPORTED, 0};
    }
    // What became of the events, in the order in which it happened. False: there is nothing new.
    // Threads: loop.
    [[nodiscard]] virtual bool next_completion(completion& /*into*/) noexcept { return false; }
    // What it has accepted and not told of was not sent, and will not be. Threads: loop.
    [[nodiscard]] virtual bool has_ended() const noexcept { return true; }
    // Their lateness and time inside the driver, measured where they send; nullptr: the
    // dispatcher's.
    [[nodiscard]] virtual const base::histogram* lateness() const noexcept { return nullptr; }
    [[nodiscard]] virtual const base::histogram* send_duration() const noexcept { return nullptr; }
};

} // namespace tactus::flow
