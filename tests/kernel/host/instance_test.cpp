// SPDX-License-Identifier: MIT
// The life of one instance, and the few functions of tactus_host itself.
#include "tests/kernel/host/instance_case.hpp"

#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;

TEST_CASE_METHOD(instance_case, "an instance goes from create to destroy in order") {
    start();
    one->stop();
    reactor.settle();
    REQUIRE(ended == TACTUS_OK);
    REQUIRE(one->is_quiet());
    one->destroy();
    one.reset();

    CHECK(plays.calls ==
          std::vector<std::string>{"create", "configure", "start", "stop", "destroy"});
    CHECK(plays.alive == 0);
}

TEST_CASE_METHOD(instance_case, "the host says who the instance and the daemon are") {
    CHECK(host()->struct_size == sizeof(tactus_host));
    CHECK(host()->abi_minor == TACTUS_ABI_MINOR);
    CHECK(std::string(host()->name) == "one");
    CHECK(std::string(host()->version) == "0.0-test");
    CHECK(host()->now_ns(host()) == reactor.now_ns());
    CHECK(elsewhere([&] { return host()->now_ns(host()); }) == reactor.now_ns());
}

TEST_CASE_METHOD(instance_case, "unknown interfaces are not there") {
    CHECK(host()->get_interface(host(), "tactus.timer/1") == nullptr);
    CHECK(host()->get_interface(host(), "") == nullptr);
    CHECK(host()->get_interface(host(), nullptr) == nullptr);
    CHECK(elsewhere([&] { return host()->get_interface(host(), TACTUS_LOG_0); }) != nullptr);
}

TEST_CASE_METHOD(instance_case, "stopped is told later, and only the first word counts") {
    start();

    host()->stopped(host(), TACTUS_E_IO);
    host()->stopped(host(), TACTUS_OK);
    CHECK_FALSE(ended.has_value());
    reactor.settle();

    CHECK(ended == TACTUS_E_IO);
}

TEST_CASE_METHOD(instance_case, "before start nothing can be begun, posted or emitted") {
    test_op op;
    std::uint32_t accepted = 7;
    const single event(osc_n);

    CHECK(table<tactus_timer_0>(TACTUS_TIMER_0).wait_until(host(), op, 0) == TACTUS_E_CLOSED);
    CHECK(table<tactus_exec_0>(TACTUS_EXEC_0)
              .post(
                  host(), [](void*) noexcept {}, nullptr) == TACTUS_E_CLOSED);
    CHECK(table<tactus_exec_0>(TACTUS_EXEC_0)
              .work(
                  host(), op, [](void*) noexcept {}, nullptr) == TACTUS_E_CLOSED);
    CHECK(table<tactus_emit_0>(TACTUS_EMIT_0).emit(host(), &event.batch, &accepted) ==
          TACTUS_E_CLOSED);
    CHECK(accepted == 0);
    CHECK(one->is_quiet());
}

TEST_CASE_METHOD(instance_case, "stopped before start is not heard") {
    host()->stopped(host(), TACTUS_E_IO);
    reactor.settle();

    CHECK_FALSE(ended.has_value());
}

TEST_CASE_METHOD(instance_case, "an instance that was only looked at can be destroyed at once") {
    REQUIRE(one->configure(no_options).has_value());

    one->destroy();
    one.reset();

    CHECK(plays.alive == 0);
}

TEST_CASE_METHOD(started_input, "after stopped nothing can be begun, posted or emitted") {
    one->stop();
    reactor.settle();
    test_op op;
    std::uint32_t accepted = 7;
    const single event(osc_n);

    CHECK(table<tactus_timer_0>(TACTUS_TIMER_0).wait_until(host(), op, 0) == TACTUS_E_CLOSED);
    CHECK(table<tactus_exec_0>(TACTUS_EXEC_0)
              .post(
                  host(), [](void*) noexcept {}, nullptr) == TACTUS_E_CLOSED);
    CHECK(table<tactus_emit_0>(TACTUS_EMIT_0).emit(host(), &event.batch, &accepted) ==
          TACTUS_E_CLOSED);
    CHECK(accepted == 0);
    CHECK(fixture.input(1).received == 0);
}

TEST_CASE_METHOD(started_input, "ops that were left behind end as cancelled") {
    test_op op;
    REQUIRE(table<tactus_timer_0>(TACTUS_TIMER_0)
                .wait_until(host(), op, reactor.now_ns() + 1'000'000) == TACTUS_PENDING);
    op.then = [&] {
        test_op again;
        CHECK(table<tactus_timer_0>(TACTUS_TIMER_0).wait_until(host(), again, 0) ==
              TACTUS_E_CLOSED);
    };

    one->stop();
    CHECK_FALSE(one->is_quiet());
    reactor.settle();

    CHECK(op.dones == 1);
    CHECK(op.status == TACTUS_E_CANCELED);
    CHECK(one->is_quiet());
}

TEST_CASE_METHOD(started_output, "an output that has said stopped is sent nothing more") {
    (void)come_up();
    int sends = 0;
    plays.on_send = [&](const tactus_batch&, std::uint32_t&) { return ++sends, TACTUS_OK; };

    host()->stopped(host(), TACTUS_E_IO);
    fixture.deliver(1, osc_n);
    fixture.run_due();

    CHECK(sends == 0);
    CHECK(fixture.output(1).dropped_by.of(flow::dropped::output_down) == 1);
    CHECK(fixture.unaccounted(1) == 0);
}

TEST_CASE_METHOD(started_output, "an output may say stopped inside send") {
    (void)come_up();
    int sends = 0;
    plays.on_send = [&](const tactus_batch&, std::uint32_t& accepted) {
        ++sends;
        accepted = 0;
        host()->stopped(host(), TACTUS_E_IO);
        return TACTUS_E_CLOSED;
    };
    fixture.deliver(1, osc_n);
    fixture.deliver(1, osc_n);

    fixture.run_due();
    reactor.settle();

    CHECK(sends == 1);
    CHECK(ended == TACTUS_E_IO);
    CHECK(fixture.output(1).dropped_by.of(flow::dropped::output_down) == 2);
}

TEST_CASE_METHOD(started_output, "full is kept until writable") {
    const std::uint32_t port = come_up();
    int room = 1;
    plays.on_send = [&](const tactus_batch& batch, std::uint32_t& accepted) {
        accepted = std::min(batch.count, static_cast<std::uint32_t>(room));
        room -= static_cast<int>(accepted);
        return accepted == batch.count ? TACTUS_OK : TACTUS_E_AGAIN;
    };
    fixture.deliver(1, osc_n);
    fixture.deliver(1, osc_n);

    fixture.run_due();
    CHECK(fixture.output(1).sent == 1);
    fixture.run_due();
    CHECK(fixture.output(1).sent == 1);

    room = 5;
    table<tactus_ports_0>(TACTUS_PORTS_0).writable(host(), port);
    fixture.run_due();
    CHECK(fixture.output(1).sent == 2);
    CHECK(fixture.unaccounted(1) == 0);
}

TEST_CASE_METHOD(started_output, "the third event of a batch fails alone") {
    (void)come_up();
    int seen = 0;
    plays.on_send = [&](const tactus_batch& batch, std::uint32_t& accepted) {
        for (std::uint32_t i = 0; i < batch.count; ++i) {
            if (++seen == 3) {
                accepted = i;
                return TACTUS_E_IO;
            }
        }
        return TACTUS_OK;
    };
    for (int i = 0; i < 5; ++i) {
        fixture.deliver(1, osc_n);
    }

    fixture.run_due();

    CHECK(fixture.output(1).sent == 4);
    CHECK(fixture.output(1).dropped_by.of(flow::dropped::output_error) == 1);
}

TEST_CASE("an output must have its interface, whole") {
    instance_case wrong(host::role::output);

    SECTION("none") {
        wrong.plays.output.protocols = 0;
    }
    SECTION("too short") {
        wrong.plays.output.struct_size = 8;
    }
    SECTION("without its last function, which may be NULL, but not absent") {
        wrong.plays.output.struct_size = offsetof(tactus_output_0, lookahead_ns);
    }

    const result<void> configured = wrong.one->configure(no_options);
    REQUIRE_FALSE(configured.has_value());
    CHECK_THAT(configured.error().text, Contains("tactus.output/0"));
}

TEST_CASE("an input that is told of outcomes must have its interface, whole") {
    instance_case wrong;
    tactus_outcome_0 outcome{
        sizeof(tactus_outcome_0), 0, [](tactus_plugin*) noexcept -> std::uint32_t { return 0; },
        [](tactus_plugin*, const tactus_outcome*, std::uint32_t, std::uint64_t) noexcept {}};
    wrong.plays.outcome = &outcome;
    SECTION("too short") {
        outcome.struct_size = offsetof(tactus_outcome_0, report);
    }
    SECTION("without report") {
        outcome.report = nullptr;
    }
    REQUIRE(wrong.one->configure(no_options).has_value());

    const result<void> started = wrong.one->start();

    REQUIRE_FALSE(started.has_value());
    CHECK_THAT(started.error().text, Contains("tactus.outcome/0"));
    CHECK(wrong.plays.count("start") == 0);
}

TEST_CASE("an output that asks for its events at an impossible time does not start") {
    instance_case wrong(host::role::output);
    wrong.plays.ahead_ns = GENERATE(std::int64_t{-1}, std::numeric_limits<std::int64_t>::max());
    REQUIRE(wrong.one->configure(no_options).has_value());

    const result<void> started = wrong.one->start();

    REQUIRE_FALSE(started.has_value());
    CHECK_THAT(started.error().text, Contains("ahead"));
    CHECK(wrong.plays.count("start") == 0);
}

TEST_CASE_METHOD(instance_case, "what the plugin said of a failure is the error") {
    plays.on_configure = [](const tactus_host* host) {
        host->set_error(host, TACTUS_E_CONFIG, str("colour"), str("No such colour."));
        return TACTUS_E_CONFIG;
    };

    const result<void> configured = one->configure(no_options);

    REQUIRE_FALSE(configured.has_value());
    CHECK(configured.error().text == "No such colour.");
    CHECK(one->last_error().key == "colour");
    CHECK(one->last_error().status == TACTUS_E_CONFIG);
}

TEST_CASE_METHOD(instance_case, "a failure without a word names the call and the status") {
    plays.on_start = [](const tactus_host*) { return TACTUS_E_IO; };
    REQUIRE(one->configure(no_options).has_value());

    const result<void> started = one->start();

    REQUIRE_FALSE(started.has_value());
    CHECK_THAT(started.error().text, Contains("start") && Contains("-6"));
}

TEST_CASE_METHOD(instance_case, "what was said of an earlier call is not the reason of a later") {
    plays.on_configure = [](const tactus_host* host) {
        host->set_error(host, TACTUS_E_IO, str("old"), str("An old story."));
        return TACTUS_OK;
    };
    plays.on_start = [](const tactus_host*) { return TACTUS_E_IO; };
    REQUIRE(one->configure(no_options).has_value());

    const result<void> started = one->start();

    REQUIRE_FALSE(started.has_value());
    CHECK_THAT(started.error().text, !Contains("An old story"));
    CHECK(one->last_error().key.empty());
}

TEST_CASE_METHOD(started_input, "cancel asks for the end of an op on the loop only") {
    test_op op;
    REQUIRE(table<tactus_timer_0>(TACTUS_TIMER_0)
                .wait_until(host(), op, reactor.now_ns() + 1'000'000) == TACTUS_PENDING);

    CHECK(elsewhere([&] { return host()->cancel(host(), op); }) == TACTUS_E_WRONG_THREAD);
    CHECK(host()->cancel(host(), op) == TACTUS_OK);
    reactor.settle();
    CHECK(op.status == TACTUS_E_CANCELED);
    CHECK(host()->cancel(host(), op) == TACTUS_E_INVALID);
    CHECK(host()->cancel(host(), nullptr) == TACTUS_E_INVALID);
}

TEST_CASE_METHOD(instance_case, "a positive status is none of a plugin's, and refuses the start") {
    plays.on_start = [](const tactus_host*) { return TACTUS_PENDING; };
    REQUIRE(one->configure(no_options).has_value());
    const result<void> started = one->start();
    REQUIRE_FALSE(started.has_value());
    CHECK(started.error().text ==
          "The plugin failed in start (status 1): this call has no status above 0.");
}

TEST_CASE_METHOD(started_output, "a positive status of send is a failure of the next event") {
    come_up();
    plays.on_send = [](const tactus_batch&, std::uint32_t& accepted) {
        accepted = 0;
        return tactus_status{3};
    };
    fixture.deliver(1, osc_n);
    fixture.run_due();
    CHECK(fixture.output(1).sent == 0);
    CHECK(fixture.output(1).dropped_by.of(flow::dropped::output_error) == 1);
}

struct reporting_case : instance_case {
    tactus_status set_error(const char* text) const {
        return elsewhere(
            [&] { return host()->set_error(host(), TACTUS_E_IO, str("device"), str(text)); });
    }
    tactus_status stopped(tactus_status status) const {
        return elsewhere([&] { return host()->stopped(host(), status); });
    }
};

TEST_CASE_METHOD(reporting_case,
                 "a thread of the plugin's own ends the instance, with its reason") {
    start();
    CHECK(set_error("Another reason.") == TACTUS_OK);
    CHECK(set_error("The device is gone.") == TACTUS_OK);
    CHECK(stopped(TACTUS_E_IO) == TACTUS_OK);
    CHECK(stopped(TACTUS_E_INTERNAL) == TACTUS_E_CLOSED); // once
    CHECK(one->last_error().text.empty());                // only on the loop
    CHECK_FALSE(ended.has_value());

    reactor.settle();

    CHECK(ended == TACTUS_E_IO);
    CHECK(one->last_error().text == "The device is gone.");
    CHECK(one->last_error().key == "device");
    CHECK(one->is_quiet());
    CHECK(stopped(TACTUS_OK) == TACTUS_E_CLOSED);
    CHECK(set_error("Too late.") == TACTUS_E_CLOSED);
}

TEST_CASE_METHOD(reporting_case, "what is pending is cancelled when another thread says stopped") {
    start();
    test_op waits;
    REQUIRE(table<tactus_timer_0>(TACTUS_TIMER_0)
                .wait_until(host(), waits, reactor.clock().now_ns() + 1'000'000'000) ==
            TACTUS_PENDING);
    CHECK(stopped(TACTUS_E_IO) == TACTUS_OK);
    reactor.settle();
    CHECK(waits.dones == 1);
    CHECK(waits.status == TACTUS_E_CANCELED);
    CHECK(one->is_quiet());
}

TEST_CASE_METHOD(reporting_case, "a report of another thread is never silent") {
    CHECK(set_error("Too early.") == TACTUS_E_CLOSED);
    CHECK(stopped(TACTUS_E_IO) == TACTUS_E_CLOSED);
    CHECK(host()->stopped(host(), TACTUS_E_IO) == TACTUS_E_CLOSED);
    CHECK(host()->set_error(host(), TACTUS_OK, str(""), str("No error.")) == TACTUS_E_INVALID);
    CHECK(host()->set_error(host(), TACTUS_E_IO, {nullptr, 3}, str("x")) == TACTUS_E_INVALID);
    CHECK(host()->set_error(host(), TACTUS_E_IO, str(""), {nullptr, 3}) == TACTUS_E_INVALID);
    start();
    CHECK(host()->stopped(host(), TACTUS_OK) == TACTUS_OK);
    CHECK(host()->stopped(host(), TACTUS_E_IO) == TACTUS_E_CLOSED);
    CHECK(stopped(TACTUS_E_IO) == TACTUS_E_CLOSED);
    reactor.settle();
    CHECK(ended == TACTUS_OK);
}

} // namespace
