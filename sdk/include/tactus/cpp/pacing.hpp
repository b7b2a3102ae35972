// SPDX-License-Identifier: MIT
// What a loop with waits in it is paced by: a ticker, which does not drift, and a back-off between
// attempts that fail. Threads: loop.
//
//   ticker frames(here, 25ms);                    back_off pause(500ms, 30s);
//   for (;;) {                                    for (;;) {
//       co_await frames.next();                       const connected made =
//       // send it                                        co_await try_connect(here, "tcp://...");
//   }                                                 if (made.is_ok()) { pause.reset(); ... }
//                                                     co_await here.sleep_for(pause.next());
//                                                 }
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstdint>

#include <tactus/cpp/context.hpp>
#include <tactus/cpp/time.hpp>

namespace tactus {
inline namespace v0_1 {

/// Resumes every `period`, counted from its construction: neither the time of the work between two
/// ticks nor the lateness of a wait adds up.
class ticker {
public:
    /// Bounds: period above 0; a smaller one is taken as 1 ns. The context must outlive it.
    ticker(context& here, host_clock::duration period) noexcept
        : here_(&here), period_(period > zero() ? period : host_clock::duration(1)),
          due_(here.now()) {}

    /// `co_await` resumes at the next tick. Ticks that have passed meanwhile are left out: see
    /// missed(). Errors: canceled; failure.
    context::timer_wait next() {
        due_ += period_;
        if (const time_point now = here_->now(); due_ < now) {
            const auto late = (now - due_) / period_ + ((now - due_) % period_ != zero() ? 1 : 0);
            missed_ += static_cast<std::uint64_t>(late);
            due_ += late * period_;
        }
        return here_->sleep_until(due_);
    }
    /// When the tick is, or was, that next() has waited for.
    time_point due() const noexcept { return due_; }
    /// Ticks left out so far.
    std::uint64_t missed() const noexcept { return missed_; }

private:
    static constexpr host_clock::duration zero() noexcept { return host_clock::duration::zero(); }

    context* here_;
    host_clock::duration period_;
    time_point due_;
    std::uint64_t missed_ = 0;
};

/// How long to wait before the next attempt: `first`, then twice as long each time, `longest` at
/// most.
class back_off {
public:
    back_off(host_clock::duration first, host_clock::duration longest) noexcept
        : first_(first), longest_(first < longest ? longest : first), next_(first) {}

    host_clock::duration next() noexcept {
        const host_clock::duration now = next_;
        next_ = next_ > longest_ / 2 ? longest_ : 2 * next_;
        return now;
    }
    /// An attempt has succeeded.
    void reset() noexcept { next_ = first_; }

private:
    host_clock::duration first_;
    host_clock::duration longest_;
    host_clock::duration next_;
};

} // namespace v0_1
} // namespace tactus
