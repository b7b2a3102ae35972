// SPDX-License-Identifier: MIT
// "tactus.timer/0", "tactus.fd/0" and "tactus.clock/0" over an instance in virtual time.
#include "tests/kernel/host/instance_case.hpp"
#include "tests/kernel/host/pipe_case.hpp"

#include <cstdlib>
#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;

struct timing_case : started_input {
    const tactus_timer_0& timer = table<tactus_timer_0>(TACTUS_TIMER_0);
    const tactus_fd_0& fd = table<tactus_fd_0>(TACTUS_FD_0);
    const tactus_clock_0& clock = table<tactus_clock_0>(TACTUS_CLOCK_0);
    pipe_case pipe;

    // The host's duplicate of what the plugin waits for; -1 if it waits for none.
    int watched() const {
        for (int each = 0; each < 1024; ++each) {
            if (reactor.is_watched(each, TACTUS_FD_READABLE | TACTUS_FD_WRITABLE)) {
                return each;
            }
        }
        return -1;
    }
};

TEST_CASE_METHOD(timing_case, "a timer ends at its moment, with the time") {
    test_op op;
    const std::int64_t due_ns = reactor.now_ns() + 5'000'000;
    REQUIRE(timer.wait_until(host(), op, due_ns) == TACTUS_PENDING);

    reactor.advance_to(due_ns - 1);
    CHECK(op.dones == 0);
    reactor.advance_to(due_ns);

    CHECK(op.dones == 1);
    CHECK(op.result == static_cast<std::uint64_t>(due_ns));
}

TEST_CASE_METHOD(timing_case, "a moment that has passed ends in a later turn, not in the call") {
    test_op op;
    REQUIRE(timer.wait_until(host(), op, GENERATE(std::int64_t{0}, std::int64_t{-5})) ==
            TACTUS_PENDING);

    CHECK(op.dones == 0);
    reactor.settle();
    CHECK(op.dones == 1);
    CHECK(op.status == TACTUS_OK);
}

TEST_CASE_METHOD(timing_case, "a timer can be cancelled at its very moment and ends once") {
    test_op first;
    test_op second;
    const std::int64_t due_ns = reactor.now_ns() + 1000;
    REQUIRE(timer.wait_until(host(), first, due_ns) == TACTUS_PENDING);
    REQUIRE(timer.wait_until(host(), second, due_ns) == TACTUS_PENDING);
    first.then = [&] { CHECK(host()->cancel(host(), second) == TACTUS_OK); };

    reactor.advance_to(due_ns);

    CHECK(first.status == TACTUS_OK);
    CHECK(second.dones == 1);
    CHECK(second.status == TACTUS_E_CANCELED);
}

TEST_CASE_METHOD(timing_case, "a timer may be started again inside its done") {
    test_op op;
    std::vector<std::int64_t> at;
    op.then = [&] {
        at.push_back(reactor.now_ns());
        if (at.size() < 3) {
            CHECK(timer.wait_until(host(), op, reactor.now_ns() + 10) == TACTUS_PENDING);
        }
    };
    const std::int64_t begin_ns = reactor.now_ns();
    REQUIRE(timer.wait_until(host(), op, begin_ns + 10) == TACTUS_PENDING);

    reactor.advance_by(100);

    CHECK(at == std::vector<std::int64_t>{begin_ns + 10, begin_ns + 20, begin_ns + 30});
}

TEST_CASE_METHOD(timing_case, "waits refuse other threads and bad arguments") {
    test_op op;
    CHECK(elsewhere([&] { return timer.wait_until(host(), op, 0); }) == TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return fd.wait(host(), op, 0, TACTUS_FD_READABLE); }) ==
          TACTUS_E_WRONG_THREAD);
    CHECK(timer.wait_until(host(), nullptr, 0) == TACTUS_E_INVALID);
    CHECK(fd.wait(host(), nullptr, 0, TACTUS_FD_READABLE) == TACTUS_E_INVALID);
    CHECK(fd.wait(host(), op, -1, TACTUS_FD_READABLE) == TACTUS_E_INVALID);
    CHECK(fd.wait(host(), op, 0, 0) == TACTUS_E_INVALID);
    CHECK(fd.wait(host(), op, 0, 8) == TACTUS_E_INVALID);
    CHECK(one->is_quiet());
}

TEST_CASE_METHOD(timing_case, "a descriptor's readiness ends the wait with what holds") {
    test_op op;
    REQUIRE(fd.wait(host(), op, pipe.ends[0], TACTUS_FD_READABLE | TACTUS_FD_WRITABLE) ==
            TACTUS_PENDING);

    reactor.make_ready(watched(), TACTUS_FD_WRITABLE);

    CHECK(op.dones == 1);
    CHECK(op.result == TACTUS_FD_WRITABLE);
    CHECK(watched() == -1);
}

TEST_CASE_METHOD(timing_case, "a cancelled descriptor is free to be closed") {
    test_op op;
    REQUIRE(fd.wait(host(), op, pipe.ends[0], TACTUS_FD_READABLE) == TACTUS_PENDING);

    CHECK(host()->cancel(host(), op) == TACTUS_OK);
    reactor.settle();

    CHECK(op.status == TACTUS_E_CANCELED);
    CHECK(watched() == -1);
    CHECK(op.dones == 1);
}

TEST_CASE_METHOD(timing_case, "a descriptor that the system refuses is an error with a reason") {
    test_op op;
    reactor.refuse_watches();

    CHECK(fd.wait(host(), op, pipe.ends[0], TACTUS_FD_READABLE) == TACTUS_E_INVALID);

    CHECK(one->is_quiet());
    CHECK(one->last_error().text.find("descriptor") != std::string::npos);
    reactor.refuse_watches(false);
    CHECK(fd.wait(host(), op, pipe.ends[0], TACTUS_FD_READABLE) == TACTUS_PENDING);
    wind_up();
    CHECK(op.status == TACTUS_E_CANCELED);
}

TEST_CASE_METHOD(timing_case, "a descriptor closed at once ends its wait with a reason") {
    const bool is_reused = GENERATE(false, true);
    test_op op;
    REQUIRE(fd.wait(host(), op, pipe.ends[0], TACTUS_FD_READABLE) == TACTUS_PENDING);
    const int number = pipe.ends[0];
    pipe.close_reader();
    pipe_case other;
    CHECK(other.ends[0] == number);
    if (!is_reused) {
        other.close_reader();
    }

    CHECK(op.dones == 0);
    reactor.settle();

    CHECK(op.dones == 1);
    CHECK(op.status == TACTUS_E_INVALID);
    CHECK(watched() == -1);
    CHECK(one->last_error().text == "A descriptor was closed while it was waited for.");
}

TEST_CASE_METHOD(timing_case, "a descriptor closed later fails when the file is ready") {
    test_op op;
    REQUIRE(fd.wait(host(), op, pipe.ends[0], TACTUS_FD_READABLE) == TACTUS_PENDING);
    reactor.settle();
    pipe.close_reader();
    reactor.settle();
    CHECK(op.dones == 0);

    reactor.make_ready(watched(), TACTUS_FD_READABLE);

    CHECK(op.dones == 1);
    CHECK(op.status == TACTUS_E_INVALID);
    CHECK(op.result == 0);
}

TEST_CASE_METHOD(timing_case, "waits for a descriptor leave none behind") {
    const auto lowest = [] {
        const pipe_case now;
        return now.ends[0];
    };
    const int before = lowest();
    for (int i = 0; i < 3; ++i) {
        test_op op;
        REQUIRE(fd.wait(host(), op, pipe.ends[0], TACTUS_FD_READABLE) == TACTUS_PENDING);
        if (i == 0) {
            reactor.make_ready(watched(), TACTUS_FD_READABLE);
        } else {
            CHECK(host()->cancel(host(), op) == TACTUS_OK);
        }
        reactor.settle();
        CHECK(op.dones == 1);
    }
    CHECK(lowest() == before);
}

TEST_CASE_METHOD(timing_case, "clocks are converted, from any thread, and immediately is 0") {
    const std::int64_t now_ns = reactor.now_ns();
    const std::uint64_t tag = clock.to_ntp(host(), now_ns);

    CHECK(std::abs(clock.from_ntp(host(), tag) - now_ns) <= 1);
    CHECK(clock.from_ntp(host(), 1) == 0);
    CHECK(clock.from_ntp(host(), 0) == 0);
    CHECK(clock.from_unix(host(), reactor.clock().unix_ns()) == now_ns);
    CHECK(elsewhere([&] { return clock.to_ntp(host(), now_ns); }) == tag);
}

} // namespace
