// SPDX-License-Identifier: MIT
// An array that never moves: its address space is reserved at its limit, and pages are allocated
// when touched. Growing neither copies nor pauses, and indexes and pointers stay valid. For trivial
// elements only: none is constructed or destroyed. The timed queue keeps its cells, keys and groups
// in these. Single thread.
#pragma once

#include "kernel/base/reserved_memory.hpp"

#include <algorithm>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace tactus::base {

template <class T>
class reserved_array {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

public:
    // offset: elements left free in front of element 0, which otherwise lies at the start of a
    // page; with it, groups of elements can be made to share a cache line. Errors: limit, if the
    // system grants no such range.
    static result<reserved_array> reserve(std::size_t limit, std::size_t offset = 0) {
        if (limit > (static_cast<std::size_t>(-1) / 2) / sizeof(T) - offset) {
            return fail(error_kind::limit, "an array of that many elements has no address space");
        }
        result<reserved_memory> memory = reserved_memory::reserve((limit + offset) * sizeof(T));
        if (!memory) {
            return fail(memory.error().kind, memory.error().text);
        }
        return reserved_array(std::move(*memory), limit, offset);
    }

    reserved_array() = default;
    reserved_array(reserved_array&& other) noexcept { swap(other); }
    reserved_array& operator=(reserved_array&& other) noexcept {
        swap(other);
        return *this;
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t limit() const noexcept { return limit_; }
    [[nodiscard]] bool is_empty() const noexcept { return size_ == 0; }
    [[nodiscard]] bool is_full() const noexcept { return size_ == limit_; }
    [[nodiscard]] T* data() noexcept { return first_; }
    [[nodiscard]] const T* data() const noexcept { return first_; }

    // Bounds: index < size(); not checked, since this is the hottest code of the kernel.
    [[nodiscard]] T& operator[](std::size_t index) noexcept { return first_[index]; }
    [[nodiscard]] const T& operator[](std::size_t index) const noexcept { return first_[index]; }

    // Bounds: not full.
    void push_back(const T& value) noexcept {
        TACTUS_ASSERT(size_ < limit_);
        ::new (static_cast<void*>(first_ + size_)) T(value);
        ++size_;
    }

    // Adds one element, unwritten: it holds zeros or its previous contents. Bounds: not full.
    T& grow() noexcept {
        TACTUS_ASSERT(size_ < limit_);
        return first_[size_++];
    }

    // Bounds: not empty.
    void pop_back() noexcept {
        TACTUS_ASSERT(size_ > 0);
        touched_ = std::max(touched_, size_);
        --size_;
    }

    void clear() noexcept {
        touched_ = std::max(touched_, size_);
        size_ = 0;
    }

    // Elements that may have memory: in use, or since the last release.
    [[nodiscard]] std::size_t touched() const noexcept { return std::max(touched_, size_); }
    // Elements that had memory since the last release and are unused now.
    [[nodiscard]] std::size_t unused() const noexcept { return std::max(touched_, size_) - size_; }

    // Returns memory of at most `most` unused elements, from the far end; the first `keep` stay.
    // Returns whether there is more to release. Blocks: see reserved_memory::give_back.
    bool release_tail(std::size_t most, std::size_t keep = 0) noexcept {
        const std::size_t floor = std::max(size_, keep);
        const std::size_t last = std::max(touched_, size_);
        if (last <= floor) {
            return false;
        }
        const std::size_t first = last - std::min(most, last - floor);
        memory_.give_back((first + offset_) * sizeof(T), page_end(last));
        touched_ = first;
        return first > floor;
    }

    void swap(reserved_array& other) noexcept {
        std::swap(memory_, other.memory_);
        std::swap(first_, other.first_);
        std::swap(size_, other.size_);
        std::swap(limit_, other.limit_);
        std::swap(offset_, other.offset_);
        std::swap(touched_, other.touched_);
    }

private:
    reserved_array(reserved_memory memory, std::size_t limit, std::size_t offset) noexcept
        : memory_(std::move(memory)), first_(reinterpret_cast<T*>(memory_.begin()) + offset),
          limit_(limit), offset_(offset) {}

    // Nothing beyond the touched elements is in use, so the last element's page is released too.
    [[nodiscard]] std::size_t page_end(std::size_t last) const noexcept {
        constexpr std::size_t page_guess = 65536; // the largest page of any Linux
        return std::min(memory_.size(), (last + offset_) * sizeof(T) + page_guess);
    }

    reserved_memory memory_;
    T* first_ = nullptr;
    std::size_t size_ = 0;
    std::size_t limit_ = 0;
    std::size_t offset_ = 0;
    std::size_t touched_ = 0; // elements that may hold pages, when above size_
};

} // namespace tactus::base
