// SPDX-License-Identifier: MIT
// Decides about an event that waits with a ticket when it is due: whether it is sent, now or later.
// The seam through which the gates of the routes, which let the event in, act at its output.
// Threads: loop.
#pragma once

#include "kernel/flow/ledger.hpp"

#include <cstdint>
#include <optional>

namespace tactus::flow {

struct judgement {
    std::optional<dropped> why_not{};
    std::int64_t due_ns = 0; // it waits until then; 0: it is sent now
};

class event_judge {
public:
    event_judge() = default;
    event_judge(const event_judge&) = delete;
    event_judge& operator=(const event_judge&) = delete;
    virtual ~event_judge() = default;

    // In the order in which events leave. All deliveries of an event have one ticket; what is
    // decided for the first holds for the others. came_ns: when the event came.
    virtual judgement judge(std::uint32_t ticket, std::int64_t due_ns,
                            std::int64_t came_ns) noexcept = 0;
};

} // namespace tactus::flow
