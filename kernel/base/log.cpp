// SPDX-License-Identifier: MIT
// The log has its own thread, which sleeps until there is a line, so an idle daemon does not wake.
// At the end it gives up on a reader that does not read. The queue's lock inherits priority, since
// a real-time loop may have to wait for it.
#include "kernel/base/log.hpp"

#include "kernel/base/counter.hpp"
#include "kernel/base/priority_mutex.hpp"
#include "kernel/base/semaphore.hpp"
#include "kernel/base/start_thread.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <deque>
#include <limits>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <utility>

namespace tactus::base {

namespace {

struct queued_line {
    std::string bytes;          // empty: end of the queue
    std::string journal_fields; // empty: the line goes to the descriptor
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

bool is_socket(int fd) noexcept {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

} // namespace

// The state shared by both sides, and the writing thread.
class log::writer {
public:
    explicit writer(const log_settings& settings)
        : format_(settings.format), fd_(settings.fd), is_socket_(is_socket(settings.fd)),
          is_journal_(settings.is_journal), journal_(settings.journal_path),
          level_(settings.level) {
        thread_ = start_without_signals(
            thread_role::log, "tactus-log", [](void* self) { static_cast<writer*>(self)->run(); },
            this);
    }

    ~writer() { finish(); }

    void finish() noexcept {
        if (thread_.joinable()) {
            give_up_at_ms_.store(steady_ms() + closing_ms_max);
            end_queue();
            thread_.join();
        }
    }

    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;

    [[nodiscard]] log_level level() const noexcept {
        return level_.load(std::memory_order_relaxed);
    }
    void set_level(log_level level) noexcept { level_.store(level, std::memory_order_relaxed); }
    void set_format(log_format format) noexcept {
        format_.store(format, std::memory_order_relaxed);
    }

    void write(const log_entry& entry) noexcept {
        try {
            enqueue(make_line(entry));
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
    static constexpr int look_again_ms = 50; // how often closing is checked while stuck

    // Errors: std::bad_alloc.
    [[nodiscard]] queued_line make_line(const log_entry& entry) const {
        log_format format = format_.load(std::memory_order_relaxed);
        if (is_journal_ && format == log_format::text) {
            format = log_format::journal; // which adds the time itself
        }
        const bool has_fields = is_journal_ && format == log_format::journal;
        return {to_line(format, entry), has_fields ? to_journal_fields(entry) : std::string(),
                entry.level};
    }

    [[nodiscard]] std::uint64_t lost() noexcept {
        return refused_.value() + not_queued_.load(std::memory_order_relaxed);
    }

    // Drops the oldest line if there is no room. Errors: std::bad_alloc; the line is not queued.
    void enqueue(queued_line&& line) {
        bool was_empty = false;
        {
            const std::lock_guard lock(mutex_);
            if (is_finished_) {
                not_queued_.fetch_add(1, std::memory_order_relaxed);
                return;
            }
            if (queue_.size() == queued_lines_max) {
                not_queued_.fetch_add(1, std::memory_order_relaxed);
                queue_.pop_front();
            }
            was_empty = queue_.empty();
            queue_.push_back(std::move(line));
        }
        if (was_empty) {
            wake_.wake();
        }
    }

    void end_queue() noexcept {
        {
            const std::lock_guard lock(mutex_);
            is_finished_ = true;
        }
        wake_.wake();
    }

    // Waits for the next line. Returns an empty one at the end.
    [[nodiscard]] queued_line await_line() noexcept {
        while (true) {
            {
                const std::lock_guard lock(mutex_);
                if (!queue_.empty()) {
                    queued_line next = std::move(queue_.front());
                    queue_.pop_front();
                    return next;
                }
                if (is_finished_) {
                    return {};
                }
            }
            wake_.wait();
        }
    }

    void run() noexcept {
        while (true) {
            const queued_line next = await_line();
            if (next.bytes.empty()) {
                return;
            }
            report_lost_lines();
            counter& result = put(next) ? written_[static_cast<std::size_t>(next.level)] : refused_;
            result.add();
        }
    }

    void report_lost_lines() noexcept {
        const std::uint64_t lost_now = lost();
        if (lost_now == lost_told_) {
            return;
        }
        try {
            const auto text = std::to_string(lost_now - lost_told_) +
                              " lines of the log were lost here: its reader took none.";
            if (put(make_line({wall_ns(), log_level::warning, log_event::log_lost, text, {}}))) {
                lost_told_ = lost_now;
            }
        } catch (const std::bad_alloc&) {
            return; // reported with the next line
        }
    }

    // Returns false if the line, or a part of it, is lost.
    [[nodiscard]] bool put(const queued_line& line) noexcept {
        if (line.journal_fields.empty()) {
            return put_bytes(line.bytes);
        }
        const std::array<std::string_view, 3> parts = {"MESSAGE=", journal_message(line.bytes),
                                                       line.journal_fields};
        while (true) {
            switch (journal_.send(parts)) {
            case journal_socket::outcome::sent:
                return true;
            case journal_socket::outcome::refused:
                return put_bytes(line.bytes);
            case journal_socket::outcome::full:
                if (!wait_for_room(journal_.fd())) {
                    return false;
                }
            }
        }
    }

    [[nodiscard]] bool put_bytes(std::string_view bytes) noexcept {
        while (!bytes.empty()) {
            if (!wait_for_room(fd_)) {
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
    // that polls as writable has room for a whole line. Returns false if closing while still full.
    [[nodiscard]] bool wait_for_room(int fd) noexcept {
        while (true) {
            const bool gives_up = steady_ms() >= give_up_at_ms_.load();
            pollfd wait{fd, POLLOUT, 0};
            if (::poll(&wait, 1, gives_up ? 0 : look_again_ms) > 0) {
                return true; // or an error, which the write will report
            }
            if (gives_up) {
                return false;
            }
        }
    }

    std::atomic<log_format> format_; // as level_
    const int fd_;
    const bool is_socket_;
    const bool is_journal_;
    journal_socket journal_; // only used by the thread
    priority_mutex mutex_;   // guards queue_ and is_finished_
    std::deque<queued_line> queue_;
    bool is_finished_ = false; // nothing more is queued; the thread ends when all is written
    semaphore wake_;           // wakes the thread: the queue is not empty, or finished

    // Written by set_level, read by any. Relaxed: independent of other data, as are the two counts.
    std::atomic<log_level> level_;
    // Written by any thread, read by any.
    std::atomic<std::uint64_t> suppressed_{0};
    std::atomic<std::uint64_t> not_queued_{0};
    // Written once, when it is finished; read by the thread.
    std::atomic<std::int64_t> give_up_at_ms_{std::numeric_limits<std::int64_t>::max()};

    // Written by the thread, read by any.
    std::array<counter, log_levels> written_;
    counter refused_;
    std::uint64_t lost_told_ = 0; // only used by the thread

    std::thread thread_; // last: it uses all of the above
};

log::log(const log_settings& settings) : writer_(std::make_unique<writer>(settings)) {}

log::~log() = default;

void log::finish() noexcept {
    writer_->finish();
}

bool log::is_enabled(log_level level) const noexcept {
    return level >= writer_->level();
}

void log::set_level(log_level level) noexcept {
    writer_->set_level(level);
}

void log::set_format(log_format format) noexcept {
    writer_->set_format(format);
}

void log::write(log_level level, log_event event, std::string_view text,
                std::span<const log_field> with) noexcept {
    if (is_enabled(level)) {
        writer_->write({wall_ns(), level, event, text, with});
    }
}

bool log::allows(log_limit& limit, std::int64_t now_ns) noexcept {
    if (!limit.allow(now_ns)) {
        writer_->count_suppressed();
        return false;
    }
    if (const std::uint64_t count = limit.take_suppressed(); count != 0) {
        warning(log_event::log_suppressed, "More lines like the next one were suppressed.",
                {kv("count", count)});
    }
    return true;
}

log_counts log::counts() const noexcept {
    return writer_->counts();
}

} // namespace tactus::base
