// SPDX-License-Identifier: MIT
// What ends beside the loop, in real time: a plugin's own thread, and its function of exec.work.
#include "tests/support/catch.hpp"
#include <tactus/testhost/instance.hpp>

#include <string>

using namespace tactus::testing;

namespace {

const tactus_entry& habit(const std::string& name) {
    return load_entry((HABITS "/" + name + "/habit.tactus.so").c_str());
}

void live(const std::string& name) {
    test_instance made(habit(name), "tests.habit");
    made.host.work_patience = std::chrono::milliseconds(1);
    REQUIRE(made.start() == TACTUS_OK);
    made.host.advance_to(made.host.now_ns() + 100'000'000);
    CHECK(made.is_running());

    made.stop();

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.end() == std::vector<std::string>{});
}

} // namespace

TEST_CASE("a stop waits for the plugin's thread, whichever way it says that it ends") {
    live("thread_ends_at_once");
    live("thread_ends_late");
    live("thread_says_stopped");
    live("thread_wakes_descriptor");
}

TEST_CASE("a function of exec.work may last until the stop wakes it") {
    live("work_until_stop");
}

TEST_CASE("a function of exec.work that nobody wakes is a breach, and the test goes on") {
    test_instance made(habit("work_until_stop"), "tests.habit");
    made.host.work_patience = made.host.stop_patience = std::chrono::milliseconds(1);
    REQUIRE(made.start() == TACTUS_OK);
    CHECK(made.host.pending("work") == 1);
    CHECK(made.host.is_working());

    made.host.is_started = false; // so that it is not stopped
    made.may_leave_resources = true;

    CHECK(made.end() == std::vector<std::string>{"its function of exec.work has not returned"});
}
