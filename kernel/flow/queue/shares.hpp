// SPDX-License-Identifier: MIT
// How room is shared, so that no input can take what another needs. A room is a limit of the timed
// queue: that of one output, or that of all outputs together. A way leads from one input to one
// output. Each way has a part of the room that only it can use; the rest is shared, first come,
// first served; a tenth is reserved for the ends of notes:
//
//     limit = reserve + parts of all ways + rest
//
// A way fills its own part first, and what it holds beyond that counts against the rest. All
// counting is by addition, so an answer costs the same however much waits. room_accounts has the
// ways.
#pragma once

#include "kernel/flow/queue/queue_amount.hpp"

#include <algorithm>
#include <cstdint>

namespace tactus::flow {

// The room that an event may use in addition to its way's part and the rest.
enum class claim : std::uint8_t {
    none,
    reserve, // the reserved tenth
    all,     // it is never refused: the caller limits how many of these wait at a time
};

constexpr queue_amount larger_of(const queue_amount& a, const queue_amount& b) noexcept {
    return {std::max(a.events, b.events), std::max(a.bytes, b.bytes)};
}
constexpr queue_amount smaller_of(const queue_amount& a, const queue_amount& b) noexcept {
    return {std::min(a.events, b.events), std::min(a.bytes, b.bytes)};
}
// `a` minus `b`, at least zero.
constexpr queue_amount rest_of(const queue_amount& a, const queue_amount& b) noexcept {
    return larger_of(a, b) - b;
}
constexpr bool is_within(const queue_amount& a, const queue_amount& limit) noexcept {
    return a.events <= limit.events && a.bytes <= limit.bytes;
}
constexpr queue_amount divided(const queue_amount& a, std::uint64_t by) noexcept {
    return {a.events / by, a.bytes / by};
}

class shared_room {
public:
    static constexpr std::uint64_t reserve_divisor = 10; // of the limit

    shared_room() = default;
    explicit shared_room(const queue_amount& limit) noexcept
        : limit_(limit), reserve_(divided(limit, reserve_divisor)), rest_(limit - reserve_) {}

    [[nodiscard]] const queue_amount& limit() const noexcept { return limit_; }
    // All but the reserve.
    [[nodiscard]] queue_amount usable() const noexcept { return limit_ - reserve_; }

    // parts: the sum of the ways' own parts; excess: what they hold beyond these. Bounds:
    // is_within(parts, usable()).
    void divide(const queue_amount& parts, const queue_amount& excess) noexcept {
        rest_ = usable() - parts;
        excess_ = excess;
    }

    // Whether a way that holds `held` and whose own part is `part` may hold `more` in addition.
    [[nodiscard]] bool fits(const queue_amount& held, const queue_amount& part,
                            const queue_amount& more, claim by) const noexcept {
        if (is_within(held + more, part)) {
            return true;
        }
        const queue_amount beyond = larger_of(held + more, part) - larger_of(held, part);
        const queue_amount room = by == claim::none ? rest_ : rest_ + reserve_;
        return (beyond.events == 0 || excess_.events + beyond.events <= room.events) &&
               (beyond.bytes == 0 || excess_.bytes + beyond.bytes <= room.bytes);
    }
    // How much more such a way may hold, without the reserve.
    [[nodiscard]] queue_amount left(const queue_amount& held,
                                    const queue_amount& part) const noexcept {
        return rest_of(part, held) + rest_of(rest_, excess_);
    }
    // The most that a way with that part could ever hold, without the reserve.
    [[nodiscard]] queue_amount most(const queue_amount& part) const noexcept {
        return part + rest_;
    }

    // The way held `held` and gets more, or has `held` left after giving back less.
    void add(const queue_amount& held, const queue_amount& part,
             const queue_amount& more) noexcept {
        if (is_within(held + more, part)) {
            return; // usual case: its own part suffices
        }
        excess_ += larger_of(held + more, part) - larger_of(held, part);
    }
    void remove(const queue_amount& held, const queue_amount& part,
                const queue_amount& less) noexcept {
        if (is_within(held + less, part)) {
            return;
        }
        excess_ -= larger_of(held + less, part) - larger_of(held, part);
    }

private:
    queue_amount limit_;
    queue_amount reserve_;
    queue_amount rest_;   // what belongs to no way's part
    queue_amount excess_; // what the ways hold beyond their parts
};

} // namespace tactus::flow
