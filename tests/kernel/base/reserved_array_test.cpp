// SPDX-License-Identifier: MIT
// reserved_array: grows in place up to its limit, and gives memory back.
#include "kernel/base/reserved_array.hpp"

#include "tests/support/catch.hpp"

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

using tactus::base::reserved_array;
using tactus::base::reserved_memory;

namespace {

reserved_array<std::uint64_t> make(std::size_t limit, std::size_t offset = 0) {
    auto made = reserved_array<std::uint64_t>::reserve(limit, offset);
    REQUIRE(made.has_value());
    return std::move(*made);
}

// Pages of a range that are in memory; the range starts at a page.
std::size_t resident_pages(const void* begin, std::size_t bytes) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    std::vector<unsigned char> present((bytes + page - 1) / page);
    REQUIRE(::mincore(const_cast<void*>(begin), bytes, present.data()) == 0);
    std::size_t count = 0;
    for (const unsigned char flags : present) {
        count += flags & 1u;
    }
    return count;
}

} // namespace

TEST_CASE("a reserved array grows to its limit without moving") {
    auto array = make(100'000);
    array.push_back(7);
    const std::uint64_t* const first = array.data();

    while (!array.is_full()) {
        array.push_back(array.size());
    }

    REQUIRE(array.data() == first);
    REQUIRE(array.size() == 100'000);
    REQUIRE(array[0] == 7);
    REQUIRE(array[99'999] == 99'999);
}

TEST_CASE("an element that was grown holds zeros first, and later what was there before") {
    auto array = make(10);
    REQUIRE(array.grow() == 0);
    array[0] = 9;

    array.pop_back();

    REQUIRE(array.grow() == 9);
    REQUIRE(array.size() == 1);
}

TEST_CASE("reserving takes address space, not memory") {
    constexpr std::size_t limit = std::size_t{1} << 27; // 1 GiB
    auto array = make(limit);

    array.push_back(1);

    REQUIRE(resident_pages(array.data(), limit * sizeof(std::uint64_t)) == 1);
}

TEST_CASE("an offset puts a later element at the start of a cache line") {
    auto array = make(64, 7);

    REQUIRE(reinterpret_cast<std::uintptr_t>(array.data() + 1) % 64 == 0);
}

TEST_CASE("a moved array keeps its elements and leaves an empty one") {
    auto from = make(10);
    from.push_back(5);

    auto to = std::move(from);

    REQUIRE(to.size() == 1);
    REQUIRE(to[0] == 5);
    REQUIRE(from.is_empty()); // NOLINT(bugprone-use-after-move): what is left is the point here
    REQUIRE(from.limit() == 0);
}

TEST_CASE("releasing the tail gives pages back by slices and keeps what is in use") {
    constexpr std::size_t count = 64 * 1024;
    auto array = make(count);
    for (std::size_t i = 0; i < count; ++i) {
        array.push_back(i + 1);
    }
    while (array.size() > 100) {
        array.pop_back();
    }
    REQUIRE(array.unused() == count - 100);

    REQUIRE(array.release_tail(count / 2)); // there is more to give back
    const std::size_t half_way = resident_pages(array.data(), count * sizeof(std::uint64_t));
    REQUIRE_FALSE(array.release_tail(count));

    REQUIRE(half_way <= count * sizeof(std::uint64_t) / 4096 / 2);
    REQUIRE(resident_pages(array.data(), count * sizeof(std::uint64_t)) == 1);
    REQUIRE(array[99] == 100);
    REQUIRE(array.unused() == 0);
    REQUIRE_FALSE(array.release_tail(count));
}

TEST_CASE("releasing the tail keeps as many elements as asked") {
    auto array = make(10'000);
    while (!array.is_full()) {
        array.push_back(3);
    }
    array.clear();

    REQUIRE_FALSE(array.release_tail(10'000, 4096));

    REQUIRE(array.unused() == 4096);
    REQUIRE(resident_pages(array.data(), 10'000 * sizeof(std::uint64_t)) == 8);
}

TEST_CASE("an array reused after a release works as before") {
    auto array = make(10'000);
    while (!array.is_full()) {
        array.push_back(3);
    }
    array.clear();
    static_cast<void>(array.release_tail(10'000));

    while (!array.is_full()) {
        array.push_back(4);
    }

    REQUIRE(array[9'999] == 4);
}

TEST_CASE("a range that the system cannot grant is an error that says so") {
    const auto too_many =
        reserved_array<std::uint64_t>::reserve(std::numeric_limits<std::size_t>::max() / 2);
    const auto too_much = reserved_memory::reserve(std::size_t{1} << 60);
    const auto nothing = reserved_memory::reserve(0);

    REQUIRE_FALSE(too_many.has_value());
    REQUIRE_FALSE(too_much.has_value());
    REQUIRE_FALSE(nothing.has_value());
    REQUIRE(too_much.error().kind == tactus::error_kind::limit);
    REQUIRE(too_much.error().text.find("cannot reserve") == 0);
}
