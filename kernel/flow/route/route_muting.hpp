// SPDX-License-Identifier: MIT
// Routes that are muted: by the operator, or for a second because an event circulated through them.
// Knows which they are, and which outputs of one message only such routes lead to. A message that a
// muted route would have sent is counted at its outputs as dropped{muted} or dropped{circle}; an
// output that another route leads to gets the message by that one. delivery_sender decides which
// ends pass. Threads: loop.
#pragma once

#include "kernel/flow/output/notes/sounding.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/flow/route/circle_guard.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/route/router.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tactus::flow {

class route_muting {
public:
    // `routes`: the number of routes; none of them is muted then.
    void configure(const circle_settings& settings, std::size_t routes) {
        guard_.configure(settings, routes);
        by_operator_.assign(routes, false);
        is_any_by_operator_ = false;
    }

    // How a route is muted, whatever its number.
    struct state {
        bool is_by_operator = false;
        std::int64_t circle_until_ns = 0;
    };
    [[nodiscard]] state of(std::uint16_t route) const noexcept {
        return {is_muted_by_operator(route), guard_.muted_until_ns(route)};
    }
    void resume(std::uint16_t route, const state& kept) {
        guard_.stay_muted(route, kept.circle_until_ns);
        if (kept.is_by_operator) {
            mute(route, true);
        }
    }
    void carry_over(std::uint16_t route, std::uint64_t mutes) noexcept {
        guard_.carry_over(route, mutes);
    }

    // By the operator. Bounds: route below the number of routes.
    void mute(std::uint16_t route, bool is_muted) {
        by_operator_[route] = is_muted;
        is_any_by_operator_ =
            std::find(by_operator_.begin(), by_operator_.end(), true) != by_operator_.end();
    }
    [[nodiscard]] bool is_muted_by_operator(std::uint16_t route) const noexcept {
        return is_any_by_operator_ && by_operator_[route];
    }

    // A message came in: whether it circulates, and whether anything is muted for it.
    void begin(const message& one) noexcept {
        is_round_ = one.due_ns - one.arrival_ns <= circle_guard::waits_ns &&
                    guard_.saw({one.input, one.packet->source, one.bytes, one.arrival_ns});
        is_active_ = is_round_ || is_any_by_operator_ || guard_.is_muting(one.arrival_ns);
        if (is_active_) {
            open_.clear();
            held_.clear();
        }
    }
    // If not, nothing else needs to be asked for this message.
    [[nodiscard]] bool is_active() const noexcept { return is_active_; }

    // The message takes this route: mutes the route if the message circulates. Returns true if the
    // route was not muted before.
    bool pass(std::uint16_t route, std::int64_t now_ns) noexcept {
        return is_round_ && guard_.mute(route, now_ns);
    }
    // How what a route sends is counted as dropped; nothing if the route is open.
    [[nodiscard]] std::optional<dropped> muted_as(std::uint16_t route,
                                                  std::int64_t now_ns) const noexcept {
        return is_muted_by_operator(route)      ? std::optional(dropped::muted)
               : guard_.is_muted(route, now_ns) ? std::optional(dropped::circle)
                                                : std::nullopt;
    }
    // These outputs are reached by a route that is not muted, or by one that is.
    void reach(std::span<const std::uint16_t> outputs, std::optional<dropped> muted_as) noexcept {
        if (!muted_as) {
            open_.add(outputs);
        } else if (*muted_as == dropped::muted) {
            held_.add(outputs);
        }
    }
    // Whether only muted routes lead to that output.
    [[nodiscard]] std::optional<dropped> closes(std::uint16_t output) const noexcept {
        return !is_active_ || open_.has(output)
                   ? std::nullopt
                   : std::optional(held_.has(output) ? dropped::muted : dropped::circle);
    }
    // Whether a route that is muted for a circle lets this pass.
    [[nodiscard]] bool may_pass(const event_source& what) const noexcept {
        if (is_round_) {
            return false;
        }
        const bool is_critical = (what.flags & TACTUS_EVENT_CRITICAL) != 0;
        if (is_critical || what.protocol != TACTUS_PROTO_MIDI) {
            return is_critical;
        }
        return sounding::is_end(
            {reinterpret_cast<const std::uint8_t*>(what.bytes.data()), what.bytes.size()});
    }

    // How often a route was muted for a circle.
    [[nodiscard]] std::uint64_t mutes(std::uint16_t route) const noexcept {
        return guard_.mutes(route);
    }

private:
    circle_guard guard_;
    std::vector<bool> by_operator_; // by route
    bool is_any_by_operator_ = false;
    target_list open_;
    target_list held_; // reached by a route that the operator muted
    bool is_active_ = false;
    bool is_round_ = false; // the message circulates
};

} // namespace tactus::flow
