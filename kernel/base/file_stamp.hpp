// SPDX-License-Identifier: MIT
// Which file a path led to, and in which state: to tell whether it has been changed since, also by
// one that replaced it with an older time (mv, cp -p, rsync, tar). Not its contents: a change of
// owner or mode counts too. The seam to the system: file_stamp_linux.cpp.
#pragma once

#include <cstdint>
#include <string>

namespace tactus::base {

struct file_stamp {
    bool is_known = false; // a regular file
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified_ns = 0; // of the wall clock
    std::int64_t changed_ns = 0;  // which no program can set

    [[nodiscard]] bool operator==(const file_stamp&) const noexcept = default;

    // Of an open file. Threads: any.
    [[nodiscard]] static file_stamp of(int fd) noexcept;
    // Whether the path leads to another file now, or the file is another, or gone. Of what is no
    // regular file, such as a pipe: whether it is gone. Blocks: one system call. Threads: any.
    [[nodiscard]] bool differs_from(const std::string& path) const noexcept;
};

} // namespace tactus::base
