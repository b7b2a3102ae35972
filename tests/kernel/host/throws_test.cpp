// SPDX-License-Identifier: MIT
// A real plugin that throws, in each place where its author's code runs on the loop: a message that
// names the place, that instance degraded, every event accounted for. On the worker: hanging_test.
#include "tests/kernel/host/bad_case.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using host::state;

TEST_CASE_METHOD(bad_case, "throws: in configure") {
    start("throws", "throws_in_configure", host::role::input);
    is_down_because("the constructor threw: I was not made for this.");
}

TEST_CASE_METHOD(bad_case, "throws: in start") {
    start("throws", "throws_in_start", host::role::input);
    is_down_because("run threw: I cannot begin.");
}

TEST_CASE_METHOD(bad_case, "throws: in done") {
    start("throws", "throws_in_done", host::role::input);
    REQUIRE(supervisor->current() == state::running);
    reactor.advance_by(10 * ms);
    is_down_because("run threw: I have waited for nothing.");
}

TEST_CASE_METHOD(bad_case, "throws: in a posted call") {
    start("throws", "throws_in_post", host::role::input);
    REQUIRE(supervisor->current() == state::running);
    reactor.advance_by(12 * ms); // it is cleaned up once its posts have run
    is_down_because("a posted call threw: I was posted in vain.");
}

TEST_CASE_METHOD(bad_case, "throws: what is no exception") {
    start("throws", "throws_an_int", host::role::input);
    reactor.advance_by(10 * ms);
    is_down_because("run threw: an exception of unknown type");
}

TEST_CASE_METHOD(bad_case, "throws: in stop, and is stopped all the same") {
    start("throws", "throws_in_stop", host::role::input);
    REQUIRE(supervisor->current() == state::running);

    stop();
    reactor.settle();

    CHECK(stopped == 1);
    CHECK_FALSE(supervisor->has_quarantine());
    CHECK_THAT(fixture.pipe.read_line(), Contains("run threw: I will not go.")); // and it is said
}

TEST_CASE_METHOD(bad_case, "throws: in check") {
    start("throws", "throws_in_check", host::role::input);
    is_down_because("check threw: I see nothing.");
}

TEST_CASE_METHOD(bad_case, "throws: in a task beside run") {
    start("throws", "throws_in_spawned", host::role::input);
    REQUIRE(supervisor->current() == state::running);
    reactor.advance_by(10 * ms);
    is_down_because("task child threw: I was not to be born.");
}

TEST_CASE_METHOD(bad_case, "throws: in send, and what was on its way is accounted for") {
    const char* const type = GENERATE("throws_in_send", "throws_full_in_send");
    start("throws", type);
    REQUIRE(supervisor->is_up());
    for (int i = 0; i < 3; ++i) {
        fixture.deliver(1, osc_n);
    }

    fixture.run_due();

    CHECK(fixture.output(1).dropped_by.of(flow::dropped::output_error) == 3);
    CHECK(fixture.output(1).sent == 0);
    CHECK(fixture.unaccounted(1) == 0);
    reactor.settle();
    is_down_because(std::string("send threw: ") +
                    (type == std::string("throws_in_send") ? "I drop it." : "I am full."));
}

TEST_CASE_METHOD(bad_case, "throws: in send while it is stopped, and it is said") {
    start("throws", "throws_in_send");
    fixture.deliver(1, osc_n);
    stop(); // it has been asked, and has not yet gone
    fixture.run_due();
    reactor.settle();

    CHECK(stopped == 1);
    CHECK_THAT(fixture.pipe.read_line(), Contains("send threw: I drop it."));
    CHECK(fixture.unaccounted(1) == 0);
}

TEST_CASE_METHOD(bad_case, "throws: in ahead") {
    start("throws", "throws_in_ahead");
    is_down_because("ahead threw: I look back.");
}

TEST_CASE_METHOD(bad_case, "throws: in flush") {
    start("throws", "throws_in_flush");
    REQUIRE(supervisor->is_up());

    fixture.dispatcher.canceller().drop(flow::dropped::stop);
    reactor.settle();

    is_down_because("flush threw: I keep it.");
}

TEST_CASE_METHOD(bad_case, "throws: in want_port, and no port is made") {
    start("throws", "throws_in_want_port");
    flow::name_table names;

    CHECK(fixture.dispatcher.connections().find_port(1, names.intern("elsewhere"), names).port ==
          flow::port_table::none);
    reactor.settle();

    is_down_because("want_port threw: I want none.");
}

TEST_CASE_METHOD(bad_case, "throws: in report") {
    start("throws", "throws_in_report", host::role::input); // nobody takes its event: it is told so
    is_down_because("report threw: I will not hear it.");
}

TEST_CASE_METHOD(bad_case, "throws: in outcomes_wanted") {
    start("throws", "throws_in_outcomes_wanted", host::role::input);
    is_down_because("outcomes_wanted threw: I know not what I want.");
}

TEST_CASE_METHOD(bad_case, "the reason ends before the next sentence begins") {
    start("throws", "throws_an_int", host::role::input);
    reactor.advance_by(10 * ms);

    CHECK_THAT(fixture.pipe.read_line(), Contains("exception of unknown type. It is restarted in"));
}

} // namespace
