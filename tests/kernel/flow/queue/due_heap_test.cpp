// SPDX-License-Identifier: MIT
// due_heap and output_index: order, whatever comes and goes in between.
#include "kernel/flow/queue/due_heap.hpp"
#include "kernel/flow/queue/output_index.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <random>
#include <set>
#include <vector>

using namespace tactus::flow;

namespace {

due_heap make(std::size_t limit) {
    auto made = due_heap::make(limit);
    REQUIRE(made.has_value());
    return std::move(*made);
}

} // namespace

TEST_CASE("a key sorts by due, then sequence, and gives back what went in") {
    const due_key key = make_due_key(due_max, sequence_max, slots_max - 1);

    REQUIRE(due_of(key) == due_max);
    REQUIRE(sequence_of(key) == sequence_max);
    REQUIRE(slot_of(key) == slots_max - 1);
    REQUIRE((make_due_key(1, 9, 9) < make_due_key(2, 0, 0)));
    REQUIRE((make_due_key(1, 1, 9) < make_due_key(1, 2, 0)));
}

TEST_CASE("keys come out sorted, for every small size") {
    for (std::uint32_t size = 1; size <= 70; ++size) { // all shapes of the last node
        due_heap heap = make(100);
        for (std::uint32_t i = 0; i < size; ++i) {
            heap.push(make_due_key((i * 31) % size, i, i));
        }

        for (std::uint32_t i = 0; i < size; ++i) {
            REQUIRE((due_of(heap.top()) == due_of(heap.pop())));
        }

        REQUIRE(heap.is_empty());
    }
}

TEST_CASE("a heap agrees with a sorted set under pushes, pops and removals anywhere") {
    const unsigned seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    due_heap heap = make(2000);
    std::set<due_key> model;

    for (std::uint32_t i = 0; i < 50'000; ++i) {
        const auto choice = random() % 10;
        if (choice < 5 && !heap.is_full()) {
            const due_key key = make_due_key(random() % 1000, i, i);
            heap.push(key);
            model.insert(key);
        } else if (choice < 8 && !heap.is_empty()) {
            const bool is_least = heap.pop() == *model.begin();
            REQUIRE(is_least);
            model.erase(model.begin());
        } else if (!heap.is_empty()) {
            const std::size_t index = random() % heap.size();
            model.erase(heap.keys()[index]);
            heap.remove_at(index);
        }
        REQUIRE(heap.size() == model.size());
    }
    while (!heap.is_empty()) {
        const bool is_least = heap.pop() == *model.begin();
        REQUIRE(is_least);
        model.erase(model.begin());
    }
}

TEST_CASE("the four children of a node share a cache line") {
    due_heap heap = make(100);
    for (std::uint32_t i = 0; i < 100; ++i) {
        heap.push(make_due_key(i, i, i));
    }

    const auto address = reinterpret_cast<std::uintptr_t>(&heap.keys()[1]);

    REQUIRE(address % 64 == 0);
    REQUIRE(heap.is_full());
}

TEST_CASE("the index always has the least of its outputs first") {
    const unsigned seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    output_index index;
    index.grow(50);
    std::vector<due_key> keys(50, 0); // 0: not in it

    for (std::uint32_t i = 1; i < 20'000; ++i) {
        const auto output = static_cast<std::uint16_t>(random() % 50);
        if (random() % 3 == 0) {
            index.remove(output);
            keys[output] = 0;
        } else {
            keys[output] = make_due_key(random() % 100, i, 0);
            index.set(output, keys[output]);
        }

        due_key least = 0;
        for (const due_key key : keys) {
            least = key != 0 && (least == 0 || key < least) ? key : least;
        }
        REQUIRE(index.contains(output) == (keys[output] != 0));
        REQUIRE(index.is_empty() == (least == 0));
        const bool is_least_first =
            least == 0 || (index.first_key() == least && keys[index.first()] == least);
        REQUIRE(is_least_first);
    }
}
