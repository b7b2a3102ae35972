// SPDX-License-Identifier: MIT
// Active sensing in both directions, against a fake libjack, in virtual time.
#include "tests/plugins/midi/plugged.hpp"

using namespace tactus::test;

namespace {

constexpr std::int64_t ms = 1'000'000;

const option_texts on{{"active_sensing", "true"}};

struct sensing_output : plugged_output {
    explicit sensing_output(const option_texts& options = on) : plugged_output(options) {}

    /// Those very messages have left, FE among them, and nothing else. No ends of notes: where the
    /// machine is late with a period they are said twice.
    bool has_sent(const std::vector<message>& all) const {
        return eventually([&] { return jack.heard_by(peer).size() >= all.size(); }) &&
               jack.heard_by(peer) == all;
    }
};

struct sensing_input : plugged_input {
    explicit sensing_input(const option_texts& options = on) : plugged_input(options) {}

    void play(const message& bytes) {
        jack.play(peer, bytes);
        settle();
    }
    /// What has come in.
    std::vector<message> heard() {
        settle();
        std::vector<message> all;
        for (const auto& each : instance.host.emitted) {
            all.push_back(each.bytes);
        }
        return all;
    }
    std::int64_t times_lost() { return instance.host.metrics["midi_sensing_lost_total"]; }
    bool is_watched() const { return instance.host.pending("timer") > 0; }
};

const message sensing{0xFE};
const message note_on{0x90, 60, 1};
const message note_end{0x80, 60, 64};

} // namespace

TEST_CASE("active sensing is sent when nothing else was sent for 270 ms") {
    sensing_output it;
    const std::int64_t begin_ns = it.instance.host.now_ns();
    REQUIRE(it.has_sent({sensing})); // at once

    it.pass(100 * ms);
    REQUIRE(it.send({0x90, 60, 1}) == TACTUS_OK);
    it.pass(260 * ms); // 360 ms: nothing but the note for 260 ms
    REQUIRE(it.send({0xC0, 5}) == TACTUS_OK);
    REQUIRE(it.has_sent({sensing, {0x90, 60, 1}, {0xC0, 5}}));
    it.pass(271 * ms);
    REQUIRE(it.has_sent({sensing, {0x90, 60, 1}, {0xC0, 5}, sensing}));

    // The next is handed over at 270 ms after that, which left at 630 ms, less a period and 2 ms.
    const std::int64_t next_ns = it.instance.host.next_deadline_ns().value_or(0) - begin_ns;
    CHECK(next_ns <= 900 * ms);
    CHECK(next_ns > 890 * ms);
    std::vector<message> all{sensing, {0x90, 60, 1}, {0xC0, 5}, sensing};
    all.insert(all.end(), 10, sensing);
    it.pass(2700 * ms);
    CHECK(it.has_sent(all));
    CHECK(it.instance.host.breaches.empty());
}

TEST_CASE("an output without active sensing sends none, and is not woken") {
    sensing_output it((option_texts()));
    it.pass(1000 * ms);
    REQUIRE(it.send({0x90, 60, 1}) == TACTUS_OK);
    it.pass(1000 * ms);
    REQUIRE(it.send({0xC0, 5}) == TACTUS_OK);

    CHECK(it.has_sent({{0x90, 60, 1}, {0xC0, 5}}));
    CHECK(it.instance.host.pending("timer") == 0);
}

TEST_CASE("active sensing waits for a port that is away, and is not woken meanwhile") {
    sensing_output it;
    REQUIRE(it.has_sent({sensing}));
    it.begin_to_go();
    it.settle();
    it.jack.unlist(it.peer);
    it.jack.tell_client_gone("later");
    it.pass(1000 * ms);
    REQUIRE_FALSE(it.is_up());
    CHECK(it.instance.host.pending("timer") == 0);

    it.come();
    it.settle();
    it.pass(100 * ms);

    REQUIRE(it.is_up());
    CHECK(it.has_sent({sensing})); // what the new port heard
}

TEST_CASE("active sensing passes between the parts of a SysEx that are far apart, and else waits") {
    const bool are_far_apart = GENERATE(false, true);
    sensing_output it({{"active_sensing", "true"},
                       {"sysex_chunk", "4"},
                       {"sysex_pace", are_far_apart ? "\"400ms\"" : "\"100ms\""}});
    REQUIRE(it.has_sent({sensing}));
    it.pass(200 * ms);

    REQUIRE(it.send({0xF0, 1, 2, 3, 4, 5, 6, 7, 8, 0xF7}) == TACTUS_OK);
    it.settle();

    const std::vector<message> parts{{0xF0, 1, 2, 3}, {4, 5, 6, 7}, {8, 0xF7}};
    std::vector<message> all{sensing, parts[0]};
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (are_far_apart) {
            it.pass(280 * ms); // and 4.7 ms that the part was handed over before it left
            all.push_back(sensing);
            REQUIRE(it.has_sent(all));
        }
        it.pass(are_far_apart ? 130 * ms : 110 * ms);
        all.push_back(parts[i]);
        REQUIRE(it.has_sent(all));
    }
}

TEST_CASE("active sensing counts from a flush, which lets out what was to leave later") {
    sensing_output it({{"active_sensing", "true"}, {"wire", "\"din\""}});
    const std::int64_t lookahead_ns = 4'666'666; // a period and 2 ms: so much later leaves the note
    REQUIRE(it.has_sent({sensing}));
    it.pass(100 * ms);
    const std::int64_t begin_ns = it.instance.host.now_ns();
    REQUIRE(it.send({0x90, 60, 1}) == TACTUS_OK);
    const auto* table = it.instance.interface<tactus_output_0>(TACTUS_OUTPUT_0);

    table->flush(it.instance.plugin(), 0);

    it.pass(200 * ms);
    CHECK(it.instance.host.next_deadline_ns().value_or(0) <=
          begin_ns + 270 * ms - lookahead_ns + 1000);
}

TEST_CASE("an output with active sensing stops, whether its timer runs or its worker") {
    sensing_output it;
    REQUIRE(it.has_sent({sensing}));
    const bool is_at_work = GENERATE(false, true);
    it.instance.host.is_work_held = is_at_work;
    it.pass(270 * ms);
    REQUIRE(it.instance.host.pending("work") == (is_at_work ? 1 : 0));

    it.instance.stop();
    it.instance.host.is_work_held = false;
    it.settle();

    CHECK(it.instance.host.stopped == TACTUS_OK);
    CHECK(it.instance.host.pending() == 0);
    CHECK(it.instance.host.breaches.empty());
}

TEST_CASE("a source that sent active sensing and then nothing for 330 ms is taken to be gone") {
    sensing_input it;
    it.play(sensing); // is ignored, as is the default
    it.pass(100 * ms);
    it.play(note_on);
    it.play({0xB0, 64, 127});
    it.play({0xF0, 1, 2});
    it.pass(329 * ms);
    REQUIRE(it.heard() == std::vector<message>{note_on, {0xB0, 64, 127}});
    REQUIRE(it.times_lost() == 0);

    it.pass(1 * ms);

    CHECK(it.heard() == std::vector<message>{note_on, {0xB0, 64, 127}, note_end, {0xB0, 64, 0}});
    CHECK(it.times_lost() == 1);
    CHECK(it.instance.host.rejected["malformed"] == 1);
    CHECK(it.times_logged("The port \"later:out\" has stopped sending") == 1);
    it.pass(10'000 * ms);
    CHECK_FALSE(it.is_watched());
    CHECK(it.heard().size() == 4);
    CHECK(it.times_lost() == 1);
    it.play({3, 0xF7}); // the SysEx was given up
    CHECK(it.heard().size() == 4);
    CHECK(it.instance.host.breaches.empty());
}

TEST_CASE("whatever comes from a source is a sign of life") {
    sensing_input it;
    it.play(sensing);
    it.play(note_on);

    // FE, a clock, what is stray, what is undefined, a part of a message, another message
    for (const message& each : std::vector<message>{
             {0xFE}, {0xF8}, {0xF7, 1}, {0xF4}, {0x90, 61}, {0xB0, 1, 1}, {0xFE}}) {
        it.pass(320 * ms);
        it.play(each);
    }
    it.pass(320 * ms);

    CHECK(it.times_lost() == 0);
    CHECK(it.heard() == std::vector<message>{note_on, {0xF8}, {0xB0, 1, 1}});
    CHECK(it.is_watched());
}

TEST_CASE("a source that never sent active sensing is not watched") {
    sensing_input it;
    it.play(note_on);
    CHECK_FALSE(it.is_watched());

    it.pass(10'000 * ms);

    CHECK(it.heard() == std::vector<message>{note_on});
    CHECK(it.times_lost() == 0);
}

TEST_CASE("an input without the option does not heed active sensing") {
    sensing_input it(option_texts{{"ignore", "[]"}});
    it.play(sensing);
    it.play(note_on);
    CHECK_FALSE(it.is_watched());

    it.pass(10'000 * ms);

    CHECK(it.heard() == std::vector<message>{sensing, note_on});
    CHECK(it.times_lost() == 0);
}

TEST_CASE("sensing begins anew with the next FE, which is passed on where it is asked for") {
    sensing_input it({{"active_sensing", "true"}, {"ignore", "[]"}});
    it.play(sensing);
    it.pass(330 * ms);
    REQUIRE(it.times_lost() == 1);
    it.play(note_on);
    it.pass(10'000 * ms);
    REQUIRE(it.times_lost() == 1);

    it.play(sensing);
    it.pass(330 * ms);

    CHECK(it.times_lost() == 2);
    CHECK(it.heard() == std::vector<message>{sensing, note_on, sensing, note_end});
}

TEST_CASE("a source that falls silent again and again is named every 10 s, and counted each time") {
    sensing_input it;
    for (int i = 0; i < 40; ++i) { // 13.2 s
        it.play(sensing);
        it.pass(330 * ms);
    }

    CHECK(it.times_lost() == 40);
    CHECK(it.times_logged("has stopped sending") == 2);
}

TEST_CASE("of several sources the one that is silent is ended") {
    sensing_input it({{"active_sensing", "true"}, {"port", "\"*\""}});
    it.jack.list("other:out", 6, false);
    it.jack.tell_port(6, true);
    it.settle();
    REQUIRE(it.jack.connections("other:out") == 1);
    it.play(sensing);
    it.play(note_on);
    it.pass(200 * ms);
    it.jack.play("other:out", sensing);
    it.jack.play("other:out", {0x90, 61, 1});

    it.pass(130 * ms);
    CHECK(it.heard() == std::vector<message>{note_on, {0x90, 61, 1}, note_end});
    CHECK(it.instance.host.emitted[2].source == it.instance.host.emitted[0].source);
    it.pass(200 * ms);
    CHECK(it.heard().size() == 4);
    CHECK(it.times_logged("The port \"other:out\" has stopped sending") == 1);
}

TEST_CASE("a source that is unplugged is not watched any more") {
    sensing_input it;
    it.play(sensing);
    it.play(note_on);
    REQUIRE(it.is_watched());

    it.begin_to_go();
    it.jack.unlist(it.peer);
    it.settle();
    it.pass(10'000 * ms);

    CHECK(it.heard() == std::vector<message>{note_on, note_end});
    CHECK(it.times_lost() == 0);
    CHECK_FALSE(it.is_watched());
}

TEST_CASE("an input stops while it watches, whether its timer runs or its worker") {
    sensing_input it;
    it.play(sensing);
    REQUIRE(it.is_watched());
    const bool is_at_work = GENERATE(false, true);
    it.instance.host.is_work_held = is_at_work;
    it.pass(330 * ms);

    it.instance.stop();
    it.instance.host.is_work_held = false;
    it.settle();

    CHECK(it.instance.host.stopped == TACTUS_OK);
    CHECK(it.instance.host.pending() == 0);
    CHECK(it.instance.host.breaches.empty());
}
