// SPDX-License-Identifier: MIT
// Routes that are muted because an event circulated through them: which they are, and which outputs
// of one message only such routes lead to. What a muted route would have sent is counted as
// dropped{circle} at its outputs; an output that another route leads to gets the message by that
// one. The end of a note passes, unless it circulates itself. Threads: loop.
#pragma once

#include "kernel/flow/output/sounding.hpp"
#include "kernel/flow/queue/timed_queue.hpp"
#include "kernel/flow/route/circle_guard.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/route/router.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace tactus::flow {

class circle_muting {
public:
    // `routes`: the number of routes.
    void configure(const circle_settings& settings, std::size_t routes) {
        guard_.configure(settings, routes);
    }

    // A message came in: whether it circulates, and whether anything is muted for it.
    void begin(const message& one) noexcept {
        is_round_ = one.due_ns - one.arrival_ns <= circle_guard::waits_ns &&
                    guard_.saw({one.input, one.packet->source, one.bytes, one.arrival_ns});
        is_active_ = is_round_ || guard_.is_muting(one.arrival_ns);
        if (is_active_) {
            open_.clear();
        }
    }
    // If not, nothing else needs to be asked for this message.
    [[nodiscard]] bool is_active() const noexcept { return is_active_; }

    // The message takes this route: mutes the route if the message circulates. Returns true if the
    // route was not muted before.
    bool pass(std::uint16_t route, std::int64_t now_ns) noexcept {
        return is_round_ && guard_.mute(route, now_ns);
    }
    [[nodiscard]] bool is_muted(std::uint16_t route, std::int64_t now_ns) const noexcept {
        return guard_.is_muted(route, now_ns);
    }
    // These outputs are reached by a route that is not muted.
    void open(std::span<const std::uint16_t> outputs) noexcept { open_.add(outputs); }
    [[nodiscard]] bool closes(std::uint16_t output) const noexcept {
        return is_active_ && !open_.has(output);
    }
    // Whether a muted route lets this pass.
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

    // How often a route was muted.
    [[nodiscard]] std::uint64_t mutes(std::uint16_t route) const noexcept {
        return guard_.mutes(route);
    }

private:
    circle_guard guard_;
    target_list open_;
    bool is_active_ = false;
    bool is_round_ = false; // the message circulates
};

} // namespace tactus::flow
