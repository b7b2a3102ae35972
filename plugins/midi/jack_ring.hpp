// SPDX-License-Identifier: MIT
// Messages with their due times on the way from an output's worker to JACK's thread: one writer,
// one reader, no lock, no allocation once it is made. The reader may be done with them in another
// order than that in which they came; their room comes back in that. Bounds: bytes_max and
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
    /// The longest SysEx fits wherever the ring is empty.
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

    /// False: there is no room. Threads: writer. Bounds: at most bytes_max / 2 bytes.
    [[nodiscard]] bool push(std::int64_t due_ns, std::span<const std::uint8_t> bytes) noexcept;
    /// How many have been pushed. Threads: writer.
    std::uint64_t pushed() const noexcept { return pushed_; }
    /// The reader is done with all of them. Threads: writer.
    bool is_empty() const noexcept { return pushed_ == released_.load(std::memory_order_acquire); }

    /// The next that was not taken; nullptr: none. It stays until it is released. Threads: reader.
    [[nodiscard]] record* take() noexcept;
    void release(record& one) noexcept; // likewise

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
    // Cells that were written so far. By the writer, read by the reader: release and acquire, since
    // what stands in them goes with it.
    std::atomic<std::uint64_t> written_{0};
    // Cells, and records, that the reader is done with so far. By the reader, read by the writer:
    // release and acquire, since the writer overwrites them.
    std::atomic<std::uint64_t> free_{0};
    std::atomic<std::uint64_t> released_{0};
    std::uint64_t pushed_ = 0; // the writer's
    std::uint64_t taken_ = 0;  // cells; the reader's
};

} // namespace midi
