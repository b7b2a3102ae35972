// SPDX-License-Identifier: MIT
// An instance that was cut off may need its worker once more to end.
#include "tests/kernel/host/hanging_case.hpp"

#include <filesystem>
#include <iterator>

namespace {

using namespace tactus::testing;

std::size_t count_threads() {
    const std::filesystem::directory_iterator all("/proc/self/task");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// JACK's client, for one: closing it waits for the server, so it must not be left to destroy().
TEST_CASE_METHOD(hanging_case, "an instance that was cut off ends by its own work, if need be") {
    const bool is_stopped = GENERATE(false, true);
    const bool hangs_again = GENERATE(false, true);
    const std::size_t threads = count_threads();
    good = start("well", 0);
    const int alive = life->created - life->destroyed;
    const int closed = life->closed;
    hang();
    bad = start("closes_by_work", 1);
    REQUIRE(turn_until([&] { return hanging() == 1; }));
    meant_to_leak(bad->present());
    if (!is_stopped) {
        REQUIRE(stalls());
    }
    bad->stop([this] { ++stopped; });
    REQUIRE(turn_until([&] { return stopped == 1; }));
    REQUIRE(bad->hanging() == 1);
    CHECK(life->closed == closed); // one at a time: the thread that hangs may still use the device

    if (hangs_again) {
        __atomic_store_n(&life->may_return, 1, __ATOMIC_SEQ_CST);
        REQUIRE(turn_until([&] {
            return __atomic_load_n(&life->may_return, __ATOMIC_SEQ_CST) == 0 && hanging() == 1;
        }));
        CHECK(turn_until([&] { return bad->hanging() == 1; })); // for good
        CHECK(life->created - life->destroyed == alive + 1);
    }
    let_go();

    CHECK(turn_until([&] { return !bad->has_quarantine(); }));
    CHECK(life->closed == closed + 1);
    CHECK(life->created - life->destroyed == alive);
    CHECK(turn_until([&] { return count_threads() <= threads; })); // those left behind are slow
}

} // namespace
