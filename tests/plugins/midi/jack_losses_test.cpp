// SPDX-License-Identifier: MIT
// What is written again because JACK may have lost it, in virtual time.
#include "tests/plugins/midi/jack_stage.hpp"

using namespace tactus::test;

namespace {

// So many periods; how often the end of the note was said in them.
std::size_t times_said(stage& it, int periods, int xrun_each = 0) {
    std::size_t said = 0;
    for (int i = 0; i < periods; ++i) {
        if (xrun_each > 0 && i % xrun_each == 0) {
            it.output->xrun();
        }
        for (const written& each : it.next()) {
            said += each.bytes[0] == 0x80 ? 1U : 0U;
        }
    }
    return said;
}

} // namespace

TEST_CASE("a message is counted as perhaps lost once, where a period was late soon after it") {
    stage it;
    const bool is_told = GENERATE(true, false);
    it.push(it.now_ns, on);
    it.push(it.now_ns, bend);
    static_cast<void>(it.next());
    static_cast<void>(it.next());
    CHECK(it.lost == 0);

    if (is_told) {
        it.output->xrun();
    }
    static_cast<void>(it.next(32'000, is_told ? 0 : 1));
    CHECK(it.lost == 2);
    it.output->xrun();
    static_cast<void>(it.next());
    CHECK(it.lost == 2);
}

TEST_CASE("ends that an xrun may have lost are said once more") {
    stage it;
    it.push(it.now_ns, on);
    it.push(it.now_ns, {0xB3, 64, 127});
    it.push(it.now_ns, other_on);
    static_cast<void>(it.next());
    it.push(it.now_ns, off);
    it.push(it.now_ns, {0xB3, 64, 0});
    CHECK(it.next().size() == 2);
    const bool is_told = GENERATE(true, false);

    if (is_told) {
        it.output->xrun();
    }

    const std::vector<written> again = it.next(32'000, is_told ? 0 : 1);
    CHECK(again == std::vector<written>{{0, {0x80, 60, 64}}, {0, {0xB3, 64, 0}}});
    CHECK(it.next().empty());
}

TEST_CASE("the word of an xrun may come late, but not for ever") {
    stage it;
    const int periods = GENERATE(1, 50, 99, 102, 200);
    it.push(it.now_ns, off);
    for (int i = 0; i < periods; ++i) {
        static_cast<void>(it.next());
    }
    it.output->xrun();
    CHECK(it.next().size() == (periods <= 100 ? 1 : 0));
}

TEST_CASE("a note that was begun anew is not ended again") {
    stage it;
    it.push(it.now_ns, off);
    it.push(it.now_ns, on);
    CHECK(it.next().size() == 2);
    it.output->xrun();
    CHECK(it.next().empty());
}

TEST_CASE("what ended a whole channel is said again for what was on, and nothing else") {
    stage it;
    it.push(it.now_ns, on);
    it.push(it.now_ns, {0xB0, 66, 100});
    it.push(it.now_ns, {0xB0, 123, 0});
    it.push(it.now_ns, other_on);
    it.push(it.now_ns, {0xB0, 121, 0});
    static_cast<void>(it.next());
    it.output->xrun();
    CHECK(it.next() == std::vector<written>{{0, {0x80, 60, 64}}, {0, {0xB0, 66, 0}}});
}

TEST_CASE("an end is said again before what comes then") {
    stage it;
    it.push(it.now_ns, off);
    static_cast<void>(it.next());
    it.output->xrun();
    it.push(it.now_ns + 10 * frame_ns, on);
    CHECK(it.next() == std::vector<written>{{0, {0x80, 60, 64}}, {10, on}});
}

TEST_CASE("what ended in a series of xruns is said again when the series is over") {
    stage it;
    const int before = GENERATE(0, 90);     // periods from the end to the first xrun
    const int periods = GENERATE(50, 2000); // of the series
    const int each = GENERATE(1, 2, 30, 90);
    it.push(it.now_ns, off);
    static_cast<void>(times_said(it, 1 + before));
    CHECK(times_said(it, periods, each) < 30); // not in each period, without end

    const std::size_t said = times_said(it, 200);

    CHECK(said == (each < periods ? 1U : 0U)); // a single one is answered at once
    CHECK(times_said(it, 1000) == 0);
}

TEST_CASE("what ends long after the first xrun of a series is said again after the last") {
    stage it;
    static_cast<void>(times_said(it, 500, 2));
    it.push(it.now_ns, off);
    CHECK(times_said(it, 500, 2) == 1); // itself
    CHECK(times_said(it, 200) == 1);
}

TEST_CASE("a note that was begun anew in a series of xruns is not ended after it") {
    stage it;
    it.push(it.now_ns, off);
    static_cast<void>(times_said(it, 200, 2));
    it.push(it.now_ns, on);
    static_cast<void>(times_said(it, 200, 2));
    CHECK(times_said(it, 200) == 0);
}

TEST_CASE("what is said again after a series of xruns, and lost, is said once more") {
    stage it;
    it.push(it.now_ns, off);
    static_cast<void>(times_said(it, 400, 2));
    int periods = 0;
    while (times_said(it, 1) == 0 && periods < 200) {
        ++periods;
    }
    CHECK(periods < 100);
    it.output->xrun();

    CHECK(times_said(it, 200) == 1);
    it.output->xrun(); // too late to be about it
    CHECK(times_said(it, 200) == 0);
}

TEST_CASE("ends of a series of xruns that do not fit a period are said in the next") {
    stage it;
    it.push(it.now_ns, off);
    it.push(it.now_ns, {0x80, 61, 0});
    static_cast<void>(times_said(it, 400, 2));
    int periods = 0;
    while (it.next(off.size()).empty() && periods < 200) {
        ++periods;
    }
    CHECK(periods < 100);

    CHECK(it.next().size() == 2);

    CHECK(it.next().empty());
}

TEST_CASE("xruns that are far apart do not say again what is long over") {
    stage it;
    it.push(it.now_ns, off);
    static_cast<void>(it.next());
    CHECK(times_said(it, 10'000, 110) == 1); // at the first
}

TEST_CASE("an output that closes says again what ended in a series of xruns") {
    stage it;
    it.push(it.now_ns, off);
    static_cast<void>(times_said(it, 3000, 2));
    it.output->finish();

    std::size_t said = 0;
    for (int periods = 0; !it.output->is_finished() && periods < 100; ++periods) {
        said += times_said(it, 1);
    }

    CHECK(it.output->is_finished());
    CHECK(said == 1);
}
