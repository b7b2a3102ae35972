// SPDX-License-Identifier: MIT
// A range of address space, reserved once at its limit; pages are allocated, zeroed, on first
// touch. So its contents grow without a copy or a pause. Not an allocator: one owner, one range.
// The base of reserved_array. The seam to the system: reserved_memory_linux.cpp.
#pragma once

#include "kernel/base/result.hpp"

#include <cstddef>

namespace tactus::base {

class reserved_memory {
public:
    // Units: bytes, rounded up to whole pages. Errors: limit, if the system grants no such range.
    static result<reserved_memory> reserve(std::size_t bytes);

    reserved_memory() = default;
    reserved_memory(reserved_memory&& other) noexcept;
    reserved_memory& operator=(reserved_memory&& other) noexcept;
    reserved_memory(const reserved_memory&) = delete;
    reserved_memory& operator=(const reserved_memory&) = delete;
    ~reserved_memory();

    // Aligned to a page; nullptr if nothing is reserved.
    [[nodiscard]] std::byte* begin() const noexcept { return begin_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    // Returns the whole pages within [first, last) to the system; they read as zero afterwards.
    // Bounds: last <= size(). Blocks: about 0.1 us a page, so callers release in slices.
    void give_back(std::size_t first, std::size_t last) noexcept;

private:
    reserved_memory(std::byte* begin, std::size_t size) noexcept : begin_(begin), size_(size) {}

    std::byte* begin_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace tactus::base
