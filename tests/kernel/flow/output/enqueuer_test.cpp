// SPDX-License-Identifier: MIT
// Letting deliveries into a queue with room for few events: what passes, and what is dropped.
#include "kernel/flow/output/enqueuer.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/manual_clock.hpp"

#include <array>
#include <utility>

using namespace tactus::flow;

namespace {

using message = std::array<std::uint8_t, 3>;

constexpr message note_on = {0x90, 60, 100};
constexpr message note_off = {0x80, 60, 64};
constexpr std::uint64_t room = 10;

struct enqueuer_under_test {
    enqueuer_under_test() {
        output_settings small;
        small.limits.pending.events = room;
        outputs.add(small);
        REQUIRE(queue.add_output(small.limits).has_value());
        REQUIRE(outputs[0].ports.add("port", "port", true) == 1);
    }
    static delivery midi(const message& bytes) {
        delivery what;
        what.source.bytes = std::as_bytes(std::span(bytes));
        what.source.protocol = TACTUS_PROTO_MIDI;
        what.source.arrival_ns = 1;
        what.note = bytes;
        return what;
    }
    // With what begins and ends nothing.
    void fill() {
        static constexpr message program_change = {0xC0, 1, 0};
        delivery filler = midi(program_change);
        filler.source.bytes = filler.source.bytes.first(2);
        filler.note = {};
        while (!into.deliver(0, filler)) {
        }
    }
    [[nodiscard]] std::uint64_t waiting() const { return queue.counts(0).pending.events; }
    [[nodiscard]] const output_ledger& ledger() const { return outputs.at(0).ledger; }

    tactus::testing::manual_clock clock;
    timed_queue queue = std::move(*timed_queue::make({}, 0));
    output_table outputs;
    ledger_writer outcomes;
    enqueuer into{queue, outputs, outcomes, clock};
};

} // namespace

TEST_CASE("what finds no room is accepted and dropped at once, and the reason is returned") {
    enqueuer_under_test test;
    test.fill();
    const std::uint64_t accepted = test.ledger().accepted_by.total();

    CHECK(test.into.deliver(0, test.midi(note_on)) == dropped::queue_full);
    CHECK(test.ledger().accepted_by.total() == accepted + 1);
    CHECK(test.ledger().unaccounted(test.waiting()) == 0);
}

TEST_CASE("in a full queue, an end passes once for each beginning that was let in") {
    enqueuer_under_test test;
    REQUIRE_FALSE(test.into.deliver(0, test.midi(note_on)));
    test.fill();

    CHECK(test.into.owes_end(0, test.midi(note_off)));
    CHECK_FALSE(test.into.deliver(0, test.midi(note_off)));
    CHECK_FALSE(test.into.owes_end(0, test.midi(note_off)));
    CHECK(test.into.deliver(0, test.midi(note_off)) == dropped::queue_full);
}

TEST_CASE("what the kernel sends itself passes in a full queue") {
    enqueuer_under_test test;
    test.fill();
    const std::uint64_t before = test.waiting();
    delivery own;
    own.from = origin::silence;
    own.source.protocol = TACTUS_PROTO_MIDI;
    own.note = note_off;

    CHECK(test.into.deliver_own(0, own, note_off));
    CHECK(test.waiting() == before + 1);
    CHECK(test.ledger().accepted_by.of(origin::silence) == 1);
}

TEST_CASE("a note that ends by itself waits with its end, or not at all") {
    enqueuer_under_test test;
    test.into.deliver_note(0, test.midi(note_on), 1000);
    CHECK(test.waiting() == 2);
    CHECK_FALSE(test.into.owes_end(0, test.midi(note_off)));
    test.fill();
    const std::uint64_t before = test.waiting();
    const std::uint64_t dropped_before = test.ledger().dropped_by.total();

    test.into.deliver_note(0, test.midi(note_on), 1000);
    CHECK(test.waiting() == before);
    CHECK(test.ledger().dropped_by.total() == dropped_before + 2);
    CHECK(test.ledger().unaccounted(test.waiting()) == 0);
}

TEST_CASE("a refused delivery counts as accepted and dropped") {
    enqueuer_under_test test;
    test.into.refuse(0, dropped::untranslatable);
    test.into.refuse(0, dropped::throttled, delivery{});

    CHECK(test.ledger().dropped_by.of(dropped::untranslatable) == 1);
    CHECK(test.ledger().dropped_by.of(dropped::throttled) == 1);
    CHECK(test.ledger().unaccounted(0) == 0);
}
