// SPDX-License-Identifier: MIT
// The events that wait for their turn at a rate gate, which answers when they are due: a scheduled
// event delays nothing that is due before it, and a cancelled one delays nothing. Each has a
// ticket, by which the dispatcher asks about it; an event for several outputs has one ticket.
//
//   scheduled   asked of the gate when the first of its deliveries is due
//   waits       the gate lets it leave later; a newer event may replace it until then
//   decided     it is sent, or left out; what that means for one delivery holds for the others
//
// Bounds: tickets_max events wait for their turn; any more replace the record of the oldest, which
// is then sent when it is due. Memory: 32 bytes for each, from the first gate on. Threads: loop.
#pragma once

#include "kernel/flow/output/event_judge.hpp"
#include "kernel/flow/output/output_account.hpp"
#include "kernel/flow/route/rate_gate.hpp"
#include "kernel/flow/route/router.hpp"

#include <cstdint>
#include <vector>

namespace tactus::flow {

class dispatcher;

class gated_events final : public event_judge {
public:
    static constexpr std::uint32_t tickets_max = 65'536;

    // It must outlive this.
    explicit gated_events(dispatcher& dispatcher) noexcept : dispatcher_(dispatcher) {}
    ~gated_events() override;

    // The routes were replaced. Bounds: they stay where they are until the next call. Allocates.
    void configure(const router& routes);

    // Returns its ticket. Bounds: a gate is configured.
    [[nodiscard]] std::uint32_t schedule(const rule& by, const rate_gate::question& about) noexcept;
    // The same, for the end of a note; `note`: the gate's key of the note.
    [[nodiscard]] std::uint32_t schedule_end(const rule& by, std::uint64_t note) noexcept;
    // Returns the ticket of an event that the gate delays.
    [[nodiscard]] std::uint32_t wait(const rule& by, std::uint64_t key,
                                     const rate_gate::answer& how) noexcept;
    // A newer event takes the place of this one.
    void replace(std::uint32_t ticket) noexcept;

    judgement judge(std::uint32_t ticket, std::int64_t due_ns,
                    std::int64_t came_ns) noexcept override;

    // Changes whenever an output of the route may not have what it was given last.
    [[nodiscard]] std::uint64_t delivery_epoch_of(const rule& by) noexcept;

private:
    enum class state : std::uint8_t {
        scheduled,
        scheduled_end,
        waits,
        left, // after it has waited
        sent, // at its own time
        throttled,
        unchanged,
    };
    struct record {
        std::uint64_t key = 0;
        std::uint64_t content = 0;
        std::int64_t at_ns = 0;   // its own end; if it waits, when it leaves
        std::uint32_t ticket = 0; // 0: none
        std::uint16_t route = unknown_route;
        state is = state::sent;
        bool may_wait = false;
    };

    [[nodiscard]] record& issue() noexcept;
    // nullptr: it is another's now.
    [[nodiscard]] record* find(std::uint32_t ticket) noexcept;
    [[nodiscard]] const rule* rule_of(std::uint16_t route) const noexcept;
    void ask(record& of, const rule& by, std::int64_t due_ns, std::int64_t came_ns) noexcept;

    dispatcher& dispatcher_;
    std::vector<record> records_;
    std::uint32_t last_ = 0;
    std::vector<const rule*> gated_; // by id; nullptr: it has no gate
};

} // namespace tactus::flow
