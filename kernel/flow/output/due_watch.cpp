// SPDX-License-Identifier: MIT
#include "kernel/flow/output/due_watch.hpp"

namespace tactus::flow {

std::int64_t due_watch::look(bool must) noexcept {
    longest_ = std::max(longest_, done_);
    done_ = 0;
    const std::int64_t now_ns = clock_.now_ns();
    dispatcher_.checks().checked(now_ns - dispatcher_.sending_ns());
    if (must || soonest_ns_ <= now_ns) {
        dispatcher_.run_due(now_ns);
        soonest_ns_ = dispatcher_.next_due_ns();
    }
    return now_ns;
}

} // namespace tactus::flow
