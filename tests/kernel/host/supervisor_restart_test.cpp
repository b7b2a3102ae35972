// SPDX-License-Identifier: MIT
// A restart that somebody asks for, in virtual time.
#include "tests/kernel/host/supervisor_case.hpp"
#include "tests/support/meant_to_leak.hpp"

#include <string>

namespace {

using namespace tactus;
using namespace tactus::testing;
using host::state;

constexpr std::int64_t grace_ns = host::supervisor::stop_grace_ns;

} // namespace

TEST_CASE_METHOD(supervisor_case, "a restart stops the instance, and starts another at once") {
    start();
    plays.calls.clear();

    CHECK(supervisor->restart());
    reactor.settle();

    CHECK(plays.calls ==
          std::vector<std::string>{"stop", "destroy", "create", "configure", "start"});
    CHECK(supervisor->current() == state::running);
    CHECK(supervisor->totals().restarts == 1);
    CHECK(supervisor->totals().failures == 0);
}

TEST_CASE_METHOD(supervisor_case, "a restart does not wait for the back-off, and resets it") {
    fail_at_start();
    start();
    next_waits(6);
    REQUIRE(supervisor->current() == state::degraded);
    const int attempts = plays.count("create");

    CHECK(supervisor->restart());
    reactor.settle();

    CHECK(plays.count("create") == attempts + 1);
    CHECK(next_waits(1)[0] <= 500 * ms);
}

TEST_CASE_METHOD(supervisor_case, "a restart of one that does not stop cuts it off") {
    start();
    plays.on_stop = [](const tactus_host*) {};
    meant_to_leak(supervisor->present());

    CHECK(supervisor->restart());
    CHECK(supervisor->restart()); // one is under way
    reactor.advance_by(3 * grace_ns);

    CHECK(plays.count("create") == 2);
    CHECK(supervisor->current() == state::running);
    plays.on_stop = {};
}

TEST_CASE_METHOD(supervisor_case, "what is not to run is not restarted") {
    CHECK_FALSE(supervisor->restart()); // it was not started yet
    start();
    stop();
    CHECK_FALSE(supervisor->restart());
    reactor.settle();
    CHECK(supervisor->current() == state::stopped);
    CHECK_FALSE(supervisor->restart());
}
