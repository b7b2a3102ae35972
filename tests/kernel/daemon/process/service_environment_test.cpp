// SPDX-License-Identifier: MIT
#include "kernel/daemon/process/service_environment.hpp"

#include "tests/support/catch.hpp"

#include <cstdlib>
#include <string>
#include <unistd.h>

namespace {

using tactus::daemon::service_environment;
using tactus::daemon::take_service_environment;

service_environment taken(const char* every, const std::string& whom = {}) {
    ::setenv("NOTIFY_SOCKET", "/run/notify", 1);
    ::setenv("WATCHDOG_USEC", every, 1);
    if (!whom.empty()) {
        ::setenv("WATCHDOG_PID", whom.c_str(), 1);
    }
    return take_service_environment();
}

} // namespace

TEST_CASE("what the manager of services asks for is taken out of the environment") {
    const service_environment found = taken("5000000", std::to_string(::getpid()));

    CHECK(found.notify_socket == "/run/notify");
    CHECK(found.watchdog_ns == 5'000'000'000);
    CHECK(found.warnings.empty());
    for (const char* const each : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
        CHECK(std::getenv(each) == nullptr);
    }
    CHECK(take_service_environment().notify_socket.empty());
}

TEST_CASE("another process's watchdog is not fed, and neither is one that makes no sense") {
    CHECK(taken("5000000", "1").watchdog_ns == 0);
    CHECK(taken("5000000", "me").watchdog_ns == 0);
    CHECK(taken("5000000").watchdog_ns == 5'000'000'000); // without WATCHDOG_PID it is ours
    for (const char* const nonsense : {"-1", "0", "5s", "99999999999999999999", " 1"}) {
        const service_environment found = taken(nonsense);
        CHECK(found.watchdog_ns == 0);
        REQUIRE(found.warnings.size() == 1);
        CHECK(found.warnings.front().find(nonsense) != std::string::npos);
        CHECK(found.notify_socket == "/run/notify");
    }
}
