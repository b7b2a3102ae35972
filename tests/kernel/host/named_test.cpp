// SPDX-License-Identifier: MIT
// What an operator is told of a plugin's calls in its worker, and of events that it could not send.
#include "kernel/host/supervisor.hpp"
#include "kernel/host/watchdog/work_watch.hpp"
#include "tests/kernel/host/instance_case.hpp"
#include "tests/kernel/host/loop_case.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;

constexpr std::int64_t second_ns = 1'000'000'000;

std::uint64_t warnings(const base::log& log) {
    return log.counts().written[static_cast<std::size_t>(base::log_level::warning)];
}

struct work_case : started_input {
    const tactus_exec_0& exec = table<tactus_exec_0>(TACTUS_EXEC_0);
    std::atomic<bool> may_return{false};

    tactus_status work(test_op& op) {
        return exec.work(
            host(), op,
            [](void* self) noexcept {
                while (!static_cast<work_case*>(self)->may_return) {
                    std::this_thread::yield();
                }
            },
            this);
    }
    void wait_until_busy() const {
        while (one->resources().worker().busy_since_ns() == 0) {
            std::this_thread::yield();
        }
    }
    void let_return(test_op& op) {
        may_return = true;
        while (op.dones == 0) {
            reactor.settle();
            std::this_thread::yield();
        }
    }
};

TEST_CASE_METHOD(work_case, "work that does not return is named, and again when that has doubled") {
    test_op op;
    REQUIRE(work(op) == TACTUS_PENDING);
    wait_until_busy();

    reactor.advance_by(second_ns - 1);
    CHECK(warnings(fixture.log) == 0);
    reactor.advance_by(1);
    CHECK_THAT(fixture.pipe.read_line(),
               Contains("has not returned") && Contains("input=one call=work seconds=1"));
    reactor.advance_by(second_ns);
    CHECK_THAT(fixture.pipe.read_line(), Contains("seconds=2"));
    reactor.advance_by(2 * second_ns - 1);
    CHECK(warnings(fixture.log) == 2);
    let_return(op);
    CHECK(reactor.timers_armed() == 0);
}

TEST_CASE_METHOD(work_case, "work that returns in time is not named, and nothing stays armed") {
    test_op op;
    REQUIRE(work(op) == TACTUS_PENDING);
    wait_until_busy();
    reactor.advance_by(second_ns / 2);
    let_return(op);
    CHECK(reactor.timers_armed() == 0);
    reactor.advance_by(10 * second_ns);
    CHECK(warnings(fixture.log) == 0);
}

// An output whose send gives a reason for every event.
struct failing_case : loop_instance {
    std::uint32_t sends = 0;

    void begin(std::uint32_t flags) {
        plays.output.flags = flags;
        plays.on_send = [this](const tactus_batch& batch, std::uint32_t& accepted) {
            const bool is_good = ++sends % 2 == 0;
            accepted = is_good ? batch.count : 0;
            if (!is_good) {
                host()->set_error(host(), TACTUS_E_IO, str(""), str("The lamp is off."));
            }
            return is_good ? TACTUS_OK : TACTUS_E_IO;
        };
        start(host::role::output);
        come_up();
    }
    void deliver_two() {
        for (std::uint64_t n = 1; n <= 2; ++n) {
            fixture.deliver(1, osc_n);
            REQUIRE(turn_until([&] {
                const flow::output_ledger now = fixture.output(1);
                return now.sent + now.dropped_by.total() == n;
            }));
        }
    }
};

TEST_CASE_METHOD(failing_case, "the reason that an output gives for an event is in the log") {
    begin(GENERATE(0U, TACTUS_OUT_MAY_BLOCK));
    deliver_two();

    CHECK(fixture.output(1).dropped_by.of(flow::dropped::output_error) == 1);
    CHECK(fixture.output(1).sent == 1);
    CHECK_THAT(fixture.pipe.read_line(),
               Contains("An event could not be sent: The lamp is off.") && Contains("output=one"));
    CHECK(warnings(fixture.log) == 1);
}

TEST_CASE_METHOD(failing_case, "a reason is cut between two characters") {
    begin(0);
    plays.on_send = [this](const tactus_batch&, std::uint32_t& accepted) {
        accepted = 0;
        std::string text = "x";
        for (std::uint32_t i = 0; i < TACTUS_REASON_SIZE_MAX; ++i) {
            text += "\xC3\xA4"; // the limit is within one of them
        }
        host()->set_error(host(), TACTUS_E_IO, str(""), str(text));
        return TACTUS_E_IO;
    };
    fixture.deliver(1, osc_n);
    REQUIRE(turn_until([&] { return fixture.output(1).dropped_by.total() == 1; }));
    const std::string line = fixture.pipe.read_line();
    CHECK_THAT(line, Contains("\xC3\xA4"));
    CHECK(line.find("\\x") == std::string::npos); // no half character
}

// An output in a worker that never has room.
struct full_case : loop_case {
    script plays;
    std::unique_ptr<host::supervisor> one;

    full_case() {
        plays.output.flags = TACTUS_OUT_MAY_BLOCK;
        plays.on_start = [](const tactus_host* host) {
            const auto& ports =
                *static_cast<const tactus_ports_0*>(host->get_interface(host, TACTUS_PORTS_0));
            const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, str("p"), str("p")};
            std::uint32_t port = 0;
            return ports.add(host, &info, &port);
        };
        plays.on_send = [](const tactus_batch&, std::uint32_t& accepted) {
            accepted = 0;
            return tactus_status{TACTUS_E_AGAIN};
        };
        play(plays);
        host::supervisor_settings what;
        what.who = {"one", host::role::output, 1};
        what.entry = &scripted_entry;
        what.descriptor = &scripted_descriptor;
        what.config = &no_options;
        one = std::make_unique<host::supervisor>(fixture.services, what);
        one->start();
        REQUIRE(one->current() == host::state::running);
    }
    ~full_case() override {
        bool is_stopped = false;
        one->stop([&] { is_stopped = true; });
        CHECK(turn_until([&] { return is_stopped; }));
    }
};

TEST_CASE_METHOD(full_case, "an output in a worker that never has room is named, not cut off") {
    fixture.deliver(1, osc_n);
    const auto full_since_ns = [this] {
        return one->present()->resources().worker().full_since_ns();
    };
    REQUIRE(turn_until([&] { return full_since_ns() != 0; }));
    const std::int64_t since_ns = full_since_ns();

    one->look_for_stall(since_ns + 10 * second_ns - 1);
    CHECK(warnings(fixture.log) == 0);
    one->look_for_stall(since_ns + 10 * second_ns);
    CHECK_THAT(fixture.pipe.read_line(),
               Contains("has had no room") && Contains("output=one seconds=10"));
    one->look_for_stall(since_ns + 20 * second_ns - 1);
    CHECK(warnings(fixture.log) == 1);
    one->look_for_stall(since_ns + 20 * second_ns);
    CHECK_THAT(fixture.pipe.read_line(), Contains("seconds=20"));
    CHECK(one->current() == host::state::running);
    CHECK(one->totals().stalls == 0);
}

} // namespace
