// SPDX-License-Identifier: MIT
// record_ring: order, limits, the wrap, and the handshake that lets the consumer sleep.
#include "kernel/base/record_ring.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using tactus::base::record_ring;
using tactus::base::ring_push;

namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

std::string text_of(std::span<const std::byte> bytes) {
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

ring_push push(record_ring& ring, std::string_view header, std::string_view payload) {
    return ring.try_push(bytes_of(header), bytes_of(payload));
}

std::string take(record_ring& ring) {
    const auto record = ring.front();
    REQUIRE(record.has_value());
    const std::string text = text_of(record->header) + "|" + text_of(record->payload);
    ring.pop();
    return text;
}

} // namespace

TEST_CASE("records leave in the order in which they came") {
    record_ring ring(256);

    REQUIRE(push(ring, "a", "one") == ring_push::stored);
    REQUIRE(push(ring, "b", "two, and longer") == ring_push::stored);

    REQUIRE(take(ring) == "a|one");
    REQUIRE(take(ring) == "b|two, and longer");
    REQUIRE_FALSE(ring.front().has_value());
    REQUIRE(ring.is_empty());
}

TEST_CASE("header and payload may be empty") {
    record_ring ring(64);

    REQUIRE(ring.try_push({}, {}) == ring_push::stored);
    REQUIRE(push(ring, "", "x") == ring_push::stored);
    REQUIRE(push(ring, "h", "") == ring_push::stored);

    REQUIRE(take(ring) == "|");
    REQUIRE(take(ring) == "|x");
    REQUIRE(take(ring) == "h|");
}

TEST_CASE("a full ring refuses, and takes again after a pop") {
    record_ring ring(64);
    REQUIRE(push(ring, "12345678", "12345678") == ring_push::stored); // 24 bytes
    REQUIRE(push(ring, "12345678", "abcdefgh") == ring_push::stored);

    REQUIRE(push(ring, "12345678", "x") == ring_push::full);
    REQUIRE(push(ring, "12345678", "") == ring_push::stored); // the last 16 bytes
    REQUIRE(ring.used_bytes() == 64);
    REQUIRE(ring.try_push({}, {}) == ring_push::full);

    REQUIRE(take(ring) == "12345678|12345678");
    REQUIRE(push(ring, "12345678", "x") == ring_push::stored);
}

TEST_CASE("the largest record always fits an empty ring, one byte more never") {
    record_ring ring(256);
    const std::string largest(ring.record_max() - 16, 'x');

    for (int round = 0; round < 50; ++round) { // from every position that the ring can be at
        REQUIRE(push(ring, "12345678", largest) == ring_push::stored);
        REQUIRE(push(ring, "12345678", largest + "y") == ring_push::too_large);
        REQUIRE(take(ring) == "12345678|" + largest);
        REQUIRE(push(ring, "", "z") == ring_push::stored);
        REQUIRE(take(ring) == "|z");
    }
}

TEST_CASE("sizes that would overflow their sum are too large") {
    record_ring ring(64);
    const std::byte nothing{};
    const std::span<const std::byte> huge(&nothing, ~std::size_t{0} / 2); // never read

    REQUIRE(ring.try_push(huge, huge) == ring_push::too_large);
}

TEST_CASE("a record is never split across the end") {
    record_ring ring(128);

    for (int round = 0; round < 100; ++round) {
        const std::string payload(static_cast<std::size_t>(round % 41), 'p');
        REQUIRE(push(ring, "header", payload) == ring_push::stored);
        const auto record = ring.front();
        REQUIRE(record.has_value());
        REQUIRE(text_of(record->payload) == payload);
        REQUIRE(reinterpret_cast<std::uintptr_t>(record->header.data()) % 8 == 0);
        ring.pop();
    }
}

TEST_CASE("only the first push after the consumer went to sleep asks for a wake-up") {
    record_ring ring(256);
    REQUIRE(push(ring, "", "awake") == ring_push::stored);
    REQUIRE(take(ring) == "|awake");

    REQUIRE(ring.consumer_may_sleep());

    REQUIRE(push(ring, "", "first") == ring_push::stored_wake);
    REQUIRE(push(ring, "", "second") == ring_push::stored);
}

TEST_CASE("a consumer may not sleep while there are records") {
    record_ring ring(256);
    REQUIRE(push(ring, "", "waiting") == ring_push::stored);

    REQUIRE_FALSE(ring.consumer_may_sleep());

    REQUIRE(push(ring, "", "no wake-up is due") == ring_push::stored);
}

namespace {

// What a record of the stress test says about itself.
struct stress_header {
    std::uint64_t number;
    std::uint64_t checksum;
};

std::uint64_t checksum_of(std::span<const std::byte> bytes) {
    std::uint64_t sum = 14695981039346656037u; // FNV-1a
    for (const std::byte each : bytes) {
        sum = (sum ^ std::to_integer<std::uint64_t>(each)) * 1099511628211u;
    }
    return sum;
}

// A consumer's bed: it sleeps here without any time-out, so that a lost wake-up hangs the test.
struct bed {
    std::mutex mutex;
    std::condition_variable bell;
    bool has_rung = false;

    void ring() {
        const std::lock_guard lock(mutex);
        has_rung = true;
        bell.notify_one();
    }
    void sleep() {
        std::unique_lock lock(mutex);
        bell.wait(lock, [this] { return has_rung; });
        has_rung = false;
    }
};

void produce(record_ring& ring, bed& consumer, std::uint64_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::array<std::byte, 400> payload{};
    for (std::uint64_t number = 0; number < count; ++number) {
        const std::size_t size = random() % payload.size();
        for (std::size_t i = 0; i < size; ++i) {
            payload[i] = static_cast<std::byte>(number + i);
        }
        const auto filled = std::span<const std::byte>(payload).first(size);
        const stress_header header{number, checksum_of(filled)};
        ring_push answer = ring_push::full;
        while (answer == ring_push::full) {
            answer = ring.try_push(std::as_bytes(std::span(&header, 1)), filled);
            if (answer == ring_push::full) {
                std::this_thread::yield();
            }
        }
        if (answer == ring_push::stored_wake) {
            consumer.ring();
        }
    }
}

} // namespace

TEST_CASE("two threads pass on all records, intact and in order, and no wake-up is lost") {
    constexpr std::uint64_t count = 100'000;
    const unsigned seed = std::random_device{}();
    CAPTURE(seed);
    record_ring ring(4096);
    bed consumer;
    std::uint64_t expected = 0;
    std::uint64_t damaged = 0;

    std::thread producer([&] { produce(ring, consumer, count, seed); });
    while (expected < count) {
        while (const auto record = ring.front()) {
            stress_header header{};
            std::memcpy(&header, record->header.data(), sizeof header);
            const bool is_intact =
                header.number == expected && header.checksum == checksum_of(record->payload);
            damaged += is_intact ? 0u : 1u;
            ++expected;
            ring.pop();
        }
        if (expected < count && ring.consumer_may_sleep()) {
            consumer.sleep();
        }
    }
    producer.join();

    REQUIRE(damaged == 0);
    REQUIRE(ring.is_empty());
}
