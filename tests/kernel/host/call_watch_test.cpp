// SPDX-License-Identifier: MIT
// Which call holds the loop up is found by an alarm that the test rings: virtual time.
#include "kernel/host/call_watch.hpp"
#include "tests/kernel/host/instance_case.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using host::call_watch;

struct hand_rung : host::alarm {
    void arm(std::int64_t after_ns) noexcept override {
        CHECK(after_ns == call_watch::limit_ns);
        ++armed;
    }
    int armed = 0;
};

struct watch_case {
    log_pipe pipe; // outlives the log
    base::log log{pipe.settings()};
    hand_rung alarm;
    call_watch watch{log};

    watch_case() { watch.set_alarm(&alarm); }

    void ring(int times) {
        for (int i = 0; i < times; ++i) {
            watch.rang();
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

    ring(1);
    CHECK(reports() == 0); // it may have begun just now
    ring(1);

    CHECK(has_reported(1));
    CHECK_THAT(pipe.read_line(),
               Contains("instance=projector") && Contains("call=send") && Contains("seconds=1"));
}

TEST_CASE_METHOD(watch_case, "a call that goes on is named again whenever its time has doubled") {
    watch.enter({watch.keep("projector"), "send"});

    ring(1 + 8);

    CHECK(has_reported(4)); // after 1, 2, 4 and 8 s
}

TEST_CASE_METHOD(watch_case, "many short calls are none that lasts") {
    for (int i = 0; i < 10; ++i) {
        watch.leave(watch.enter({watch.keep("projector"), "send"}));
        watch.enter({watch.keep("desk"), "done"});
        ring(1);
        watch.leave({});
    }

    CHECK(reports() == 0);
}

TEST_CASE_METHOD(watch_case, "of nested calls the innermost is named, then the outer one again") {
    const auto before = watch.enter({watch.keep("desk"), "done"});
    const auto desk = watch.enter({watch.keep("projector"), "send"});
    ring(2);
    REQUIRE(has_reported(1));
    CHECK_THAT(pipe.read_line(), Contains("instance=projector"));

    watch.leave(desk);
    ring(2);
    REQUIRE(has_reported(2));
    CHECK_THAT(pipe.read_line(), Contains("instance=desk") && Contains("call=done"));

    watch.leave(before);
    ring(1);
    CHECK(reports() == 2);
}

TEST_CASE_METHOD(watch_case, "nothing is armed while no call is made") {
    watch.leave(watch.enter({watch.keep("desk"), "done"}));
    watch.leave(watch.enter({watch.keep("desk"), "done"}));
    CHECK(alarm.armed == 1);

    ring(1);
    CHECK(alarm.armed == 1);

    watch.leave(watch.enter({watch.keep("desk"), "done"}));
    CHECK(alarm.armed == 2);
}

TEST_CASE("the system's alarm rings while its owner does nothing, and again when asked") {
    std::atomic<int> rings = 0;
    auto alarm = host::start_alarm([&] { ++rings; });
    REQUIRE(alarm.has_value());

    for (int wanted = 1; wanted <= 3; ++wanted) {
        (*alarm)->arm(1'000'000);
        while (rings < wanted) {
            std::this_thread::yield();
        }
        CHECK(rings == wanted);
    }
}

TEST_CASE_METHOD(watch_case, "a call that does not come back is named while it lasts") {
    auto system = host::start_alarm([&] { watch.rang(); });
    REQUIRE(system.has_value());
    watch.set_alarm(system->get());

    watch.enter({watch.keep("projector"), "send"});

    CHECK_THAT(pipe.read_line(), Contains("instance=projector"));
}

TEST_CASE("an alarm that has not rung can be given up") {
    std::atomic<int> rings = 0;
    auto alarm = host::start_alarm([&] { ++rings; });
    REQUIRE(alarm.has_value());
    (*alarm)->arm(3'600'000'000'000);

    alarm->reset();

    CHECK(rings == 0);
}
