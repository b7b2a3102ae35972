// SPDX-License-Identifier: MIT
// An operator's events, past the routes or as an input: in exact ledgers, and told to nobody else.
#include "kernel/flow/route/direct_sender.hpp"

#include "kernel/codec/osc_writer.hpp"
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow::test;
using namespace tactus::flow;

namespace {

struct recorder final : outcome_observer {
    void saw(const event_outcome& what) noexcept override { seen.push_back(what); }
    std::vector<event_outcome> seen;
};

struct operator_case {
    explicit operator_case(std::uint32_t protocols, std::uint64_t room = 100) {
        output_choice choice;
        choice.protocols = protocols;
        choice.settings.limits.pending.events = room;
        static_cast<void>(flow.add_input());
        static_cast<void>(flow.add_output(choice));
        flow.route_all();
        flow.fan.set_outcome_observer(0, &of_input);
        flow.fan.set_outcome_observer(outcome_observers::operator_owner, &of_operator);
    }
    direct_sender::sent send(const wire::bytes& bytes, std::int64_t in_ms = 0,
                             std::int64_t length_ms = 0) {
        const bool is_osc = bytes[0] == '/';
        const source_input from{"send", {}, false};
        tactus_event packet{};
        packet.tag = 5;
        tactus::codec::osc_message osc;
        message one;
        one.from = &from;
        one.packet = &packet;
        one.bytes = bytes;
        one.arrival_ns = flow.clock.now_ns();
        one.due_ns = one.arrival_ns + in_ms * ms_ns;
        if (is_osc) {
            osc = tactus::codec::split_message(bytes);
            one.osc = &osc;
        }
        return sender.send(0, one, length_ms * ms_ns);
    }
    [[nodiscard]] std::uint64_t accepted_as(origin from) {
        return flow.output().ledger.accepted_by.of(from);
    }

    flow_under_test flow;
    recorder of_input;
    recorder of_operator;
    direct_sender sender{flow.out};
};

wire::bytes numbers(const std::string& address, const std::vector<std::int32_t>& values) {
    wire::bytes made(2'048);
    tactus::codec::osc_writer writer(made);
    const std::string types(values.size(), 'i');
    writer.begin_message(address, types);
    for (const std::int32_t each : values) {
        writer.int32(each);
    }
    made.resize(writer.finish().value());
    return made;
}

} // namespace

TEST_CASE("what an operator sends to an output leaves when it is due, as origin `send`") {
    operator_case one(takes_osc);

    const direct_sender::sent done = one.send(osc("/a", 1), 10);
    one.flow.run();
    CHECK(one.flow.sink().records.empty());
    one.flow.advance_by(10 * ms_ns);

    CHECK(done.deliveries == 1);
    CHECK_FALSE(done.why.has_value());
    CHECK(one.flow.sink().payloads() == std::vector<std::string>{text(osc("/a", 1))});
    CHECK(one.accepted_as(origin::send) == 1);
    CHECK(one.accepted_as(origin::route) == 0);
    REQUIRE(one.of_operator.seen.size() == 1);
    CHECK(one.of_operator.seen[0].tag == 5);
    CHECK(one.of_operator.seen[0].kind == outcome_kind::sent);
    CHECK(one.of_input.seen.empty());
    CHECK(one.flow.balanced());
}

TEST_CASE("a note with a length is sent with its end, in either protocol") {
    for (const std::uint32_t protocols : {takes_midi, takes_osc}) {
        CAPTURE(protocols);
        operator_case one(protocols);

        CHECK(one.send(note_on(60), 0, 20).deliveries == 2);
        one.flow.run();
        REQUIRE(one.flow.sink().records.size() == 1);
        CHECK(one.flow.output().notes_sounding == 1);
        one.flow.advance_by(20 * ms_ns);

        CHECK(one.flow.sink().records.size() == 2);
        CHECK(one.flow.output().notes_sounding == 0);
        CHECK(one.accepted_as(origin::send) == 2);
        CHECK(one.of_operator.seen.size() == 2);
        CHECK(one.flow.balanced());
    }
}

TEST_CASE("what waits of an operator is taken back by its tag, and the end of a note stays") {
    operator_case one(takes_midi);
    static_cast<void>(one.send({0xB0, 7, 1}, 10));
    static_cast<void>(one.send(note_on(60), 0, 20));
    one.flow.run();

    CHECK(one.flow.out.canceller().cancel_tag(tag_of(outcome_observers::operator_owner, 5)) == 1);
    one.flow.advance_by(30 * ms_ns);

    CHECK(one.flow.sink().records.size() == 2);
    CHECK(one.flow.output().notes_sounding == 0);
    CHECK(one.flow.balanced());
}

TEST_CASE("what finds no room, no protocol or no output is not sent, and is accounted for") {
    operator_case full(takes_osc, 1);
    static_cast<void>(full.send(osc("/a"), 10));
    CHECK(full.send(osc("/a"), 10).why == dropped::queue_full);
    CHECK(full.accepted_as(origin::send) == 2);
    CHECK(full.flow.balanced());

    operator_case midi(takes_midi);
    const direct_sender::sent none = midi.send(osc("/nothing"));
    CHECK(none.deliveries == 0);
    CHECK(none.no_form == "it has no form as MIDI, which is all that the output takes");
    CHECK(midi.flow.output().ledger.accepted_by.total() == 0);

    operator_case away(0);
    CHECK(away.send(osc("/a")).why == dropped::output_down);
    CHECK(away.accepted_as(origin::send) == 1);
    CHECK(away.flow.balanced());
}

TEST_CASE("what an operator emits as an input counts there, and is told to the operator alone") {
    operator_case one(takes_osc);
    const wire::bytes bytes = osc("/a");
    const wire::bytes malformed = {0x90};
    const std::vector<tactus_event> events = {event_of(TACTUS_PROTO_OSC, bytes, {.tag = 9}),
                                              event_of(TACTUS_PROTO_MIDI, malformed, {.tag = 9})};

    static_cast<void>(one.flow.in.emit(0, batch_of(events, droppable), emitter::operator_));
    one.flow.run();

    CHECK(one.flow.ledger().received == 2);
    CHECK(one.flow.ledger().routed == 1);
    CHECK(one.accepted_as(origin::route) == 1);
    CHECK(one.of_input.seen.empty());
    REQUIRE(one.of_operator.seen.size() == 2);
    CHECK(one.of_operator.seen[0].kind == outcome_kind::rejected);
    CHECK(one.of_operator.seen[1].kind == outcome_kind::sent);
    CHECK(one.of_operator.seen[1].tag == 9);
    CHECK(one.flow.balanced());
}

TEST_CASE("OSC that begins a note as the default translation writes it is followed and ended") {
    struct sample {
        wire::bytes message;
        bool is_note;
    };
    const std::string long_name(1024 - 14, 'n'); // its note_off does not fit into an address
    const std::vector<sample> samples = {
        {numbers("/midi/x/note_on", {1, 60, 100}), true},
        {numbers("/midi/x/y/note_on", {1, 60, 100}), true},
        {numbers("/midi/x/control_change", {1, 64, 127}), true}, // the damper pedal
        {numbers("/midi/x/control_change", {1, 7, 127}), false},
        {numbers("/midi//note_on", {1, 60, 100}), false},
        {numbers("/midi/note_on", {1, 60, 100}), false},
        {numbers("/x/note_on", {1, 60, 100}), false},
        {numbers("/midi/x/note_on", {1, 600, 100}), false},
        {numbers("/midi/x/note_on", {}), false},
        {numbers("/midi/" + long_name + "/note_on", {1, 60, 100}), false}};
    for (const sample& each : samples) {
        operator_case one(takes_osc);
        CHECK_FALSE(one.send(each.message).why.has_value());
        one.flow.run();
        REQUIRE(one.flow.sink().records.size() == 1);

        one.flow.out.silencer().panic();
        one.flow.run();

        INFO(each.message.data());
        CHECK(one.flow.sink().records.size() == (each.is_note ? 2 : 1));
        CHECK(one.flow.balanced());
    }
}
