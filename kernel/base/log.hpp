// SPDX-License-Identifier: MIT
// The log: full sentences for the operator, one per line, on standard error. Not a global: the
// daemon creates one and passes it down by reference. Nothing is logged per event. Where standard
// error is the systemd journal, the lines go to its socket instead, with their fields; if that does
// not take one, to standard error as everywhere.
//
// A caller never waits for the reader: lines go through a bounded queue to a separate thread. If
// the reader does not keep up (an unread pipe, a full disk), the oldest lines are lost and counted,
// and the next line that gets through is preceded by one that reports the loss.
#pragma once

#include "kernel/base/journal_socket.hpp"
#include "kernel/base/log_limit.hpp"
#include "kernel/base/log_line.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

namespace tactus::base {

struct log_settings {
    log_level level = log_level::info;
    log_format format = log_format::text; // into the journal: as log_format::journal
    int fd = 2;                           // borrowed; must stay open as long as the log
    bool is_journal = false;              // the journal reads fd
    const char* journal_path = journal_socket_path;
};

// Each line of an enabled level is in exactly one of these, or still in the queue. Never reset.
struct log_counts {
    std::array<std::uint64_t, log_levels> written{}; // by level
    std::uint64_t lost = 0;                          // the reader was too slow, or refused it
    std::uint64_t suppressed = 0;                    // refused by allows()
};

class log {
public:
    using fields = std::initializer_list<log_field>;

    static constexpr std::size_t queued_lines_max = 1024;
    // How long the destructor waits for a reader that does not read.
    static constexpr std::int64_t closing_ms_max = 200;

    // Errors: throws std::system_error if the system gives no thread.
    explicit log(const log_settings& settings);
    // Writes what is queued. Blocks: closing_ms_max at most, if the reader is stuck.
    ~log();
    log(const log&) = delete;
    log& operator=(const log&) = delete;

    // Does the destructor's work when there will be none: the process ends by _exit. Later lines
    // are lost. Blocks: as the destructor. Threads: the one that would destroy it.
    void finish() noexcept;

    // Threads: any. Blocks: no.
    [[nodiscard]] bool is_enabled(log_level level) const noexcept;
    void set_level(log_level level) noexcept;
    void set_format(log_format format) noexcept; // of later lines

    // The text states what was tried, on what, why it failed and what happens next. Bounds: in
    // log_line.hpp. Errors: none are returned; what cannot be written is counted. Threads: any.
    void write(log_level level, log_event event, std::string_view text,
               std::span<const log_field> with) noexcept;
    void write(log_level level, log_event event, std::string_view text, fields with = {}) noexcept {
        write(level, event, text, std::span(with.begin(), with.size()));
    }
    void info(log_event event, std::string_view text, fields with = {}) noexcept {
        write(log_level::info, event, text, with);
    }
    void warning(log_event event, std::string_view text, fields with = {}) noexcept {
        write(log_level::warning, event, text, with);
    }
    void error(log_event event, std::string_view text, fields with = {}) noexcept {
        write(log_level::error, event, text, with);
    }

    // For lines that an outside party can cause: `if (log.allows(limit, now_ns)) log.warning(...)`.
    // If lines were suppressed before, logs how many. Threads: those that may use `limit`.
    [[nodiscard]] bool allows(log_limit& limit, std::int64_t now_ns) noexcept;

    // Threads: any.
    [[nodiscard]] log_counts counts() const noexcept;

private:
    class writer;
    std::unique_ptr<writer> writer_;
};

} // namespace tactus::base
