// SPDX-License-Identifier: MIT
// Real shared objects that go wrong, each in its own way, under a supervisor: a clear message, that
// instance degraded, the daemon lives.
#include "tests/kernel/host/bad_case.hpp"
#include "tests/support/bad_plugins/life.h"
#include "tests/support/meant_to_leak.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using host::state;

const tests_life& life_of(const bad_case& of) {
    return *static_cast<const tests_life*>(
        of.supervisor->present()->plugin_interface(TESTS_LIFE_0));
}

TEST_CASE_METHOD(bad_case, "bad plugin: create answers NULL") {
    start("life", "create_null");
    is_down_because("failed in create");
}

TEST_CASE_METHOD(bad_case, "bad plugin: create answers NULL and says why") {
    start("life", "create_null_said");
    is_down_because("There is no licence for this machine.");
}

TEST_CASE_METHOD(bad_case, "bad plugin: an object without functions") {
    start("life", "no_functions");
    is_down_because("without all of its functions");
}

TEST_CASE_METHOD(bad_case, "bad plugin: configure refuses and names the option") {
    start("life", "refuses");
    is_down_because("Option \"colour\": The colour \"loud\" cannot be played.");
}

TEST_CASE_METHOD(bad_case, "bad plugin: configure refuses without a word") {
    start("life", "refuses_silently");
    is_down_because("failed in configure (status -8)");
}

TEST_CASE_METHOD(bad_case, "bad plugin: start fails") {
    start("life", "start_fails");
    is_down_because("The device \"none\" is not there.");
}

TEST_CASE_METHOD(bad_case, "bad plugin: stopped inside start") {
    start("life", "stops_at_once");
    is_down_because("The device went away at once.");
}

TEST_CASE_METHOD(bad_case, "bad plugin: stopped twice, and the first word counts") {
    start("life", "stops_twice");
    is_down_because("The device went away at once.");
}

TEST_CASE_METHOD(bad_case, "bad plugin: an output without the output interface") {
    start("life", "no_output");
    is_down_because("tactus.output/0");
}

TEST_CASE_METHOD(bad_case, "bad plugin: it needs what this host has not") {
    start("needs_more", "needs_more");
    is_down_because("tactus.teleport/0, tactus.timer/7");
}

TEST_CASE_METHOD(bad_case, "bad plugin: it says stopped with an op pending") {
    start("life", "leaves_ops");
    REQUIRE(supervisor->current() == state::running);
    const tests_life& counts = life_of(*this);
    const int before = counts.canceled;

    stop();
    reactor.settle();

    CHECK(stopped == 1);
    CHECK(counts.canceled == before + 1);
    CHECK_FALSE(supervisor->has_quarantine());
}

TEST_CASE_METHOD(bad_case, "bad plugin: it never says stopped and is put in quarantine") {
    start("life", "never_stops");
    REQUIRE(supervisor->current() == state::running);
    const tests_life& counts = life_of(*this);
    meant_to_leak(supervisor->present());
    const int canceled = counts.canceled;
    const int destroyed = counts.destroyed;
    stop();
    reactor.advance_by(grace_ns);
    CHECK(counts.canceled == canceled + 1);
    CHECK(stopped == 0);

    reactor.advance_by(grace_ns);

    CHECK(stopped == 1);
    CHECK(supervisor->has_quarantine());
    CHECK(counts.destroyed == destroyed);
    CHECK(fixture.unaccounted(1) == 0);
}

} // namespace
