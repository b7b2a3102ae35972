// SPDX-License-Identifier: MIT
#include "kernel/base/start_thread.hpp"
#include "kernel/host/watchdog/watchdog_timer.hpp"

#include <sys/timerfd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <unistd.h>

namespace tactus::host {
namespace {

class watchdog_thread final : public watchdog_timer {
public:
    watchdog_thread(int timer, std::function<void()> fired)
        : timer_(timer), fired_(std::move(fired)) {}
    ~watchdog_thread() override {
        if (thread_.joinable()) {
            is_ending_.store(true, std::memory_order_release);
            arm(1);
            thread_.join();
        }
        ::close(timer_);
    }

    void start() {
        const auto entry = [](void* self) { static_cast<watchdog_thread*>(self)->run(); };
        thread_ =
            base::start_without_signals(base::thread_role::alarm, "tactus-alarm", entry, this);
    }

    void arm(std::int64_t after_ns) noexcept override {
        constexpr std::int64_t ns_in_s = 1'000'000'000;
        itimerspec wanted{};
        wanted.it_value = {after_ns / ns_in_s, after_ns % ns_in_s};
        ::timerfd_settime(timer_, 0, &wanted, nullptr);
    }

private:
    void run() {
        std::uint64_t times = 0;
        // Looked at after each call, too: one that arms the timer has undone the owner's setting.
        while (!is_ending_.load(std::memory_order_acquire)) {
            const ssize_t got = ::read(timer_, &times, sizeof times);
            if (got == sizeof times && !is_ending_.load(std::memory_order_acquire)) {
                fired_();
            }
        }
    }

    int timer_;
    std::function<void()> fired_;
    // Written once by the owner, before it fires for the last time; release: the thread then sees
    // it.
    std::atomic<bool> is_ending_{false};
    std::thread thread_;
};

} // namespace

result<std::unique_ptr<watchdog_timer>> start_watchdog(std::function<void()> fired) {
    const int timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (timer < 0) {
        return fail(error_kind::io, std::string("No timer for the alarm: ") + std::strerror(errno));
    }
    auto made = std::make_unique<watchdog_thread>(timer, std::move(fired));
    try {
        made->start();
    } catch (const std::system_error& refused) {
        return fail(error_kind::io, std::string("No thread for the alarm: ") + refused.what());
    }
    return std::unique_ptr<watchdog_timer>(std::move(made));
}

} // namespace tactus::host
