// SPDX-License-Identifier: MIT
// What is said of events that were given up, and how often, in virtual time.
#include "kernel/daemon/drop_report.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/flow_house.hpp"
#include "tests/support/manual_reactor.hpp"

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using daemon::drop_report;
using flow::dropped;

namespace {

struct drop_case {
    manual_reactor reactor;
    flow_house house{reactor};
    drop_report report{house.dispatcher, house.log};

    drop_case() {
        report.add_output("desk");
        report.add_output("organ");
    }
    void drop(std::uint16_t output, dropped reason, int n) {
        for (int i = 0; i < n; ++i) {
            house.dispatcher.refuse(output, reason);
        }
    }
    void look_after(std::int64_t ns) {
        reactor.advance_by(ns);
        report.look(reactor.now_ns());
    }
    // Lines come in order: what was written before `mark` is all there was.
    std::vector<std::string> lines() {
        house.log.error("mark");
        std::vector<std::string> read;
        for (std::string line = house.pipe.read_line(); line.find("mark") == std::string::npos;
             line = house.pipe.read_line()) {
            read.push_back(line);
        }
        return read;
    }
};

TEST_CASE_METHOD(drop_case, "an output that gives events up is named with the reasons") {
    drop(1, dropped::output_error, 52);
    drop(1, dropped::output_down, 3);

    look_after(0);

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("output=organ") && Contains("count=55") &&
                            Contains("output_down 3, output_error 52"));
}

TEST_CASE_METHOD(drop_case, "an output has one line in ten seconds, with all since the last one") {
    drop(0, dropped::output_down, 1);
    look_after(0);
    drop(0, dropped::output_down, 4);
    look_after(drop_report::line_ns - 1);
    REQUIRE(lines().size() == 1);

    look_after(drop_report::look_ns);

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("output=desk") && Contains("count=4"));
}

TEST_CASE_METHOD(drop_case, "the line of one output does not cost another its own") {
    drop(0, dropped::output_down, 1);
    look_after(0);
    drop(1, dropped::too_late, 1);

    look_after(drop_report::look_ns);

    CHECK(lines().size() == 2);
}

TEST_CASE_METHOD(drop_case, "the end tells what no line has told, and only that") {
    drop(0, dropped::output_stalled, 1);
    look_after(0);
    report.finish(reactor.now_ns());
    REQUIRE(lines().size() == 1);
    drop(0, dropped::output_stalled, 2);

    report.finish(reactor.now_ns());

    const std::vector<std::string> said = lines();
    REQUIRE(said.size() == 1);
    CHECK_THAT(said[0], Contains("output_stalled 2"));
}

TEST_CASE_METHOD(drop_case, "what was meant, or is told by its address, is not said") {
    for (const dropped reason :
         {dropped::cancelled, dropped::stop, dropped::outdated, dropped::throttled,
          dropped::unchanged, dropped::unsupported_type, dropped::untranslatable}) {
        drop(0, reason, 1);
    }

    look_after(0);
    report.finish(reactor.now_ns());

    CHECK(lines().empty());
}

TEST_CASE_METHOD(drop_case, "two turns of the same moment look once") {
    look_after(drop_report::look_ns);
    drop(0, dropped::output_error, 1);

    look_after(drop_report::look_ns - 1);
    CHECK(lines().empty());

    look_after(1);
    CHECK(lines().size() == 1);
}

} // namespace
