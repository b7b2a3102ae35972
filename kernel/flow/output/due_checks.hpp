// SPDX-License-Identifier: MIT
// How long the loop has been without a check of what is due, within one call of a plugin. The
// kernel checks while it works on what the call has brought (due_watch), so a long call need not
// hold anything up. Times are those of the loop's own work: they do not advance while outputs send.
// Threads: loop.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tactus::flow {

class due_checks {
public:
    struct span {
        std::int64_t last_ns = 0;    // the latest check, or the call's begin
        std::int64_t longest_ns = 0; // without one
    };

    void checked(std::int64_t now_ns) noexcept {
        now_.longest_ns = std::max(now_.longest_ns, now_ns - now_.last_ns);
        now_.last_ns = now_ns;
    }
    // A call begins, perhaps within another, whose span is returned.
    [[nodiscard]] span begin(std::int64_t now_ns) noexcept {
        const span outer = now_;
        now_ = {now_ns, 0};
        return outer;
    }
    // It has returned. Returns the longest time without a check in it; the outer call goes on.
    std::int64_t end(std::int64_t now_ns, const span& outer) noexcept {
        checked(now_ns);
        const std::int64_t longest_ns = now_.longest_ns;
        now_ = {now_ns, std::max(outer.longest_ns, longest_ns)};
        return longest_ns;
    }

private:
    span now_;
};

} // namespace tactus::flow
