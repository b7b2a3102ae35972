// SPDX-License-Identifier: MIT
// When the messages of one input are due by their time tags: on the daemon's wall clock or, if the
// input follows it, on the sender's own clock (sender_timeline.hpp). Threads: loop.
#pragma once

#include "kernel/flow/ingress/sender_timeline.hpp"
#include "kernel/time/timebase.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

namespace tactus::flow {

class time_tag_clock {
public:
    // The timebase must outlive it. lead_ns: at most how long before its time the sender sends.
    time_tag_clock(const time::timebase& timebase, bool follows_sender, std::int64_t lead_ns)
        : timebase_(&timebase),
          sender_(follows_sender ? std::make_unique<sender_timeline>(lead_ns) : nullptr) {}

    // A packet came; `time_tag` is its earliest. Bounds: above 1.
    void begin_packet(std::uint64_t time_tag, std::int64_t arrival_ns) noexcept {
        if (sender_ != nullptr) {
            sender_->begin_packet(time_tag, arrival_ns, arrival_ns + timebase_->offset_ns());
        }
    }
    // When a message of that packet is due; 1 or later. Bounds: as above.
    [[nodiscard]] std::int64_t due_of(std::uint64_t time_tag, const codec::osc_message& message,
                                      std::int64_t arrival_ns) noexcept {
        return sender_ != nullptr
                   ? sender_->due_of(time_tag, message)
                   : std::max<std::int64_t>(timebase_->from_ntp(time_tag, arrival_ns), 1);
    }
    // The daemon's wall clock minus the sender's; nothing if it is not followed, or not known yet.
    [[nodiscard]] std::optional<std::int64_t> offset_ns() const noexcept {
        const std::optional<std::int64_t> offset_ns =
            sender_ != nullptr ? sender_->offset_ns() : std::nullopt;
        return offset_ns ? std::optional(*offset_ns + timebase_->offset_ns()) : std::nullopt;
    }

private:
    const time::timebase* timebase_;
    std::unique_ptr<sender_timeline> sender_; // nullptr: time tags are on the wall clock
};

} // namespace tactus::flow
