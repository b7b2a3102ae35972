// SPDX-License-Identifier: MIT
// A terminal, pipe or file that is written to without ever waiting for its reader: what finds no
// room is refused, and the caller says so later. Not the log: that has a thread of its own.
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

    // `fd` is borrowed. Its flags belong to other processes too (a shell, the log), so it is opened
    // a second time to become non-blocking.
    explicit terminal(int fd);
    terminal(const terminal&) = delete;
    terminal& operator=(const terminal&) = delete;
    ~terminal();

    [[nodiscard]] bool is_interactive() const noexcept { return is_interactive_; }
    [[nodiscard]] std::size_t columns() const noexcept;

    // All of the text or nothing; false: the reader is too slow. Once the reader is gone, text is
    // taken and forgotten.
    bool write(std::string_view text);
    // Writes what still waits; true where nothing does any more.
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
