// SPDX-License-Identifier: MIT
// Which call holds the loop up is found by a watchdog that the test fires: virtual time.
#include "kernel/host/watchdog/call_watch.hpp"
#include "tests/kernel/host/instance_case.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using host::call_watch;

struct hand_fired : host::watchdog_timer {
    void arm(std::int64_t after_ns) noexcept override {
        CHECK(after_ns == call_watch::limit_ns);
        ++armed;
    }
    int armed = 0;
};

struct watch_case {
    log_pipe pipe; // outlives the log
    base::log log{pipe.settings()};
    hand_fired watchdog;
    call_watch watch{log};

    watch_case() { watch.set_watchdog(&watchdog); }

    void fire(int times) {
        for (int i = 0; i < times; ++i) {
            watch.watchdog_fired();
        }
    }
    [[nodiscard]] std::uint64_t reports() const {
        base::log_counts now = log.counts();
        return now.written[static_cast<std::size_t>(base::log_level::error)];
    }
    bool has_reported(std::uint64_t times) {
        while (reports() < times) { // the log's thread may take a moment
            std::this_thread::yield();
        }
        return reports() == times;
    }
};

} // namespace

TEST_CASE_METHOD(watch_case, "a call that lasts for a second is named") {
    watch.enter({watch.keep("projector"), "send"});

    fire(1);
    CHECK(reports() == 0); // it may have begun just now
    fire(1);

    CHECK(has_reported(1));
    CHECK_THAT(pipe.read_line(),
               Contains("instance=projector") && Contains("call=send") && Contains("seconds=1"));
}

TEST_CASE_METHOD(watch_case, "a call that goes on is named again whenever its time has doubled") {
    watch.enter({watch.keep("projector"), "send"});

    fire(1 + 8);

    CHECK(has_reported(4)); // after 1, 2, 4 and 8 s
}

TEST_CASE_METHOD(watch_case, "many short calls are none that lasts") {
    for (int i = 0; i < 10; ++i) {
        watch.leave(watch.enter({watch.keep("projector"), "send"}));
        watch.enter({watch.keep("desk"), "done"});
        fire(1);
        watch.leave({});
    }

    CHECK(reports() == 0);
}

TEST_CASE_METHOD(watch_case, "of nested calls the innermost is named, then the outer one again") {
    const auto before = watch.enter({watch.keep("desk"), "done"});
    const auto desk = watch.enter({watch.keep("projector"), "send"});
    fire(2);
    REQUIRE(has_reported(1));
    CHECK_THAT(pipe.read_line(), Contains("instance=projector"));

    watch.leave(desk);
    fire(2);
    REQUIRE(has_reported(2));
    CHECK_THAT(pipe.read_line(), Contains("instance=desk") && Contains("call=done"));

    watch.leave(before);
    fire(1);
    CHECK(reports() == 2);
}

TEST_CASE_METHOD(watch_case, "nothing is armed while no call is made") {
    watch.leave(watch.enter({watch.keep("desk"), "done"}));
    watch.leave(watch.enter({watch.keep("desk"), "done"}));
    CHECK(watchdog.armed == 1);

    fire(1);
    CHECK(watchdog.armed == 1);

    watch.leave(watch.enter({watch.keep("desk"), "done"}));
    CHECK(watchdog.armed == 2);
}

TEST_CASE("the system's watchdog fires while its owner does nothing, and again when asked") {
    std::atomic<int> fires = 0;
    auto watchdog = host::start_watchdog([&] { ++fires; });
    REQUIRE(watchdog.has_value());

    for (int wanted = 1; wanted <= 3; ++wanted) {
        (*watchdog)->arm(1'000'000);
        while (fires < wanted) {
            std::this_thread::yield();
        }
        CHECK(fires == wanted);
    }
}

TEST_CASE_METHOD(watch_case, "a call that does not come back is named while it lasts") {
    REQUIRE(watch.begin().has_value());

    watch.enter({watch.keep("projector"), "send"});

    CHECK_THAT(pipe.read_line(), Contains("instance=projector"));
}

TEST_CASE("a watchdog that has not fired can be given up") {
    std::atomic<int> fires = 0;
    auto watchdog = host::start_watchdog([&] { ++fires; });
    REQUIRE(watchdog.has_value());
    (*watchdog)->arm(3'600'000'000'000);

    watchdog->reset();

    CHECK(fires == 0);
}
