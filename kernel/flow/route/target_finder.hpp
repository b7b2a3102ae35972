// SPDX-License-Identifier: MIT
// Finds the outputs that a message itself is sent to, each once, by the routes that match its
// address or its pattern, and the port that it asks for there. It counts what a filter refuses and
// tells the muting which outputs are still open; it sends nothing, and what routes with `as` make
// of the message it only looks at where a name has to be looked up. Threads: loop.
#pragma once

#include "kernel/flow/route/message.hpp"
#include "kernel/flow/route/outcome_tally.hpp"
#include "kernel/flow/route/port_resolver.hpp"
#include "kernel/flow/route/route_account.hpp"
#include "kernel/flow/route/route_muting.hpp"
#include "kernel/flow/route/router.hpp"
#include "kernel/flow/route/rule_matcher.hpp"

#include <cstdint>
#include <optional>

namespace tactus::flow {

class target_finder {
public:
    // The parts that it works with; all must outlive it.
    struct parts {
        router& routes;
        rule_matcher& rules;
        route_muting& muting;
        port_resolver& ports;
        outcome_tally& record;
        route_account& account;
    };
    enum class finding : std::uint8_t {
        clear,          // targets() are those of the message; there may be none
        too_costly,     // to compare its pattern with every address
        ambiguous_port, // several outputs have the port that it asks for; counted for each route
    };

    explicit target_finder(const parts& with) noexcept : with_(with) {}

    // For as many routes as are configured. Allocates.
    void make_room();

    // Bounds: rules, muting and record have begun with the message.
    [[nodiscard]] finding find(const message& one) noexcept;
    // Valid until the next find().
    [[nodiscard]] const target_list& targets() const noexcept { return targets_; }

    // As what a delivery by that route counts if it is held back; nullopt: it goes out. Bounds:
    // something is muted for the message, which takes the route.
    [[nodiscard]] std::optional<dropped> muted_as(std::uint16_t route, const message& one) noexcept;

private:
    [[nodiscard]] bool resolve_pattern(const message& one) noexcept;
    void find_targets(const message& one) noexcept;
    void add_filtered(const message& one) noexcept;
    void open_dispatched(const message& one) noexcept;
    [[nodiscard]] bool find_ports(const message& one) noexcept;
    void gather_reached(const message& one) noexcept;
    void count_ambiguous(const message& one) noexcept;

    parts with_;
    target_list targets_; // of the message itself
    target_list reached_; // those, and of what routes make of it; if that has to be known
};

} // namespace tactus::flow
