// SPDX-License-Identifier: MIT
// A supervisor of one scripted plugin in virtual time; stopped at the end of the test.
#pragma once

#include "kernel/host/supervisor.hpp"
#include "tests/kernel/host/instance_case.hpp"

#include <memory>
#include <vector>

namespace tactus::testing {

struct supervisor_case {
    static constexpr std::int64_t ms = 1'000'000;

    manual_reactor reactor;
    flow_fixture fixture{reactor};
    script plays;
    int stopped = 0;
    std::unique_ptr<host::supervisor> supervisor;

    supervisor_case() { make(host::role::input); }
    supervisor_case(const supervisor_case&) = delete;
    supervisor_case& operator=(const supervisor_case&) = delete;
    ~supervisor_case() {
        if (supervisor->current() != host::state::stopped) {
            stop();
            reactor.advance_by(3 * host::supervisor::stop_grace_ns);
        }
        supervisor.reset();
        reactor.settle();
    }
    void make(host::role role, bool is_needed = true) {
        play(plays);
        host::supervisor_settings what;
        what.who = {"one", role, 1};
        what.entry = &scripted_entry;
        what.descriptor = &scripted_descriptor;
        what.config = &no_options;
        what.is_needed = is_needed;
        supervisor = std::make_unique<host::supervisor>(fixture.services, what);
    }
    void start() {
        supervisor->start();
        reactor.settle();
    }
    void stop() {
        supervisor->stop([this] { ++stopped; });
    }
    void fail_at_start() {
        plays.on_start = [](const tactus_host* host) {
            host->set_error(host, TACTUS_E_IO, str(""), str("The device is not there."));
            return TACTUS_E_IO;
        };
    }
    // The waits between the next attempts, as they were.
    std::vector<std::int64_t> next_waits(int n) {
        std::vector<std::int64_t> waits;
        while (static_cast<int>(waits.size()) < n) {
            const std::int64_t before_ns = reactor.now_ns();
            const int attempts = plays.count("create");
            while (plays.count("create") == attempts) {
                REQUIRE(reactor.advance_to_next());
            }
            waits.push_back(reactor.now_ns() - before_ns);
        }
        return waits;
    }
};

} // namespace tactus::testing
