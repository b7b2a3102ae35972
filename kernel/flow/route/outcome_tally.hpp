// SPDX-License-Identifier: MIT
// The results of one message at its outputs, of those that took it and those that could not,
// collected while it is sent; settle() makes the outcome of it. An output that cannot take the
// message loses only its own delivery, if any other output takes it; if none does, the message is
// rejected. Bounds: make_room deliveries that cannot be made; no allocation after it. Threads:
// loop.
#pragma once

#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/route/router.hpp"
#include "kernel/flow/unsupported_observer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tactus::flow {

class outcome_tally {
public:
    // Both must outlive it.
    outcome_tally(dispatcher& dispatcher, const outcome_observers& observers) noexcept
        : dispatcher_(dispatcher), outcome_observers_(observers) {}

    // For the log; nullptr: none.
    void set_observer(unsupported_observer* observer) noexcept { observer_ = observer; }
    // The most deliveries that a message can become. Allocates.
    void make_room(std::size_t deliveries);

    // The next message.
    void begin() noexcept {
        untaken_.clear();
        bad_.reset();
        delivered_ = 0;
        has_failed_ = false;
        stray_ = unrouted::no_route;
    }

    // So many deliveries were given to the dispatcher, which accounts for them.
    void delivered(std::size_t count = 1) noexcept { delivered_ += count; }
    // A route or an output does not get it. The last reason in the list of `unrouted` counts.
    void note(unrouted why) noexcept { stray_ = std::max(stray_, why); }
    // The output cannot take it. A `text` (static) is reported once it shows whether others can.
    void untaken(std::uint16_t output, dropped why, std::string_view text = {}) noexcept {
        untaken_.push_back({output, why, text});
    }
    // The output takes only the other protocol, in which it has no form; `text` describes that.
    // Which argument was wrong is logged at once, and the sender is notified at the end.
    void untranslated(const message& one, std::uint16_t output, const codec::translation& why,
                      std::string_view text) noexcept;
    // It would leave as SysEx, which its input does not let through.
    void sysex_denied(const message& one, std::uint16_t output) noexcept;
    // Its route holds it back; the output counts it as dropped.
    void held_back(const message& one, const destination& to, dropped why) noexcept;
    // The output was never up yet: what it takes is unknown.
    void down(const message& one, std::uint16_t output) noexcept;
    // The route could not make what its `as` specifies.
    void failed(const rule& rule, const message& one, const made_event& why) noexcept;
    // The route is muted now, because the message circulates through it.
    void circling(std::uint16_t route, const message& one) const noexcept;

    // Ends the message: its outputs count what they could not take.
    [[nodiscard]] outcome settle(const message& one) noexcept;

private:
    struct entry {
        std::uint16_t output;
        dropped why;
        std::string_view text;
    };

    [[nodiscard]] rejected refusal() const noexcept;
    void give_up(const message& one, std::uint16_t output, dropped why) const noexcept;
    void refuse(const message& one, const destination& to, dropped why) const noexcept;
    void tell_unsupported(const message& one, std::uint16_t output,
                          std::string_view why) const noexcept;
    void tell_untaken(const message& one) const noexcept;

    dispatcher& dispatcher_;
    const outcome_observers& outcome_observers_;
    unsupported_observer* observer_ = nullptr;
    std::vector<entry> untaken_;
    std::optional<codec::bad_argument> bad_; // of its last translation that failed for one
    std::size_t delivered_ = 0;
    unrouted stray_ = unrouted::no_route; // if nothing is delivered, and nothing was untaken
    bool has_failed_ = false; // a translation failed, not only an output that lacks a protocol
};

} // namespace tactus::flow
