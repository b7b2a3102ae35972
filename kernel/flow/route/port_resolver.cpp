// SPDX-License-Identifier: MIT
#include "kernel/flow/route/port_resolver.hpp"

namespace tactus::flow {

port_resolver::finding port_resolver::look_up(const message& one) noexcept {
    meaning_ = &choice_.find(one.input, one.packet->port, router_.reachable(one.input));
    if (!meaning_->is_exact() || meaning_->places.size() != 1) {
        return finding::open;
    }
    return meaning_->places.front().is_several ? finding::ambiguous : finding::clear;
}

bool port_resolver::choose(const message& one, std::span<const std::uint16_t> reached) noexcept {
    const std::uint32_t wanted = one.packet->port;
    if (!meaning_->is_exact()) {
        for (const std::uint16_t output : reached) {
            static_cast<void>(dispatcher_.connections().find_port(output, wanted, names_));
        }
        meaning_ = &choice_.find(one.input, wanted, router_.reachable(one.input));
    }
    int meant = 0;
    for (const std::uint16_t output : reached) {
        if (const name_choice::place* const found = meaning_->at(output)) {
            meant += found->is_several ? 2 : 1;
        }
    }
    return meant < 2;
}

port_resolver::place port_resolver::named(const message& one, std::uint16_t output) noexcept {
    if (const name_choice::place* const found = meaning_->at(output)) {
        return {found->port};
    }
    const bool is_denied =
        !meaning_->is_exact() &&
        dispatcher_.connections().find_port(output, one.packet->port, names_).answer ==
            name_answer::not_allowed;
    return {port_table::none, is_denied ? unrouted::peer_not_allowed : unrouted::unknown_port};
}

std::string_view port_resolver::output_name(std::uint16_t output) const {
    const std::uint32_t handle = dispatcher_.outputs().at(output).ports.owner();
    return handle == 0 ? std::string_view() : names_.text(handle);
}

} // namespace tactus::flow
