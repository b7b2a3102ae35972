// SPDX-License-Identifier: MIT
// What a reload does to inputs and outputs, in virtual time: who stops before whom, what is thawed
// when, and what is left where it is cancelled.
#include "kernel/daemon/reload/reload_steps.hpp"

#include "tests/kernel/host/instance_case.hpp"

#include <algorithm>

namespace {

using namespace tactus;
using namespace tactus::testing;
using daemon::reload_steps;

constexpr std::int64_t ms_ns = 1'000'000;

// Two inputs and two outputs that run, of the same script; each output has a port.
struct reload_case {
    reload_case() {
        play(plays);
        plays.on_start = [this](const tactus_host* host) { return start(host); };
        for (const std::uint16_t number : {std::uint16_t{0}, std::uint16_t{1}}) {
            set.add(settings(host::role::output, number));
            set.add(settings(host::role::input, number));
        }
        outputs.start();
        inputs.start();
        reactor.settle();
    }
    reload_case(const reload_case&) = delete;
    reload_case& operator=(const reload_case&) = delete;
    ~reload_case() {
        steps.cancel();
        plays.on_stop = nullptr;
        inputs.stop([] {});
        outputs.stop([] {});
        reactor.advance_by(10 * host::supervisor::stop_grace_ns);
    }

    [[nodiscard]] host::supervisor_settings settings(host::role plays_it, std::uint16_t number) {
        host::supervisor_settings what;
        const char* const kind = plays_it == host::role::input ? "in" : "out";
        what.who = {kind + std::to_string(number), plays_it, number};
        what.entry = &scripted_entry;
        what.descriptor = &scripted_descriptor;
        what.config = &no_options;
        return what;
    }
    // An output has its port at once, unless its device is away.
    tactus_status start(const tactus_host* host) {
        started.emplace_back(host->name);
        if (started.back() == away) {
            host->set_error(host, TACTUS_E_IO, str(""), str("The device is not there."));
            return TACTUS_E_IO;
        }
        if (started.back().starts_with("out")) {
            const auto number = static_cast<std::uint16_t>(started.back()[3] - '0');
            fixture.dispatcher.connections().ports(number).add("port", "port", true);
            fixture.dispatcher.connections().ports_changed(number);
        }
        return TACTUS_OK;
    }
    void wait_in_ms(std::int64_t ms) {
        const std::uint8_t note_on[] = {0x90, 60, 100};
        tactus_event event{};
        event.due_ns = reactor.clock().now_ns() + ms * ms_ns;
        event.bytes = note_on;
        event.size = sizeof note_on;
        event.protocol = TACTUS_PROTO_MIDI;
        const tactus_batch batch{sizeof batch, 1, sizeof event, 0, &event};
        static_cast<void>(fixture.ingress.emit(0, batch));
    }
    void pass(std::int64_t ms) {
        for (std::int64_t i = 0; i < ms; ++i) {
            reactor.advance_by(ms_ns);
            fixture.run_due();
        }
    }
    [[nodiscard]] flow::output_snapshot output(std::uint16_t number) {
        return fixture.dispatcher.account().take_snapshot(number);
    }
    void run(reload_steps::plan what) {
        const auto then = [this, what] { steps.begin(what, [this] { ++done; }); };
        steps.stop_inputs(what, then);
        reactor.settle();
    }

    manual_reactor reactor;
    flow_fixture fixture{reactor};
    script plays;
    std::vector<std::string> started;
    std::string away;
    const tactus_host* stopping = nullptr;
    daemon::loss_report losses{fixture.dispatcher.account(), fixture.ingress, fixture.fan_out,
                               fixture.log};
    daemon::instance_set set{
        {fixture.ingress, fixture.fan_out, fixture.dispatcher, losses, fixture.services}};
    daemon::supervisor_group& outputs = set.outputs();
    daemon::supervisor_group& inputs = set.inputs();
    std::vector<std::uint16_t> removed;
    reload_steps steps{{reactor, fixture.dispatcher, set, fixture.log,
                        [this](host::role, std::uint16_t number) { removed.push_back(number); }}};
    int done = 0;
};

} // namespace

TEST_CASE_METHOD(reload_case, "a plan without anything is done at once, and touches nothing") {
    started.clear();

    run({});

    CHECK(done == 1);
    CHECK(started.empty());
    CHECK(plays.count("stop") == 0);
}

TEST_CASE_METHOD(reload_case, "only what is restarted stops, and inputs begin after outputs") {
    started.clear();
    reload_steps::plan what;
    what.restarted_inputs = {settings(host::role::input, 1)};
    what.restarted_outputs = {settings(host::role::output, 1)};

    run(what);
    pass(20);

    CHECK(done == 1);
    CHECK(started == std::vector<std::string>{"out1", "in1"});
    CHECK(plays.count("stop") == 2);
    CHECK(outputs.at(0).current() == host::state::running);
}

TEST_CASE_METHOD(reload_case, "what waits for a restarted output is sent by its next instance") {
    std::vector<std::string> sent;
    plays.on_send = [&](const tactus_batch& batch, std::uint32_t& accepted) {
        sent.push_back(batch.count == 1 ? "1" : "more");
        accepted = batch.count;
        return TACTUS_OK;
    };
    wait_in_ms(3);
    plays.on_stop = [this](const tactus_host* host) { stopping = host; };
    reload_steps::plan what;
    what.restarted_outputs = {settings(host::role::output, 1)};

    run(what);
    pass(10);
    CHECK(sent.size() == 1); // output 0 goes on
    CHECK(output(1).pending == 1);
    CHECK(done == 0);
    REQUIRE(stopping != nullptr);
    stopping->stopped(stopping, TACTUS_OK);
    pass(500);

    CHECK(done == 1);
    CHECK(output(1).pending == 0);
    CHECK(output(1).ledger.sent + output(1).ledger.dropped_by.total() ==
          output(1).ledger.accepted_by.total());
    CHECK(output(1).ledger.dropped_by.of(flow::dropped::output_down) == 0);
}

TEST_CASE_METHOD(reload_case, "a removed output drops what waits, and is forgotten") {
    wait_in_ms(50);
    reload_steps::plan what;
    what.removed_outputs = {1};
    what.removed_inputs = {1};
    fixture.fan_out.configure(flow::router({{{0}, std::nullopt, {0}}}));
    steps.stop_inputs(what, [] {});
    reactor.settle();
    steps.begin(what, [this] {
        CHECK(removed == std::vector<std::uint16_t>{1, 1});
        ++done;
    });
    CHECK(output(1).ledger.dropped_by.of(flow::dropped::output_removed) == 1);
    pass(20);

    CHECK(done == 1);
    CHECK_FALSE(outputs.is_there(1));
    CHECK_FALSE(inputs.is_there(1));
    CHECK_FALSE(fixture.dispatcher.outputs().is_there(1));
    pass(50);
    CHECK(output(0).ledger.sent == 1);
}

TEST_CASE_METHOD(reload_case,
                 "an output that does not begin is down, and its events are not kept") {
    wait_in_ms(3);
    away = "out1";
    reload_steps::plan what;
    what.restarted_outputs = {settings(host::role::output, 1)};

    run(what);
    pass(10);
    CHECK(done == 0); // a moment is given to it
    pass(reload_steps::up_limit_ns / ms_ns + 10);

    CHECK(done == 1);
    CHECK(outputs.at(1).current() == host::state::degraded);
    CHECK(output(1).ledger.dropped_by.of(flow::dropped::output_down) == 1);
    away.clear();
    pass(2'000);
    CHECK(outputs.at(1).current() == host::state::running);
}

TEST_CASE_METHOD(reload_case,
                 "outputs that are in nobody's way begin before the routes lead there") {
    const std::uint16_t number = *fixture.dispatcher.add_output({});
    set.add(settings(host::role::output, number));
    reload_steps::plan what;
    what.opened_outputs = {settings(host::role::output, number)};
    started.clear();

    steps.open_early(what);
    CHECK(started == std::vector<std::string>{"out2"});
    steps.begin(what, [this] { ++done; });
    reactor.settle();

    CHECK(started.size() == 1);
    CHECK(done == 1);
}

TEST_CASE_METHOD(reload_case, "one of a type of which another has to close waits for it") {
    const std::uint16_t number = *fixture.dispatcher.add_output({});
    set.add(settings(host::role::output, number));
    reload_steps::plan what;
    what.opened_outputs = {settings(host::role::output, number)};
    what.removed_outputs = {1};
    fixture.fan_out.configure(flow::router({{{0}, std::nullopt, {0, 2}}}));
    started.clear();

    steps.open_early(what);
    CHECK(started.empty());
    steps.begin(what, [this] { ++done; });
    pass(20);

    CHECK(started == std::vector<std::string>{"out2"});
    CHECK(done == 1);
}

TEST_CASE_METHOD(reload_case, "steps that are cancelled leave nothing frozen, and call nobody") {
    const int ms = GENERATE(0, 1, 2, 5);
    wait_in_ms(20);
    plays.on_stop = [this](const tactus_host* host) { stopping = host; };
    reload_steps::plan what;
    what.restarted_outputs = {settings(host::role::output, 1)};
    run(what);
    pass(ms);

    steps.cancel();
    pass(30);
    if (stopping != nullptr) {
        stopping->stopped(stopping, TACTUS_OK);
    }
    pass(500);

    CHECK(done == 0);
    CHECK(output(1).pending == 0);
}
