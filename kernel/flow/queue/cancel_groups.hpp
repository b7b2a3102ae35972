// SPDX-License-Identifier: MIT
// Cancels a tag in one step, however many events carry it: events of the same output, tag and lane
// share a group, each cell knows its group's index, and a mark on the group makes all of them dead
// at once. A marked group can no longer be found by its name, so later events under the same tag
// start a new one. It lives until its last cell leaves.
//
// Found by hash: the table grows by one bucket at a time (linear hashing), so no event ever waits
// for a table to be rebuilt. Owned by timed_queue. Single thread.
#pragma once

#include "kernel/base/reserved_array.hpp"
#include "kernel/flow/queue/queue_amount.hpp"

#include <cstdint>

namespace tactus::flow {

struct group_name {
    std::uint32_t tag;   // unique to one input
    std::uint32_t epoch; // of the lane: cancelling a whole output leaves its groups behind
    std::uint16_t output;
    std::uint8_t lane; // its number (lane_number.hpp)

    friend bool operator==(const group_name&, const group_name&) noexcept = default;
};

class cancel_groups {
public:
    static constexpr std::uint32_t none = 0;        // the group of events without a tag
    static constexpr std::uint64_t bytes_each = 44; // memory of a group and its bucket

    // Bounds: groups_max is at least the number of cells, then a group can always be made.
    // Errors: limit.
    static result<cancel_groups> make(std::size_t groups_max);

    // The group of that name; none if nothing of it waits.
    [[nodiscard]] std::uint32_t find(const group_name& name) const noexcept;
    // Adds a pending event of that name; returns its group, which is `found` unless that is none.
    [[nodiscard]] std::uint32_t join(std::uint32_t found, const group_name& name,
                                     std::uint16_t input, std::uint64_t bytes) noexcept;
    // The input that owns it. Bounds: a group.
    [[nodiscard]] std::uint16_t input(std::uint32_t index) const noexcept {
        return groups_[index].input;
    }
    // The tag in its name; 0: none.
    [[nodiscard]] std::uint32_t tag(std::uint32_t index) const noexcept {
        return index == none ? 0 : groups_[index].name.tag;
    }
    // Its pending amount.
    [[nodiscard]] queue_amount pending(std::uint32_t index) const noexcept {
        return {groups_[index].pending, groups_[index].bytes};
    }

    // A pending event was taken out, or is put back; its cell stays in the group. Bounds: the group
    // is not cancelled.
    void take(std::uint32_t index, std::uint64_t bytes) noexcept;
    void put_back(std::uint32_t index, std::uint64_t bytes) noexcept;

    // A cell of the group is about to be freed.
    void leave(std::uint32_t index) noexcept;

    // Cancels what is pending under that name, and returns how much it was.
    queue_amount cancel(const group_name& name) noexcept;

    [[nodiscard]] bool is_cancelled(std::uint32_t index) const noexcept {
        return index != none && groups_[index].is_cancelled;
    }

    [[nodiscard]] std::size_t groups_in_use() const noexcept { return in_use_; }

private:
    struct group {
        group_name name;
        std::uint32_t pending;
        std::uint32_t cells;
        std::uint32_t next;  // in its bucket, or in the free list
        std::uint64_t bytes; // of what is pending
        bool is_cancelled;
        std::uint16_t input;
    };

    cancel_groups(base::reserved_array<group> groups,
                  base::reserved_array<std::uint32_t> buckets) noexcept;

    [[nodiscard]] std::size_t bucket_of(const group_name& name) const noexcept;
    [[nodiscard]] std::uint32_t make_group(const group_name& name, std::uint16_t input) noexcept;
    void link(std::uint32_t index) noexcept;
    void unlink(std::uint32_t index) noexcept;
    void split_bucket() noexcept;

    static_assert(sizeof(group) + sizeof(std::uint32_t) == bytes_each);

    base::reserved_array<group> groups_; // [0] is none
    base::reserved_array<std::uint32_t> buckets_;
    std::uint32_t first_free_ = none;
    std::size_t in_use_ = 0;
};

} // namespace tactus::flow
