// SPDX-License-Identifier: MIT
// Batches of events. batch_view reads a batch from any writer; batch_builder makes one in memory
// that it allocates once and reuses. Neither owns the memory that a view points to: a view is valid
// until its builder is cleared, or during the call that passed it.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <tactus/cpp/check.hpp>
#include <tactus/cpp/time.hpp>
#include <tactus/event.h>

namespace tactus {
inline namespace v0_1 {

inline std::span<const std::uint8_t> bytes_of(const tactus_event& event) noexcept {
    return {event.bytes, event.size};
}

/// A range of `const tactus_event&`, with the stride of the writer's events.
class batch_view {
public:
    class iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = tactus_event;
        using difference_type = std::ptrdiff_t;
        using pointer = const tactus_event*;
        using reference = const tactus_event&;

        iterator() noexcept = default;
        iterator(const unsigned char* at, std::uint32_t stride) noexcept
            : at_(at), stride_(stride) {}

        reference operator*() const noexcept { return *operator->(); }
        pointer operator->() const noexcept { return reinterpret_cast<pointer>(at_); }
        iterator& operator++() noexcept {
            at_ += stride_;
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const iterator& other) const noexcept { return at_ == other.at_; }

    private:
        const unsigned char* at_ = nullptr;
        std::uint32_t stride_ = 0;
    };

    batch_view() noexcept = default;
    explicit batch_view(const tactus_batch& batch) noexcept
        : first_(reinterpret_cast<const unsigned char*>(batch.events)), count_(batch.count),
          stride_(batch.event_stride), flags_(batch.flags) {}

    std::uint32_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    std::uint32_t flags() const noexcept { return flags_; }
    iterator begin() const noexcept { return iterator(first_, stride_); }
    iterator end() const noexcept { return iterator(at(count_), stride_); }
    /// Bounds: index < size().
    const tactus_event& operator[](std::uint32_t index) const noexcept {
        return *iterator(at(index), stride_);
    }

    /// All but the first n. Bounds: n <= size(), a larger n is taken as size().
    batch_view without_first(std::uint32_t n) const noexcept {
        batch_view rest = *this;
        n = n < count_ ? n : count_;
        rest.first_ = at(n);
        rest.count_ = count_ - n;
        return rest;
    }
    /// The first n events, or all if there are fewer.
    batch_view first(std::uint32_t n) const noexcept {
        batch_view front = *this;
        front.count_ = n < count_ ? n : count_;
        return front;
    }
    /// The same events, which the kernel may refuse if it has no room.
    batch_view as_droppable() const noexcept {
        batch_view droppable = *this;
        droppable.flags_ |= TACTUS_BATCH_DROPPABLE;
        return droppable;
    }

    /// The same events; a later batch wakes the loop (TACTUS_BATCH_MORE).
    batch_view with_more_to_come() const noexcept {
        batch_view more = *this;
        more.flags_ |= TACTUS_BATCH_MORE;
        return more;
    }

    tactus_batch raw() const noexcept {
        return tactus_batch{sizeof(tactus_batch), count_, stride_, flags_,
                            reinterpret_cast<const tactus_event*>(first_)};
    }

private:
    const unsigned char* at(std::uint32_t index) const noexcept {
        return count_ == 0 ? first_ : first_ + std::size_t{index} * stride_;
    }

    const unsigned char* first_ = nullptr;
    std::uint32_t count_ = 0;
    std::uint32_t stride_ = sizeof(tactus_event);
    std::uint32_t flags_ = 0;
};

/// Allocates at construction, never later. Bounds: that many events, and that many bytes in them.
class batch_builder {
public:
    explicit batch_builder(std::uint32_t events_max, std::size_t bytes_max = 0)
        : events_(events_max), arena_(bytes_max) {}
    // A view points into the builder.
    batch_builder(const batch_builder&) = delete;
    batch_builder& operator=(const batch_builder&) = delete;

    /// Copies the bytes. Returns the event, to fill in due time, port and tag, or nullptr if full.
    tactus_event* add(std::uint16_t protocol, std::span<const std::uint8_t> bytes) noexcept {
        if (bytes_left() < bytes.size()) {
            return nullptr;
        }
        if (!bytes.empty()) {
            std::memcpy(room().data(), bytes.data(), bytes.size());
        }
        return commit(protocol, bytes.size());
    }

    /// Does not copy: the bytes must stay valid until the batch has been emitted.
    tactus_event* add_borrowed(std::uint16_t protocol,
                               std::span<const std::uint8_t> bytes) noexcept {
        if (count_ == events_.size() || bytes.empty() || bytes.size() > TACTUS_EVENT_SIZE_MAX) {
            return nullptr;
        }
        tactus_event& event = events_[count_++];
        event = tactus_event{};
        event.bytes = bytes.data();
        event.size = static_cast<std::uint32_t>(bytes.size());
        event.protocol = protocol;
        return &event;
    }

    /// Where the next event's bytes can be written in place; commit() then takes their number.
    std::span<std::uint8_t> room() noexcept { return std::span(arena_).subspan(used_); }
    /// The size of room().
    std::size_t bytes_left() const noexcept { return arena_.size() - used_; }
    tactus_event* commit(std::uint16_t protocol, std::size_t size) noexcept {
        detail::require(size <= bytes_left(), "an event is larger than the batch's room");
        tactus_event* event = add_borrowed(protocol, {arena_.data() + used_, size});
        if (event != nullptr) {
            used_ += size;
        }
        return event;
    }

    /// An added event. Bounds: index < size().
    tactus_event& operator[](std::uint32_t index) noexcept { return events_[index]; }
    batch_view view() const noexcept {
        return batch_view(
            tactus_batch{sizeof(tactus_batch), count_, sizeof(tactus_event), 0, events_.data()});
    }
    void clear() noexcept {
        count_ = 0;
        used_ = 0;
    }
    bool empty() const noexcept { return count_ == 0; }
    std::uint32_t size() const noexcept { return count_; }

private:
    std::vector<tactus_event> events_;
    std::vector<std::uint8_t> arena_;
    std::uint32_t count_ = 0;
    std::size_t used_ = 0;
};

} // namespace v0_1
} // namespace tactus
