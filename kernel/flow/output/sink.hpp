// SPDX-License-Identifier: MIT
// Where due events are sent: an output instance (kernel/host), or a test's recorder.
#pragma once

#include "kernel/base/histogram.hpp"
#include "kernel/flow/keep.hpp"
#include "kernel/flow/output/port_names.hpp"

#include <tactus/event.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace tactus::flow {

// TACTUS_OK: the whole batch. TACTUS_E_AGAIN: the first `accepted`, no room for the rest. Another
// negative status: event number `accepted` failed, the rest was not examined.
struct hand_off {
    tactus_status status = TACTUS_OK;
    std::uint32_t accepted = 0;
};

// Accompanies an event to a sink that finishes accepted events later (a worker).
struct receipt {
    std::uint32_t number = 0;     // returned when the event is finished
    bool is_begun_before = false; // see note_ends::candidate
    std::int64_t ends_ns = 0;     // likewise
};

// The outcome of an event that such a sink had accepted.
enum class finish : std::uint8_t {
    sent,
    failed,    // output_error
    refused,   // output_down
    cancelled, // by flush
    outdated,  // see note_ends
};
struct completion {
    static constexpr std::uint32_t late_us_max = (1U << 24) - 1;

    completion() = default;
    completion(std::uint32_t number, finish finished, bool is_before = false,
               std::int64_t late_ns = 0) noexcept
        : receipt(number), how(finished), is_end_before(is_before),
          late_us(to_us(late_ns) & late_us_max) {}

    std::uint32_t receipt = 0;
    finish how : 7 = finish::sent;
    // This concerns a note-off sent before the event, which is itself not finished yet.
    bool is_end_before : 1 = false;
    // How late it was sent; rounded up, so that a little more than a limit is more.
    std::uint32_t late_us : 24 = 0;

private:
    [[nodiscard]] static std::uint32_t to_us(std::int64_t late_ns) noexcept {
        const std::int64_t us = late_ns > 0 ? (late_ns + 999) / 1000 : 0;
        return static_cast<std::uint32_t>(std::min<std::int64_t>(us, late_us_max));
    }
};
static_assert(sizeof(completion) == 8); // a worker's ring has room for so much

class sink {
public:
    // A call that takes longer delays everything else that is due.
    static constexpr std::int64_t slow_ns = 10'000'000;

    sink() = default;
    sink(const sink&) = delete;
    sink& operator=(const sink&) = delete;
    virtual ~sink() = default;

    // Threads: loop. Must not call back into the flow.
    virtual hand_off send(const tactus_batch& batch) noexcept = 0;
    // Discards what was accepted and not sent, except what `kept` selects; none of it leaves after
    // what is sent next. Must not call back into the flow either. Threads: loop.
    virtual void flush(keep /*kept*/) noexcept {}

    // Why the event that was reported as failed last, by send or as a completion, could not be
    // sent: the plugin's words. Valid until the next call. Threads: loop.
    [[nodiscard]] virtual std::string_view failure() const noexcept { return {}; }

    // The last send took at least slow_ns. Not called for sinks that finish later. Threads: loop.
    virtual void was_slow(std::int64_t /*took_ns*/) noexcept {}

    // An event asks for a port of that name, which the output lacks: it may add one now. Returns
    // anything but `found` if it added none. Threads: loop.
    virtual name_answer want_port(std::string_view /*name*/) noexcept {
        return name_answer::unknown;
    }

    // Sinks that finish later get their events here, with a receipt for each. Threads: loop. Must
    // not call back into the flow.
    virtual hand_off accept(const tactus_batch& /*batch*/, const receipt* /*receipts*/) noexcept {
        return {TACTUS_E_UNSUPPORTED, 0};
    }
    // Outcomes of the events, in the order in which they occurred. Returns false if there is
    // nothing new. Threads: loop.
    [[nodiscard]] virtual bool next_completion(completion& /*into*/) noexcept { return false; }
    // Whether accepted but unreported events were not sent, and will not be. Threads: loop.
    [[nodiscard]] virtual bool has_ended() const noexcept { return true; }
    // Lateness and time inside the driver, measured where such sinks send; nullptr: due_batch
    // measures.
    [[nodiscard]] virtual const base::histogram* lateness() const noexcept { return nullptr; }
    [[nodiscard]] virtual const base::histogram* send_duration() const noexcept { return nullptr; }
};

} // namespace tactus::flow
