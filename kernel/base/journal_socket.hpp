// SPDX-License-Identifier: MIT
// Sends lines to the systemd journal with fields that can be searched. Each line is one datagram:
//
//     entry := (NAME "=" value "\n")*           values without line ends
//
// Source: systemd's "Native Journal Protocol". Lines are bounded (log_line.hpp) far below what a
// datagram may have, so none is passed as a file. Not a log: log.cpp makes the lines, and knows
// what to do if one is not taken. Threads: one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tactus::base {

inline constexpr const char* journal_socket_path = "/run/systemd/journal/socket";

// Whether the journal reads what is written to `fd`, as systemd says in JOURNAL_STREAM
// ("device:inode"). Threads: any.
[[nodiscard]] bool is_journal(int fd, const char* journal_stream) noexcept;

class journal_socket {
public:
    explicit journal_socket(std::string path) : path_(std::move(path)) {}
    journal_socket(const journal_socket&) = delete;
    journal_socket& operator=(const journal_socket&) = delete;
    ~journal_socket() { close(); }

    enum class outcome : std::uint8_t {
        sent,
        full,    // the journal has not read the entries before it
        refused, // there is no journal, or it does not take this entry
    };
    // One entry, in parts. A journal that was restarted is connected to again. Blocks: no.
    [[nodiscard]] outcome send(std::span<const std::string_view> parts) noexcept;
    // To poll for POLLOUT after `full`; -1 if there is no connection.
    [[nodiscard]] int fd() const noexcept { return fd_; }

private:
    static constexpr std::size_t parts_max = 4;

    [[nodiscard]] bool connect() noexcept;
    void close() noexcept;

    std::string path_;
    int fd_ = -1;
};

} // namespace tactus::base
