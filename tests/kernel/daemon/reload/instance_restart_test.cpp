// SPDX-License-Identifier: MIT
// A restart of one input or output, in virtual time: in which order, and that nothing is lost.
#include "kernel/daemon/reload/instance_restart.hpp"

#include "tests/kernel/host/instance_case.hpp"

#include <string>
#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;
using daemon::instance_restart;
using host::state;

constexpr std::int64_t ms = 1'000'000;

// Output 0 is a scripted plugin that takes MIDI and has one port.
struct restart_case {
    explicit restart_case(std::int64_t ahead_ns = 0, std::uint32_t protocols = 0) {
        play(plays);
        plays.ahead_ns = ahead_ns;
        plays.output.protocols = protocols != 0 ? protocols : plays.output.protocols;
        plays.on_start = [this](const tactus_host* host) {
            if (is_absent) {
                host->set_error(host, TACTUS_E_IO, str(""), str("The device is not there."));
                return TACTUS_E_IO;
            }
            const auto* const ports =
                static_cast<const tactus_ports_0*>(host->get_interface(host, TACTUS_PORTS_0));
            const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, str("p"), str("p")};
            std::uint32_t number = 0;
            return ports->add(host, &info, &number);
        };
        plays.on_send = [this](const tactus_batch& batch, std::uint32_t&) {
            for (std::uint32_t i = 0; i < batch.count; ++i) {
                sent.emplace_back(reinterpret_cast<const char*>(batch.events[i].bytes),
                                  batch.events[i].size);
            }
            return TACTUS_OK;
        };
        host::supervisor_settings what;
        what.who = {"one", host::role::output, 0};
        what.entry = &scripted_entry;
        what.descriptor = &scripted_descriptor;
        what.config = &no_options;
        outputs.add(fixture.services, what);
        outputs.start();
        reactor.settle();
    }
    restart_case(const restart_case&) = delete;
    restart_case& operator=(const restart_case&) = delete;
    ~restart_case() {
        restart.cancel();
        outputs.stop([] {});
        reactor.advance_by(10 * host::supervisor::stop_grace_ns);
    }
    void emit(const std::string& midi, std::int64_t due_ns = 0) {
        single one(midi, TACTUS_BATCH_DROPPABLE, due_ns);
        one.event.protocol = TACTUS_PROTO_MIDI;
        static_cast<void>(fixture.ingress.emit(0, one.batch));
        fixture.run_due();
    }
    // As the loop does: events that are due in each turn.
    void pass(std::int64_t for_ns) {
        for (std::int64_t i = 0; i < for_ns / ms; ++i) {
            reactor.advance_by(ms);
            fixture.run_due();
        }
    }

    manual_reactor reactor;
    flow_fixture fixture{reactor, 1, 1};
    script plays;
    bool is_absent = false;
    std::vector<std::string> sent;
    daemon::supervisor_group inputs;
    daemon::supervisor_group outputs;
    instance_restart restart{{reactor, fixture.dispatcher, inputs, outputs}};
};

// Its output gets each event 20 ms ahead of its time.
struct early_case : restart_case {
    early_case() : restart_case(20 * ms) {}
};

const std::string note_on = {'\x90', 60, 100};
const std::string note_off = {'\x80', 60, 64};
const std::string volume = {'\xB0', 7, 100};

} // namespace

TEST_CASE_METHOD(restart_case, "a restart ends the notes, then stops and starts the instance") {
    emit(note_on);
    REQUIRE(sent == std::vector{note_on});
    plays.calls.clear();
    std::size_t sent_before_stop = 0;
    plays.on_stop = [&](const tactus_host* host) {
        sent_before_stop = sent.size();
        host->stopped(host, TACTUS_OK);
    };

    CHECK(restart.restart_output(0));
    pass(10 * ms);

    CHECK(sent_before_stop == 2);
    REQUIRE(sent.size() == 3);
    CHECK(sent[1].front() == '\x80');
    CHECK(sent[2] == sent[1]); // again when its port is back, as after any disconnection
    CHECK(plays.calls ==
          std::vector<std::string>{"stop", "destroy", "create", "configure", "start"});
    CHECK(outputs.at(0).current() == state::running);
    CHECK(fixture.unaccounted(0) == 0);
}

TEST_CASE_METHOD(restart_case, "what is due during a restart is sent when the output is back") {
    const tactus_host* stopping = nullptr;
    plays.on_stop = [&](const tactus_host* host) { stopping = host; }; // takes its time
    emit(volume, reactor.now_ns() + 20 * ms);
    emit(volume, reactor.now_ns() + 500 * ms);

    CHECK(restart.restart_output(0));
    pass(100 * ms);
    emit(volume);
    CHECK(sent.empty());
    REQUIRE(stopping != nullptr);
    stopping->stopped(stopping, TACTUS_OK);
    plays.on_stop = {};
    pass(20 * ms);

    CHECK(sent.size() == 2);
    pass(500 * ms);
    CHECK(sent.size() == 3);
    CHECK(fixture.output(0).dropped_by.total() == 0);
    CHECK(fixture.unaccounted(0) == 0);
}

TEST_CASE_METHOD(early_case, "an instance that is about to stop gets nothing more") {
    std::size_t sent_before_stop = 99;
    plays.on_stop = [&](const tactus_host* host) {
        sent_before_stop = sent.size();
        host->stopped(host, TACTUS_OK);
    };

    CHECK(restart.restart_output(0));
    emit(volume, reactor.now_ns() + 25 * ms); // while what it was given before leaves
    pass(30 * ms);

    CHECK(sent_before_stop == 0);
    CHECK(sent.size() == 1);
    CHECK(fixture.output(0).dropped_by.total() == 0);
    plays.on_stop = {}; // it has this test's variables
}

TEST_CASE("a restart waits for MIDI that was handed over early, not for OSC") {
    const bool is_osc = GENERATE(false, true);
    restart_case with(20 * ms, is_osc ? 1U << TACTUS_PROTO_OSC : 1U << TACTUS_PROTO_MIDI);
    bool is_stopped = false;
    with.plays.on_stop = [&](const tactus_host* host) {
        is_stopped = true;
        host->stopped(host, TACTUS_OK);
    };

    CHECK(with.restart.restart_output(0));
    with.pass(5 * ms);

    CHECK(is_stopped == is_osc);
    with.pass(30 * ms);
    CHECK(is_stopped);
    with.plays.on_stop = {}; // it has this test's variables
}

TEST_CASE_METHOD(restart_case, "an output that does not come back is held for a while only") {
    is_absent = true;
    CHECK(restart.restart_output(0));
    pass(10 * ms);
    emit(volume);
    CHECK(fixture.output(0).dropped_by.total() == 0);

    pass(instance_restart::hold_max_ns);

    CHECK(fixture.output(0).dropped_by.of(flow::dropped::output_down) == 1);
    CHECK(outputs.at(0).current() == state::degraded);
    CHECK(fixture.unaccounted(0) == 0);
}

TEST_CASE_METHOD(restart_case, "an output that is down is started at once") {
    is_absent = true;
    CHECK(restart.restart_output(0));
    pass(5000 * ms); // it has failed several times: the next attempt is seconds away
    REQUIRE(outputs.at(0).current() == state::degraded);
    is_absent = false;

    CHECK(restart.restart_output(0));

    CHECK(outputs.at(0).current() == state::running);
    emit(volume);
    CHECK(sent.size() == 1);
}

TEST_CASE_METHOD(restart_case, "a restart during a restart is one restart") {
    plays.calls.clear();
    plays.on_stop = [](const tactus_host*) {};
    CHECK(restart.restart_output(0));
    CHECK(restart.restart_output(0));
    pass(10 * ms);
    CHECK(restart.restart_output(0));
    plays.host->stopped(plays.host, TACTUS_OK);
    plays.on_stop = {};
    pass(10 * ms);

    CHECK(plays.count("create") == 1);
    CHECK(outputs.at(0).current() == state::running);
}

TEST_CASE_METHOD(restart_case, "a stop of the daemon lets a held output go") {
    plays.on_stop = [](const tactus_host*) {};
    CHECK(restart.restart_output(0));
    emit(volume);
    REQUIRE(sent.empty());

    restart.cancel();
    fixture.run_due();

    CHECK(sent.size() == 1);
    plays.host->stopped(plays.host, TACTUS_OK);
    plays.on_stop = {};
}

TEST_CASE_METHOD(restart_case, "the notes that a worker holds are sent before its instance stops") {
    emit(note_on);
    emit(note_off, reactor.now_ns() + 5 * ms);

    CHECK(restart.restart_output(0));
    pass(20 * ms);

    CHECK(fixture.dispatcher.account().take_snapshot(0).notes_sounding == 0);
    CHECK(fixture.output(0).dropped_by.total() == 0);
}
