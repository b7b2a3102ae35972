// SPDX-License-Identifier: MIT
// Real shared objects that go wrong, each in its own way, under a supervisor: a clear message, that
// instance degraded, the daemon lives.
#include "kernel/host/catalog.hpp"
#include "kernel/host/supervisor.hpp"
#include "tests/kernel/host/instance_case.hpp"
#include "tests/support/bad_plugins/life.h"
#include "tests/support/meant_to_leak.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;
using host::state;

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t grace_ns = host::supervisor::stop_grace_ns;

host::found_plugin plugin(const std::string& file, const std::string& type) {
    static host::catalog catalog({TACTUS_BAD_PLUGINS});
    const auto opened = catalog.open(file);
    REQUIRE(opened.has_value());
    for (const host::found_plugin& each : *opened) {
        if (each.descriptor->type == type) {
            return each;
        }
    }
    FAIL("no " << type);
    return {};
}

struct bad_case {
    manual_reactor reactor;
    flow_house house{reactor};
    int stopped = 0;
    std::unique_ptr<host::supervisor> supervisor;

    bad_case() = default;
    bad_case(const bad_case&) = delete;
    bad_case& operator=(const bad_case&) = delete;
    ~bad_case() {
        stop();
        reactor.advance_by(3 * grace_ns);
        CHECK(supervisor->current() == state::stopped);
        supervisor.reset();
    }

    void start(const std::string& file, const std::string& type,
               host::role role = host::role::output) {
        const host::found_plugin found = plugin(file, type);
        host::supervised what;
        what.who = {"bad", role, 1};
        what.entry = found.entry;
        what.descriptor = found.descriptor;
        what.config = &no_options;
        supervisor = std::make_unique<host::supervisor>(house.around, what);
        supervisor->start();
        reactor.settle();
    }
    void stop() {
        if (stopped == 0 && supervisor->current() != state::stopping) {
            supervisor->stop([this] { ++stopped; });
        }
    }
    [[nodiscard]] const tests_life& life() const {
        return *static_cast<const tests_life*>(
            supervisor->present()->plugin_interface(TESTS_LIFE_0));
    }
    void is_down_because(const std::string& why) {
        CHECK(supervisor->current() == state::degraded);
        CHECK_THAT(supervisor->last_error(), Contains(why));
        CHECK_FALSE(supervisor->is_up());
        const std::uint64_t before = supervisor->restarts();
        reactor.advance_by(60'000 * ms);
        CHECK(supervisor->restarts() > before); // and it is tried again
    }
};

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
    const tests_life& counts = life();
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
    const tests_life& counts = life();
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
    CHECK(house.unaccounted(1) == 0);
}

TEST_CASE_METHOD(bad_case, "throws: in configure") {
    start("throws", "throws_in_configure", host::role::input);
    is_down_because("I was not made for this.");
}

TEST_CASE_METHOD(bad_case, "throws: in start") {
    start("throws", "throws_in_start", host::role::input);
    is_down_because("I cannot begin.");
}

TEST_CASE_METHOD(bad_case, "throws: in done") {
    start("throws", "throws_in_done", host::role::input);
    REQUIRE(supervisor->current() == state::running);
    reactor.advance_by(10 * ms);
    is_down_because("I have waited for nothing.");
}

TEST_CASE_METHOD(bad_case, "throws: in a posted call") {
    start("throws", "throws_in_post", host::role::input);
    REQUIRE(supervisor->current() == state::running);
    reactor.advance_by(12 * ms); // it is cleaned up once its posts have run
    is_down_because("I was posted in vain.");
}

TEST_CASE_METHOD(bad_case, "throws: what is no exception") {
    start("throws", "throws_an_int", host::role::input);
    reactor.advance_by(10 * ms);
    is_down_because("no std::exception");
}

TEST_CASE_METHOD(bad_case, "throws: in stop, and is stopped all the same") {
    start("throws", "throws_in_stop", host::role::input);
    REQUIRE(supervisor->current() == state::running);

    stop();
    reactor.settle();

    CHECK(stopped == 1);
    CHECK_FALSE(supervisor->has_quarantine());
}

} // namespace
