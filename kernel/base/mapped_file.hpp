// SPDX-License-Identifier: MIT
// A file of a fixed size, mapped into memory: the bytes written there stay when the process dies,
// in whatever way, without a system call for each write. It begins with a mark, by which a file of
// something else is recognized and left alone. While it is open no other process can open it so;
// the system ends the lock with the process. The seam to the system: mapped_file_linux.cpp.
#pragma once

#include "kernel/base/result.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace tactus::base {

class mapped_file {
public:
    enum class missing { make, refuse };

    // The contents are zero where the file is new, was empty, or had another size than `bytes`. Of
    // another size: was_resized(). Errors: not_found (with missing::refuse), limit (another process
    // has it open), unsupported (with missing::refuse: of another size), invalid (it is no such
    // file, or does not begin with `mark`), io. Blocks: the system provides all pages now, so that
    // no later write can fail.
    static result<mapped_file> open(const std::string& path, std::string_view mark,
                                    std::size_t bytes, missing if_missing);

    mapped_file() = default;
    mapped_file(mapped_file&& other) noexcept;
    mapped_file& operator=(mapped_file&& other) noexcept;
    mapped_file(const mapped_file&) = delete;
    mapped_file& operator=(const mapped_file&) = delete;
    ~mapped_file();

    // Aligned to a page; empty if nothing is open.
    [[nodiscard]] std::span<std::byte> bytes() const noexcept { return bytes_; }
    [[nodiscard]] bool was_resized() const noexcept { return was_resized_; }
    // The file was there, maybe empty.
    [[nodiscard]] bool was_there() const noexcept { return was_there_; }

private:
    int fd_ = -1; // holds the lock
    std::span<std::byte> bytes_;
    bool was_resized_ = false;
    bool was_there_ = false;
};

} // namespace tactus::base
