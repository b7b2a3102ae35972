// SPDX-License-Identifier: MIT
#include "kernel/flow/ingress/sender_timeline.hpp"

#include "kernel/time/timebase.hpp"

#include <limits>
#include <utility>

namespace tactus::flow {
namespace {

constexpr std::int64_t step_ns = sender_clock_settings{}.step_ns;

bool is_step(std::int64_t from_ns, std::int64_t to_ns) noexcept {
    std::int64_t apart_ns = 0;
    return __builtin_sub_overflow(to_ns, from_ns, &apart_ns) || apart_ns > step_ns ||
           apart_ns < -step_ns;
}

// The distance between them; for meaningless tags, the largest possible.
std::int64_t apart(std::int64_t from_ns, std::int64_t to_ns) noexcept {
    std::int64_t apart_ns = 0;
    return __builtin_sub_overflow(to_ns, from_ns, &apart_ns)
               ? (to_ns > from_ns ? std::numeric_limits<std::int64_t>::max()
                                  : std::numeric_limits<std::int64_t>::min())
               : apart_ns;
}

} // namespace

void sender_timeline::begin_packet(std::uint64_t time_tag, std::int64_t came_ns,
                                   std::int64_t wall_ns) noexcept {
    sent_ns_ = time::timebase::unix_near(time_tag, clock_.is_known() ? sent_ns_ : wall_ns);
    came_ns_ = came_ns;
    // Assumes that the packet sent soonest was sent this long ahead of its time.
    reading_ = clock_.add(sent_ns_, came_ns + lead_ns_);
    if (has_stepped()) {
        short_leads_.forget_run();
    }
    const std::int64_t late_ns = apart(clock_.to_host(sent_ns_), came_ns + lead_ns_);
    short_leads_.look(reading_, late_ns, came_ns);
    keeps_order_ =
        reading_ == sender_clock::reading::late && !short_leads_.explain(late_ns, came_ns);
    turn_over();
}

bool sender_timeline::has_stepped() noexcept {
    const std::int64_t before_ns = clock_offset_ns_;
    clock_offset_ns_ = clock_.offset_ns(sent_ns_);
    return is_step(before_ns, clock_offset_ns_);
}

void sender_timeline::short_leads::look(sender_clock::reading said, std::int64_t late_ns,
                                        std::int64_t came_ns) noexcept {
    if (said == sender_clock::reading::late) {
        late_ns_ = std::max(late_ns_, late_ns);
    } else if (said == sender_clock::reading::early) {
        forget_run(); // it is unknown what the run was
    } else if (late_ns_ > 0) {
        std::move(ended_.begin() + 1, ended_.end(), ended_.begin());
        ended_.back() = {std::exchange(late_ns_, 0), came_ns};
    }
}

bool sender_timeline::short_leads::explain(std::int64_t late_ns,
                                           std::int64_t came_ns) const noexcept {
    return std::all_of(ended_.begin(), ended_.end(), [&](const run& each) {
        return each.ended_ns != never_ns && came_ns - each.ended_ns <= memory_ns &&
               late_ns <= each.late_ns + step_ns;
    });
}

// Two stretches, each of about one offset, keep the order that they imply exact.
void sender_timeline::turn_over() noexcept {
    const std::int64_t offset_ns = reading_ == sender_clock::reading::early
                                       ? came_ns_ + lead_ns_ - sent_ns_
                                       : clock_offset_ns_;
    if (came_ns_ - lag_max_ns >= past_.due_ns) {
        past_ = std::exchange(present_, {});
    } else if (!present_.is_empty() && is_step(present_offset_ns_, offset_ns)) {
        past_.add(std::exchange(present_, {}));
    }
    present_offset_ns_ = offset_ns;
}

// According to the sender's clock.
std::int64_t sender_timeline::claimed_ns(std::int64_t time_ns) const noexcept {
    return reading_ == sender_clock::reading::early ? came_ns_ + lead_ns_ + (time_ns - sent_ns_)
                                                    : clock_.to_host(time_ns);
}

// The earliest time that the events before it allow.
std::int64_t sender_timeline::order_ns(std::int64_t time_ns) const noexcept {
    return keeps_order_ ? std::max(past_.due_ns, present_.due_ns)
                        : std::max(past_.latest_until(time_ns), present_.latest_until(time_ns));
}

std::int64_t sender_timeline::due_of(std::uint64_t time_tag,
                                     const codec::osc_message& message) noexcept {
    const std::int64_t time_ns = time::timebase::unix_near(time_tag, sent_ns_);
    const std::int64_t wait_max_ns = came_ns_ + lead_ns_ + wait_beyond_lead_ns;
    std::int64_t due_ns = std::max<std::int64_t>(claimed_ns(time_ns), 1);
    due_ns = std::max(due_ns, std::min(order_ns(time_ns), wait_max_ns));
    due_ns = pairs_.place(message, due_ns);
    present_.add(time_ns, due_ns);
    return due_ns;
}

} // namespace tactus::flow
