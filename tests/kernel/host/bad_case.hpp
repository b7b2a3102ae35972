// SPDX-License-Identifier: MIT
// One real shared object that goes wrong, under a supervisor in virtual time.
#pragma once

#include "kernel/host/loading/catalog.hpp"
#include "kernel/host/supervisor.hpp"
#include "tests/kernel/host/instance_case.hpp"

#include <memory>
#include <string>

namespace tactus::testing {

inline constexpr std::int64_t ms = 1'000'000;
inline constexpr std::int64_t grace_ns = host::supervisor::stop_grace_ns;

// No option is set.
inline std::uint32_t count_none(const tactus_config*, std::uint32_t) noexcept {
    return 0;
}
inline constexpr tactus_config unset = {
    sizeof(tactus_config), 0, nullptr, &count_none, nullptr, nullptr, nullptr, nullptr};

inline host::found_plugin bad_plugin(const std::string& file, const std::string& type) {
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
    flow_fixture fixture{reactor};
    int stopped = 0;
    std::unique_ptr<host::supervisor> supervisor;

    bad_case() = default;
    bad_case(const bad_case&) = delete;
    bad_case& operator=(const bad_case&) = delete;
    ~bad_case() {
        stop();
        reactor.advance_by(3 * grace_ns);
        CHECK(supervisor->current() == host::state::stopped);
        supervisor.reset();
    }

    void start(const std::string& file, const std::string& type,
               host::role role = host::role::output) {
        const host::found_plugin found = bad_plugin(file, type);
        host::supervisor_settings what;
        what.who = {"bad", role, 1};
        what.entry = found.entry;
        what.descriptor = found.descriptor;
        what.config = &unset;
        supervisor = std::make_unique<host::supervisor>(fixture.services, what);
        supervisor->start();
        reactor.settle();
    }
    void stop() {
        if (stopped == 0 && supervisor->current() != host::state::stopping) {
            supervisor->stop([this] { ++stopped; });
        }
    }
    void is_down_because(const std::string& why) {
        CHECK(supervisor->current() == host::state::degraded);
        CHECK_THAT(supervisor->last_error(), Catch::Matchers::Contains(why));
        CHECK_FALSE(supervisor->is_up());
        const std::uint64_t before = supervisor->totals().restarts;
        reactor.advance_by(60'000 * ms);
        CHECK(supervisor->totals().restarts > before); // and it is tried again
    }
};

} // namespace tactus::testing
