// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/note_admission.hpp"

#include <cstddef>
#include <limits>

namespace tactus::flow {

void note_admission::let_in(const note_place& where, std::span<const std::uint8_t> message,
                            const note_owner& by, bool has_own_end) {
    if (sounding::effect_of(message) != sounding::effect::begins) {
        if (port_notes::entry* const here = ports_.find(where.port, where.written_for)) {
            here->owed.ended(message);
        }
        return;
    }
    const std::size_t place = sounding::place_of(message);
    port_notes::entry& here = ports_.of(where.port, where.written_for);
    here.owners.began(place, by, here.notes.has(place) || here.owed.has(place));
    if (!has_own_end) {
        here.owed.began(place);
    }
}

bool note_admission::owes(const note_place& where,
                          std::span<const std::uint8_t> message) const noexcept {
    const sounding::effect effect = sounding::effect_of(message);
    if (effect == sounding::effect::none || effect == sounding::effect::begins) {
        return false;
    }
    const port_notes::entry* const here = ports_.find(where.port, where.written_for);
    return here != nullptr && here->owed.owes(message);
}

bool note_admission::must_pass(const note_place& where, std::span<const std::uint8_t> message,
                               std::int64_t due_ns, std::int64_t now_ns) const noexcept {
    if (sounding::effect_of(message) != sounding::effect::ends || due_ns - now_ns > soon_ns) {
        return false;
    }
    const port_notes::entry* const here = ports_.find(where.port, where.written_for);
    const std::size_t place = sounding::place_of(message);
    return here != nullptr && here->notes.has(place) &&
           (here->passed_ns.empty() || now_ns - here->passed_ns[place] >= soon_ns);
}

void note_admission::passed(const note_place& where, std::span<const std::uint8_t> message,
                            std::int64_t now_ns) {
    if (port_notes::entry* const here = ports_.find(where.port, where.written_for)) {
        here->passed_ns.resize(sounding::places, std::numeric_limits<std::int64_t>::min() / 2);
        here->passed_ns[sounding::place_of(message)] = now_ns;
    }
}

} // namespace tactus::flow
