// SPDX-License-Identifier: MIT
// A stop, in virtual time: whatever the output does, nothing sounds afterwards, or it is said.
#include "kernel/daemon/shutdown_silence.hpp"

#include "tests/kernel/flow/flow_support.hpp"
#include "tests/kernel/flow/worker_model.hpp"

#include <cstdlib>
#include <random>
#include <set>

using namespace tactus;
using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

output_choice midi(bool is_deferred = false) {
    return {.protocols = takes_midi, .is_deferred = is_deferred};
}

struct stop_case {
    explicit stop_case(const output_choice& choice = midi()) : flow(simple_flow(choice)) {}

    std::unique_ptr<flow_under_test> flow;
    std::vector<std::size_t> by_channel;
    std::vector<std::size_t> given_up;
    std::function<void()> each_ms = [] {};

    // How many milliseconds it took.
    int stop(bool ends_notes = true) {
        daemon::shutdown_silence silence(
            flow->out, {[this](std::uint16_t, std::size_t left) { by_channel.push_back(left); },
                        [this](std::uint16_t, std::size_t left) { given_up.push_back(left); }});
        flow->out.canceller().drop(dropped::stop);
        silence.begin(flow->clock.now_ns(), ends_notes);
        int passed = 0;
        while (!silence.step(flow->clock.now_ns()) && passed < 10'000) {
            flow->drain();
            each_ms();
            flow->clock.advance_ns(ms_ns);
            ++passed;
        }
        return passed;
    }
    void play(int count) {
        for (int i = 0; i < count; ++i) {
            static_cast<void>(flow->emit_midi(note_on(i % 128, i / 128)));
            flow->drain();
        }
    }
};

} // namespace

TEST_CASE("a stop ends all notes at once where the output takes them") {
    stop_case test;
    test.play(250);

    CHECK(test.stop() <= 2);

    CHECK(test.flow->output().notes_sounding == 0);
    CHECK(test.by_channel.empty());
    CHECK(test.given_up.empty());
}

TEST_CASE("a slow output ends note by note while the time suffices, then by channel") {
    const int notes = GENERATE(150, 250, 16 * 128);
    stop_case test;
    test.play(notes);
    test.each_ms = [&] { // a MIDI cable: one message of three bytes a millisecond
        test.flow->sink().room = 1;
        test.flow->out.connections().writable(0);
    };
    test.flow->sink().room = 0;

    const int took_ms = test.stop();

    CHECK(test.flow->output().notes_sounding == 0);
    CHECK(test.flow->out.sounding_count().to_end(0) == 0);
    CHECK(test.by_channel.size() == (notes == 150 ? 0 : 1));
    CHECK(test.given_up.empty());
    CHECK(took_ms < 350);
    CHECK(test.flow->balanced());
}

TEST_CASE("an output that takes nothing is given up, and it is said what may sound on") {
    stop_case test;
    test.play(3);
    test.flow->sink().room = 0;

    CHECK(test.stop() <= 351);

    CHECK(test.by_channel == std::vector<std::size_t>{3});
    CHECK(test.given_up == std::vector<std::size_t>{3});
    CHECK(test.flow->balanced());
}

TEST_CASE("an output that fails each note-off is given up soon") {
    stop_case test;
    test.play(3);
    test.flow->sink().judge = [](const tactus_event&) { return TACTUS_E_IO; };

    CHECK(test.stop() < 20);
    CHECK(test.given_up == std::vector<std::size_t>{3});
}

TEST_CASE("an output that is away keeps nobody waiting") {
    stop_case test;
    test.play(3);
    test.flow->set_up(0, 1, false);

    CHECK(test.stop() == 0);
}

TEST_CASE("a small queue takes many rounds, and all notes end") {
    output_choice choice = midi();
    choice.settings.limits = {{16, 1 << 20}, when_full::drop_newest};
    stop_case test(choice);
    test.play(80);

    test.stop();

    CHECK(test.flow->output().notes_sounding == 0);
    CHECK(test.given_up.empty());
}

TEST_CASE("where notes are not to be ended a stop waits only for what has left") {
    stop_case test(midi(true));
    test.play(3);
    REQUIRE(test.flow->sink().unfinished.size() == 3);
    test.each_ms = [&] {
        test.flow->sink().finish(std::min<std::size_t>(1, test.flow->sink().unfinished.size()));
    };

    CHECK(test.stop(false) == 3);
    CHECK(test.flow->sink().records.size() == 3);
}

namespace {

// A worker that sends in any order, and fails now and then, and the device behind it. It never
// fails so often in a row that the stop gives it up: that is another case.
struct random_stop {
    explicit random_stop(std::uint64_t seed) : random(seed) {
        sink.on_taken = [this](const tactus_event& event) { worker.accepted(event); };
    }

    std::mt19937_64 random;
    stop_case test{[] {
        output_choice choice = midi(true);
        choice.ahead_ns = 2 * ms_ns;
        return choice;
    }()};
    testing::recording_sink& sink = test.flow->sink();
    std::set<std::size_t> device;
    worker_model worker{sink, [this](const worker_model::held& one) { plays(one.message); },
                        [this] { return next_finish(); }};
    int failed_in_a_row = 0;

    std::uint64_t below(std::uint64_t end) { return random() % end; }

    finish next_finish() {
        const bool fails =
            failed_in_a_row + 1 < daemon::shutdown_silence::vain_tries_max && below(12) == 0;
        failed_in_a_row = fails ? failed_in_a_row + 1 : 0;
        return fails ? finish::failed : finish::sent;
    }
    void plays(const std::string& bytes) {
        const std::vector<std::uint8_t> message(bytes.begin(), bytes.end());
        const sounding::effect does = sounding::effect_of(message);
        if (does == sounding::effect::begins) {
            device.insert(sounding::place_of(message));
        } else if (does == sounding::effect::ends) {
            device.erase(sounding::place_of(message));
        }
    }
    void work() {
        for (std::uint64_t i = below(6); i > 0 && worker.size() > 0; --i) {
            worker.send(below(worker.size()));
        }
    }
    void emit() {
        const int note = static_cast<int>(below(6));
        const auto pedal = static_cast<std::uint8_t>(below(2) * 127);
        const std::int64_t ahead_ns = static_cast<std::int64_t>(below(6)) * ms_ns / 2;
        const stamp when{.due_ns = below(2) == 0 ? 0 : test.flow->clock.now_ns() + ahead_ns};
        static_cast<void>(test.flow->emit_midi(below(8) == 0   ? wire::bytes{0xB0, 64, pedal}
                                               : below(2) == 0 ? note_on(note)
                                                               : note_off(note),
                                               when));
        test.flow->clock.advance_ns(static_cast<std::int64_t>(below(500'000)));
        test.flow->drain();
    }
};

} // namespace

TEST_CASE("whatever a worker does in the last moment, nothing sounds after a stop") {
    const char* const given = std::getenv("TACTUS_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    for (std::uint64_t run = 0; run < 300; ++run) {
        CAPTURE(seed, run);
        random_stop one(seed + run);
        for (std::uint64_t i = one.below(200); i > 0; --i) {
            one.emit();
            if (one.below(3) == 0) {
                one.work();
            }
        }
        one.test.each_ms = [&] { one.work(); };

        one.test.stop();

        REQUIRE(one.test.given_up.empty());
        REQUIRE(one.device.empty());
        REQUIRE(one.test.flow->output().notes_sounding == 0);
        REQUIRE(one.test.flow->balanced());
    }
}
