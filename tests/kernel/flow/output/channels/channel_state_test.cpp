// SPDX-License-Identifier: MIT
// What is restored, in which order; and the whole way of it: a device that went and comes back.
#include "kernel/flow/output/channels/channel_state.hpp"

#include "tests/kernel/flow/flow_support.hpp"

#include <memory>
#include <string>
#include <vector>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

using texts = std::vector<std::string>;

std::string hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string made;
    for (const std::uint8_t each : bytes) {
        made += made.empty() ? "" : " ";
        made += digits[each >> 4];
        made += digits[each & 0xF];
    }
    return made;
}

// What a device gets back after these.
texts restored(const texts& sent) {
    const auto states = std::make_unique<channel_states>();
    for (const std::string& each : sent) {
        states->follow(wire::hex(each));
    }
    texts got;
    states->restore([&](const sounding::message_bytes& message) {
        got.push_back(hex(tactus::codec::midi_front(message)));
    });
    return got;
}

std::unique_ptr<flow_under_test> restoring_flow(bool is_deferred, bool restores = true) {
    output_choice choice{.protocols = takes_midi, .is_deferred = is_deferred};
    choice.settings.restores = restores;
    return simple_flow(choice);
}

void send(flow_under_test& flow, const texts& all) {
    for (const std::string& each : all) {
        static_cast<void>(flow.emit_midi(wire::hex(each)));
        flow.run();
        flow.sink().finish(flow.sink().unfinished.size());
    }
    static_cast<void>(flow.output());
}

texts after(const flow_under_test& flow, std::size_t count) {
    texts all;
    for (std::size_t i = count; i < flow.sinks[0]->records.size(); ++i) {
        const std::string& bytes = flow.sinks[0]->records[i].bytes;
        all.push_back(hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
    }
    return all;
}

} // namespace

TEST_CASE("the bank is restored before its program, and the one for the next program after it") {
    CHECK(restored({"B0 00 01", "B0 20 02", "C0 05"}) == texts{"B0 00 01", "B0 20 02", "C0 05"});
    CHECK(restored({"B0 00 01", "C0 05", "B0 00 03"}) == texts{"B0 00 01", "C0 05", "B0 00 03"});
    CHECK(restored({"B0 00 01", "B0 20 02"}) == texts{"B0 00 01", "B0 20 02"});
    CHECK(restored({"C3 05", "C3 06"}) == texts{"C3 06"});
}

TEST_CASE("controllers, bend and pressure are restored with their last values, by channel") {
    CHECK(restored({"E1 10 20", "D1 30", "B1 4A 01", "B1 07 64", "B1 4A 02", "B0 0A 40"}) ==
          texts{"B0 0A 40", "B1 07 64", "B1 4A 02", "E1 10 20", "D1 30"});
}

TEST_CASE("a parameter is selected before its value, and the last selection is restored too") {
    CHECK(restored({"B0 65 00", "B0 64 00", "B0 06 0C", "B0 26 00"}) ==
          texts{"B0 65 00", "B0 64 00", "B0 06 0C", "B0 26 00", "B0 65 00", "B0 64 00"});
    CHECK(restored({"B0 63 01", "B0 62 08", "B0 06 40", "B0 65 00", "B0 64 01", "B0 06 41",
                    "B0 65 7F", "B0 64 7F"}) == texts{"B0 63 01", "B0 62 08", "B0 06 40",
                                                      "B0 65 00", "B0 64 01", "B0 06 41",
                                                      "B0 65 7F", "B0 64 7F"});
}

TEST_CASE("data entry without a selection, and a stepped value, are not restored") {
    CHECK(restored({"B0 06 0C"}).empty());
    CHECK(restored({"B0 65 7F", "B0 64 7F", "B0 06 0C"}) == texts{"B0 65 7F", "B0 64 7F"});
    CHECK(restored({"B0 65 00", "B0 64 00", "B0 06 0C", "B0 60 00"}) ==
          texts{"B0 65 00", "B0 64 00"});
}

TEST_CASE("notes, pedals, modes and what acts once are not restored") {
    CHECK(restored({"90 3C 64", "A0 3C 10", "B0 40 7F", "B0 42 7F", "B0 45 7F", "B0 54 3C",
                    "B0 58 01", "B0 78 00", "B0 7A 00", "B0 7B 00", "B0 7F 00", "F8", "F2 01 02"})
              .empty());
}

TEST_CASE("after a reset of the controllers the values are those that it sets") {
    CHECK(restored({"B0 01 40", "B0 07 50", "B0 0B 20", "E0 00 00", "D0 11", "B0 79 00"}) ==
          texts{"B0 01 00", "B0 07 50", "B0 0B 7F", "E0 00 40", "D0 00"});
    CHECK(restored({"B0 79 00"}).empty());
}

TEST_CASE("beyond the table's room further parameters are left out, and nothing else") {
    texts sent;
    for (int i = 0; i < 60; ++i) {
        sent.push_back("B0 63 01");
        sent.push_back("B0 62 " + hex(std::vector<std::uint8_t>{static_cast<std::uint8_t>(i)}));
        sent.push_back("B0 06 01");
    }
    CHECK(restored(sent).size() == channel_state::parameters_max * 3 + 2);
}

TEST_CASE("a device that comes back gets its note-offs, then its settings, then what waits") {
    const bool is_deferred = GENERATE(false, true);
    const auto flow = restoring_flow(is_deferred);
    send(*flow, {"B0 00 01", "C0 05", "B0 07 64", "90 3C 64"});
    flow->set_up(0, 1, false);
    static_cast<void>(flow->emit_midi(note_on(99)));
    flow->set_up(0, 1, true);
    flow->run();

    CHECK(after(*flow, 4) == texts{"80 3C 40", "B0 00 01", "C0 05", "B0 07 64", "90 63 64"});
    CHECK(flow->output().ledger.accepted_by.of(origin::restore) == 3);
    CHECK(flow->balanced());
}

TEST_CASE("a device that stays, or an output that shall not restore, gets nothing") {
    const bool restores = GENERATE(false, true);
    const auto flow = restoring_flow(false, restores);
    send(*flow, {"C0 05"});
    if (!restores) {
        flow->set_up(0, 1, false);
    }
    flow->set_up(0, 1, true);
    flow->run();

    CHECK(after(*flow, 1).empty());
    CHECK(flow->output().ledger.accepted_by.of(origin::restore) == 0);
}

TEST_CASE("what a worker did not send is not restored") {
    const auto flow = restoring_flow(true);
    static_cast<void>(flow->emit_midi(wire::hex("C0 05")));
    static_cast<void>(flow->emit_midi(wire::hex("C0 06")));
    flow->run();
    flow->sink().finish(1);
    flow->sink().finish(1, finish::failed);
    flow->set_up(0, 1, false);
    flow->set_up(0, 1, true);
    flow->run();

    CHECK(after(*flow, 2) == texts{"C0 05"});
}

TEST_CASE("after a restart a port gets back what its file has") {
    std::vector<std::byte> bytes(channels_file::size());
    channels_file file(bytes, channels_mark);
    file.format();
    {
        const auto flow = std::make_unique<flow_under_test>();
        output_choice choice{.protocols = takes_midi};
        choice.settings.restores = true;
        REQUIRE(flow->out.add_output(choice.settings).has_value());
        flow->sinks.push_back(std::make_unique<tactus::testing::recording_sink>(flow->clock));
        flow->choices.push_back(choice);
        flow->out.channels().keep_in(file, 0, "synth");
        static_cast<void>(flow->add_input());
        flow->route_all();
        flow->attach(0);
        send(*flow, {"C0 05", "B3 07 64"});
        if (GENERATE(true, false)) { // else it is killed
            flow->out.channels().end();
        }
    }
    flow_under_test next;
    output_choice choice{.protocols = takes_midi};
    choice.settings.restores = true;
    REQUIRE(next.out.add_output(choice.settings).has_value());
    next.sinks.push_back(std::make_unique<tactus::testing::recording_sink>(next.clock));
    next.choices.push_back(choice);
    next.out.channels().keep_in(file, 0, "synth");
    next.attach(0, "another");
    next.run();
    CHECK(next.sink().records.empty());

    static_cast<void>(next.add_port(0, "port"));
    next.run();

    CHECK(after(next, 0) == texts{"C0 05", "B3 07 64"});
}
