// SPDX-License-Identifier: MIT
// The order of the start and the end of a stop, in virtual time.
#include "kernel/daemon/startup.hpp"

#include "tests/kernel/host/instance_case.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;
using daemon::startup;

struct start_case {
    start_case() { play(plays); }
    start_case(const start_case&) = delete;
    start_case& operator=(const start_case&) = delete;
    ~start_case() {
        inputs.stop([] {});
        outputs.stop([] {});
        reactor.advance_by(10 * host::supervisor::stop_grace_ns);
    }
    void add(daemon::supervisor_group& to, host::role role, bool is_needed = true) {
        host::supervisor_settings what;
        what.who = {"one", role, static_cast<std::uint16_t>(to.size())};
        what.entry = &scripted_entry;
        what.descriptor = &scripted_descriptor;
        what.config = &no_options;
        what.is_needed = is_needed;
        to.add(fixture.services, what);
    }
    // The output's device is not there.
    void add_failing_output() {
        plays.on_start = [this](const tactus_host* host) {
            if (plays.count("create") > 1) {
                return TACTUS_OK; // an input
            }
            host->set_error(host, TACTUS_E_IO, str(""), str("The device is not there."));
            return TACTUS_E_IO;
        };
        add(outputs, host::role::output);
    }
    void begin() {
        start.begin([this] { ++started; });
        reactor.settle();
    }

    manual_reactor reactor;
    flow_fixture fixture{reactor};
    script plays;
    daemon::supervisor_group outputs;
    daemon::supervisor_group inputs;
    startup start{reactor, outputs, inputs};
    int started = 0;
};

} // namespace

TEST_CASE_METHOD(start_case, "inputs start at once where no output is to wait for") {
    add(outputs, host::role::output, false);
    add(inputs, host::role::input);

    begin();

    CHECK(started == 1);
    CHECK(inputs.at(0).current() == host::state::running);
}

TEST_CASE_METHOD(start_case, "inputs wait for an output that is not up, but not for long") {
    add_failing_output();
    add(inputs, host::role::input);

    begin();
    CHECK(inputs.at(0).current() == host::state::idle);
    reactor.advance_by(startup::outputs_first_ns - startup::check_ns);
    CHECK(started == 0);

    reactor.advance_by(2 * startup::check_ns);

    CHECK(started == 1);
    CHECK(inputs.at(0).current() == host::state::running);
}

TEST_CASE_METHOD(start_case, "a start that is cancelled starts no input any more") {
    add_failing_output();
    add(inputs, host::role::input);
    begin();

    start.cancel();
    reactor.advance_by(2 * startup::outputs_first_ns);

    CHECK(started == 0);
    CHECK(inputs.at(0).current() == host::state::idle);
}

TEST_CASE_METHOD(start_case, "a group has stopped when the last of it has, and an empty one has") {
    int stopped = 0;
    daemon::supervisor_group none;
    none.stop([&] { ++stopped; });
    CHECK(stopped == 1);

    const tactus_host* stopping = nullptr;
    plays.on_stop = [&](const tactus_host* host) { stopping = host; };
    daemon::supervisor_group two;
    add(two, host::role::input, false);
    add(two, host::role::input);
    two.start();
    reactor.settle();
    two.stop([&] { ++stopped; });
    reactor.settle();
    CHECK(stopped == 1);

    REQUIRE(stopping != nullptr);
    stopping->stopped(stopping, TACTUS_OK);
    reactor.settle();
    CHECK(stopped == 2);
}
