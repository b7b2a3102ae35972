// SPDX-License-Identifier: MIT
// Writes to a terminal, pipe or file without ever waiting for its reader: text that does not fit is
// refused, and the caller reports that later. Not the log, which has its own thread.
// Threads: one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tactus::cli {

class terminal {
public:
    static constexpr std::size_t waiting_max = std::size_t{1} << 16; // bytes
    static constexpr int finish_ms_max = 200;

    // `fd` is borrowed. Its flags are shared with other processes (a shell, the log); therefore it
    // is opened a second time to become non-blocking.
    explicit terminal(int fd);
    terminal(const terminal&) = delete;
    terminal& operator=(const terminal&) = delete;
    ~terminal();

    [[nodiscard]] bool is_interactive() const noexcept { return is_interactive_; }
    [[nodiscard]] std::size_t columns() const noexcept;

    // Takes all of the text or nothing; returns false if the reader is too slow. Once the reader is
    // gone, text is accepted and discarded.
    bool write(std::string_view text);
    // Writes what still waits; returns true once nothing is left.
    bool flush() noexcept;
    // Blocks: finish_ms_max at most.
    void finish() noexcept;

private:
    [[nodiscard]] long write_some() noexcept;

    int borrowed_;
    int fd_;
    bool is_interactive_;
    bool is_gone_ = false;
    bool must_poll_ = false; // fd_ is not non-blocking
    std::string waiting_;
};

} // namespace tactus::cli
