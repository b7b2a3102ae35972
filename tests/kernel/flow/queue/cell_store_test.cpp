// SPDX-License-Identifier: MIT
// cell_store and cancel_groups: what holds the timed queue's events and tags.
#include "kernel/flow/queue/cancel_groups.hpp"
#include "kernel/flow/queue/cell_store.hpp"

#include <tactus/event.h>

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using namespace tactus::flow;

namespace {

cell_store make_store(std::size_t cells, std::size_t block_bytes = 1 << 22) {
    auto made = cell_store::make(cells, block_bytes);
    REQUIRE(made.has_value());
    return std::move(*made);
}

cancel_groups make_groups(std::size_t most) {
    auto made = cancel_groups::make(most);
    REQUIRE(made.has_value());
    return std::move(*made);
}

std::span<const std::byte> bytes_of(const std::string& text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

std::string text_in(const cell_store& cells, std::uint32_t slot) {
    const auto bytes = cells.bytes(slot);
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

} // namespace

TEST_CASE("cells are given out up to the limit, the last freed one first") {
    cell_store cells = make_store(3);
    const auto first = cells.allocate();
    const auto second = cells.allocate();
    const auto third = cells.allocate();
    REQUIRE(third.has_value());

    REQUIRE_FALSE(cells.allocate().has_value());

    cells.free(*first);
    cells.free(*second);
    REQUIRE(cells.allocate() == second);
    REQUIRE(cells.allocate() == first);
    REQUIRE(cells.cells_in_use() == 3);
}

TEST_CASE("payloads of all sizes around the classes come back as they were") {
    cell_store cells = make_store(10);
    for (const std::size_t size : {0u, 1u, 100u, 101u, 256u, 257u, 1024u, 1025u, 4096u, 4097u,
                                   16384u, 16385u, 65535u, 65536u}) {
        std::string text(size, 'x');
        for (std::size_t i = 0; i < size; ++i) {
            text[i] = static_cast<char>('a' + i % 26);
        }
        const auto slot = cells.allocate();
        REQUIRE(slot.has_value());

        REQUIRE(cells.store(*slot, bytes_of(text)));

        REQUIRE(text_in(cells, *slot) == text);
        REQUIRE(cells.blocks_in_use() == (size > event_cell::inline_max ? 1u : 0u));
        cells.free(*slot);
    }
    REQUIRE(cells.blocks_in_use() == 0);
}

TEST_CASE("a payload that fits a cell is not held in a block") {
    cell_store cells = make_store(1);

    REQUIRE(cells.hold(bytes_of(std::string(event_cell::inline_max, 'x'))) == nullptr);
}

TEST_CASE("a block lives as long as its last holder") {
    cell_store cells = make_store(2);
    const std::string text(300, 's');
    const auto first = cells.allocate();
    const auto second = cells.allocate();
    payload_block* const block = cells.hold(bytes_of(text));
    REQUIRE(block != nullptr);
    cells.store(*first, *block);
    cells.store(*second, *block);
    cells.let_go(*block);

    cells.free(*first);
    REQUIRE(text_in(cells, *second) == text);
    REQUIRE(cells.blocks_in_use() == 1);
    cells.free(*second);

    REQUIRE(cells.blocks_in_use() == 0);
}

TEST_CASE("freed blocks are kept for later, up to a bound") {
    cell_store cells = make_store(100, 1 << 24);
    std::vector<payload_block*> blocks;
    for (int i = 0; i < 100; ++i) {
        blocks.push_back(cells.hold(bytes_of(std::string(60'000, 'x'))));
        REQUIRE(blocks.back() != nullptr);
    }
    for (payload_block* const block : blocks) {
        cells.let_go(*block);
    }

    REQUIRE(cells.block_bytes() > 0);
    REQUIRE(cells.block_bytes() <= cell_store::cached_bytes_max);
}

TEST_CASE("kept blocks of one size do not stand in the way of another") {
    cell_store cells = make_store(10, 70'000);
    payload_block* const small = cells.hold(bytes_of(std::string(5000, 'x')));
    REQUIRE(small != nullptr);
    cells.let_go(*small);
    REQUIRE(cells.block_bytes() > 16'000);

    payload_block* const large = cells.hold(bytes_of(std::string(65'536, 'x')));

    REQUIRE(large != nullptr);
    REQUIRE(cells.hold(bytes_of(std::string(5000, 'x'))) == nullptr);
    cells.let_go(*large);
}

TEST_CASE("a store that goes away frees the blocks of what was pending") {
    cell_store cells = make_store(2); // the leak checker of the sanitizers has the last word
    const auto slot = cells.allocate();

    REQUIRE(cells.store(*slot, bytes_of(std::string(5000, 'x'))));
}

std::uint32_t join(cancel_groups& groups, const group_name& name, std::uint64_t bytes) {
    return groups.join(groups.find(name), name, 0, bytes);
}

TEST_CASE("thousands of groups are told apart, and all are found again") {
    cancel_groups groups = make_groups(20'000);
    std::vector<std::uint32_t> made;
    for (std::uint32_t tag = 1; tag <= 5000; ++tag) {
        made.push_back(join(groups, {tag, 0, 7, false}, tag));
        made.push_back(join(groups, {tag, 0, 7, true}, 1));
        made.push_back(join(groups, {tag, 0, 8, false}, 1));
        REQUIRE(join(groups, {tag, 0, 7, false}, 1) == made[made.size() - 3]);
    }
    REQUIRE(groups.groups_in_use() == 15'000);

    for (std::uint32_t tag = 1; tag <= 5000; ++tag) {
        REQUIRE(groups.cancel({tag, 0, 7, false}) == queue_amount{2, tag + 1});
        REQUIRE(groups.cancel({tag, 0, 7, false}) == queue_amount{});
        REQUIRE(groups.cancel({tag, 1, 8, false}) == queue_amount{});
    }

    REQUIRE(groups.is_cancelled(made[0]));
    REQUIRE_FALSE(groups.is_cancelled(made[1]));
    for (std::size_t i = 0; i < made.size(); ++i) {
        groups.leave(made[i]);
        if (i % 3 == 0) { // its second member
            groups.leave(made[i]);
        }
    }
    REQUIRE(groups.groups_in_use() == 0);
}

TEST_CASE("a cancelled group is no longer joined under its name") {
    cancel_groups groups = make_groups(10);
    const group_name name{4, 0, 1, false};
    const auto before = join(groups, name, 10);
    REQUIRE(groups.cancel(name) == queue_amount{1, 10});

    const auto after = join(groups, name, 20);

    REQUIRE(after != before);
    REQUIRE(groups.is_cancelled(before));
    REQUIRE_FALSE(groups.is_cancelled(after));
    groups.take(after, 20);
    REQUIRE(groups.cancel(name) == queue_amount{});
    groups.leave(before);
    groups.leave(after);
    REQUIRE(groups.groups_in_use() == 0);
}
