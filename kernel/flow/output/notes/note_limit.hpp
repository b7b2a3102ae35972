// SPDX-License-Identifier: MIT
// How long the notes and pedals of one output may be on, and when one of them may have been on for
// too long. That moment is a lower bound, kept as notes begin and found anew by each look: a look
// costs a pass over all that sounds, and there is about one in the time that a note may last. Only
// the clock that is passed in counts. Memory: 16 KiB for each port, if there is a limit. Threads:
// loop.
#pragma once

#include "kernel/flow/output/notes/in_flight.hpp"
#include "kernel/flow/output/notes/port_notes.hpp"
#include "kernel/flow/output/notes/sounding.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace tactus::flow {

class note_limit {
public:
    static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

    // Of these notes, which must outlive it.
    explicit note_limit(port_notes& ports) noexcept : ports_(ports) {}

    // Notes may sound for so long from now on, those that sound now too; 0: for ever. Allocates if
    // there are notes.
    void set(std::int64_t max_ns, std::int64_t now_ns) {
        max_ns_ = max_ns;
        for (port_notes::entry& each : ports_.all()) {
            each.since_ns.assign(max_ns > 0 ? sounding::places : 0, now_ns);
        }
        if (!ports_.all().empty()) {
            look_soon();
        }
    }
    // When to look next; never_ns if nothing sounds. Ends that came meanwhile may make it too
    // early, nothing makes it too late.
    [[nodiscard]] std::int64_t next_look_ns() const noexcept {
        const auto is_idle = [](const port_notes::entry& each) { return each.is_idle(); };
        const bool sounds = next_look_ns_ != never_ns &&
                            !std::all_of(ports_.all().begin(), ports_.all().end(), is_idle);
        return sounds ? next_look_ns_ : never_ns;
    }

    // A message that takes effect later, or has left and may begin something then.
    void expect(const note_change& what, std::int64_t begins_ns) noexcept {
        if (max_ns_ > 0 && !what.is_none() &&
            sounding::effect_of(what.message) == sounding::effect::begins) {
            next_look_ns_ = std::min(next_look_ns_, begins_ns + max_ns_);
        }
    }
    // A note or pedal is on. Allocates for a port's first.
    void began(port_notes::entry& at, std::size_t place, std::int64_t now_ns) {
        if (max_ns_ > 0) {
            at.since_ns.resize(sounding::places);
            at.since_ns[place] = now_ns;
            next_look_ns_ = std::min(next_look_ns_, now_ns + max_ns_);
        }
    }
    // A port is up again: what sounds there may have been on for too long.
    void look_soon() noexcept { next_look_ns_ = max_ns_ > 0 ? 0 : never_ns; }

    // A look begins; take() follows for each port that is up.
    void begin_look() noexcept { next_look_ns_ = never_ns; }
    // The notes and pedals that have been on for too long there, each once in that time, in case
    // its end is lost.
    [[nodiscard]] sounding take(port_notes::entry& at, std::int64_t now_ns) noexcept {
        at.since_ns.resize(sounding::places, now_ns); // what a crash left has no time yet
        sounding overlong;
        at.notes.for_each([&](std::size_t place) {
            std::int64_t& since_ns = at.since_ns[place];
            if (now_ns - since_ns >= max_ns_) {
                since_ns = now_ns;
                overlong.begin(place);
            }
            next_look_ns_ = std::min(next_look_ns_, since_ns + max_ns_);
        });
        overlong.remove(at.ending);
        return overlong;
    }

private:
    port_notes& ports_;
    std::int64_t max_ns_ = 0;
    std::int64_t next_look_ns_ = never_ns;
};

} // namespace tactus::flow
