// SPDX-License-Identifier: MIT
// A plugin whose thread does not come back: found, cut off, replaced; the others go on. With the
// real life.tactus.so, since its code must outlive all of it.
#include "kernel/host/loading/catalog.hpp"
#include "kernel/host/supervisor.hpp"
#include "tests/kernel/host/hanging_case.hpp"
#include "tests/support/bad_plugins/life.h"
#include "tests/support/meant_to_leak.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using host::state;

TEST_CASE_METHOD(hanging_case, "a send that hangs is cut off, its output replaced, others go on") {
    good = start("well", 0);
    bad = start("hangs_in_send", 1);
    hang();
    fixture.deliver(1, osc_n);
    REQUIRE(turn_until([&] { return hanging() == 1; }));

    REQUIRE(stalls());

    CHECK_THAT(bad->last_error(), Contains("has not returned"));
    CHECK(bad->has_quarantine());
    CHECK(fixture.output(1).dropped_by.of(flow::dropped::output_stalled) == 1);
    CHECK(fixture.unaccounted(1) == 0);

    __atomic_store_n(&life->must_hang, 0, __ATOMIC_SEQ_CST); // it comes back, to nobody
    REQUIRE(turn_until([&] { return bad->current() == state::running; }));
    CHECK(bad->totals().restarts == 1);
    fixture.deliver(0, osc_n);
    fixture.deliver(1, osc_n);
    REQUIRE(turn_until([&] { return fixture.output(0).sent == 1 && fixture.output(1).sent == 1; }));
    CHECK(fixture.unaccounted(1) == 0);
}

TEST_CASE_METHOD(hanging_case, "what hung in its work, or while it was stopped, ends too") {
    const bool is_stopped = GENERATE(false, true);
    good = start("well", 0); // finds the switch, to be turned before the start
    const int alive = life->created - life->destroyed;
    hang();
    bad = start("hangs_in_work", 1);
    REQUIRE(turn_until([&] { return hanging() == 1; }));
    if (is_stopped) {
        meant_to_leak(bad->present());
        bad->stop([this] { ++stopped; });
        REQUIRE(turn_until([&] { return stopped == 1; }));
    } else {
        REQUIRE(stalls());
        bad->stop([this] { ++stopped; });
    }
    CHECK(bad->has_quarantine());

    let_go();

    CHECK(turn_until([&] { return !bad->has_quarantine(); }));
    CHECK(life->created - life->destroyed == alive);
    CHECK(life->canceled > 0);
}

TEST_CASE_METHOD(hanging_case, "what runs within the limit is no stall, and idle is none") {
    bad = start("hangs_in_send", 1);
    bad->look_for_stall(clock.now_ns() + 1'000'000 * ms);
    CHECK(bad->totals().stalls == 0);

    hang();
    fixture.deliver(1, osc_n);
    REQUIRE(turn_until([&] { return hanging() == 1; }));
    const std::int64_t busy_since_ns = bad->present()->resources().worker().busy_since_ns();
    bad->look_for_stall(busy_since_ns + 50 * ms);
    CHECK(bad->totals().stalls == 0);
    CHECK(bad->current() == state::running);
    // The process was stopped for a second.
    bad->look_for_stall(busy_since_ns + 1050 * ms, busy_since_ns + 1000 * ms);
    CHECK(bad->totals().stalls == 0);
}

TEST_CASE_METHOD(hanging_case, "an output that hangs while it is stopped goes into quarantine") {
    const char* const where = GENERATE("hangs_in_send", "hangs_in_work");
    if (std::string(where) == "hangs_in_work") {
        good = start("well", 0); // finds the switch, to be turned before the start
        hang();
    }
    bad = start(where, 1);
    hang();
    if (good == nullptr) { // the other's send is the loop's, which nobody could help
        fixture.deliver(1, osc_n);
    }
    REQUIRE(turn_until([&] { return hanging() == 1; }));

    meant_to_leak(bad->present());
    bad->stop([this] { ++stopped; });
    REQUIRE(turn_until([&] { return stopped == 1; }));

    CHECK(bad->has_quarantine());
    CHECK(bad->current() == state::stopped);
    CHECK(fixture.unaccounted(1) == 0);
}

TEST_CASE_METHOD(hanging_case, "work that hangs stalls its output too") {
    good = start("well", 0);
    hang();
    bad = start("hangs_in_work", 1);
    REQUIRE(turn_until([&] { return hanging() == 1; }));

    REQUIRE(stalls());

    CHECK(bad->current() == state::degraded);
}

// An output whose sends hang, one after another. The threads are real, the time is not: it passes
// only while none of them looks at it.
struct hanging_again : bad_case {
    tests_life* life = nullptr;
    int alive_before = 0; // of other cases
    static constexpr int most = host::supervisor::hanging_max;

    hanging_again() {
        start("life", "hangs_in_send");
        life = static_cast<tests_life*>(
            const_cast<void*>(supervisor->present()->plugin_interface(TESTS_LIFE_0)));
        alive_before = life->created - life->destroyed - 1;
        __atomic_store_n(&life->must_hang, 1, __ATOMIC_SEQ_CST);
    }
    ~hanging_again() {
        let_all_go();
        stop();
        reactor.settle();
        CHECK(is_soon([this] {
            return supervisor->present() == nullptr || supervisor->present()->is_quiet();
        }));
    }
    static bool is_soon(const std::function<bool()>& holds) {
        const time::real_clock real;
        const std::int64_t until_ns = real.now_ns() + too_long_ns;
        while (!holds() && real.now_ns() < until_ns) {
            std::this_thread::yield();
        }
        return holds();
    }
    [[nodiscard]] int hanging() const { return __atomic_load_n(&life->hanging, __ATOMIC_SEQ_CST); }
    void let_one_go() { __atomic_store_n(&life->may_return, 1, __ATOMIC_SEQ_CST); }
    void let_all_go() {
        __atomic_store_n(&life->must_hang, 0, __ATOMIC_SEQ_CST);
        CHECK(is_soon([this] { return hanging() == 0; })); // it is one for the whole process
    }
    void send() {
        fixture.deliver(1, osc_n);
        fixture.run_due();
    }
    void stall() {
        const int before = hanging();
        meant_to_leak(supervisor->present());
        send();
        REQUIRE(is_soon([&] { return hanging() == before + 1; }));
        reactor.advance_by(supervisor->what().stall_limit_ns + 1);
        supervisor->look_for_stall(reactor.now_ns());
        REQUIRE(supervisor->current() == state::degraded);
        CHECK_THAT(fixture.pipe.read_line(), Contains("The instance hangs and is cut off."));
    }
    void try_again() { reactor.advance_by(supervisor->what().restart_max_ns); }
    void stall_until_held_back() {
        while (supervisor->hanging() < most - 1) {
            stall();
            CHECK_THAT(fixture.pipe.read_line(), Contains("is restarted in"));
            try_again();
            REQUIRE(supervisor->current() == state::running);
        }
        stall();
    }
    void ends_what_is_back() {
        for (int look = 0; look < 3; ++look) { // it is back; it is asked to stop; it has
            reactor.advance_by(host::quarantine::look_every_ns);
        }
        CHECK_THAT(fixture.pipe.read_line(),
                   Contains("has returned, and the instance that was cut off has ended"));
    }
    void says_that_too_many_hang() {
        CHECK_THAT(fixture.pipe.read_line(),
                   Contains("error") &&
                       Contains("4 of its threads hang; it is restarted when one returns"));
    }
};

// As in months of a device that hangs now and then.
TEST_CASE_METHOD(hanging_again, "what was cut off ends once its thread has come back") {
    for (int i = 0; i < 20; ++i) {
        stall();
        CHECK_THAT(fixture.pipe.read_line(), Contains("is restarted in"));
        CHECK(supervisor->has_quarantine());
        let_one_go();
        REQUIRE(is_soon([this] { return supervisor->hanging() == 0; }));
        ends_what_is_back();
        CHECK_FALSE(supervisor->has_quarantine());
        try_again();
        REQUIRE(supervisor->current() == state::running);
        CHECK(life->created - life->destroyed == alive_before + 1);
    }
    CHECK(fixture.unaccounted(1) == 0);
}

TEST_CASE_METHOD(hanging_again, "an output that hangs again and again costs four threads") {
    stall_until_held_back();

    for (int i = 0; i < 100; ++i) {
        send();
        try_again();
    }

    CHECK(supervisor->current() == state::degraded);
    CHECK(supervisor->totals().restarts == most - 1);
    CHECK(hanging() == most);
    CHECK(fixture.output(1).dropped_by.of(flow::dropped::output_stalled) == most);
    CHECK(fixture.output(1).dropped_by.of(flow::dropped::output_down) == 100);
    CHECK(fixture.unaccounted(1) == 0);
    says_that_too_many_hang();
}

TEST_CASE_METHOD(hanging_again, "held back, it is started again when a thread has come back") {
    stall_until_held_back();
    says_that_too_many_hang();
    try_again();

    let_one_go();
    REQUIRE(is_soon([this] { return supervisor->hanging() == most - 1; }));
    ends_what_is_back();
    CHECK(supervisor->current() == state::degraded);
    try_again();
    CHECK(supervisor->current() == state::running);
    CHECK(supervisor->totals().restarts == most);
    stall_until_held_back();
    says_that_too_many_hang();
    try_again();
    CHECK(supervisor->totals().restarts == most);

    let_all_go();
    REQUIRE(is_soon([this] { return supervisor->hanging() == 0; }));
    try_again();
    REQUIRE(supervisor->current() == state::running);
    const std::uint64_t before = fixture.output(1).sent;
    send();
    CHECK(is_soon([&] { return fixture.output(1).sent == before + 1; }));
    CHECK(fixture.unaccounted(1) == 0);
}

TEST_CASE_METHOD(hanging_again,
                 "a call that takes its time at a stop is waited for, to its limit") {
    const bool comes_back = GENERATE(true, false);
    send();
    REQUIRE(is_soon([&] { return hanging() == 1; }));
    if (!comes_back) {
        meant_to_leak(supervisor->present());
    }
    stop();

    reactor.advance_by(host::supervisor::stop_call_max_ns - 1);

    CHECK(stopped == 0);
    CHECK_FALSE(supervisor->has_quarantine());
    if (comes_back) {
        let_all_go();
        REQUIRE(is_soon([&] { // its end is told by its thread
            reactor.settle();
            return supervisor->present() == nullptr || supervisor->present()->is_quiet();
        }));
    }
    reactor.advance_by(1);
    REQUIRE(is_soon([&] {
        reactor.advance_by(ms);
        return stopped == 1;
    }));
    CHECK(supervisor->has_quarantine() == !comes_back);
    CHECK(fixture.unaccounted(1) == 0);
}

TEST_CASE_METHOD(loop_instance,
                 "writable from another thread races with being cut off, harmlessly") {
    plays.output.flags = TACTUS_OUT_MAY_BLOCK;
    for (int i = 0; i < 50; ++i) {
        start(host::role::output);
        const tactus_host* const told = host();
        std::atomic<bool> is_over{false};
        std::thread telling([&] {
            while (!is_over) {
                table<tactus_ports_0>(TACTUS_PORTS_0).writable(told, 1);
            }
        });
        one->quarantine(flow::dropped::output_stalled);
        is_over = true;
        telling.join();
        REQUIRE(turn_until([&] { return one->is_quiet(); }));
        one->destroy();
        one.reset();
    }
    CHECK(plays.alive == 0);
}

TEST_CASE_METHOD(hanging_case, "throws: in work, and is started again") {
    bad = start("throws_in_work", 1, "throws");

    REQUIRE(turn_until([&] { return bad->totals().restarts >= 2; }));

    CHECK_THAT(bad->last_error(), Contains("run threw: I cannot work."));
    CHECK_FALSE(bad->has_quarantine());
}

TEST_CASE_METHOD(hanging_case, "throws: in a send on the worker, and is started again") {
    bad = start("throws_in_blocking_send", 1, "throws");
    for (int i = 0; i < 3; ++i) {
        fixture.deliver(1, osc_n);
    }

    REQUIRE(turn_until([&] { return bad->totals().restarts >= 1; }));

    CHECK_THAT(bad->last_error(), Contains("send threw: I drop it here."));
    CHECK_FALSE(bad->has_quarantine());
    const auto& dropped = fixture.output(1).dropped_by;
    CHECK(dropped.of(flow::dropped::output_error) >= 1);
    CHECK(dropped.of(flow::dropped::output_error) + dropped.of(flow::dropped::output_down) == 3);
    CHECK(fixture.output(1).sent == 0);
    CHECK(fixture.unaccounted(1) == 0);
}

TEST_CASE_METHOD(hanging_case, "throws: in a flush on the worker, and is started again") {
    bad = start("throws_in_blocking_flush", 1, "throws");
    fixture.deliver(1, osc_n); // what nothing came to is not flushed
    REQUIRE(turn_until([&] { return fixture.output(1).sent == 1; }));

    fixture.dispatcher.canceller().drop(flow::dropped::stop);

    REQUIRE(turn_until([&] { return bad->totals().restarts >= 1; }));
    CHECK_THAT(bad->last_error(), Contains("flush threw: I keep it here."));
}

} // namespace
