// SPDX-License-Identifier: MIT
// Wake-ups 1 to 4 ms apart, through the same loop that serves events.
#include "kernel/daemon/checks/system_checks.hpp"
#include "kernel/loop/loop.hpp"
#include "kernel/loop/realtime.hpp"
#include "kernel/time/clock.hpp"

#include <algorithm>
#include <future>
#include <random>

namespace tactus::daemon {
namespace {

constexpr std::int64_t gap_min_ns = 1'000'000;
constexpr std::int64_t gap_max_ns = 4'000'000;

class probe {
public:
    explicit probe(std::int64_t for_ns) : loop_(clock_), end_ns_(clock_.now_ns() + for_ns) {
        timer_.owner = this;
        timer_.fire = [](coro::timer& node) noexcept { static_cast<probe*>(node.owner)->woke(); };
        late_ns_.reserve(static_cast<std::size_t>(for_ns / gap_min_ns) + 1);
        next();
    }
    std::vector<std::int64_t> run() {
        loop_.run();
        return std::move(late_ns_);
    }

private:
    void next() { loop_.arm(timer_, clock_.now_ns() + gap_ns_(random_)); }
    void woke() noexcept {
        const std::int64_t now_ns = clock_.now_ns();
        late_ns_.push_back(now_ns - timer_.due_ns);
        now_ns < end_ns_ ? next() : loop_.stop();
    }

    time::real_clock clock_;
    loop::loop loop_;
    std::int64_t end_ns_;
    coro::timer timer_;
    std::minstd_rand random_{1};
    std::uniform_int_distribution<std::int64_t> gap_ns_{gap_min_ns, gap_max_ns};
    std::vector<std::int64_t> late_ns_;
};

} // namespace

wake_lateness measure_wakes(std::int64_t for_ns) {
    wake_lateness seen;
    const auto measure = [&] { // in a separate thread: real-time scheduling ends with it
        loop::sharpen_timers();
        seen.is_realtime = loop::raise_to_realtime();
        return probe(for_ns).run();
    };
    std::vector<std::int64_t> late_ns = std::async(std::launch::async, measure).get();
    std::sort(late_ns.begin(), late_ns.end());
    const auto at = [&](std::size_t percent) {
        return late_ns[(late_ns.size() - 1) * percent / 100];
    };
    seen.wakes = late_ns.size();
    seen.p50_ns = at(50);
    seen.p90_ns = at(90);
    seen.p99_ns = at(99);
    seen.worst_ns = at(100);
    return seen;
}

} // namespace tactus::daemon
