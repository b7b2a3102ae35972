// SPDX-License-Identifier: MIT
#include "kernel/flow/queue/event_store.hpp"

#include <utility>

namespace tactus::flow {

namespace {
constexpr std::size_t peak_cells = 4096; // with fewer in use, no memory is released later
} // namespace

result<event_store> event_store::make(std::size_t cells_max, std::uint64_t block_bytes_max,
                                      std::uint64_t memory_max) {
    auto cells = cell_store::make(cells_max, block_bytes_max, memory_max);
    if (!cells) {
        return fail(cells.error().kind, cells.error().text);
    }
    auto groups = cancel_groups::make(cells_max);
    if (!groups) {
        return fail(groups.error().kind, groups.error().text);
    }
    return event_store(std::move(*cells), std::move(*groups), memory_max);
}

event_store::event_store(cell_store cells, cancel_groups groups, std::uint64_t memory_max) noexcept
    : cells_(std::move(cells)), groups_(std::move(groups)), memory_max_(memory_max) {}

std::optional<std::uint32_t> event_store::add(const event_source& source, std::uint16_t output,
                                              std::int64_t arrival_ns) noexcept {
    const std::optional<std::uint32_t> slot = cells_.allocate();
    if (!slot) {
        return std::nullopt;
    }
    event_cell& cell = cells_[*slot];
    cell.arrival_ns = arrival_ns;
    cell.tag = source.tag;
    cell.group = cancel_groups::none;
    cell.port = source.port;
    cell.route = source.route & unknown_route;
    cell.output = output;
    cell.protocol = source.protocol;
    cell.flags = source.flags;
    cell.input = source.input;
    if (source.ends_ns != 0) {
        cell.flags |= event_cell::has_end;
        cell.set_ends_ns(source.ends_ns);
    }
    if (source.ticket != 0) {
        cell.flags |= event_cell::has_ticket;
        cell.set_ticket(source.ticket);
    }
    if (source.block != nullptr) {
        cells_.store(*slot, *source.block);
    } else if (!cells_.store(*slot, source.bytes)) {
        cells_.free(*slot);
        return std::nullopt;
    }
    has_peaked_ = has_peaked_ || cells_.cells_in_use() > peak_cells;
    return slot;
}

void event_store::join(std::uint32_t slot, const group_name& name, std::uint32_t found,
                       const queue_amount& cost) noexcept {
    if (name.tag != 0) {
        event_cell& cell = cells_[slot];
        if (found == cancel_groups::none) {
            cell.flags |= event_cell::pays_group;
        }
        cell.group = groups_.join(found, name, cell.input, cost.bytes);
    }
    memory_ += cost.bytes;
}

queue_amount event_store::take_out(std::uint32_t slot) noexcept {
    const event_cell& cell = cells_[slot];
    const queue_amount cost = cost_of(cell);
    groups_.take(cell.group, cost.bytes);
    return cost;
}

queue_amount event_store::put_back(std::uint32_t slot) noexcept {
    const event_cell& cell = cells_[slot];
    const queue_amount cost = cost_of(cell);
    groups_.put_back(cell.group, cost.bytes);
    return cost;
}

// The owner that pays for the group that it leaves goes on paying for one.
void event_store::leave_group(std::uint32_t slot) noexcept {
    event_cell& cell = cells_[slot];
    groups_.take(cell.group, cost_of(cell).bytes);
    groups_.leave(cell.group);
    cell.group = cancel_groups::none;
}

void event_store::join_again(std::uint32_t slot, const group_name& name) noexcept {
    event_cell& cell = cells_[slot];
    cell.group = groups_.join(groups_.find(name), name, cell.input, cost_of(cell).bytes);
}

queue_amount event_store::recycle(std::uint32_t slot) noexcept {
    const queue_amount cost = cost_of(cells_[slot]);
    memory_ -= cost.bytes;
    groups_.leave(cells_[slot].group);
    cells_.free(slot);
    return cost;
}

} // namespace tactus::flow
