// SPDX-License-Identifier: MIT
// From emit to send nothing is allocated in the steady state: a program of its own, because it
// replaces operator new.
#include "tests/kernel/flow/flow_support.hpp"
#include "tests/support/counting_new.hpp"

#include <cstdlib>
#include <new>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

class counting_sink final : public sink {
public:
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
    hand_off send(const tactus_batch& batch) noexcept override {
        events += batch.count;
        for (std::uint32_t i = 0; i < batch.count; ++i) {
            bytes += batch.events[i].size;
        }
        return {TACTUS_OK, batch.count};
    }
};

// Three outputs of one kind, each with two ports, behind a literal, a pattern and an open route.
struct three_outputs {
    std::vector<std::byte> memory = std::vector<std::byte>(sounding_file::size());
    sounding_file file{memory, sounding_mark};
    flow_under_test flow;
    counting_sink sinks[3];

    explicit three_outputs(std::uint32_t protocols) {
        file.format();
        static_cast<void>(flow.add_input(1e9));
        for (std::uint16_t i = 0; i < 3; ++i) {
            output_settings settings;
            settings.restores = true;
            REQUIRE(flow.out.add_output(settings).has_value());
            static_cast<void>(flow.out.note_recovery().slots().record_in(file, i, "out"));
            flow.out.connections().attach(i, {&sinks[i], protocols, 0, false});
            static_cast<void>(flow.add_port(i, "left"));
            // One of them is asked for by its name, which must mean one.
            static_cast<void>(flow.add_port(i, i == 2 ? "right" : "middle"));
        }
        using tactus::codec::osc_pattern;
        flow.configure(router({{{0}, *osc_pattern::compile("/synth/note_on"), {0}},
                               {{0}, *osc_pattern::compile("/synth/note_*"), {0, 1}},
                               {{0}, std::nullopt, {2}}}));
    }

    // Emits the packet so often, some of it ahead, and lets it out; answers what that allocated.
    std::size_t cost_of(std::uint16_t protocol, const wire::bytes& packet, int rounds) {
        const std::uint32_t name = flow.fan.names().intern("right");
        std::array<tactus_event, 16> events{};
        const std::size_t before = allocations;
        for (int round = 0; round < rounds; ++round) {
            for (std::uint32_t i = 0; i < events.size(); ++i) {
                const std::int64_t due_ns = flow.clock.now_ns() + (i % 5) * ms_ns;
                events[i] = event_of(protocol, packet,
                                     {.due_ns = i % 3 == 0 ? 0 : due_ns,
                                      .port = i % 4 == 0 ? name : 0,
                                      .tag = i % 3});
            }
            const tactus_batch batch = {sizeof(tactus_batch), 16, sizeof(tactus_event), 0,
                                        events.data()};
            static_cast<void>(flow.in.emit(0, batch));
            static_cast<void>(flow.in.cancel(0, 2));
            flow.advance_by(5 * ms_ns);
            static_cast<void>(flow.out.tidy());
        }
        return allocations - before;
    }
};

wire::bytes note_on_osc() {
    return wire::raw("/synth/note_on\0\0,iii\0\0\0") + wire::hex("00000001 0000003C 00000064");
}

void check(std::uint32_t protocols, std::uint16_t protocol, const wire::bytes& packet) {
    three_outputs test(protocols);
    REQUIRE(test.cost_of(protocol, packet, 50) > 0); // it warms up, and the counter counts

    REQUIRE(test.cost_of(protocol, packet, 1000) == 0);

    REQUIRE(test.sinks[2].events > 10'000);
    REQUIRE(test.flow.balanced());
}

} // namespace

TEST_CASE("OSC to three outputs of OSC allocates nothing once warm") {
    check(takes_osc, TACTUS_PROTO_OSC, note_on_osc());
}

TEST_CASE("OSC to three outputs of MIDI allocates nothing once warm") {
    check(takes_midi, TACTUS_PROTO_OSC, note_on_osc());
}

TEST_CASE("bundles to three outputs allocate nothing once warm") {
    check(takes_osc, TACTUS_PROTO_OSC,
          wire::bundle(1, {note_on_osc(), wire::bundle(1, {note_on_osc()})}));
}

TEST_CASE("MIDI to MIDI allocates nothing once warm") {
    check(takes_midi, TACTUS_PROTO_MIDI, note_on(60));
}

TEST_CASE("SysEx in parts to three outputs allocate nothing once warm") {
    three_outputs test(takes_midi);
    for (std::uint16_t i = 0; i < 3; ++i) {
        test.flow.out.connections().detach(i, dropped::stop);
        test.flow.out.connections().attach(i, {&test.sinks[i], takes_midi, 0, false, false, true});
        static_cast<void>(test.flow.add_port(i, "left"));
    }
    stamp with;
    with.flags = TACTUS_EVENT_SYSEX_PART;
    wire::bytes first(65536, 1);
    first.front() = 0xF0;
    const wire::bytes more(4096, 2);
    const wire::bytes end = {0xF7};
    const std::array<wire::bytes, 4> all = {first, more, more, end};
    const auto dump = [&] {
        for (const wire::bytes& each : all) {
            const tactus_event event = event_of(TACTUS_PROTO_MIDI, each, with);
            const tactus_batch batch = {sizeof(tactus_batch), 1, sizeof event, droppable, &event};
            static_cast<void>(test.flow.in.emit(0, batch));
            test.flow.drain();
        }
    };
    dump();

    const std::size_t before = allocations;
    for (int i = 0; i < 100; ++i) {
        dump();
    }

    REQUIRE(allocations == before);
    REQUIRE(test.sinks[2].events == 404);
    REQUIRE(test.flow.balanced());
}

TEST_CASE("a long payload to three outputs allocates nothing once warm") {
    check(takes_osc, TACTUS_PROTO_OSC,
          wire::raw("/synth/note_on\0\0,b\0") + wire::big_endian(2000, 4) +
              wire::bytes(2000, 0x5A));
}

namespace {

// Each output gets something else: a note that ends by itself, a rewritten address, a filtered
// copy.
void check_rules(std::uint32_t protocols, std::uint16_t protocol, const wire::bytes& packet,
                 std::vector<translation> made) {
    three_outputs test(protocols);
    event_filter filter;
    filter.conditions.push_back(*expression::compile("($2 ?? 1) > 0 or $1 == 'none'"));
    std::vector<tactus::flow::route> routes{{{0}, std::nullopt, {2}, filter, {}}};
    for (translation& each : made) {
        routes.push_back({{0}, std::nullopt, {0, 1}, filter, std::move(each)});
        routes.push_back(
            {{0}, *tactus::codec::osc_pattern::compile("/*/note_*"), {1}, {}, routes.back().as});
    }
    test.flow.configure(router(routes));
    REQUIRE(test.cost_of(protocol, packet, 50) > 0);

    REQUIRE(test.cost_of(protocol, packet, 1000) == 0);

    REQUIRE(test.sinks[0].events > 5'000);
    REQUIRE(test.sinks[2].events > 10'000);
    REQUIRE(test.flow.balanced());
}

} // namespace

TEST_CASE("notes that end by themselves allocate nothing once warm") {
    midi_maker note;
    note.makes = midi_maker::form::note;
    note.note = *expression::compile("($2 ?? $note) + 12 - 12");
    note.velocity = *expression::compile("clamp($3 ?? $velocity, 1, 127)");
    note.length = *expression::compile("0.002 * ($4 ?? 1)");
    check_rules(takes_midi, TACTUS_PROTO_OSC, note_on_osc(), {{note}});
    check_rules(takes_midi, TACTUS_PROTO_MIDI, note_on(60), {{note}});
}

TEST_CASE("rewritten OSC allocates nothing once warm") {
    osc_maker osc;
    osc.address = *address_template::compile("/new/${$2 ?? 1}/${$*1 ?? 'x'}");
    osc.arguments.emplace();
    osc.arguments->push_back({});
    osc.arguments->push_back({*expression::compile("($2 ?? 5) / 127")});
    osc.arguments->push_back({expression::constant("text")});
    check_rules(takes_osc, TACTUS_PROTO_OSC, note_on_osc(), {{osc}});
    check_rules(takes_osc, TACTUS_PROTO_MIDI, note_on(60), {{osc}});
}

TEST_CASE("a throttled route allocates nothing once warm") {
    for (const bool dedupe : {false, true}) {
        three_outputs test(takes_osc);
        tactus::flow::route thin{{0}, std::nullopt, {0, 1, 2}};
        thin.gate = {ms_ns, dedupe};
        test.flow.configure(router({thin}));
        REQUIRE(test.cost_of(TACTUS_PROTO_OSC, note_on_osc(), 50) > 0);

        REQUIRE(test.cost_of(TACTUS_PROTO_OSC, note_on_osc(), 1000) == 0);

        REQUIRE(test.flow.balanced());
    }
}
