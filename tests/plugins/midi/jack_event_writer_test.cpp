// SPDX-License-Identifier: MIT
// What JACK's thread writes into which frame, in virtual time.
#include "tests/plugins/midi/jack_stage.hpp"

#include <array>

using namespace tactus::test;

TEST_CASE("what is known ahead stands in its frame of its period") {
    stage it;
    it.push(it.now_ns + 17 * frame_ns, on);
    it.push(it.now_ns + period_ns, bend);
    it.push(it.now_ns + period_ns + 99 * frame_ns, off);

    CHECK(it.next() == std::vector<written>{{17, on}});
    CHECK(it.next() == std::vector<written>{{0, bend}, {99, off}});
    CHECK(it.next().empty());
}

TEST_CASE("how late a message is, is known by its frame") {
    stage it;
    it.push(it.now_ns - 3 * period_ns, on);
    it.push(it.now_ns + 17 * frame_ns + frame_ns / 2, bend);
    it.push(it.now_ns + 150 * frame_ns, off);
    it.output->flush(); // it leaves before it was to
    CHECK(it.next().size() == 3);

    CHECK(it.late_ns == std::vector<std::int64_t>{3 * period_ns, 0, 0});
}

TEST_CASE("a message that waits for room is as late as the period in which it begins") {
    stage it;
    it.push(it.now_ns, on);
    it.push(it.now_ns, off);
    CHECK(it.next(on.size()) == std::vector<written>{{0, on}});
    CHECK(it.next() == std::vector<written>{{0, off}});

    CHECK(it.late_ns == std::vector<std::int64_t>{0, period_ns});
}

TEST_CASE("what is past stands at the first frame of the next period, in its order") {
    stage it;
    it.push(it.now_ns - 1, on);
    it.push(it.now_ns - 1, bend);
    it.push(it.now_ns - 5 * period_ns, other_on);

    CHECK(it.next() == std::vector<written>{{0, other_on}, {0, on}, {0, bend}});
}

TEST_CASE("what comes live passes what waits for a later frame") {
    stage it;
    it.push(it.now_ns + 150 * frame_ns, on);
    CHECK(it.next().empty());

    it.push(it.now_ns - 1, other_on);

    CHECK(it.next() == std::vector<written>{{0, other_on}, {50, on}});
}

TEST_CASE("what ends a note does not pass the note, however early it is due") {
    stage it;
    const bool is_note = GENERATE(true, false);
    const message first = is_note ? on : message{0xB0, 64, 127};
    const message last = is_note ? off : message{0xB0, 64, 0};
    it.push(it.now_ns + 150 * frame_ns, first);
    CHECK(it.next().empty());

    it.push(it.now_ns - 1, last);

    CHECK(it.next() == std::vector<written>{{50, first}, {50, last}});
}

TEST_CASE("a channel mode message, a SysEx and a reset pass nothing that they end") {
    const auto kind = static_cast<std::size_t>(GENERATE(0, 1, 2));
    const message ender = std::array<message, 3>{{{0xB0, 123, 0}, {0xF0, 1, 0xF7}, {0xFF}}}[kind];
    stage it;
    it.push(it.now_ns + 50 * frame_ns, on);
    it.push(it.now_ns, ender);
    it.push(it.now_ns, other_on); // and is not passed by what comes later

    const std::vector<written> all = it.next();
    REQUIRE(all.size() == 3);
    CHECK(all[0] == written{50, on});
    CHECK(all[1] == written{50, ender});
    CHECK(all[2] == written{50, other_on});
}

TEST_CASE("clocks and other channels pass everything") {
    stage it;
    it.push(it.now_ns + 50 * frame_ns, {0xB0, 120, 0});
    it.push(it.now_ns, {0xF8});
    it.push(it.now_ns, {0x91, 60, 1});

    CHECK(it.next() == std::vector<written>{{0, {0xF8}}, {0, {0x91, 60, 1}}, {50, {0xB0, 120, 0}}});
}

TEST_CASE("a flush lets out at once what waits, in its order, before what comes then") {
    stage it;
    it.push(it.now_ns + 350 * frame_ns, on);
    it.push(it.now_ns + 320 * frame_ns, other_on);
    CHECK(it.next().empty());

    it.output->flush();
    it.push(it.now_ns, off);
    it.push(it.now_ns, {0x80, 61, 0});

    CHECK(it.next() == std::vector<written>{{0, other_on}, {0, on}, {0, off}, {0, {0x80, 61, 0}}});
    it.push(it.now_ns + 20 * frame_ns, on); // goes on as before
    CHECK(it.next() == std::vector<written>{{20, on}});
}

TEST_CASE("a flush that finds no room goes on in the next period, and nothing passes it") {
    stage it;
    it.push(it.now_ns + 350 * frame_ns, on);
    it.push(it.now_ns + 360 * frame_ns, other_on);
    it.output->flush();
    it.push(it.now_ns, off);

    CHECK(it.next(3) == std::vector<written>{{0, on}});
    CHECK(it.next(3) == std::vector<written>{{0, other_on}});
    CHECK(it.next(3) == std::vector<written>{{0, off}});
}

TEST_CASE("what does not fit a period goes in the next, whole and in order") {
    stage it;
    const message sysex = [] {
        message made(50, 1);
        made.front() = 0xF0;
        made.back() = 0xF7;
        return made;
    }();
    it.push(it.now_ns, on);
    it.push(it.now_ns, sysex);
    it.push(it.now_ns, off);

    CHECK(it.next(51) == std::vector<written>{{0, on}});
    const std::vector<written> rest = it.next(53);
    REQUIRE(rest.size() == 2);
    CHECK(rest[0].bytes == sysex);
    CHECK(rest[1].bytes == off);
}

TEST_CASE("a SysEx that fits no period goes in parts, and nothing comes between them") {
    stage it;
    message sysex(250, 1);
    sysex.front() = 0xF0;
    sysex.back() = 0xF7;
    it.push(it.now_ns, sysex);
    it.push(it.now_ns, off);
    message heard;
    for (int i = 0; i < 3; ++i) {
        for (const written& each : it.next(100)) {
            heard.insert(heard.end(), each.bytes.begin(), each.bytes.end());
        }
        it.push(it.now_ns - 5 * period_ns, {0xE0, 0, 0}); // due before all
    }

    REQUIRE(heard.size() >= 253);
    CHECK(message(heard.begin(), heard.begin() + 250) == sysex);
}

TEST_CASE("without room at all nothing is kept") {
    stage it;
    it.push(it.now_ns, on);
    CHECK(it.next(0).empty());
    CHECK(it.next().empty());
}

TEST_CASE(
    "an output that closes is finished when its last messages have passed through the graph") {
    stage it;
    it.push(it.now_ns + 500 * frame_ns, on); // however late it was due
    it.push(it.now_ns, {0x80, 61, 0});
    it.output->finish();

    CHECK(it.next().size() == 2);
    int periods = 0;
    while (!it.output->is_finished() && periods < 100) {
        CHECK(it.next().empty());
        ++periods;
    }
    CHECK(periods == 8); // 8 ms: the word of an xrun comes by another thread
}

TEST_CASE("an output that has been silent is finished at once") {
    stage it;
    for (int i = 0; i < 20; ++i) {
        static_cast<void>(it.next());
    }
    it.output->finish();
    static_cast<void>(it.next());
    CHECK(it.output->is_finished());
}

TEST_CASE("on an overloaded machine an output that closes says its ends once more") {
    stage it;
    it.output->xrun();
    static_cast<void>(it.next());
    it.push(it.now_ns, off);
    it.output->finish();
    CHECK(it.next() == std::vector<written>{{0, off}});
    int periods = 0;
    std::size_t said = 0;
    while (!it.output->is_finished() && periods < 1000) {
        said += it.next().size();
        ++periods;
    }
    CHECK(said == 1);
    CHECK(periods == 58);
}

TEST_CASE("where nobody tells of xruns an output that closes says its ends once more") {
    stage it;
    it.push(it.now_ns, off);
    it.output->finish(false);
    CHECK(it.next() == std::vector<written>{{0, off}});
    std::vector<written> said;
    for (int periods = 0; !it.output->is_finished() && periods < 1000; ++periods) {
        for (const written& each : it.next()) {
            said.push_back(each);
        }
    }
    CHECK(said == std::vector<written>{{0, {0x80, 60, 64}}});
}

TEST_CASE("xruns without end do not keep it from closing") {
    stage it;
    it.push(it.now_ns, off);
    it.output->finish();
    int periods = 0;
    while (!it.output->is_finished() && periods < 1000) {
        static_cast<void>(it.next());
        it.output->xrun();
        ++periods;
    }
    CHECK(periods < 100);
}

TEST_CASE("what was pushed while there is no port is forgotten") {
    stage it;
    it.push(it.now_ns + 50 * frame_ns, on);
    it.output->discard();
    CHECK(it.next().empty());
}
