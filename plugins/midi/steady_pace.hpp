// SPDX-License-Identifier: MIT
// When messages leave that keep their distances. A live message, which comes too late for its
// frame, leaves a constant time after it was due. A message known ahead leaves when it is due, but
// not before live messages that were due earlier. Arithmetic only. Threads: one at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace midi {

class steady_pace {
public:
    struct arrival {
        std::int64_t due_ns;
        std::int64_t received_ns;
    };
    struct distances {
        std::int64_t lookahead_ns; // a message this long before due is known ahead
        std::int64_t delay_ns;     // of live messages
    };

    std::int64_t moment_of(const arrival& one, const distances& by) noexcept {
        if (one.received_ns + by.lookahead_ns <= one.due_ns) {
            return one.due_ns < due_ns_ ? one.due_ns : std::max(one.due_ns, moment_ns_);
        }
        const std::int64_t moment_ns = one.due_ns + by.delay_ns;
        due_ns_ = std::max(due_ns_, one.due_ns);
        moment_ns_ = std::max(moment_ns_, moment_ns);
        return moment_ns;
    }

private:
    // The latest live message.
    std::int64_t due_ns_ = std::numeric_limits<std::int64_t>::min();
    std::int64_t moment_ns_ = std::numeric_limits<std::int64_t>::min();
};

} // namespace midi
