// SPDX-License-Identifier: MIT
#include "plugins/midi/cancellation_guard.hpp"

#include "tests/support/catch.hpp"

#include <atomic>

#include <pthread.h>

namespace {

struct steps {
    std::atomic<bool> is_in{false};
    std::atomic<bool> is_cancelled{false};
    std::atomic<bool> is_done{false};
    std::atomic<bool> is_past{false};
};

// As libjack's threads are. The callback is under way when the thread is cancelled.
void* a_thread_of_libjack(void* arg) {
    auto& at = *static_cast<steps*>(arg);
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, nullptr);
    midi::guard_from_cancellation([&at] {
        at.is_in = true;
        while (!at.is_cancelled) {
        }
        at.is_done = true;
    });
    at.is_past = true;
    return nullptr;
}

} // namespace

TEST_CASE("uncancelled: a callback that is cancelled ends its work, then its thread alone") {
    steps at;
    pthread_t thread{};
    REQUIRE(pthread_create(&thread, nullptr, &a_thread_of_libjack, &at) == 0);
    while (!at.is_in) {
    }
    REQUIRE(pthread_cancel(thread) == 0);
    at.is_cancelled = true;
    REQUIRE(pthread_join(thread, nullptr) == 0);
    REQUIRE(at.is_done);
    REQUIRE_FALSE(at.is_past);
}

TEST_CASE("uncancelled: what was disabled before stays so") {
    int before = -1;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
    midi::guard_from_cancellation([] {});
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &before);
    REQUIRE(before == PTHREAD_CANCEL_DISABLE);
}
