// SPDX-License-Identifier: MIT
#include "kernel/flow/output/channels/channel_restorer.hpp"

#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

// The parts that a restorer refers to, and an output with one port that is up.
struct restorer_case {
    explicit restorer_case(bool restores) {
        output_settings settings;
        settings.restores = restores;
        REQUIRE(queue.add_output(settings.limits).has_value());
        outputs.put(0, settings);
        port = of().ports.add("port", "port", true);
    }
    [[nodiscard]] output& of() { return outputs[0]; }
    void send(const wire::bytes& message) { of().channels.sent(of().ports, port, message); }
    void replug() {
        REQUIRE(of().ports.update(port, "port", false));
        restorer.ports_changed(of(), 0);
        REQUIRE(of().ports.update(port, "port", true));
        restorer.ports_changed(of(), clock.now_ns() + 7);
    }
    [[nodiscard]] std::uint64_t waiting() { return queue.counts(0).pending.events; }

    tactus::testing::manual_clock clock;
    timed_queue queue = std::move(*timed_queue::make({}, clock.now_ns()));
    output_table outputs;
    ledger_writer outcomes;
    enqueuer enters{queue, outputs, outcomes, clock};
    sysex_sender sysex{queue, outputs, enters, clock};
    output_account account{queue, outputs, outcomes, sysex, clock};
    channel_restorer restorer{outputs, enters, account};
    std::uint32_t port = 0;
};

const wire::bytes program = {0xC0, 5};

} // namespace

TEST_CASE("a port that comes back gets its settings once, due when the caller says") {
    restorer_case test(true);
    test.send(program);
    test.restorer.ports_changed(test.of(), 0);
    CHECK(test.waiting() == 0);

    test.replug();
    CHECK(test.waiting() == 1);
    CHECK(test.queue.departures().next_due() == test.clock.now_ns() + 7);
    CHECK(test.of().ledger.accepted_by.of(origin::restore) == 1);
    test.restorer.ports_changed(test.of(), 0);
    CHECK(test.waiting() == 1);
}

TEST_CASE("an output that restores nothing gets nothing back") {
    restorer_case test(false);
    test.send(program);
    test.replug();

    CHECK(test.waiting() == 0);
}

TEST_CASE("what is sent after the end is not in the file any more") {
    std::vector<std::byte> bytes(channels_file::size());
    channels_file file(bytes, channels_mark);
    file.format();
    restorer_case before(true);
    before.restorer.keep_in(file, 0, "synth");
    before.send(program);
    before.restorer.end();
    before.send({0xC0, 9});

    restorer_case test(true);
    test.of().ports.clear();
    test.restorer.keep_in(file, 0, "synth");
    test.port = test.of().ports.add("port", "port", true);
    test.restorer.ports_changed(test.of(), 0);

    REQUIRE(test.waiting() == 1);
    due_entry entry;
    REQUIRE(test.queue.pop_due(0, test.clock.now_ns(), {&entry, 1}) == 1);
    CHECK(std::to_integer<int>(test.queue.events().bytes(entry.slot)[1]) == 5);
    test.queue.release(entry);
}

TEST_CASE("an output that begins to restore knows only what is sent from then on") {
    std::vector<std::byte> bytes(channels_file::size());
    channels_file file(bytes, channels_mark);
    file.format();
    restorer_case earlier(true);
    earlier.restorer.keep_in(file, 0, "synth");
    earlier.send({0xC0, 9});
    earlier.restorer.end();

    restorer_case test(true);
    test.restorer.begin_in(file, 0, "synth");
    test.restorer.ports_changed(test.of(), 0);
    CHECK(test.waiting() == 0); // of a device that was there all the time
    test.send({0xB0, 7, 100});
    test.replug();
    CHECK(test.waiting() == 1);

    std::size_t kept = 0;
    file.for_each([&kept](channels_file::slot&) { ++kept; });
    CHECK(kept == 1);
    test.of().channels.forget();
    file.for_each([&kept](channels_file::slot&) { --kept; });
    CHECK(kept == 1);
    test.replug();
    CHECK(test.waiting() == 1);
}
