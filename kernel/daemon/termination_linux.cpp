// SPDX-License-Identifier: MIT
#include "kernel/daemon/termination.hpp"

#include <fcntl.h>
#include <sys/prctl.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <utility>

#include <pthread.h>
#include <unistd.h>

namespace tactus::daemon {
namespace {

// Set while one handles signals. Handlers read it on any thread; release and acquire, so that they
// see it complete.
std::atomic<termination*> active{nullptr};

// As `active`, for crashes.
std::atomic<const host::call_watch*> crash_calls{nullptr};
std::atomic<pthread_t> loop_thread{};

// Safe in a signal handler, as are the two below.
std::int64_t now_ns() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void write_all(const char* text, std::size_t size) noexcept {
    const ssize_t ignored = ::write(STDERR_FILENO, text, size);
    static_cast<void>(ignored);
}

class line {
public:
    line& operator<<(const char* text) noexcept {
        while (*text != '\0' && size_ < sizeof text_ - 1) {
            text_[size_++] = *text++;
        }
        return *this;
    }
    void write() noexcept {
        text_[size_++] = '\n';
        write_all(text_, size_);
    }

private:
    char text_[512];
    std::size_t size_ = 0;
};

const char* name_of(int number) noexcept {
    switch (number) {
    case SIGSEGV:
        return "SIGSEGV";
    case SIGBUS:
        return "SIGBUS";
    case SIGFPE:
        return "SIGFPE";
    case SIGILL:
        return "SIGILL";
    default:
        return "SIGABRT";
    }
}

// The handler was reset as it was entered, so the signal acts by default when it comes again.
void report_crash(int number) noexcept {
    const int before = errno;
    char thread[16] = "";
    ::prctl(PR_GET_NAME, thread);
    line said;
    said << "tactus: the process is ended by " << name_of(number) << " in the thread \"" << thread
         << "\"";
    const host::call_watch* const calls = crash_calls.load(std::memory_order_acquire);
    const bool is_loop =
        ::pthread_equal(loop_thread.load(std::memory_order_relaxed), ::pthread_self()) != 0;
    const host::call_watch::call in =
        calls != nullptr && is_loop ? calls->current() : host::call_watch::call{};
    if (in.instance != nullptr) {
        said << ", in the call \"" << in.callback << "\" of the plugin of \"" << in.instance
             << "\"";
    }
    said.write();
    errno = before;
    ::raise(number);
}

constexpr int crash_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

bool is_default(int number) noexcept {
    struct sigaction now {};
    return ::sigaction(number, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 &&
           now.sa_handler == SIG_DFL;
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
        struct sigaction ours {};
        ours.sa_handler = [](int which) { take_signal(which); };
        ours.sa_flags = SA_RESTART;
        ::sigaction(number, &ours, nullptr);
        handled_.push_back({number, before});
    }
    return {};
}

void termination::end() noexcept {
    for (const handled_signal& each : handled_) {
        ::sigaction(each.number, &each.before, nullptr);
    }
    handled_.clear();
    active.store(nullptr, std::memory_order_release);
    owned_timer_.reset();
}

void termination::take_signal(int number) noexcept {
    termination* const self = active.load(std::memory_order_acquire);
    if (self == nullptr) {
        return;
    }
    const int before = errno;
    std::int64_t first_ns = 0;
    const std::int64_t here_ns = now_ns();
    if (number == SIGHUP && !self->has_terminal_) {
        if (self->first_ns_.load(std::memory_order_relaxed) == 0) { // otherwise it is stopping
            self->wants_reload_.store(true, std::memory_order_relaxed);
            self->timer_->arm(1);
        }
    } else if (self->first_ns_.compare_exchange_strong(first_ns, here_ns,
                                                       std::memory_order_relaxed)) {
        self->timer_->arm(1); // its thread does the rest
    } else if (number != SIGHUP && here_ns - first_ns > again_ns) {
        line said;
        said << "tactus: a second signal ended the daemon at once; notes may still sound"
             << self->what_ends_notes();
        said.write();
        ::_exit(128 + number);
    }
    errno = before;
}

void termination::timer_fired() noexcept {
    if (wants_reload_.exchange(false, std::memory_order_relaxed)) {
        of_.reactor.post(
            [](void* self) noexcept { static_cast<termination*>(self)->of_.request_reload(); },
            this);
    }
    if (first_ns_.load(std::memory_order_relaxed) == 0) {
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

void report_crashes(const host::call_watch* calls) noexcept {
    loop_thread.store(::pthread_self(), std::memory_order_relaxed);
    const bool is_first = crash_calls.exchange(calls, std::memory_order_acq_rel) == nullptr;
    if (calls == nullptr || !is_first) {
        return;
    }
    alignas(16) static char stack[65'536]; // for a stack that overflows: on the loop's thread
    stack_t other{};
    other.ss_sp = stack;
    other.ss_size = sizeof stack;
    ::sigaltstack(&other, nullptr);
    for (const int number : crash_signals) {
        struct sigaction ours {};
        ours.sa_handler = [](int which) { report_crash(which); };
        ours.sa_flags = static_cast<int>(SA_RESETHAND) | SA_NODEFER | SA_ONSTACK;
        if (is_default(number)) {
            ::sigaction(number, &ours, nullptr);
        }
    }
}

} // namespace tactus::daemon
