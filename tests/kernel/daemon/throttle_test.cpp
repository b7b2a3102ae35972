// SPDX-License-Identifier: MIT
// `throttle` and `dedupe`: less is sent, and the last value always arrives.
#include "tests/kernel/daemon/route_case.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::test;
using tactus::flow::dropped;
using tactus::flow::rate_gate;
using tactus::flow::test::stamp;
using strings = std::vector<std::string>;

namespace {

const std::string throttled = route(R"(throttle = "20ms")");
const std::string deduped = route("dedupe = true");

} // namespace

TEST_CASE("the first value passes at once, and the newest of the rest when the time is over") {
    route_case test(throttled, route_case::osc);

    CHECK(test.send("/fader 1") == strings{"/fader 1"});
    CHECK(test.wait(5).empty());
    CHECK(test.send("/fader 2").empty());
    CHECK(test.send("/fader 3").empty());
    CHECK(test.wait(5).empty());
    CHECK(test.send("/fader 4").empty());

    CHECK(test.wait(50) == strings{"+10ms /fader 4"});
    CHECK(test.flow.dropped_as(dropped::throttled) == 2);
    CHECK(test.flow.ledger().routed == 4);
}

TEST_CASE("a steady stream leaves once in each time, and its last value arrives") {
    route_case test(throttled, route_case::osc);
    strings all;
    for (int i = 0; i < 50; ++i) {
        for (const std::string& each : test.send("/fader " + std::to_string(i))) {
            all.push_back(each);
        }
        for (const std::string& each : test.wait(3)) {
            all.push_back(each.substr(each.find('/')));
        }
    }
    for (const std::string& each : test.wait(20)) {
        all.push_back(each.substr(each.find('/')));
    }

    CHECK(all.size() == 9); // 147 ms
    CHECK(all.front() == "/fader 0");
    CHECK(all.back() == "/fader 49");
}

TEST_CASE("slow values pass as they come") {
    route_case test(throttled, route_case::osc);

    for (int i = 0; i < 3; ++i) {
        CHECK(test.send("/fader 1") == strings{"/fader 1"});
        CHECK(test.wait(20).empty());
    }
}

TEST_CASE("each address and each controller is throttled on its own") {
    route_case osc(throttled, route_case::osc);
    CHECK(osc.send("/fader/1 1") == strings{"/fader/1 1"});
    CHECK(osc.send("/fader/2 1") == strings{"/fader/2 1"});

    route_case midi(throttled);
    CHECK(midi.send("MIDI control_change 1 7 1").size() == 1);
    CHECK(midi.send("MIDI control_change 1 8 1").size() == 1);
    CHECK(midi.send("MIDI control_change 2 7 1").size() == 1);
    CHECK(midi.send("MIDI pitch_bend 1 1").size() == 1);
    CHECK(midi.send("MIDI pitch_bend 1 2").empty());
    CHECK(midi.send("MIDI control_change 1 7 2").empty());
    CHECK(midi.wait(30) == strings{"+20ms MIDI pitch_bend 1 2", "+20ms MIDI control_change 1 7 2"});
}

TEST_CASE("what is made is what is throttled") {
    route_case test(route("throttle = \"20ms\"\nas = { cc = 7, value = \"$1\" }"));

    CHECK(test.send("/a 1") == strings{"MIDI control_change 1 7 1"});
    CHECK(test.send("/b 2").empty());
    CHECK(test.wait(30) == strings{"+20ms MIDI control_change 1 7 2"});
}

TEST_CASE("notes that come too fast are not sent later, and note-offs always pass") {
    route_case test(throttled);

    CHECK(test.send("MIDI note_on 1 60 90").size() == 1);
    CHECK(test.send("MIDI note_off 1 60 0").size() == 1);
    CHECK(test.send("MIDI note_on 1 60 91").empty());
    CHECK(test.send("MIDI note_off 1 60 0").size() == 1);
    CHECK(test.send("MIDI note_on 1 62 90").size() == 1);
    CHECK(test.send("MIDI note_on 1 62 0").size() == 1);
    CHECK(test.wait(30).empty());
    CHECK(test.flow.dropped_as(dropped::throttled) == 1);
}

TEST_CASE("a note with a length that is throttled leaves no note-off behind") {
    route_case test(route("throttle = \"20ms\"\nas = { note = \"$1\", for = \"30ms\" }"));

    CHECK(test.send("/a 60").size() == 1);
    CHECK(test.send("/a 60").empty());
    CHECK(test.wait(50) == strings{"+30ms MIDI note_off 1 60 64"});
    CHECK(test.flow.dropped_as(dropped::outdated) == 0);
}

TEST_CASE("what is scheduled ahead is thinned out by when it is due") {
    route_case test(throttled, route_case::osc);
    for (int i = 0; i <= 10; ++i) {
        CHECK(test.send("/fader " + std::to_string(i), in_ms(test, 10 + i * 5)).empty());
    }

    CHECK(test.wait(100) ==
          strings{"+10ms /fader 0", "+30ms /fader 3", "+50ms /fader 7", "+70ms /fader 10"});
}

TEST_CASE("a sender that begins anew in the past is not held back") {
    route_case test(throttled, route_case::osc);
    CHECK(test.send("/fader 1", in_ms(test, 10'000)).empty());

    CHECK(test.send("/fader 2") == strings{"/fader 2"});
}

TEST_CASE("a route that throttles delivers beside one that does not") {
    route_case test(throttled + route(""), route_case::osc);

    CHECK(test.send("/fader 1") == strings{"/fader 1", "/fader 1"});
    CHECK(test.send("/fader 2") == strings{"/fader 2"});
}

TEST_CASE("a message for an output of the other kind is thinned out and translated") {
    route_case test(throttled, route_case::osc);

    CHECK(test.send("MIDI control_change 1 7 1") == strings{"/midi/in/control_change 1 7 1"});
    CHECK(test.send("MIDI control_change 1 7 2").empty());
    CHECK(test.wait(30) == strings{"+20ms /midi/in/control_change 1 7 2"});
}

TEST_CASE("what is the same as before is not sent again") {
    route_case test(deduped, route_case::osc);

    CHECK(test.send("/a 1").size() == 1);
    CHECK(test.send("/a 1").empty());
    CHECK(test.send("/b 1").size() == 1);
    CHECK(test.send("/a 2").size() == 1);
    CHECK(test.send("/a 1").size() == 1);
    CHECK(test.send("/a 1.0").size() == 1);
    CHECK(test.flow.dropped_as(dropped::unchanged) == 1);
}

TEST_CASE("note-offs pass however often they come") {
    route_case test(deduped);

    CHECK(test.send("MIDI note_off 1 60 0").size() == 1);
    CHECK(test.send("MIDI note_off 1 60 0").size() == 1);
    CHECK(test.send("MIDI note_on 1 60 0").size() == 1);
    CHECK(test.send("MIDI note_on 1 60 0").size() == 1);
    CHECK(test.send("MIDI control_change 1 7 1").size() == 1);
    CHECK(test.send("MIDI control_change 1 7 1").empty());
}

TEST_CASE("a note that is played again is no repetition") {
    route_case test(deduped);

    CHECK(test.send("MIDI note_on 1 60 90").size() == 1);
    CHECK(test.send("MIDI note_on 1 60 90").empty()); // it still sounds
    for (const char* const off : {"MIDI note_off 1 60 0", "MIDI note_on 1 60 0"}) {
        CHECK(test.send(off).size() == 1);
        CHECK(test.send("MIDI note_on 1 60 90").size() == 1);
    }
    CHECK(test.send("MIDI note_off 1 62 0").size() == 1);
    CHECK(test.send("MIDI note_on 1 60 90").empty()); // that was another note's end
}

TEST_CASE("OSC that becomes notes is held back as notes are") {
    route_case same(deduped);
    for (int i = 0; i < 2; ++i) {
        CHECK(same.send("/x/note_on 1 60 90") == strings{"MIDI note_on 1 60 90"});
        CHECK(same.send("/x/note_on 1 62 90") == strings{"MIDI note_on 1 62 90"});
        CHECK(same.send("/x/note_off 1 60 0") == strings{"MIDI note_off 1 60 0"});
        CHECK(same.send("/x/note_off 1 60 0") == strings{"MIDI note_off 1 60 0"});
        CHECK(same.send("/x/note_on 1 62 0") == strings{"MIDI note_on 1 62 0"});
    }

    route_case fast(throttled);
    CHECK(fast.send("/x/note_on 1 60 90").size() == 1);
    CHECK(fast.send("/x/note_on 1 62 90").size() == 1); // another key
    CHECK(fast.send("/x/note_off 1 60 0").size() == 1);
    CHECK(fast.send("/x/note_on 1 60 91").empty());
    CHECK(fast.send("/x/note_on 1 60 0").size() == 1);
    CHECK(fast.wait(30).empty()); // a note does not come later
    CHECK(fast.flow.dropped_as(dropped::throttled) == 1);
}

TEST_CASE("OSC that becomes several MIDI messages is held back by its address") {
    route_case test(throttled);

    CHECK(test.send("/x/nrpn 1 5 1000").size() == 4);
    CHECK(test.send("/x/nrpn 1 5 2000").empty());
    CHECK(test.wait(30).size() == 4);
}

TEST_CASE("what a route makes the same is the same") {
    route_case test(route("dedupe = true\nas = { cc = 7, value = \"$1 * 127\" }"));

    CHECK(test.send("/a 0.5").size() == 1);
    CHECK(test.send("/a 0.501").empty());
    CHECK(test.send("/a 0.51").size() == 1);
}

TEST_CASE("more addresses than a gate tells apart pass") {
    route_case test(route("dedupe = true"), route_case::osc);
    for (std::size_t i = 0; i < rate_gate::slots_max; ++i) {
        CHECK(test.send("/a/" + std::to_string(i) + " 1").size() == 1);
        CHECK(test.send("/a/" + std::to_string(i) + " 1").empty());
    }

    CHECK(test.send("/a/more 1").size() == 1);
    CHECK(test.send("/a/more 1").size() == 1);
}

TEST_CASE("payloads of every size around that of a cell are thinned out in order") {
    for (std::size_t size = 60; size <= 140; size += 4) {
        route_case test(throttled, route_case::osc);
        const std::string text(size, 'x');
        CAPTURE(size);
        CHECK(test.send("/a \"" + text + "1\"").size() == 1);
        CHECK(test.send("/a \"" + text + "2\"").empty());
        CHECK(test.send("/a \"" + text + "3\"").empty());
        const strings later = test.wait(30);
        REQUIRE_FALSE(later.empty());
        CHECK(later.back() == "+20ms /a \"" + text + "3\"");
        CHECK(later.size() == 1);
    }
}

TEST_CASE("a note-off that its input calls critical ends a note, too") {
    route_case test(deduped);
    const stamp critical{.flags = TACTUS_EVENT_CRITICAL};

    for (int i = 0; i < 3; ++i) {
        CHECK(test.send("MIDI note_on 1 60 90") == strings{"MIDI note_on 1 60 90"});
        CHECK(test.send("MIDI note_off 1 60 0", critical).size() == 1);
    }
}

TEST_CASE("a note that ends by itself is no repetition after its end") {
    route_case test(route("dedupe = true\nas = { note = \"$1\", for = \"30ms\" }"));

    CHECK(test.send("/a 60").size() == 1);
    CHECK(test.send("/a 60").empty()); // it still sounds
    CHECK(test.wait(30) == strings{"+30ms MIDI note_off 1 60 64"});
    CHECK(test.send("/a 60").size() == 1);
    CHECK(test.flow.dropped_as(dropped::unchanged) == 1);
}

TEST_CASE("after a panic nothing is a repetition") {
    route_case test(deduped);
    CHECK(test.send("MIDI note_on 1 60 90").size() == 1);
    CHECK(test.send("MIDI control_change 1 64 127").size() == 1);

    test.flow.out.silencer().panic();
    static_cast<void>(test.wait(1));

    CHECK(test.send("MIDI note_on 1 60 90").size() == 1);
    CHECK(test.send("MIDI control_change 1 64 127").size() == 1);
    CHECK(test.send("MIDI control_change 1 64 127").empty());
}

TEST_CASE("what a device never got, or lost with its power, is no repetition") {
    route_case test(deduped);
    CHECK(test.send("MIDI control_change 1 7 100").size() == 1);
    const std::uint32_t port = test.flow.out.connections().ports(0).first();

    test.flow.set_up(0, port, false);
    CHECK(test.send("MIDI control_change 1 8 50").empty());
    CHECK(test.flow.dropped_as(dropped::output_down) == 1);
    test.flow.set_up(0, port, true);

    CHECK(test.send("MIDI control_change 1 7 100").size() == 1);
    CHECK(test.send("MIDI control_change 1 8 50").size() == 1);
    CHECK(test.send("MIDI control_change 1 8 50").empty());
}

TEST_CASE("what was taken back is no repetition") {
    route_case test(deduped, route_case::osc);
    stamp later = in_ms(test, 50);
    later.tag = 7;
    CHECK(test.send("/a 1", later).empty());

    CHECK(test.flow.in.cancel(0, 7) == 1);

    CHECK(test.send("/a 1").size() == 1);
}
