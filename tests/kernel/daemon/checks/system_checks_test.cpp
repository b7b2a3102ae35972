// SPDX-License-Identifier: MIT
// The commands that the doctor gives: whom a limit is given to, and what must come first.
#include "kernel/daemon/checks/system_checks.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::daemon;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("who is in the group audio gets a limit by the group, added to what the file has") {
    CHECK(limit_fix(audio_group::member, "rtprio 40", "LimitRTPRIO=40") ==
          "echo \"@audio - rtprio 40\" | sudo tee -a /etc/security/limits.d/tactus.conf   "
          "# and log in again; in a systemd unit: LimitRTPRIO=40");
}

TEST_CASE("who is not in the group audio joins it first") {
    CHECK_THAT(limit_fix(audio_group::stranger, "rtprio 40", "LimitRTPRIO=40"),
               StartsWith("sudo usermod -aG audio \"$USER\" && echo \"@audio - rtprio 40\""));
}

TEST_CASE("where there is no group audio the limit is the user's own") {
    const std::string fix = limit_fix(audio_group::missing, "memlock unlimited", "x");

    CHECK_THAT(fix, StartsWith("echo \"$USER - memlock unlimited\""));
    CHECK_THAT(fix, !Contains("audio"));
}
