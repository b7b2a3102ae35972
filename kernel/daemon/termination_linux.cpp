// SPDX-License-Identifier: MIT
#include "kernel/daemon/termination.hpp"

#include "kernel/daemon/last_line.hpp"

#include <fcntl.h>

#include <cerrno>
#include <ctime>
#include <mutex>
#include <string>
#include <utility>

#include <unistd.h>

namespace tactus::daemon {
namespace {

// Set while one handles signals. Handlers read it on any thread; release and acquire, so that they
// see it complete.
std::atomic<termination*> active{nullptr};

// Safe in a signal handler.
std::int64_t now_ns() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

bool has_controlling_terminal() noexcept {
    const int fd = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0) {
        ::close(fd);
    }
    return fd >= 0;
}

} // namespace

termination::termination(parts of) : of_(std::move(of)) {}

result<void> termination::begin() {
    result<std::unique_ptr<host::watchdog_timer>> timer =
        host::start_watchdog([this] { timer_fired(); });
    if (!timer) {
        return unexpected<error>(timer.error());
    }
    owned_timer_ = std::move(*timer);
    timer_ = owned_timer_.get();
    has_terminal_ = has_controlling_terminal();
    active.store(this, std::memory_order_release);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        struct sigaction before {};
        ::sigaction(number, nullptr, &before);
        if (number == SIGHUP && before.sa_handler == SIG_IGN) {
            continue; // nohup: the daemon must continue
        }
        take_over(number);
        handled_.push_back({number, before});
    }
    return read_signals();
}

result<void> termination::read_signals() {
    std::vector<int> numbers;
    for (const handled_signal& each : handled_) {
        numbers.push_back(each.number);
    }
    const auto took = [this](int number) {
        hold();
        take(number);
    };
    result<std::unique_ptr<signal_reader>> started = signal_reader::start(numbers, took);
    if (!started) {
        return unexpected<error>(started.error());
    }
    reader_ = std::move(*started);
    return {};
}

void termination::take_over(int number) noexcept {
    struct sigaction ours {};
    ours.sa_handler = &termination::take_signal;
    ours.sa_flags = SA_RESTART;
    ::sigaction(number, &ours, nullptr);
}

void termination::hold() noexcept {
    const std::lock_guard lock(holding_);
    for (const handled_signal& each : handled_) {
        struct sigaction now {};
        if (::sigaction(each.number, nullptr, &now) == 0 &&
            now.sa_handler != &termination::take_signal) {
            take_over(each.number);
            of_.log.warning(base::log_event::signal_restored,
                            "A plugin, or a library that it uses, has changed what the process "
                            "does on a signal. The daemon handles it again.",
                            {base::kv("signal", std::int64_t{each.number})});
        }
    }
}

void termination::end() noexcept {
    hold(); // a change that no signal has met is told too
    reader_.reset();
    for (const handled_signal& each : handled_) {
        ::sigaction(each.number, &each.before, nullptr);
    }
    handled_.clear();
    active.store(nullptr, std::memory_order_release);
    owned_timer_.reset();
}

void termination::take_signal(int number) noexcept {
    const int before = errno;
    if (termination* const self = active.load(std::memory_order_acquire); self != nullptr) {
        self->take(number);
    }
    errno = before;
}

void termination::take(int number) noexcept {
    std::int64_t first_ns = 0;
    const std::int64_t here_ns = now_ns();
    if (number == SIGHUP && !has_terminal_) {
        if (first_ns_.load(std::memory_order_relaxed) == 0) { // otherwise it is stopping
            wants_reload_.store(true, std::memory_order_relaxed);
            timer_->arm(1);
        }
    } else if (first_ns_.compare_exchange_strong(first_ns, here_ns, std::memory_order_acq_rel)) {
        timer_->arm(1); // its thread does the rest
    } else if (number != SIGHUP && here_ns - first_ns > again_ns) {
        last_line said;
        said << "tactus: a second signal ended the daemon at once; notes may still sound"
             << what_ends_notes();
        said.write();
        ::_exit(128 + number);
    }
}

void termination::timer_fired() noexcept {
    if (wants_reload_.exchange(false, std::memory_order_relaxed)) {
        of_.reactor.post(
            [](void* self) noexcept { static_cast<termination*>(self)->of_.request_reload(); },
            this);
    }
    if (first_ns_.load(std::memory_order_acquire) == 0) {
        return; // nothing was asked to stop
    }
    const bool has_answered =
        answered_.load(std::memory_order_relaxed) == asked_.load(std::memory_order_relaxed);
    missed_ = has_answered ? 0 : missed_ + 1;
    if (missed_ == checks_max) {
        leave();
    }
    if (has_answered) {
        ask();
    }
    timer_->arm(check_ns);
}

void termination::ask() noexcept {
    asked_.fetch_add(1, std::memory_order_relaxed);
    of_.reactor.post([](void* self) noexcept { static_cast<termination*>(self)->answer(); }, this);
}

void termination::answer() noexcept {
    answered_.fetch_add(1, std::memory_order_relaxed);
    if (!std::exchange(is_asked_to_stop_, true)) {
        of_.request_stop();
    }
}

const char* termination::what_ends_notes() const noexcept {
    return of_.is_sounding_kept() ? " until the next start or `tactus panic --offline` ends them"
                                  : "";
}

// The loop's thread may run any of our code meanwhile, so nothing is destroyed, and no worker is
// given a note-off: its ring has one writer, and that is the loop.
void termination::leave() noexcept {
    const host::call_watch::call held = of_.calls.current();
    of_.log.error(base::log_event::stop_unanswered,
                  std::string("The daemon was asked to stop, and its event loop does not answer: "
                              "it is ended, and notes may still sound") +
                      what_ends_notes() + ".",
                  {base::kv("instance", held.instance == nullptr ? "" : held.instance),
                   base::kv("call", held.callback == nullptr ? "" : held.callback)});
    of_.log.finish();
    ::_exit(exit_hung);
}

} // namespace tactus::daemon
