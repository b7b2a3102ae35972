// SPDX-License-Identifier: MIT
// `throttle` and `dedupe` of what is scheduled: it is judged when it is due, so neither the order
// in which events come nor what is cancelled changes what is let through.
#include "tests/kernel/daemon/route_case.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>

using namespace tactus::test;
using tactus::flow::dropped;
using tactus::flow::test::ms_ns;
using tactus::flow::test::stamp;
using strings = std::vector<std::string>;

namespace {

const std::string throttled = route(R"(throttle = "20ms")");
const std::string deduped = route("dedupe = true");

} // namespace

TEST_CASE("a value that is scheduled does not stop those that come before it") {
    route_case test(throttled, route_case::osc);
    CHECK(test.send("/fader 0") == strings{"/fader 0"});
    CHECK(test.send("/fader 1").empty());
    CHECK(test.send("/fader 2").empty());
    CHECK(test.send("/fader 99", in_ms(test, 100)).empty());
    CHECK(test.send("/fader 5").empty());

    CHECK(test.wait(130) == strings{"+20ms /fader 5", "+100ms /fader 99"});
    CHECK(test.flow.dropped_as(dropped::throttled) == 2);
}

TEST_CASE("scheduled and live values in turn are thinned out, each where it is due") {
    route_case test(throttled, route_case::osc);
    strings now;
    strings all;
    for (int i = 0; i < 40; ++i) {
        CHECK(test.send("/fader " + std::to_string(1000 + i), in_ms(test, 500)).empty());
        for (const std::string& each : test.send("/fader " + std::to_string(i))) {
            now.push_back(each);
        }
        for (const std::string& each : test.wait(5)) {
            all.push_back(each.substr(each.find('/')));
        }
    }
    CHECK(now == strings{"/fader 0"}); // the others wait first
    for (const std::string& each : test.wait(600)) {
        all.push_back(each.substr(each.find('/')));
    }

    strings wanted;
    for (const int first : {0, 1000}) {
        for (int i = first - 1; i < first + 40; i += 4) {
            wanted.push_back("/fader " + std::to_string(std::max(i, first)));
        }
    }
    wanted.erase(wanted.begin()); // 0 left at once
    CHECK(all == wanted);
}

TEST_CASE("what is scheduled backwards leaves as if it had come in order") {
    route_case test(throttled, route_case::osc);
    for (int i = 10; i >= 0; --i) {
        CHECK(test.send("/fader " + std::to_string(i), in_ms(test, 10 + i * 5)).empty());
    }

    CHECK(test.wait(100) ==
          strings{"+10ms /fader 0", "+30ms /fader 3", "+50ms /fader 7", "+70ms /fader 10"});
}

TEST_CASE("of two values for the same moment the one that came last is the last") {
    route_case test(throttled, route_case::osc);
    CHECK(test.send("/fader 1", in_ms(test, 10)).empty());
    CHECK(test.send("/fader 2", in_ms(test, 10)).empty());

    CHECK(test.wait(50) == strings{"+10ms /fader 1", "+30ms /fader 2"});
}

TEST_CASE("what is scheduled and then cancelled has held back nothing") {
    route_case thinned(throttled, route_case::osc);
    stamp later = in_ms(thinned, 30);
    later.tag = 7;
    CHECK(thinned.send("/fader 99", later).empty());
    CHECK(thinned.wait(25).empty());
    CHECK(thinned.send("/fader 1") == strings{"/fader 1"});
    CHECK(thinned.flow.in.cancel(0, 7) == 1);
    CHECK(thinned.send("/fader 2").empty());
    CHECK(thinned.wait(50) == strings{"+20ms /fader 2"});

    route_case same(deduped, route_case::osc);
    later = in_ms(same, 50);
    later.tag = 7;
    CHECK(same.send("/a 0").size() == 1);
    CHECK(same.send("/a 1", later).empty());
    CHECK(same.send("/a 1") == strings{"/a 1"});
    CHECK(same.flow.in.cancel(0, 7) == 1);
    CHECK(same.send("/a 1").size() + same.wait(60).size() <= 1);
}

TEST_CASE("a value is compared with what left before it, not with what came before it") {
    route_case test(deduped, route_case::osc);
    CHECK(test.send("/x 0") == strings{"/x 0"});
    CHECK(test.send("/x 1", in_ms(test, 50)).empty());
    CHECK(test.send("/x 0", in_ms(test, 70)).empty());
    CHECK(test.send("/x 1") == strings{"/x 1"});

    CHECK(test.wait(100) == strings{"+70ms /x 0"}); // at 50 ms it is 1 already
    CHECK(test.flow.dropped_as(dropped::unchanged) == 1);
}

TEST_CASE("a live value waits for what is due before it and has not left") {
    route_case test(deduped, route_case::osc);
    CHECK(test.send("/x 1") == strings{"/x 1"});
    CHECK(test.send("/x 0", in_ms(test, 10)).empty());
    test.flow.clock.advance_ns(11 * ms_ns); // the loop is late

    CHECK(test.send("/x 1") == strings{"/x 0", "/x 1"});
}

TEST_CASE("scheduled notes are compared in the order in which they are played") {
    route_case test(deduped);
    for (const int at_ms : {10, 30}) {
        CHECK(test.send("MIDI note_on 1 60 90", in_ms(test, at_ms)).empty());
        CHECK(test.send("MIDI note_on 1 60 90", in_ms(test, at_ms + 5)).empty());
        CHECK(test.send("MIDI note_off 1 60 0", in_ms(test, at_ms + 10)).empty());
    }
    const std::string on = "MIDI note_on 1 60 90";
    const std::string off = "MIDI note_off 1 60 0";

    CHECK(test.wait(50) == strings{"+10ms " + on, "+20ms " + off, "+30ms " + on, "+40ms " + off});
    CHECK(test.flow.dropped_as(dropped::unchanged) == 2);
}

TEST_CASE("a scheduled note with a length that is held back leaves no note-off behind") {
    route_case test(route("throttle = \"20ms\"\nas = { note = \"$1\", for = \"30ms\" }"));
    CHECK(test.send("/a 60", in_ms(test, 10)).empty());
    CHECK(test.send("/a 60", in_ms(test, 15)).empty());

    CHECK(test.wait(60) == strings{"+10ms MIDI note_on 1 60 100", "+40ms MIDI note_off 1 60 64"});
    CHECK(test.flow.dropped_as(dropped::throttled) == 1);
    CHECK(test.flow.dropped_as(dropped::outdated) == 1);
}

TEST_CASE("scheduled payloads of every size around that of a cell are thinned out") {
    for (std::size_t size = 60; size <= 140; size += 4) {
        route_case test(throttled, route_case::osc);
        const std::string text(size, 'x');
        CAPTURE(size);
        for (const char* const each : {"1", "2", "3"}) {
            CHECK(test.send("/a \"" + text + each + "\"", in_ms(test, 10)).empty());
        }
        CHECK(test.wait(40) == strings{"+10ms /a \"" + text + "1\"", "+30ms /a \"" + text + "3\""});
    }
}

TEST_CASE("the outputs of a route get the same, with different leads, too") {
    route_case test("[[route]]\nfrom = \"in\"\nto = [\"a\", \"b\"]\nthrottle = \"20ms\"\n",
                    route_case::osc);
    test.flow.out.connections().set_ahead(1, 5 * ms_ns);
    for (int i = 0; i <= 4; ++i) {
        CHECK(test.send("/fader " + std::to_string(i), in_ms(test, 10 + i * 4)).empty());
    }

    CHECK(test.wait(60) == strings{"+5ms b: /fader 0", "+10ms a: /fader 0", "+25ms b: /fader 4",
                                   "+30ms a: /fader 4"});
}
