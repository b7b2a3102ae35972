// SPDX-License-Identifier: MIT
// The first station: takes what inputs emit as it came from the wire, checks it, splits OSC
// bundles, maps time tags to due times, refuses what is malformed, too deep, too large, too fast or
// too far ahead, passes each message to the fan-out, and counts it in its input's ledger. Every
// transport, third-party ones included, therefore gets the same decoder, limits and counting. It
// knows neither routes nor single outputs; what concerns all of them at once (a panic, a cancel,
// SysEx that is cut off) it passes to the dispatcher directly. Threads: loop.
#pragma once

#include "kernel/codec/osc_reader.hpp"
#include "kernel/flow/ingress/inlet.hpp"
#include "kernel/flow/ingress/input_table.hpp"
#include "kernel/flow/ingress/panic_address.hpp"
#include "kernel/flow/ingress/part_admission.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/output/due_watch.hpp"
#include "kernel/flow/output/port_names.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/unsupported_observer.hpp"
#include "kernel/time/timebase.hpp"

#include <tactus/event.h>
#include <tactus/limits.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::flow {

// How far beyond max_ahead a MIDI note-off may be due: its note-on was let in, and a note may last
// this long.
inline constexpr std::int64_t note_length_max_ns = 86'400'000'000'000;

struct ingress_settings {
    std::int64_t max_ahead_ns = 600'000'000'000;
    // An OSC message to this address silences everything at once, whatever its time tag, the
    // input's rate and the room left; empty = none.
    std::string panic_address;
};

// The sender of an event that is emitted as an input's.
enum class emitter : std::uint8_t { input, operator_ };

class ingress {
public:
    // At most this many packets are taken between two checks of what is due; fewer, or a part of
    // one, if they cost more (due_watch).
    static constexpr std::uint32_t packets_between_looks = 8;
    // Events that leave at once are sent together, after this many packets at the latest.
    static constexpr std::uint32_t packets_together = 64;
    static_assert(packets_together % packets_between_looks == 0);
    static constexpr std::uint32_t tag_max = TACTUS_TAG_MAX; // above: TACTUS_E_INVALID

    // All must outlive the ingress. The fan-out gets its messages; the dispatcher is told what
    // concerns everything that an input has waiting, and all outputs.
    ingress(fan_out& next, dispatcher& dispatcher, time::timebase& timebase,
            const time::clock& clock);

    void configure(const ingress_settings& settings);
    void set_observer(unsupported_observer* observer) noexcept { inputs_.set_observer(observer); }
    // Its number may be that of a removed input of which nothing waits any more. Errors: limit
    // (inputs_max).
    [[nodiscard]] result<std::uint16_t> add_input(const input_settings& settings);
    // Then configure the fan-out, which shares the room out anew.
    void change_input(std::uint16_t input, const input_settings& settings);
    // Its waiting events stay, and leave when due. Bounds: nothing emits for it any more.
    void remove_input(std::uint16_t input) noexcept {
        parts_.end(input);
        inputs_[input].is_removed = true;
    }
    // From now on everything is refused as `closed`, except critical events: the final messages of
    // inputs.
    void close() noexcept { is_closed_ = true; }

    // Muted: what it holds is ended, what it has waiting is taken back, and what it emits is
    // refused, except ends that are owed, MIDI real-time and a panic. Allocates.
    void mute(std::uint16_t input, bool is_muted);

    // Decides about the events of the instance that emits for the input now, for the time when it
    // ends: they are taken back and ended, or stay, as at first.
    void end_with_instance(std::uint16_t input, bool ends) noexcept {
        inputs_[input].ends_with_instance = ends;
    }
    // It has ended, and emits nothing more. Allocates.
    void instance_ended(std::uint16_t input);
    // The daemon stops: instances and senders that end now leave all as it is.
    void begin_stop() noexcept { is_stopping_ = true; }

    // The machine was suspended this long: wall clock and queue are ahead of the host clock.
    void slept(std::int64_t for_ns) noexcept {
        timebase_.refresh();
        dispatcher_.queue().departures().pass_time(for_ns);
    }

    struct answer {
        tactus_status status = TACTUS_OK;
        std::uint32_t accepted = 0; // from the front
    };
    // See tactus.emit/0. The call sends events that fall due, so a sink must not emit in send().
    answer emit(std::uint16_t input, const tactus_batch& batch,
                emitter by = emitter::input) noexcept;
    // Counts messages that the transport lost. Returns false if there is no such reason.
    bool reject(std::uint16_t input, std::uint64_t count, std::string_view reason) noexcept;
    // Cancels what the input emitted under its tag.
    std::uint64_t cancel(std::uint16_t input, std::uint32_t tag) noexcept;
    // The sender whose events have that tag, or group, has gone: the same, and what it began is
    // ended (silencer::end_sender).
    std::uint64_t end_sender(std::uint16_t input, std::uint32_t tag) noexcept;
    // A part that the input emitted is lost: ends what it has under way, and refuses the rest for
    // that reason.
    void cut_parts(std::uint16_t input, rejected why) noexcept { parts_.cut(input, why); }
    // The input was removed: ends what it has under way.
    void end_parts(std::uint16_t input) noexcept { parts_.end(input); }

    [[nodiscard]] std::size_t inputs() const noexcept { return inputs_.size(); }
    // Bounds: a number that add_input() returned.
    [[nodiscard]] const inlet& at(std::uint16_t input) const noexcept;
    // The ports of an input, which its events name as their source.
    [[nodiscard]] port_table& ports(std::uint16_t input) noexcept;
    [[nodiscard]] input_snapshot take_snapshot(std::uint16_t input) const noexcept;
    // Refused or unrouted events of all inputs, except filtered and muted ones: shows cheaply that
    // a ledger has changed.
    [[nodiscard]] std::uint64_t refused_or_unrouted() const noexcept {
        return inputs_.refused_or_unrouted();
    }

private:
    // An event that an input emitted, not checked yet.
    struct offer {
        std::uint16_t input;
        const tactus_event* event;
        std::int64_t now_ns;
        bool can_wait;
        bool is_operators;
    };

    void limit_pending(std::uint16_t input, std::uint64_t events);
    void take_back(std::uint16_t input, dropped why, silence_cause cause);
    [[nodiscard]] std::int64_t look(const offer& next, std::uint32_t taken) noexcept;
    [[nodiscard]] bool must_wait(const message& packet, const queue_amount& size) noexcept;
    bool take(const offer& one) noexcept;
    bool take_single(message& one, bool can_wait) noexcept;
    bool take_bundle(const message& packet, bool can_wait) noexcept;
    bool take_midi(message& packet, bool can_wait) noexcept;
    bool take_part(message& part, bool can_wait) noexcept;
    void take_later_part(sysex_streams::stream& with, message& part) noexcept;
    [[nodiscard]] codec::osc_error read(const codec::osc_walker& from,
                                        codec::osc_message& into) noexcept;
    void accept(message& one) noexcept;
    [[nodiscard]] bool is_closed_to(const message& one) const noexcept;

    fan_out& next_;
    dispatcher& dispatcher_;
    time::timebase& timebase_;
    const time::clock& clock_;
    due_watch& watch_; // while a batch comes in
    part_admission parts_;
    panic_address panic_;
    std::int64_t max_ahead_ns_ = ingress_settings().max_ahead_ns;
    input_table inputs_;
    std::vector<std::uint8_t> tidied_; // TACTUS_EVENT_SIZE_MAX bytes, for input that was not tidy
    bool is_closed_ = false;
    bool is_stopping_ = false;
};

} // namespace tactus::flow
