// SPDX-License-Identifier: MIT
// The queue is spdlog's, its thread pool is not: that one looks up every 10 s, and an idle daemon
// makes no wake-up at all. It would also wait for ever for a stuck reader at the end.
#include "kernel/base/log.hpp"

#include "kernel/base/counter.hpp"

#include <spdlog/common.h>
#include <spdlog/details/mpmc_blocking_q.h>

#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <limits>
#include <string>
#include <thread>
#include <utility>

namespace tactus::base {

namespace {

struct queued_line {
    std::string bytes; // empty: the last one
    log_level level = log_level::info;
};

std::int64_t wall_ns() noexcept {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::nanoseconds(since_1970).count();
}

std::int64_t steady_ms() noexcept {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// A thread inherits the mask of the one that makes it: no signal handler runs on the log's thread,
// and a reader that went away is an error there, not the end of the process (SIGPIPE).
std::thread start_without_signals(void (*run)(void*), void* arg) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread started;
    try {
        started = std::thread(run, arg);
    } catch (...) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return started;
}

bool is_socket(int fd) noexcept {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

} // namespace

// The state of both sides, and the thread that writes.
class log::writer {
public:
    explicit writer(const log_settings& settings)
        : format_(settings.format), fd_(settings.fd), is_socket_(is_socket(settings.fd)),
          level_(settings.level) {
        thread_ =
            start_without_signals([](void* self) { static_cast<writer*>(self)->run(); }, this);
    }

    ~writer() {
        give_up_at_ms_.store(steady_ms() + closing_ms_max);
        queue_.enqueue_nowait({});
        thread_.join();
    }

    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;

    [[nodiscard]] log_level level() const noexcept {
        return level_.load(std::memory_order_relaxed);
    }
    void set_level(log_level level) noexcept { level_.store(level, std::memory_order_relaxed); }

    void write(log_level level, std::string_view text, std::span<const log_field> with) noexcept {
        try {
            queue_.enqueue_nowait({to_line(format_, {wall_ns(), level, text, with}), level});
        } catch (const std::bad_alloc&) {
            not_queued_.fetch_add(1, std::memory_order_relaxed);
        }
    }

    void count_suppressed() noexcept { suppressed_.fetch_add(1, std::memory_order_relaxed); }

    [[nodiscard]] log_counts counts() noexcept {
        log_counts now;
        for (std::size_t i = 0; i < log_levels; ++i) {
            now.written[i] = written_[i].value();
        }
        now.lost = lost();
        now.suppressed = suppressed_.load(std::memory_order_relaxed);
        return now;
    }

private:
    static constexpr int look_again_ms = 50; // while the reader is stuck, whether we are to close

    [[nodiscard]] std::uint64_t lost() noexcept {
        return queue_.overrun_counter() + refused_.value() +
               not_queued_.load(std::memory_order_relaxed);
    }

    void run() noexcept {
        constexpr std::chrono::hours for_ever{24 * 365};
        queued_line next;
        while (true) {
            if (!queue_.dequeue_for(next, for_ever)) {
                continue;
            }
            if (next.bytes.empty()) {
                return;
            }
            tell_what_was_lost();
            counter& result =
                put(next.bytes) ? written_[static_cast<std::size_t>(next.level)] : refused_;
            result.add();
        }
    }

    void tell_what_was_lost() noexcept {
        const std::uint64_t lost_now = lost();
        if (lost_now == lost_told_) {
            return;
        }
        try {
            const auto text = std::to_string(lost_now - lost_told_) +
                              " lines of the log were lost here: its reader took none.";
            if (put(to_line(format_, {wall_ns(), log_level::warning, text, {}}))) {
                lost_told_ = lost_now;
            }
        } catch (const std::bad_alloc&) {
            return; // said with the next line
        }
    }

    // False: the line is lost, or a part of it.
    [[nodiscard]] bool put(std::string_view bytes) noexcept {
        while (!bytes.empty()) {
            if (!wait_for_room()) {
                return false;
            }
            const ssize_t size = is_socket_ ? ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT)
                                            : ::write(fd_, bytes.data(), bytes.size());
            if (size >= 0) {
                bytes.remove_prefix(static_cast<std::size_t>(size));
            } else if (errno != EAGAIN && errno != EINTR) {
                return false;
            }
        }
        return true;
    }

    // The descriptor may be shared with other processes, so it is not made non-blocking; a pipe
    // that polls as writable has room for a whole line. False: still no room, and time to close.
    [[nodiscard]] bool wait_for_room() noexcept {
        while (true) {
            const bool gives_up = steady_ms() >= give_up_at_ms_.load();
            pollfd wait{fd_, POLLOUT, 0};
            if (::poll(&wait, 1, gives_up ? 0 : look_again_ms) > 0) {
                return true; // or an error, which the write will tell
            }
            if (gives_up) {
                return false;
            }
        }
    }

    const log_format format_;
    const int fd_;
    const bool is_socket_;
    spdlog::details::mpmc_blocking_queue<queued_line> queue_{queued_lines_max};

    // Written by set_level, read by any. Relaxed: it stands for itself, as do the two counts.
    std::atomic<log_level> level_;
    // Written by any thread, read by any.
    std::atomic<std::uint64_t> suppressed_{0};
    std::atomic<std::uint64_t> not_queued_{0};
    // Written once, by the destructor; read by the thread.
    std::atomic<std::int64_t> give_up_at_ms_{std::numeric_limits<std::int64_t>::max()};

    // Written by the thread, read by any.
    std::array<counter, log_levels> written_;
    counter refused_;
    std::uint64_t lost_told_ = 0; // the thread's own

    std::thread thread_; // last: it uses all of the above
};

log::log(const log_settings& settings) : writer_(std::make_unique<writer>(settings)) {}

log::~log() = default;

bool log::is_enabled(log_level level) const noexcept {
    return level >= writer_->level();
}

void log::set_level(log_level level) noexcept {
    writer_->set_level(level);
}

void log::write(log_level level, std::string_view text, std::span<const log_field> with) noexcept {
    if (is_enabled(level)) {
        writer_->write(level, text, with);
    }
}

bool log::allows(log_limit& limit, std::int64_t now_ns) noexcept {
    if (!limit.allow(now_ns)) {
        writer_->count_suppressed();
        return false;
    }
    if (const std::uint64_t count = limit.take_suppressed(); count != 0) {
        warning("More lines like the next one were suppressed.", {kv("count", count)});
    }
    return true;
}

log_counts log::counts() const noexcept {
    return writer_->counts();
}

} // namespace tactus::base
