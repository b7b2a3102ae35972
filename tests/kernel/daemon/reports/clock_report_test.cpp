// SPDX-License-Identifier: MIT
#include "kernel/daemon/reports/clock_report.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/flow_fixture.hpp"
#include "tests/support/manual_clock.hpp"

#include <string>
#include <vector>

using namespace tactus;
using Catch::Matchers::Contains;

namespace {

struct stepped_case {
    stepped_case() {
        settings.inputs.emplace_back().name = "desk";
        settings.inputs.emplace_back().name = "tidal";
        settings.inputs.back().follows_sender = true;
        settings.inputs.emplace_back(); // vacant
        settings.inputs.emplace_back().name = "foyer";
    }
    void step(std::int64_t by_ns) {
        clock.step_wall_ns(by_ns);
        timebase.refresh();
        report.check(clock);
    }
    void sleep(std::int64_t for_ns) {
        clock.suspend_ns(for_ns);
        timebase.refresh();
        report.slept(for_ns, clock.now_ns());
        report.check(clock);
    }
    std::vector<std::string> lines() {
        log.error(base::log_event::plugin, "mark");
        std::vector<std::string> read;
        for (std::string line = pipe.read_line(); line.find("mark") == std::string::npos;
             line = pipe.read_line()) {
            read.push_back(line);
        }
        return read;
    }

    config::settings settings;
    testing::manual_clock clock;
    time::timebase timebase{clock};
    testing::log_pipe pipe; // outlives the log
    base::log log{pipe.settings()};
    daemon::clock_report report{timebase, settings, log};
};

} // namespace

TEST_CASE_METHOD(stepped_case, "a step is told with its amount and the inputs that it concerns") {
    step(-3'600'500'000'000);

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("The wall clock was stepped.") &&
                            Contains(" seconds=-3600.500000 ") &&
                            Contains("inputs_by_wall_clock=\"desk, foyer\""));
}

TEST_CASE_METHOD(stepped_case, "a clock that is only slewed is told nothing of") {
    step(900'000); // below the limit of the timebase
    report.check(clock);

    CHECK(lines().empty());
}

TEST_CASE_METHOD(stepped_case, "each step is told by its own amount, and a flood is limited") {
    step(2'000'000'000);
    step(-1'000'000'000);
    std::vector<std::string> said = lines();
    REQUIRE(said.size() == 2);
    CHECK_THAT(said[0], Contains("seconds=2.000000"));
    CHECK_THAT(said[1], Contains("seconds=-1.000000"));

    for (int i = 0; i < 100; ++i) {
        step(i % 2 == 0 ? 5'000'000'000 : -5'000'000'000);
    }
    CHECK(lines().size() == base::log_limit::lines_default - 2);
    CHECK(log.counts().suppressed > 0);
}

TEST_CASE_METHOD(stepped_case, "a suspend is no step of the clock") {
    sleep(7'200'000'000'000);

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("The machine was suspended") && Contains("seconds=7200.000000"));
}

TEST_CASE_METHOD(stepped_case, "a clock that was set during a suspend is told of, by that alone") {
    clock.step_wall_ns(60'000'000'000);
    sleep(1'000'000'000);

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 2);
    CHECK_THAT(said[1], Contains("The wall clock was stepped.") && Contains("seconds=60.000000"));
}
