// SPDX-License-Identifier: MIT
// The inputs, and what became of each of their messages: counts it in the ledger of its input, and
// notifies the observers. In the ledgers a message is in exactly one column, whoever decided about
// it: the ingress, or the fan-out with its outcome. Threads: loop.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/flow/event_observer.hpp"
#include "kernel/flow/ingress/inlet.hpp"
#include "kernel/flow/outcome_observer.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/unsupported_observer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace tactus::flow {

class input_table {
public:
    // The observers must outlive it.
    input_table(const outcome_observers& of_outcomes, const event_observers& of_events) noexcept
        : outcome_observers_(of_outcomes), event_observers_(of_events) {}

    // For the log; nullptr: none.
    void set_observer(unsupported_observer* observer) noexcept { observer_ = observer; }
    // A new input of that number, which is size() or that of a removed one. The timebase must
    // outlive the table. Errors: limit (inputs_max).
    [[nodiscard]] result<std::uint16_t> put(std::uint16_t number, const input_settings& settings,
                                            const time::timebase& timebase);
    [[nodiscard]] std::size_t size() const noexcept { return inputs_.size(); }
    // Bounds: input < size().
    [[nodiscard]] inlet& operator[](std::uint16_t input) noexcept { return *inputs_[input]; }
    [[nodiscard]] const inlet& operator[](std::uint16_t input) const noexcept {
        return *inputs_[input];
    }

    // So many messages that are not known one by one.
    void refuse(std::uint16_t input, rejected reason, std::uint64_t count = 1) noexcept;
    // `bad`: the argument that was wrong, if it was unsupported for one.
    void refuse(const message& one, rejected reason,
                const codec::bad_argument* bad = nullptr) noexcept;
    // A packet, or a message in one.
    void refuse_osc(const message& one, codec::osc_error why) noexcept;
    void leave_unrouted(const message& one, unrouted reason) noexcept;
    // The fan-out got the message.
    void settle(const message& one, const outcome& end) noexcept;

    // Refused or unrouted messages of all inputs, except filtered and muted ones.
    [[nodiscard]] std::uint64_t refused_or_unrouted() const noexcept { return astray_; }

private:
    void show(const message& one, observed what, std::uint8_t reason) const noexcept;

    const outcome_observers& outcome_observers_;
    const event_observers& event_observers_;
    unsupported_observer* observer_ = nullptr;
    std::vector<std::unique_ptr<inlet>> inputs_;
    std::uint64_t astray_ = 0;
};

} // namespace tactus::flow
