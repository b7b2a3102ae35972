// SPDX-License-Identifier: MIT
// The first stage: takes what inputs emit as it came from the wire, checks it, splits OSC bundles,
// maps time tags to due times, refuses what is malformed, too deep, too large or too far ahead,
// routes it, translates it for each output, and counts every message in its input's ledger. Every
// transport, third-party ones included, therefore gets the same decoder, limits and counting.
// Threads: loop.
#pragma once

#include "kernel/base/histogram.hpp"
#include "kernel/codec/osc_reader.hpp"
#include "kernel/codec/osc_to_midi.hpp"
#include "kernel/flow/ingress/circle_guard.hpp"
#include "kernel/flow/ingress/sender_timeline.hpp"
#include "kernel/flow/ingress/token_bucket.hpp"
#include "kernel/flow/ledger.hpp"
#include "kernel/flow/outcome_observer.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/output/due_watch.hpp"
#include "kernel/flow/output/port_names.hpp"
#include "kernel/flow/route/name_choice.hpp"
#include "kernel/flow/route/router.hpp"
#include "kernel/time/timebase.hpp"

#include <tactus/event.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::flow {

struct input_settings {
    double rate_per_s = 0; // messages; 0 = no limit
    // Time tags are on the sender's own clock, which is followed. How far ahead of its time a
    // message is sent cannot be measured: the one sent soonest is assumed to be this far ahead. See
    // sender_timeline.hpp.
    bool follows_sender = false;
    std::int64_t clock_lead_ns = 0;
    bool dispatches_patterns = false; // dispatch = "osc1"
    std::uint64_t pending_max = 0;    // events that may wait, in all outputs together; 0 = no limit
    std::string name = {}; // value of $input and $port, and in the address of MIDI written as OSC
};

// How far beyond max_ahead a MIDI note-off may be due: its note-on was let in, and a note may last
// this long.
inline constexpr std::int64_t note_length_max_ns = 86'400'000'000'000;

struct ingress_settings {
    std::int64_t max_ahead_ns = 600'000'000'000;
    // An OSC message to this address silences everything at once, whatever its time tag, the
    // input's rate and the room left; empty = none.
    std::string panic_address;
    circle_settings circles;
};

// Is notified of each message that no output could take; rate limiting is the observer's task.
class unsupported_observer {
public:
    unsupported_observer() = default;
    unsupported_observer(const unsupported_observer&) = delete;
    unsupported_observer& operator=(const unsupported_observer&) = delete;
    virtual ~unsupported_observer() = default;
    virtual void unsupported(std::uint16_t input, std::uint16_t output, std::string_view address,
                             std::string_view why) noexcept = 0;
    // This output could not take it, but another did, which is often intended.
    virtual void taken_elsewhere(std::uint16_t /*input*/, std::uint16_t /*output*/,
                                 std::string_view /*address*/, std::string_view /*why*/) noexcept {}
    // A route could not make what its `as` specifies. `route` counts from 0, in file order.
    virtual void untranslatable(std::uint16_t /*input*/, std::uint16_t /*route*/,
                                std::string_view /*address*/, const made_event& /*why*/) noexcept {}
    // A packet, or a message in one, is not acceptable OSC; `bytes` are its bytes.
    virtual void refused(std::uint16_t /*input*/, codec::osc_error /*why*/,
                         std::span<const std::uint8_t> /*bytes*/) noexcept {}
    // A route is muted for circle_guard::mute_ns, because the event `bytes` circulates through it.
    virtual void circling(std::uint16_t /*input*/, std::uint16_t /*route*/,
                          std::string_view /*address*/,
                          std::span<const std::uint8_t> /*bytes*/) noexcept {}
};

class ingress {
public:
    // At most this many packets are taken between two checks of what is due; fewer, or a part of
    // one, if they cost more (due_watch).
    static constexpr std::uint32_t packets_between_looks = 8;
    // Events that leave at once are sent together, after this many packets at the latest.
    static constexpr std::uint32_t packets_together = 64;
    static_assert(packets_together % packets_between_looks == 0);
    static constexpr std::uint32_t tag_max = 0xFFFFFF; // of an input; above: TACTUS_E_INVALID

    // All must outlive the ingress.
    ingress(dispatcher& dispatcher, time::timebase& timebase, const time::clock& clock);

    void configure(const ingress_settings& settings, router routes);
    void set_observer(unsupported_observer* observer) noexcept { observer_ = observer; }
    // Errors: limit (inputs_max).
    [[nodiscard]] result<std::uint16_t> add_input(const input_settings& settings);
    // From now on everything is refused as `closed`, except critical events: the final messages of
    // inputs.
    void close() noexcept { is_closed_ = true; }

    // The machine was suspended this long: wall clock and queue are ahead of the host clock.
    void slept(std::int64_t for_ns) noexcept {
        timebase_.refresh();
        dispatcher_.queue().pass_time(for_ns);
    }

    struct answer {
        tactus_status status = TACTUS_OK;
        std::uint32_t accepted = 0; // from the front
    };
    // See tactus.emit/0. The call sends events that fall due, so a sink must not emit in send().
    answer emit(std::uint16_t input, const tactus_batch& batch) noexcept;
    // Counts messages that the transport lost. Returns false if there is no such reason.
    bool reject(std::uint16_t input, std::uint64_t count, std::string_view reason) noexcept;
    // Cancels what the input emitted under its tag.
    std::uint64_t cancel(std::uint16_t input, std::uint32_t tag) noexcept;
    // A part that the input emitted is lost: ends what it has under way, and refuses the rest for
    // that reason.
    void cut_parts(std::uint16_t input, rejected why) noexcept;
    // The input was removed: ends what it has under way.
    void end_parts(std::uint16_t input) noexcept;
    // What an input waits for: the packet refused last, or one event.
    [[nodiscard]] const room_question& awaited(std::uint16_t input) const noexcept {
        return inputs_[input]->awaited;
    }
    // Whether this much from an input finds room in every output that it reaches.
    [[nodiscard]] bool has_room(const room_question& packet) const noexcept;
    [[nodiscard]] bool has_room(std::uint16_t input, std::uint64_t events) const noexcept {
        return has_room({input, 0, {events, 0}});
    }

    [[nodiscard]] name_table& names() noexcept { return names_; }
    // Sets who is notified of the outcomes of that input's events; nullptr: no observer.
    void set_outcome_observer(std::uint16_t input, outcome_observer* who) noexcept;
    // As in the configuration; empty if it has no name there. Valid for the daemon's life.
    [[nodiscard]] std::string_view output_name(std::uint16_t output) const;
    // Calls visit(const port_set::entry&) for each port of the outputs that the input's routes lead
    // to.
    template <class Visitor>
    void for_each_port(std::uint16_t input, Visitor&& visit) const {
        for (const std::uint16_t output : router_.reachable(input)) {
            dispatcher_.outputs().at(output).ports.for_each(visit);
        }
    }
    // The ports of an input, which its events name as their source.
    [[nodiscard]] port_set& ports(std::uint16_t input) noexcept;
    [[nodiscard]] const port_set& ports(std::uint16_t input) const noexcept;
    // The key of the port that an event came from; empty if not given, or gone. Valid until the
    // ports change.
    [[nodiscard]] std::string_view source_name(std::uint16_t input,
                                               std::uint32_t source) const noexcept {
        return ports(input).key(source);
    }
    // Refused or unrouted events of all inputs, except filtered ones: shows cheaply that a ledger
    // has changed.
    [[nodiscard]] std::uint64_t astray() const noexcept { return astray_; }
    // The last name that an event of that input asked for without success; empty if there is none.
    [[nodiscard]] std::string_view name_in_vain(std::uint16_t input) const {
        const std::uint32_t handle = handle_in_vain(input);
        return handle == 0 ? std::string_view() : names_.text(handle);
    }
    [[nodiscard]] std::uint32_t handle_in_vain(std::uint16_t input) const noexcept {
        return inputs_[input]->name_in_vain;
    }
    // What that name could mean to events of the input, if several have it; what was probably meant
    // if none has. Valid until ports change.
    [[nodiscard]] std::vector<std::string_view> candidates(std::uint16_t input,
                                                           std::uint32_t name) const {
        return choice_.candidates(name, router_.reachable(input));
    }
    [[nodiscard]] std::string_view nearest(std::uint16_t input, std::uint32_t name) const {
        return choice_.nearest(name, router_.reachable(input));
    }
    [[nodiscard]] const input_ledger& ledger(std::uint16_t input) const noexcept {
        return inputs_[input]->ledger;
    }
    [[nodiscard]] input_snapshot take_snapshot(std::uint16_t input) const noexcept;
    // How often a route was muted because an event circulated through it.
    [[nodiscard]] std::uint64_t mutes(std::uint16_t route) const noexcept {
        return guard_.mutes(route);
    }
    // The most work done between two checks of what is due, in steps (due_watch).
    [[nodiscard]] std::size_t longest_work() const noexcept { return watch_.longest(); }

private:
    struct inlet {
        inlet(std::uint16_t number, const input_settings& settings)
            : awaited{number, 0, {1, 0}}, name(settings.name), rate(settings.rate_per_s),
              dispatches_patterns(settings.dispatches_patterns), lead(lead_bounds_ns) {
            if (settings.follows_sender) {
                sender = std::make_unique<sender_timeline>(settings.clock_lead_ns);
            }
        }
        room_question awaited;
        std::string name;
        input_ledger ledger;
        token_bucket rate;
        bool dispatches_patterns;
        std::unique_ptr<sender_timeline> sender; // nullptr: time tags are on the wall clock
        base::histogram lead;
        port_set ports;
        std::uint32_t name_in_vain = 0; // a handle; 0: none
    };
    // What an input emitted, not checked yet.
    struct offer {
        std::uint16_t input;
        const tactus_event* event;
        std::int64_t now_ns;
        bool can_wait;
    };
    // One message in processing, with everything from its packet.
    struct message {
        std::uint16_t input = 0;
        const tactus_event* packet = nullptr;
        const codec::osc_message* osc = nullptr; // nullptr: MIDI
        std::span<const std::uint8_t> bytes;
        std::int64_t due_ns = 0; // 0 = now
        std::int64_t arrival_ns = 0;
        std::uint16_t flags = 0;
        std::uint32_t ticket = 0; // it may be replaced while it waits
        bool no_sysex = false;    // must not leave as one
        // It is beyond a limit, for this reason: it passes only if it ends something that waits for
        // its end.
        std::optional<rejected> limited{};
        bool goes_round = false; // detected by circle_guard
    };

    [[nodiscard]] bool must_wait(const message& packet, const queue_amount& size) noexcept;
    [[nodiscard]] bool has_space(const room_question& packet) const noexcept;
    [[nodiscard]] room_question most_made_of(const room_question& packet) const noexcept;
    [[nodiscard]] std::int64_t look(const offer& next, std::uint32_t taken) noexcept;
    bool take(const offer& one) noexcept;
    bool take_osc(message& packet, bool can_wait) noexcept;
    bool take_single(message& one, bool can_wait) noexcept;
    bool take_bundle(const message& packet, bool can_wait) noexcept;
    bool take_midi(message& packet, bool can_wait) noexcept;
    // ingress_parts.cpp
    bool take_part(message& part, bool can_wait) noexcept;
    void begin_parts(message& first) noexcept;
    void go_on(sysex_streams::stream& with, message& part) noexcept;
    void cut(sysex_streams::stream& broken, rejected why) noexcept;
    void end(sysex_streams::stream& gone) noexcept;
    // ingress_osc.cpp
    [[nodiscard]] codec::osc_error read(const codec::osc_walker& from,
                                        codec::osc_message& into) noexcept;
    void refuse_osc(const message& one, codec::osc_error why) noexcept;
    void follow(const message& packet, std::uint64_t time_tag) noexcept;
    [[nodiscard]] std::int64_t due_of(const message& one, std::uint64_t time_tag) noexcept;
    [[nodiscard]] std::optional<std::int64_t> clock_offset_ns(const inlet& from) const noexcept;
    void accept(message& one) noexcept;
    [[nodiscard]] bool is_panic(std::string_view address) const noexcept;
    [[nodiscard]] bool holds_panic(std::span<const std::uint8_t> packet) const noexcept;
    void route(const message& one) noexcept;
    [[nodiscard]] bool dispatch(const message& one, std::string_view address) noexcept;
    // ingress_circles.cpp
    [[nodiscard]] bool goes_round(const message& one) noexcept;
    [[nodiscard]] bool is_muted(std::uint16_t route, const message& one) noexcept;
    void find_open_ways(const message& one, std::string_view address) noexcept;
    [[nodiscard]] bool may_pass(const event_source& what) const noexcept;
    void refuse_muted(std::uint16_t output, const event_source& what) noexcept;
    struct destination {
        std::uint16_t output;
        std::uint32_t port;
    };
    struct outcome {
        std::size_t delivered = 0;
        bool has_failed = false; // a translation failed, not only an output that lacks a protocol
        unrouted why = unrouted::no_route; // if nothing is delivered, and nothing was dropped

        void note(unrouted reason) noexcept { why = std::max(why, reason); }
    };
    // A delivery that could not be made.
    struct untaken {
        std::uint16_t output;
        dropped why;
        std::string_view text = {}; // of unsupported_type; static
    };
    void send_to_targets(const message& one, outcome& end) noexcept;
    void send_first_part(const message& first, outcome& end) noexcept;
    void begin_at(const message& first, destination to, payload_block* block,
                  outcome& end) noexcept;
    void refuse_first_part(const message& first, outcome& end) noexcept; // ingress_rules.cpp
    void rejected_as(const message& one, rejected reason) noexcept;
    // ingress_names.cpp
    [[nodiscard]] bool find_meaning(const message& one) noexcept;
    void gather_reached(const message& one) noexcept;
    [[nodiscard]] std::optional<std::uint32_t> port_at(const message& one, std::uint16_t output,
                                                       outcome& end) noexcept;
    [[nodiscard]] delivery delivery_of(const message& one, destination to) const noexcept;
    void settle(const message& one, const outcome& end) noexcept;
    [[nodiscard]] rejected reason_of(const outcome& end) const noexcept;

    // Routes that filter and translate (ingress_rules.cpp).
    [[nodiscard]] event_scope scope_of(const message& one) noexcept;
    [[nodiscard]] static std::size_t steps_of(const rule& rule, const message& one) noexcept;
    template <class Visitor>
    void for_each_own_rule(const message& one, Visitor&& visit) noexcept;
    void filter(const message& one, outcome& end) noexcept;
    void translate(const message& one, outcome& end) noexcept;
    void send_own(const rule& rule, const message& one, const event_scope& scope,
                  outcome& end) noexcept;
    void give_up(const rule& rule, const message& one, const made_event& why,
                 outcome& end) noexcept;
    [[nodiscard]] static message made_message(const rule& rule, const message& one,
                                              std::span<const std::uint8_t> bytes,
                                              codec::osc_message& space) noexcept;
    [[nodiscard]] std::span<const std::uint8_t> as_midi(const rule& rule,
                                                        const message& one) noexcept;
    void send_through(const rule& rule, const message& one, const made_event& made,
                      outcome& end) noexcept;
    void send_gated(const rule& rule, const message& one, const made_event& made,
                    std::span<const std::uint8_t> bytes, outcome& end) noexcept;
    [[nodiscard]] std::uint64_t delivery_epoch_of(const rule& rule) noexcept;
    [[nodiscard]] rate_gate::answer ask_gate(const rule& rule, const message& one,
                                             const made_event& made,
                                             std::span<const std::uint8_t> bytes,
                                             std::uint64_t delivery_epoch) noexcept;
    void send_copy(const rule& rule, const message& one, outcome& end) noexcept;
    void send_made(const rule& rule, const message& one, const made_event& made,
                   outcome& end) noexcept;
    // What a route has made, in the protocol of the output; empty if that is impossible, with the
    // reason in `renamed`.
    [[nodiscard]] std::span<const std::uint8_t> made_for(const rule& rule, const message& one,
                                                         const made_event& made,
                                                         const flow::output& to,
                                                         codec::translation& renamed) noexcept;
    [[nodiscard]] codec::translation by_default(const message& one, const flow::output& to,
                                                std::span<std::uint8_t> into) noexcept;
    void deliver(std::uint16_t output, delivery& what) noexcept;
    void mark_notes(const message& one, std::span<const std::uint8_t> midi,
                    delivery& what) const noexcept;
    [[nodiscard]] bool may_end_something(const message& one) const noexcept;
    [[nodiscard]] bool passes(const message& one, std::uint16_t output,
                              const delivery& what) noexcept;
    void deliver_note(std::uint16_t output, delivery& what, std::int64_t length_ns) noexcept;
    void expect(std::uint16_t output, const delivery& what) noexcept;
    // Returns nothing if it is expressed; otherwise why it cannot be.
    [[nodiscard]] std::optional<dropped> express(const message& one, std::uint16_t output,
                                                 delivery& what) noexcept;
    void send(const message& one, destination to, payload_block* block, outcome& end) noexcept;
    void tell_unsupported(const message& one, std::uint16_t output,
                          std::string_view why) const noexcept;
    void tell_untranslated(const message& one, std::uint16_t output,
                           const codec::translation& why) noexcept;
    void tell_untaken(const message& one, bool is_taken_elsewhere) const noexcept;
    void refuse(std::uint16_t input, rejected reason, std::uint64_t count = 1) noexcept;
    void refuse(const message& one, rejected reason) noexcept;
    void give_up(const message& one, std::uint16_t output, dropped reason) noexcept;
    void give_up_down(const message& one, std::uint16_t output, outcome& end) noexcept;
    // ingress_outcomes.cpp
    void tell(const message& one, outcome_kind kind, std::string_view reason,
              std::uint16_t output = 0) const noexcept;
    void leave_unrouted(const message& one, unrouted reason) noexcept;
    [[nodiscard]] static std::uint32_t tag_of(std::uint16_t input, std::uint32_t tag) noexcept;
    [[nodiscard]] static std::uint32_t group_of(std::uint16_t input,
                                                const tactus_event& event) noexcept {
        return tag_of(input, event.group);
    }

    dispatcher& dispatcher_;
    time::timebase& timebase_;
    const time::clock& clock_;
    ingress_settings settings_;
    router router_;
    name_table names_;
    name_choice choice_{dispatcher_.outputs(), names_};
    const name_choice::meaning* meaning_ = nullptr; // of the name that the current event asks for
    unsupported_observer* observer_ = nullptr;
    outcome_observers outcome_observers_;
    std::vector<std::unique_ptr<inlet>> inputs_;
    target_list targets_;
    // While routes are muted: outputs that an unmuted route leads to; whether the current delivery
    // is by a muted route, and of a circulating event.
    circle_guard guard_;
    target_list open_;
    bool is_muting_ = false;
    bool is_muted_ = false;
    sysex_streams::stream* opening_ = nullptr; // the current event is its first part
    bool is_round_ = false;
    target_list reached_; // by the current event, if that has to be known
    std::optional<codec::bad_argument> bad_argument_; // of the message that is routed
    argument_index arguments_;                        // the same
    std::vector<std::uint16_t> dispatched_; // the same: rules named by a pattern in its address
    std::vector<untaken> untaken_;          // room for router::destinations_max()
    std::string_view untaken_text_;         // of the last one that express() could not express
    std::vector<std::uint8_t> translated_;  // TACTUS_EVENT_SIZE_MAX bytes
    std::vector<std::uint8_t> renamed_;     // the same, for a second translation
    std::vector<std::uint8_t> tidied_;      // the same, for input that was not tidy
    due_watch watch_;                       // while a batch comes in
    std::uint64_t astray_ = 0;
    bool is_closed_ = false;
};

} // namespace tactus::flow
