// SPDX-License-Identifier: MIT
// Ingress: events that ask for a port or an output by name. An event has one meaning: all outputs
// that its routes reach are searched together before any of them gets the event.
#include "kernel/flow/ingress/ingress.hpp"

#include <algorithm>

namespace tactus::flow {

// Returns false if several of the outputs that it reaches have what it asks for; none gets it then.
bool ingress::find_meaning(const message& one) noexcept {
    meaning_ = nullptr;
    const std::uint32_t wanted = one.packet->port;
    if (wanted == 0) {
        return true;
    }
    const std::span<const std::uint16_t> all = router_.reachable(one.input);
    meaning_ = &choice_.find(one.input, wanted, all);
    if (meaning_->is_exact() && meaning_->places.size() == 1) {
        return !meaning_->places.front().is_several;
    }
    gather_reached(one);
    if (!meaning_->is_exact()) { // an output may make a port of that name now
        for (const std::uint16_t output : reached_.all()) {
            static_cast<void>(dispatcher_.find_port(output, wanted, names_));
        }
        meaning_ = &choice_.find(one.input, wanted, all);
    }
    int meant = 0;
    for (const std::uint16_t output : reached_.all()) {
        if (const name_choice::place* const place = meaning_->at(output)) {
            meant += place->is_several ? 2 : 1;
        }
    }
    return meant < 2;
}

// Returns nothing if the event asks by name for a port that is not meant here. port_set::none: any
// port that is up when it is due.
std::optional<std::uint32_t> ingress::port_at(const message& one, std::uint16_t output,
                                              outcome& end) noexcept {
    const std::uint32_t wanted = one.packet->port;
    if (wanted == 0) {
        return port_set::none;
    }
    if (const name_choice::place* const place = meaning_->at(output)) {
        return place->port;
    }
    const bool is_denied =
        !meaning_->is_exact() &&
        dispatcher_.find_port(output, wanted, names_).answer == name_answer::not_allowed;
    end.note(is_denied ? unrouted::peer_not_allowed : unrouted::unknown_port);
    return std::nullopt;
}

} // namespace tactus::flow
