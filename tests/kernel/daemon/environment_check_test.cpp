// SPDX-License-Identifier: MIT
// Which ports a configuration may mean. The sockets are looked at in tests/system/health_test.cpp.
#include "kernel/daemon/environment_check.hpp"

#include "tests/support/catch.hpp"

using tactus::daemon::may_mean;

TEST_CASE("a port is there where its name has the option's as a part, whatever the case") {
    CHECK(may_mean("bus 1", "IAC Driver:Bus 1"));
    CHECK(may_mean("nanoKONTROL2", "nanoKONTROL2:nanoKONTROL2 MIDI 1 20:0"));
    CHECK_FALSE(may_mean("bus 2", "IAC Driver:Bus 1"));
}

TEST_CASE("a star is any text") {
    CHECK(may_mean("USB MIDI Interface*", "USB MIDI Interface:MIDI 1"));
    CHECK(may_mean("*:in*2", "Synth:in 12"));
    CHECK_FALSE(may_mean("*:out*", "Synth:in 12"));
    CHECK(may_mean("*", "x"));
}
