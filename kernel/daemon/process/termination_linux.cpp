// SPDX-License-Identifier: MIT
#include "kernel/daemon/process/termination.hpp"

#include "kernel/daemon/process/last_line.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <mutex>
#include <string>
#include <utility>

#include <unistd.h>

namespace tactus::daemon {
namespace {

// Set while one handles signals. Handlers read it on any thread; with release and acquire they see
// it complete.
std::atomic<termination*> active{nullptr};

constexpr std::array numbers{SIGTERM, SIGINT, SIGHUP};

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

void termination::hold_back() noexcept {
    sigset_t ours;
    ::sigemptyset(&ours);
    for (const int number : numbers) {
        ::sigaddset(&ours, number);
    }
    ::pthread_sigmask(SIG_BLOCK, &ours, nullptr);
}

result<void> termination::begin(int early) {
    early_ = early;
    result<std::unique_ptr<host::watchdog_timer>> timer =
        host::start_watchdog([this] { timer_fired(); });
    if (!timer) {
        return unexpected<error>(timer.error());
    }
    owned_timer_ = std::move(*timer);
    timer_ = owned_timer_.get();
    has_terminal_ = has_controlling_terminal();
    active.store(this, std::memory_order_release);
    for (const int number : numbers) {
        struct sigaction before {};
        ::sigaction(number, nullptr, &before);
        if (number == SIGHUP && before.sa_handler == SIG_IGN) {
            continue; // nohup: the daemon must continue
        }
        take_over(number);
        handled_.push_back(number);
    }
    return read_signals();
}

void termination::attach(parts of) {
    const std::lock_guard lock(lock_);
    of_.emplace(std::move(of));
    stage_.store(stage::attached, std::memory_order_release);
    if (wants_reload_.load(std::memory_order_relaxed)) { // asked for during the start
        timer_->arm(1);
    }
}

void termination::detach() noexcept {
    const std::lock_guard lock(lock_);
    set_back(); // a change that no signal has met is told too
    stage_.store(stage::detached, std::memory_order_release);
}

result<void> termination::read_signals() {
    const auto took = [this](int number) {
        const std::lock_guard lock(lock_); // the daemon lives meanwhile
        set_back();
        take(number);
    };
    result<std::unique_ptr<signal_reader>> started = signal_reader::start(handled_, took);
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
    const std::lock_guard lock(lock_);
    set_back();
}

void termination::set_back() noexcept {
    if (stage_.load(std::memory_order_relaxed) != stage::attached) {
        return; // there is no log
    }
    for (const int number : handled_) {
        struct sigaction now {};
        if (::sigaction(number, nullptr, &now) == 0 &&
            now.sa_handler != &termination::take_signal) {
            take_over(number);
            log_set_back(number);
        }
    }
    struct sigaction of_pipes {};
    if (::sigaction(SIGPIPE, nullptr, &of_pipes) == 0 && of_pipes.sa_handler == SIG_DFL) {
        std::signal(SIGPIPE, SIG_IGN); // a closed reader must not end the daemon
        log_set_back(SIGPIPE);
    }
}

void termination::log_set_back(int number) noexcept {
    of_->log.warning(base::log_event::signal_restored,
                     "A plugin, or a library that it uses, has changed the handling of a signal. "
                     "The daemon handles it again.",
                     {base::kv("signal", std::int64_t{number})});
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
        said << "tactus: a second signal ended the daemon at once";
        if (stage_.load(std::memory_order_acquire) == stage::attached) {
            said << "; notes may still sound" << what_ends_notes();
        }
        said.write();
        ::_exit(128 + number);
    }
}

void termination::timer_fired() noexcept {
    const std::lock_guard lock(lock_);
    const stage now = stage_.load(std::memory_order_relaxed);
    const bool must_stop = first_ns_.load(std::memory_order_acquire) != 0;
    if (now == stage::starting && must_stop) {
        last_line said;
        said << "tactus: the daemon was asked to stop before it ran";
        said.write();
        ::_exit(early_);
    }
    if (now != stage::attached) {
        return; // a reload waits for attach()
    }
    if (wants_reload_.exchange(false, std::memory_order_relaxed)) {
        of_->reactor.post([](void* self) noexcept { static_cast<termination*>(self)->reload(); },
                          this);
    }
    if (must_stop) {
        watch_stop();
    }
}

void termination::watch_stop() noexcept {
    const bool has_answered =
        answered_.load(std::memory_order_relaxed) == asked_.load(std::memory_order_relaxed);
    if (grace_.check(has_answered)) {
        leave();
    }
    if (has_answered) {
        ask();
    }
    timer_->arm(loop_grace::check_ns);
}

void termination::ask() noexcept {
    asked_.fetch_add(1, std::memory_order_relaxed);
    of_->reactor.post([](void* self) noexcept { static_cast<termination*>(self)->answer(); }, this);
}

void termination::answer() noexcept {
    answered_.fetch_add(1, std::memory_order_relaxed);
    const bool is_turning = stage_.load(std::memory_order_relaxed) == stage::attached;
    if (is_turning && !std::exchange(is_asked_to_stop_, true)) {
        of_->request_stop();
    }
}

void termination::reload() noexcept {
    if (stage_.load(std::memory_order_relaxed) == stage::attached) {
        of_->request_reload();
    }
}

const char* termination::what_ends_notes() const noexcept {
    return of_->is_sounding_kept() ? " until the next start or `tactus panic --offline` ends them"
                                   : "";
}

// The loop's thread may run any of our code meanwhile. Therefore nothing is destroyed, and no
// worker is given a note-off: its ring has one writer, and that is the loop.
void termination::leave() noexcept {
    const host::call_watch::call held = of_->calls.current();
    of_->log.error(base::log_event::stop_unanswered,
                   std::string("The daemon was asked to stop, and its event loop does not answer: "
                               "it is ended, and notes may still sound") +
                       what_ends_notes() + ".",
                   {base::kv("instance", held.instance == nullptr ? "" : held.instance),
                    base::kv("call", held.callback == nullptr ? "" : held.callback)});
    of_->log.finish();
    ::_exit(exit_hung);
}

} // namespace tactus::daemon
