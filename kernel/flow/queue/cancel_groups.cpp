// SPDX-License-Identifier: MIT
#include "kernel/flow/queue/cancel_groups.hpp"

#include <bit>
#include <utility>

namespace tactus::flow {

namespace {

constexpr std::size_t buckets_min = 16;

std::uint64_t hash_of(const group_name& name) noexcept {
    const std::uint64_t where = (std::uint64_t{name.output} << 2) | name.lane;
    std::uint64_t hash = (where << 32 | name.tag) ^ (std::uint64_t{name.epoch} << 49);
    hash *= 0x9e3779b97f4a7c15u; // tags often count up: spread them
    return hash >> 24;
}

} // namespace

result<cancel_groups> cancel_groups::make(std::size_t groups_max) {
    auto groups = base::reserved_array<group>::reserve(groups_max + 1);
    if (!groups) {
        return fail(groups.error().kind, groups.error().text);
    }
    auto buckets = base::reserved_array<std::uint32_t>::reserve(groups_max + buckets_min);
    if (!buckets) {
        return fail(buckets.error().kind, buckets.error().text);
    }
    return cancel_groups(std::move(*groups), std::move(*buckets));
}

cancel_groups::cancel_groups(base::reserved_array<group> groups,
                             base::reserved_array<std::uint32_t> buckets) noexcept
    : groups_(std::move(groups)), buckets_(std::move(buckets)) {
    groups_.push_back(group{}); // none
    while (buckets_.size() < buckets_min) {
        buckets_.push_back(none);
    }
}

std::uint32_t cancel_groups::join(std::uint32_t found, const group_name& name, std::uint16_t input,
                                  std::uint64_t bytes) noexcept {
    const std::uint32_t index = found != none ? found : make_group(name, input);
    group& joined = groups_[index];
    ++joined.pending;
    ++joined.cells;
    joined.bytes += bytes;
    return index;
}

void cancel_groups::take(std::uint32_t index, std::uint64_t bytes) noexcept {
    if (index != none) {
        --groups_[index].pending;
        groups_[index].bytes -= bytes;
    }
}

void cancel_groups::put_back(std::uint32_t index, std::uint64_t bytes) noexcept {
    if (index != none) {
        ++groups_[index].pending;
        groups_[index].bytes += bytes;
    }
}

void cancel_groups::leave(std::uint32_t index) noexcept {
    if (index == none) {
        return;
    }
    group& left = groups_[index];
    TACTUS_ASSERT(left.cells > 0);
    --left.cells;
    if (left.cells > 0) {
        return;
    }
    if (!left.is_cancelled) {
        unlink(index);
    }
    left.next = first_free_;
    first_free_ = index;
    --in_use_;
}

queue_amount cancel_groups::cancel(const group_name& name) noexcept {
    const std::uint32_t index = find(name);
    if (index == none) {
        return {};
    }
    unlink(index);
    group& cancelled = groups_[index];
    cancelled.is_cancelled = true;
    return {std::exchange(cancelled.pending, 0), std::exchange(cancelled.bytes, 0)};
}

// The number of buckets need not be a power of two: those not added yet share one below.
std::size_t cancel_groups::bucket_of(const group_name& name) const noexcept {
    const std::size_t mask = std::bit_ceil(buckets_.size()) - 1;
    const std::size_t bucket = hash_of(name) & mask;
    return bucket < buckets_.size() ? bucket : bucket & (mask >> 1);
}

std::uint32_t cancel_groups::find(const group_name& name) const noexcept {
    std::uint32_t index = buckets_[bucket_of(name)];
    while (index != none && !(groups_[index].name == name)) {
        index = groups_[index].next;
    }
    return index;
}

std::uint32_t cancel_groups::make_group(const group_name& name, std::uint16_t input) noexcept {
    std::uint32_t index = first_free_;
    if (index != none) {
        first_free_ = groups_[index].next;
        groups_[index] = group{name, 0, 0, none, 0, false, input};
    } else {
        index = static_cast<std::uint32_t>(groups_.size());
        groups_.push_back(group{name, 0, 0, none, 0, false, input});
    }
    ++in_use_;
    if (in_use_ > buckets_.size() && !buckets_.is_full()) {
        split_bucket();
    }
    link(index);
    return index;
}

void cancel_groups::link(std::uint32_t index) noexcept {
    std::uint32_t& first = buckets_[bucket_of(groups_[index].name)];
    groups_[index].next = first;
    first = index;
}

void cancel_groups::unlink(std::uint32_t index) noexcept {
    std::uint32_t* place = &buckets_[bucket_of(groups_[index].name)];
    while (*place != index) {
        TACTUS_ASSERT(*place != none);
        place = &groups_[*place].next;
    }
    *place = groups_[index].next;
}

// Adds a bucket; its groups come from the one bucket that held both so far.
void cancel_groups::split_bucket() noexcept {
    const std::size_t added = buckets_.size();
    std::uint32_t index = std::exchange(buckets_[added - std::bit_floor(added)], none);
    buckets_.push_back(none);
    while (index != none) {
        const std::uint32_t next = groups_[index].next;
        link(index);
        index = next;
    }
}

} // namespace tactus::flow
