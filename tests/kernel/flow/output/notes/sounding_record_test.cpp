// SPDX-License-Identifier: MIT
// The file of what may sound: at every moment at which the process may be killed, it has what
// sounds, and a new start ends it.
#include "kernel/flow/output/notes/sounding_record.hpp"

#include "tests/kernel/flow/flow_support.hpp"

#include <set>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

// A file, and a flow that writes it.
struct recorded_flow {
    explicit recorded_flow(const output_choice& choice = {.protocols = takes_midi},
                           std::vector<std::byte> left = {})
        : bytes(left.empty() ? std::vector<std::byte>(sounding_file::size()) : std::move(left)),
          flow(std::make_unique<flow_under_test>()) {
        if (!file.is_intact()) {
            file.format();
        }
        REQUIRE(flow->out.add_output(choice.settings).has_value());
        flow->sinks.push_back(std::make_unique<tactus::testing::recording_sink>(flow->clock));
        flow->choices.push_back(choice);
        found = flow->out.note_recovery().slots().record_in(file, 0, "synth");
        static_cast<void>(flow->add_input());
        flow->route_all();
    }

    // What a daemon that is started now would find.
    [[nodiscard]] std::multiset<std::string> in_file() {
        std::multiset<std::string> all;
        file.for_each([&](const sounding_file::slot& each) {
            REQUIRE(each.is_intact());
            each.state.read().for_each([&](std::size_t place) {
                const sounding::message_bytes end = sounding::end_of(place);
                all.insert(std::string(each.label().port) + " " +
                           std::string(end.begin(), end.end()));
            });
        });
        return all;
    }
    void send(const wire::bytes& message) {
        static_cast<void>(flow->emit_midi(message));
        flow->run();
    }

    std::vector<std::byte> bytes;
    sounding_file file{bytes, sounding_mark};
    std::unique_ptr<flow_under_test> flow;
    std::size_t found = 0;
};

std::multiset<std::string> ends(const std::vector<wire::bytes>& all) {
    std::multiset<std::string> texts;
    for (const wire::bytes& each : all) {
        texts.insert("port " + text(each));
    }
    return texts;
}

// One sounds at an output that the next daemon has not, or its slot is damaged.
void leave_a_note(recorded_flow& crashed, bool is_damaged) {
    crashed.flow->attach(0);
    crashed.send(note_on(60));
    crashed.file.for_each([&](sounding_file::slot& each) {
        each.output[0] = 'S';
        each.checksum = is_damaged ? each.checksum : fnv_1a(each.texts());
    });
}

} // namespace

TEST_CASE("the file has the notes and pedals that sound, and nothing once they have ended") {
    recorded_flow of;
    of.flow->attach(0);
    of.send(note_on(60));
    of.send(note_on(61, 3));
    of.send(wire::hex("B2 40 7F"));
    CHECK(of.in_file() == ends({note_off(60), note_off(61, 3), wire::hex("B2 40 00")}));

    of.send(note_off(60));
    of.send(wire::hex("B3 7B 00"));
    of.send(wire::hex("B2 40 00"));

    CHECK(of.in_file().empty());
}

TEST_CASE("a note is in the file before it is sent, for the process may be killed in the call") {
    const bool is_deferred = GENERATE(false, true);
    recorded_flow of({.protocols = takes_midi, .is_deferred = is_deferred});
    of.flow->attach(0);
    std::multiset<std::string> in_call;
    of.flow->sink().on_taken = [&](const tactus_event&) { in_call = of.in_file(); };

    of.send(note_on(60));

    CHECK(in_call == ends({note_off(60)}));
}

TEST_CASE("a note that a worker may have begun anew stays in the file when its end is reported") {
    recorded_flow of({.protocols = takes_midi, .is_deferred = true});
    of.flow->attach(0);
    const int times = GENERATE(1, 2, 3);
    of.send(note_on(60));
    for (int i = 0; i < times; ++i) {
        of.send(note_off(60));
        of.send(note_on(60));
    }
    of.flow->sink().finish(static_cast<std::size_t>(times) * 2); // all but the last note-on
    static_cast<void>(of.flow->output());
    CHECK(of.in_file() == ends({note_off(60)}));

    of.flow->sink().finish(1);
    of.send(note_off(60));
    of.flow->sink().finish(1);
    static_cast<void>(of.flow->output());

    CHECK(of.in_file().empty());
}

TEST_CASE("after a crash the notes are ended when the port comes up, before all that waits") {
    const bool is_later = GENERATE(false, true);
    const bool is_told_not_to = GENERATE(false, true);
    recorded_flow crashed;
    crashed.flow->attach(0);
    crashed.send(note_on(60));
    crashed.send(wire::hex("B2 40 7F"));
    output_choice choice{.protocols = takes_midi};
    choice.settings.silence_on_disconnect = !is_told_not_to;

    recorded_flow next(choice, crashed.bytes);
    CHECK(next.found == 2);
    CHECK(next.flow->output().notes_sounding == 1);
    next.flow->attach(0, "another");
    if (!is_later) { // the whole output is down until then
        next.flow->set_up(0, 2, false, "another");
    }
    static_cast<void>(next.flow->emit_midi(note_on(99)));
    CHECK(next.in_file() == crashed.in_file());
    static_cast<void>(next.flow->add_port(0, "port"));
    next.flow->run();

    const std::vector<std::string> sent = next.flow->sink().payloads();
    REQUIRE(sent.size() == 3);
    CHECK(sent[0] == text(note_off(60)));
    CHECK(sent[1] == text(wire::hex("B2 40 00")));
    CHECK(sent[2] == text(note_on(99)));
    CHECK(next.flow->output().ledger.silenced_by.of(silence_cause::crash) == 1);
    CHECK(next.in_file() ==
          std::multiset<std::string>{(is_later ? "another " : "port ") + text(note_off(99))});
    CHECK(next.flow->balanced());
}

TEST_CASE("a crash before the port came up loses nothing, until it was away for very long") {
    recorded_flow crashed;
    crashed.flow->attach(0);
    crashed.send(note_on(60));
    std::vector<std::byte> left = crashed.bytes;
    for (std::uint32_t i = 0; i < sounding_file::starts_max; ++i) {
        recorded_flow next({.protocols = takes_midi}, left);
        REQUIRE(next.found == 1);
        left = next.bytes;
    }

    CHECK(recorded_flow({.protocols = takes_midi}, left).found == 0);
}

TEST_CASE("notes of an output with another name, and of a damaged slot, are not taken") {
    const bool is_damaged = GENERATE(false, true);
    recorded_flow crashed;
    leave_a_note(crashed, is_damaged);

    recorded_flow next({.protocols = takes_midi}, crashed.bytes);

    CHECK(next.found == 0);
}

TEST_CASE("after a proper end the file has only what could not be ended") {
    const bool keeps = GENERATE(true, false);
    recorded_flow of;
    of.flow->attach(0);
    of.send(note_on(60));
    of.send(note_on(61));
    of.send(note_off(60));

    of.flow->out.note_recovery().slots().end(keeps);
    of.flow->out.connections().detach(0, dropped::stop); // what was in doubt then was sent before

    CHECK(of.in_file() == (keeps ? ends({note_off(61)}) : std::multiset<std::string>{}));
}

TEST_CASE("an end that an output took before it was cut off, or went offline, is kept at a stop") {
    const bool is_cut_off = GENERATE(true, false);
    const bool went_offline = GENERATE(true, false);
    recorded_flow of({.protocols = takes_midi, .is_deferred = true});
    of.flow->attach(0);
    of.send(note_on(60));
    of.send(note_off(60));
    of.flow->sink().finish(2);
    const sounding_count count = of.flow->out.sounding_count();
    REQUIRE(count.possible(0) == 0);
    REQUIRE(of.in_file().empty());

    of.flow->out.note_recovery().begin_end();
    if (went_offline) {
        of.flow->set_up(0, 1, false);
    }
    of.flow->out.connections().detach(0,
                                      is_cut_off ? dropped::output_stalled : dropped::output_down);

    const bool is_in_doubt = is_cut_off || went_offline;
    CHECK(count.possible(0) == (is_in_doubt ? 1 : 0));
    CHECK_FALSE(count.is_certain(0));
    of.flow->out.note_recovery().slots().end(true);
    CHECK(of.in_file() == (is_in_doubt ? ends({note_off(60)}) : std::multiset<std::string>{}));
}

TEST_CASE("an end that a device may not have received is in the file while it is away") {
    recorded_flow of;
    of.flow->attach(0);
    of.send(note_on(60));
    of.send(note_off(60));
    REQUIRE(of.in_file().empty());

    of.flow->set_up(0, 1, false);
    CHECK(of.in_file() == ends({note_off(60)}));
    of.flow->set_up(0, 1, true);
    of.flow->run();

    CHECK(of.in_file().empty());
}

TEST_CASE("what left as OSC is ended as OSC, and after the time at which it begins") {
    output_choice choice{.protocols = takes_osc, .ahead_ns = 50 * ms_ns};
    recorded_flow crashed(choice);
    crashed.flow->attach(0);
    static_cast<void>(crashed.flow->emit_midi(
        note_on(60), {.due_ns = crashed.flow->clock.now_ns() + 40 * ms_ns}));
    crashed.flow->run();
    REQUIRE(crashed.in_file() == ends({note_off(60)}));

    recorded_flow next(choice, crashed.bytes);
    next.flow->attach(0);
    next.flow->advance_by(60 * ms_ns);

    REQUIRE(next.flow->sink().records.size() == 1);
    CHECK(next.flow->sink().records[0].bytes.starts_with("/midi/in/note_off"));
    CHECK(next.flow->sink().records[0].due_ns > crashed.flow->sink().records[0].due_ns);
}

TEST_CASE("a daemon that is killed again and again loses nothing while its port comes up") {
    std::vector<std::byte> left(sounding_file::size());
    for (std::uint32_t i = 0; i < 2 * sounding_file::starts_max; ++i) {
        recorded_flow of({.protocols = takes_midi}, left);
        REQUIRE(of.found == (i == 0 ? 0U : 1U));
        of.flow->attach(0);
        of.send(note_on(60));
        left = of.bytes;
    }
}

TEST_CASE("what an output leaves is ended where a port of its key comes up at its type") {
    const bool is_other_type = GENERATE(false, true);
    recorded_flow of;
    note_recovery& recovery = of.flow->out.note_recovery();
    static_cast<void>(
        recovery.slots().record_in(of.file, 0, "synth", "type = \"osc\"\nto = \"a\"\n"));
    of.flow->attach(0);
    of.send(note_on(60));
    of.flow->out.connections().detach(0, dropped::output_down);

    const output_notes::left_behind left = recovery.set_aside(0);
    CHECK(left.sounding == 1);
    CHECK(left.kept == 1);
    CHECK(of.flow->out.sounding_count().total() == 0);
    CHECK(of.in_file() == ends({note_off(60)}));
    static_cast<void>(recovery.slots().record_in(
        of.file, 0, "organ", is_other_type ? "type = \"midi\"\n" : "type = \"osc\"\nto = \"b\"\n"));
    of.flow->attach(0, "another");
    of.flow->run();
    CHECK(of.flow->sink().payloads().size() == 1);
    static_cast<void>(of.flow->add_port(0, "port"));
    of.flow->run();

    CHECK(of.flow->sink().payloads().size() == (is_other_type ? 1 : 2));
    CHECK(of.in_file() == (is_other_type ? ends({note_off(60)}) : std::multiset<std::string>{}));
    std::size_t aside = 0;
    recovery.slots().for_each_aside([&](const sounding_file::slot&) { ++aside; });
    CHECK(aside == (is_other_type ? 1 : 0));
}

TEST_CASE("a port that is described in other words is the same port if its name is the same") {
    const bool is_other_name = GENERATE(false, true);
    recorded_flow of;
    note_recovery& recovery = of.flow->out.note_recovery();
    static_cast<void>(
        recovery.slots().record_in(of.file, 0, "synth", "type = \"midi\"\nport = \"Syn*\"\n"));
    of.flow->attach(0, "Syn*");
    of.flow->set_up(0, 1, true, "Synth:in");
    of.send(note_on(60));
    of.flow->set_up(0, 1, false, "Synth:in");
    of.flow->out.connections().detach(0, dropped::output_down);
    CHECK(recovery.set_aside(0).kept == 1);

    static_cast<void>(
        recovery.slots().record_in(of.file, 0, "synth", "type = \"midi\"\nport = \"Synth\"\n"));
    of.flow->attach(0, "another");
    static_cast<void>(of.flow->out.connections().ports(0).add(
        "Synth", is_other_name ? "Synth:in 2" : "Synth:in", true));
    of.flow->out.connections().ports_changed(0);
    of.flow->run();

    CHECK(of.flow->sink().payloads().size() == (is_other_name ? 1 : 2));
    CHECK(of.in_file().size() == (is_other_name ? 1 : 0));
}

TEST_CASE("an output that stops in an orderly way has no end in doubt") {
    recorded_flow of;
    of.flow->attach(0);
    of.send(note_on(60));
    of.send(note_off(60));

    of.flow->out.note_recovery().settle(0);
    of.flow->out.connections().detach(0, dropped::output_down);

    CHECK(of.in_file().empty());
    CHECK(of.flow->out.note_recovery().set_aside(0).sounding == 0);
}

TEST_CASE("what nobody has ended in very many starts, or is damaged, is given up and told") {
    const bool is_damaged = GENERATE(false, true);
    recorded_flow crashed;
    leave_a_note(crashed, is_damaged);
    std::vector<std::byte> left = crashed.bytes;
    std::size_t given_up = 0;
    std::uint32_t starts = 0;
    for (; given_up == 0 && starts < 100; ++starts) {
        recorded_flow next({.protocols = takes_midi}, left);
        next.flow->out.note_recovery().slots().begin_aside([&](const auto&) { ++given_up; });
        left = next.bytes;
    }

    CHECK(starts == (is_damaged ? 1 : sounding_file::starts_max + 1));
    CHECK(given_up == 1);
}
