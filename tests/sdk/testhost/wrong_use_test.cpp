// SPDX-License-Identifier: MIT
// What is wrong in a test is said, and is no crash and no silence.
#include "tests/support/catch.hpp"
#include <tactus/testhost/instance.hpp>

#include <stdexcept>
#include <string>

using namespace tactus::testing;

namespace {

const tactus_entry& sound() {
    return load_entry(HABITS "/none/habit.tactus.so");
}

} // namespace

TEST_CASE("calls that an instance cannot take throw") {
    test_instance made(sound(), "tests.habit");
    CHECK_THROWS_AS(made.send({}), std::logic_error); // before start
    REQUIRE(made.start() == TACTUS_OK);
    CHECK(made.send({}).status == TACTUS_OK);
    CHECK_THROWS_AS(made.start(), std::logic_error);

    CHECK(made.end() == std::vector<std::string>{});

    CHECK_THROWS_AS(made.end(), std::logic_error);
    CHECK_THROWS_AS(made.send({}), std::logic_error);
    CHECK_THROWS_AS(made.stop(), std::logic_error);
}

TEST_CASE("an op of no kind, and a time that is past, throw") {
    test_host host;
    CHECK_THROWS_AS(host.complete("connekt", TACTUS_OK, 0), std::invalid_argument);
    CHECK_THROWS_AS(host.pending("timers"), std::invalid_argument);
    CHECK_THROWS_AS(host.advance_to(host.now_ns() - 1), std::invalid_argument);
    host.advance_to(host.now_ns());
}

TEST_CASE("a call that there is not, and shall fail, is a breach") {
    test_instance made(sound(), "tests.habit");
    made.host.failing["port.add"] = TACTUS_E_NOMEM;
    REQUIRE(made.start() == TACTUS_OK);

    CHECK(made.end() ==
          std::vector<std::string>{"the test lets \"port.add\" fail, and there is no such call"});
}
