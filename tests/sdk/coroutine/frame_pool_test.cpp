// SPDX-License-Identifier: MIT
#include <vector>

#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

task<void> nothing() {
    co_return;
}

task<void> repeat(int count) {
    for (int at = 0; at < count; ++at) {
        co_await nothing();
    }
}

} // namespace

TEST_CASE("a released frame is given out again for the next of its class") {
    frame_pool::trim();
    void* const first = frame_pool::allocate(100);
    frame_pool::release(first, 100);

    CHECK(frame_pool::cached(100) == (frame_pool::is_on ? 1 : 0));
    CHECK(frame_pool::cached(64) == 0);
    CHECK(frame_pool::cached(129) == 0);

    void* const second = frame_pool::allocate(128);
    if (frame_pool::is_on) {
        CHECK(second == first);
    }
    frame_pool::release(second, 128);
    frame_pool::trim();
}

TEST_CASE("at most the cap of frames a class is kept") {
    frame_pool::trim();
    std::vector<void*> frames;
    for (std::uint32_t at = 0; at < frame_pool::cached_max + 10; ++at) {
        frames.push_back(frame_pool::allocate(2048));
    }
    for (void* frame : frames) {
        frame_pool::release(frame, 2048);
    }

    const std::size_t expected = frame_pool::is_on ? frame_pool::cached_max : 0;
    CHECK(frame_pool::cached(2048) == expected);
    CHECK(frame_pool::trim() == expected);
    CHECK(frame_pool::cached(2048) == 0);
}

TEST_CASE("frames above the largest class are not kept") {
    frame_pool::trim();
    frame_pool::release(frame_pool::allocate(2049), 2049);

    CHECK(frame_pool::cached(2049) == 0);
    CHECK(frame_pool::trim() == 0);
}

TEST_CASE("awaiting tasks in a loop uses the same few frames") {
    frame_pool::trim();
    ready_queue queue;
    drive(queue, repeat(10'000));

    CHECK(frame_pool::trim() <= 3);
}

} // namespace tactus::test
