// SPDX-License-Identifier: MIT
#include "kernel/base/quiet_thread.hpp"
#include "kernel/host/alarm.hpp"

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

class alarm_thread final : public alarm {
public:
    alarm_thread(int timer, std::function<void()> rang) : timer_(timer), rang_(std::move(rang)) {}
    ~alarm_thread() override {
        if (thread_.joinable()) {
            is_ending_.store(true, std::memory_order_release);
            arm(1);
            thread_.join();
        }
        ::close(timer_);
    }

    void start() {
        const auto run = [](void* self) { static_cast<alarm_thread*>(self)->ring(); };
        thread_ = base::start_without_signals("tactus-alarm", run, this);
    }

    void arm(std::int64_t after_ns) noexcept override {
        constexpr std::int64_t ns_in_s = 1'000'000'000;
        itimerspec wanted{};
        wanted.it_value = {after_ns / ns_in_s, after_ns % ns_in_s};
        ::timerfd_settime(timer_, 0, &wanted, nullptr);
    }

private:
    void ring() {
        std::uint64_t times = 0;
        for (;;) {
            const ssize_t got = ::read(timer_, &times, sizeof times);
            if (is_ending_.load(std::memory_order_acquire)) {
                return;
            }
            if (got == sizeof times) {
                rang_();
            }
        }
    }

    int timer_;
    std::function<void()> rang_;
    // Written once by the owner, before the last ring; release: so that the ring sees it.
    std::atomic<bool> is_ending_{false};
    std::thread thread_;
};

} // namespace

result<std::unique_ptr<alarm>> start_alarm(std::function<void()> rang) {
    const int timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (timer < 0) {
        return fail(error_kind::io, std::string("No timer for the alarm: ") + std::strerror(errno));
    }
    auto made = std::make_unique<alarm_thread>(timer, std::move(rang));
    try {
        made->start();
    } catch (const std::system_error& refused) {
        return fail(error_kind::io, std::string("No thread for the alarm: ") + refused.what());
    }
    return std::unique_ptr<alarm>(std::move(made));
}

} // namespace tactus::host
