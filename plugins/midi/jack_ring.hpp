// SPDX-License-Identifier: MIT
// Carries messages with their due times from an output's worker to JACK's thread: one writer, one
// reader, no lock, no allocation after construction. The reader may release records in another
// order than they came in; their room is freed in the order they came. Bounds: bytes_max and
// records_max.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace midi {

class jack_ring {
public:
    static constexpr std::uint32_t records_max = 4096;
    /// The longest SysEx fits into the empty ring.
    static constexpr std::size_t bytes_max = std::size_t{1} << 18;

    struct record {
        enum class state : std::uint32_t { waiting, done, gap };
        std::int64_t due_ns = 0;
        std::uint32_t size = 0; // of the bytes right behind it
        state is = state::waiting;

        std::span<const std::uint8_t> bytes() const noexcept {
            return {reinterpret_cast<const std::uint8_t*>(this + 1), size};
        }
    };

    /// Returns false if there is no room. Threads: writer. Bounds: at most bytes_max / 2 bytes.
    [[nodiscard]] bool push(std::int64_t due_ns, std::span<const std::uint8_t> bytes) noexcept;
    /// How many have been pushed. Threads: writer.
    std::uint64_t pushed() const noexcept { return pushed_; }
    /// Whether the reader has released all of them. Threads: writer.
    bool is_empty() const noexcept { return pushed_ == released_.load(std::memory_order_acquire); }

    /// The next record not taken yet; nullptr if there is none. It stays until it is released.
    /// Threads: reader.
    [[nodiscard]] record* take() noexcept;
    void release(record& one) noexcept; // Threads: reader.

private:
    static constexpr std::uint64_t cells_max = bytes_max / sizeof(record);
    static constexpr std::uint64_t cells_for(std::size_t bytes) noexcept {
        return 1 + (bytes + sizeof(record) - 1) / sizeof(record);
    }
    record& at(std::uint64_t cell) noexcept { return (*cells_)[cell % cells_max]; }
    static std::uint64_t rest_from(std::uint64_t cell) noexcept {
        return cells_max - cell % cells_max;
    }

    std::unique_ptr<std::array<record, cells_max>> cells_ =
        std::make_unique<std::array<record, cells_max>>();
    // Cells written so far. Written by the writer, read by the reader. Release and acquire: the
    // reader sees the contents of those cells too.
    std::atomic<std::uint64_t> written_{0};
    // Cells, and records, released so far. Written by the reader, read by the writer. Release and
    // acquire: the writer overwrites them.
    std::atomic<std::uint64_t> free_{0};
    std::atomic<std::uint64_t> released_{0};
    std::uint64_t pushed_ = 0; // the writer's
    std::uint64_t taken_ = 0;  // cells; the reader's
};

} // namespace midi
