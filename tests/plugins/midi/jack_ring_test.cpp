// SPDX-License-Identifier: MIT
// Messages on their way to JACK's thread.
#include "plugins/midi/jack_ring.hpp"
#include "tests/support/catch.hpp"

#include <atomic>
#include <thread>
#include <vector>

using midi::jack_ring;
using bytes = std::vector<std::uint8_t>;

namespace {

bytes bytes_of(const jack_ring::record& one) {
    return {one.bytes().begin(), one.bytes().end()};
}

bytes message(std::size_t size, std::uint32_t number) {
    bytes made(size);
    for (std::size_t i = 0; i < size; ++i) {
        made[i] = static_cast<std::uint8_t>(number + i * 7);
    }
    return made;
}

} // namespace

TEST_CASE("what is pushed is taken once, with its due time, in order") {
    jack_ring ring;
    REQUIRE(ring.push(5, bytes{0x90, 60, 1}));
    REQUIRE(ring.push(3, bytes{0xF8}));

    jack_ring::record* const first = ring.take();
    jack_ring::record* const second = ring.take();

    REQUIRE(first != nullptr);
    REQUIRE(second != nullptr);
    CHECK(first->due_ns == 5);
    CHECK(bytes_of(*first) == bytes{0x90, 60, 1});
    CHECK(second->due_ns == 3);
    CHECK(bytes_of(*second) == bytes{0xF8});
    CHECK(ring.take() == nullptr);
    CHECK(ring.pushed() == 2);
}

TEST_CASE("a ring is empty when the reader is done with everything, in whatever order") {
    jack_ring ring;
    CHECK(ring.is_empty());
    REQUIRE(ring.push(1, bytes{0xF8}));
    REQUIRE(ring.push(2, bytes{0xFA}));
    jack_ring::record* const first = ring.take();
    jack_ring::record* const second = ring.take();

    ring.release(*second);
    CHECK_FALSE(ring.is_empty());
    CHECK(bytes_of(*first) == bytes{0xF8});
    ring.release(*first);
    CHECK(ring.is_empty());
}

TEST_CASE("a ring takes records_max messages and no more, until one is released") {
    jack_ring ring;
    for (std::uint32_t i = 0; i < jack_ring::records_max; ++i) {
        REQUIRE(ring.push(i, bytes{0x90, 1, 1}));
    }
    CHECK_FALSE(ring.push(0, bytes{0x90, 1, 1}));

    ring.release(*ring.take());

    CHECK(ring.push(0, bytes{0x90, 1, 1}));
    CHECK_FALSE(ring.push(0, bytes{0x90, 1, 1}));
}

TEST_CASE("the longest SysEx fits an empty ring wherever that has come to") {
    jack_ring ring;
    for (std::uint32_t i = 0; i < 50; ++i) {
        const bytes sent = message(65'536 - i * 13, i);
        REQUIRE(ring.push(i, sent));
        jack_ring::record* const taken = ring.take();
        REQUIRE(taken != nullptr);
        REQUIRE(bytes_of(*taken) == sent);
        ring.release(*taken);
        REQUIRE(ring.is_empty());
    }
}

TEST_CASE("one thread pushes, another takes: every message arrives whole and in order") {
    constexpr std::uint32_t count = 200'000;
    jack_ring ring;
    std::thread writer([&ring] {
        for (std::uint32_t i = 0; i < count; ++i) {
            const bytes sent = message(1 + i % 40, i);
            while (!ring.push(i, sent)) {
                std::this_thread::yield();
            }
        }
    });
    std::uint32_t wrong = 0;
    for (std::uint32_t i = 0; i < count;) {
        jack_ring::record* const taken = ring.take();
        if (taken == nullptr) {
            std::this_thread::yield();
            continue;
        }
        wrong += taken->due_ns == i && bytes_of(*taken) == message(1 + i % 40, i) ? 0U : 1U;
        ring.release(*taken);
        ++i;
    }
    writer.join();
    CHECK(wrong == 0);
}
