// SPDX-License-Identifier: MIT
// The notes and pedals that sound at one output, as its receiver knows them: each changes when its
// message is really sent, in the order in which messages take effect there.
//
//   a sink that sends at once       at the moment of the call
//   a worker                        when it reports the event as sent
//   OSC that leaves ahead of its    when its time has come: the receiver keeps it until then, and
//   time, with that time in it      takes what is due earlier first
//
// Also: what is left to end. Its parts: note_admission decides which ends must be let in, in_flight
// has what a worker got, scheduled_changes what takes effect later, port_notes what sounds,
// note_limit how long it may, and sounding_recorder writes what sounds into the file that a new
// start reads. Threads: loop.
#pragma once

#include "kernel/flow/output/notes/in_flight.hpp"
#include "kernel/flow/output/notes/note_admission.hpp"
#include "kernel/flow/output/notes/note_limit.hpp"
#include "kernel/flow/output/notes/port_notes.hpp"
#include "kernel/flow/output/notes/scheduled_changes.hpp"
#include "kernel/flow/output/notes/sounding_recorder.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tactus::flow {

class output_notes {
public:
    // Which ends must be let in.
    [[nodiscard]] note_admission& admission() noexcept { return admission_; }
    [[nodiscard]] const note_admission& admission() const noexcept { return admission_; }
    // For what is about to be sent by a sink that sends at once, and what an earlier daemon left.
    [[nodiscard]] sounding_recorder& recorder() noexcept { return recorder_; }
    [[nodiscard]] const sounding_recorder& recorder() const noexcept { return recorder_; }
    // The daemon ends: the file has from now on what sounds, or nothing with keeps false. Bounds:
    // nothing waits.
    void end_record(bool keeps);
    // The output loses its ports for ever, or the way to them: what sounds is left in the file, if
    // the recorder is on, and not followed here any more. Bounds: nothing waits, or is with a
    // worker.
    struct left_behind {
        std::size_t sounding = 0;
        std::size_t kept = 0; // of these, in the file
    };
    left_behind set_aside();
    // All that was reported as sent has arrived: the ports that are there go in an orderly way.
    void settle() noexcept {
        for (port_notes::entry& each : ports_.all()) {
            each.recent = each.was_up ? recent_ends() : each.recent;
        }
    }

    // The change that a message makes when it leaves, and whose it is (note_holders). Allocates for
    // a port's first.
    [[nodiscard]] note_change change_of(const note_place& where,
                                        std::span<const std::uint8_t> message,
                                        std::uint32_t sender = 0);
    // It was sent, and takes effect at effect_ns; at once if that is not in the future. At the
    // limit of scheduled_changes, the first of those takes effect now.
    void sent(const note_change& what, std::int64_t effect_ns, std::int64_t now_ns);
    // It will not be sent.
    void lost(const note_change& what) noexcept;

    // From when a worker accepts an event until it finishes it. If the worker is cut off, it may
    // have sent what is still here: what that begins then counts as sounding.
    [[nodiscard]] std::uint32_t hand_over(const flow::in_flight::event& one);
    void finish(std::uint32_t number) noexcept;
    void cut_off(bool may_have_sent, std::int64_t now_ns) noexcept;
    [[nodiscard]] const flow::in_flight& in_flight() const noexcept { return in_flight_; }

    // Notes that sound now.
    [[nodiscard]] std::size_t count(std::int64_t now_ns) noexcept;
    // Everything that waited was cancelled: no end is on its way any more.
    void all_cancelled() noexcept {
        for (port_notes::entry& each : ports_.all()) {
            each.all_cancelled();
        }
    }

    // The notes that will sound at a port when all that has left has taken effect, and that are not
    // being ended; and those that have been in doubt since the port went down.
    struct remains {
        port_notes::entry* at = nullptr;
        sounding on;
        std::int64_t after_ns = 0; // an end must take effect after this, which may be in the past
    };
    // with_in_flight: includes what a worker may still begin. Allocates if messages take effect
    // later.
    [[nodiscard]] remains remains_of(port_notes::entry& at, bool with_in_flight);
    // Senders have gone. Returns the notes that they began there, and that nobody has ended or
    // holds too.
    [[nodiscard]] remains let_go(port_notes::entry& at, const sender_range& who);
    // Whether this end would end what another sender holds. Bounds: as
    // note_admission::let_in().
    [[nodiscard]] bool is_held_by_others(const note_place& where,
                                         std::span<const std::uint8_t> message,
                                         std::uint32_t sender);
    [[nodiscard]] std::vector<port_notes::entry>& ports() noexcept { return ports_.all(); }

    [[nodiscard]] note_limit& limit() noexcept { return limit_; }
    [[nodiscard]] std::int64_t next_look_ns() const noexcept { return limit_.next_look_ns(); }
    // The limit learns what has left; note_limit::take() follows for each port that is up.
    void begin_look(std::int64_t now_ns) noexcept;

private:
    void set_under_way(const note_change& what, port_notes::entry& at);
    static void set_arrived(const note_change& what, port_notes::entry& at) noexcept;
    // Places by who holds them, once all that has left has taken effect.
    struct held_places {
        note_holders::places_set its; // the senders'
        note_holders::places_set others;
    };
    [[nodiscard]] held_places held_at(port_notes::entry& at, const sender_range& who);
    [[nodiscard]] std::vector<scheduled_changes::change> scheduled_for(const port_notes::entry& at);
    void take_effect_until(std::int64_t now_ns) noexcept;
    void take_first() noexcept;
    void apply(const note_change& what, std::int64_t now_ns) noexcept;

    port_notes ports_;
    flow::in_flight in_flight_;
    scheduled_changes scheduled_;
    note_admission admission_{ports_};
    sounding_recorder recorder_{ports_};
    note_limit limit_{ports_};
};

} // namespace tactus::flow
