// SPDX-License-Identifier: MIT
#include "kernel/time/suspend_watch.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

using namespace tactus::time;
using tactus::testing::manual_clock;

TEST_CASE("a suspend is told once, with its length, whenever it is looked for") {
    manual_clock clock;
    suspend_watch watch(clock);
    CHECK(watch.take_suspended_ns() == 0);

    clock.suspend_ns(3'600'000'000'000);
    clock.advance_ns(5'000'000);

    CHECK(watch.take_suspended_ns() == 3'600'000'000'000);
    CHECK(watch.take_suspended_ns() == 0);
    CHECK(watch.suspended_ns() == 3'600'000'000'000);
}

TEST_CASE("what two readings of the clocks may be apart is no suspend") {
    manual_clock clock;
    suspend_watch watch(clock);

    clock.suspend_ns(suspend_watch::least_ns - 1);
    CHECK(watch.take_suspended_ns() == 0);
    clock.suspend_ns(-5'000'000); // the first reading was the interrupted one
    CHECK(watch.take_suspended_ns() == 0);
    clock.suspend_ns(5'000'000);
    CHECK(watch.take_suspended_ns() == 0);
    clock.suspend_ns(suspend_watch::least_ns);

    CHECK(watch.take_suspended_ns() == suspend_watch::least_ns);
}

TEST_CASE("a reading that was interrupted at the start is taken for no suspend later") {
    class interrupted_once final : public clock {
    public:
        [[nodiscard]] std::int64_t now_ns() const noexcept override { return 1; }
        [[nodiscard]] std::int64_t unix_ns() const noexcept override { return 1; }
        [[nodiscard]] std::int64_t suspended_ns() const noexcept override {
            return reading_++ == 0 ? 0 : 50'000'000;
        }

    private:
        mutable int reading_ = 0;
    };
    const interrupted_once clock;
    suspend_watch watch(clock);

    CHECK(watch.take_suspended_ns() == 0);
}

TEST_CASE("the real clock has not been suspended between two looks") {
    const real_clock clock;
    suspend_watch watch(clock);

    for (int i = 0; i < 1000; ++i) {
        CHECK(watch.take_suspended_ns() == 0);
    }
    CHECK(watch.suspended_ns() > -suspend_watch::least_ns);
}
