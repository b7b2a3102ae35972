// SPDX-License-Identifier: MIT
// One client of a tap: its filter, and the lines that wait until it reads. Bounded: events that do
// not fit are left out and counted, and a line gives their number before the next one that fits. It
// never waits for the client. Threads: the one of tap_writer.
#pragma once

#include "kernel/daemon/tap/tap_filter.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tactus::daemon {

// How a line is told from the next: by its line feed, or as a server-sent event of HTTP.
enum class tap_framing : std::uint8_t { lines, server_sent };

class tap_reader {
public:
    static constexpr std::size_t buffer_max = std::size_t{256} << 10U; // bytes

    // Owns: fd, a connected socket.
    tap_reader(int fd, tap_filter filter, tap_framing framing = tap_framing::lines);
    tap_reader(const tap_reader&) = delete;
    tap_reader& operator=(const tap_reader&) = delete;
    ~tap_reader();

    [[nodiscard]] bool takes(const flow::observed_event& one,
                             const tap_names& names) const noexcept {
        return !is_gone_ && filter_.takes(one, names);
    }
    void add(std::string_view line);
    // Events that never became lines.
    void add_missed(std::uint64_t count) noexcept { missed_ += count; }
    // Writes as much as the client takes now.
    void flush();

    [[nodiscard]] int fd() const noexcept { return fd_; }
    [[nodiscard]] bool is_gone() const noexcept { return is_gone_; }
    void went() noexcept { is_gone_ = true; }
    [[nodiscard]] bool has_unsent() const noexcept { return sent_ < lines_.size(); }

private:
    void tell_missed();
    void append_line(std::string_view line);

    int fd_;
    tap_filter filter_;
    tap_framing framing_;
    std::string lines_;
    std::size_t sent_ = 0; // of lines_
    std::uint64_t missed_ = 0;
    bool is_gone_ = false; // the connection is over; its owner removes this
};

} // namespace tactus::daemon
