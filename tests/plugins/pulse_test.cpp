// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"
#include <tactus/testhost/instance.hpp>

#include <algorithm>

using namespace tactus::testing;

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t s = 1'000 * ms;

class pulse : public test_instance {
public:
    pulse() : test_instance(load_entry(PLUGIN_FILE), "pulse") {}
    /// The due time of the first step: it is started `ahead` of it.
    std::int64_t first_due_ns() const { return 1 * s + 50 * ms; }
    std::vector<emitted_event> trigger_run(std::int64_t for_ns) {
        config.set("form", "\"trigger\"");
        start();
        host.advance_to(host.now_ns() + for_ns);
        return host.emitted;
    }
};

std::int32_t argument(const emitted_event& event, std::size_t from_end) {
    const std::uint8_t* at = event.bytes.data() + event.bytes.size() - 4 * from_end;
    return at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

std::string address(const emitted_event& event) {
    return reinterpret_cast<const char*>(event.bytes.data());
}

} // namespace

TEST_CASE("a step is emitted ahead of its due time and not before") {
    pulse made;
    made.config.set("pattern", "\"x\"").set("form", "\"trigger\"");
    made.start();
    REQUIRE(made.host.emitted.size() == 1);
    CHECK(made.host.emitted[0].due_ns == made.first_due_ns());

    made.host.advance_to(1 * s + 125 * ms - 1);
    CHECK(made.host.emitted.size() == 1);
    made.host.advance_to(1 * s + 125 * ms);

    REQUIRE(made.host.emitted.size() == 2);
    CHECK(made.host.emitted[1].due_ns == made.first_due_ns() + 125 * ms);
}

TEST_CASE("due times are exact over ten thousand beats, at a tempo that divides nothing") {
    pulse made;
    made.config.set("tempo", "137").set("steps_per_beat", "3").set("pattern", "\"x\"");
    made.host.emitted.reserve(30'001);

    const auto events = made.trigger_run(10'000LL * 60 * s / 137);

    REQUIRE(events.size() >= 30'000);
    std::int64_t worst_ns = 0;
    for (std::size_t step = 0; step < 30'000; ++step) {
        // step * 60 s / (137 * 3), to the nearest nanosecond, in integers
        const auto n = static_cast<std::int64_t>(step);
        const std::int64_t exact_ns = made.first_due_ns() + (2 * n * 60 * s + 411) / (2 * 411);
        worst_ns = std::max(worst_ns, std::abs(events[step].due_ns - exact_ns));
    }
    CHECK(worst_ns == 0);
}

TEST_CASE("rests are silent, accents are louder, and steps are numbered") {
    pulse made;
    made.config.set("pattern", "\".xX.\"");

    const auto events = made.trigger_run(1 * s - 60 * ms); // two rounds of 125 ms a step

    REQUIRE(events.size() == 4);
    CHECK(argument(events[0], 2) == 1);
    CHECK(argument(events[0], 1) == 100);
    CHECK(argument(events[1], 2) == 2);
    CHECK(argument(events[1], 1) == 127);
    CHECK(argument(events[2], 2) == 1);
    CHECK(events[0].due_ns == made.first_due_ns() + 125 * ms);
    CHECK(events[2].due_ns == made.first_due_ns() + 625 * ms);
}

TEST_CASE("a note has its channel, number and velocity, and its end after its length") {
    pulse made;
    made.config.set("channel", "10").set("note", "36").set("velocity", "90");
    made.config.set("address", "\"/drum\"").set("length", "\"20ms\"");

    made.start();

    REQUIRE(made.host.emitted.size() == 2);
    const emitted_event& on = made.host.emitted[0];
    const emitted_event& off = made.host.emitted[1];
    CHECK(address(on) == "/drum/note_on");
    CHECK(argument(on, 3) == 10);
    CHECK(argument(on, 2) == 36);
    CHECK(argument(on, 1) == 90);
    CHECK(address(off) == "/drum/note_off");
    CHECK(argument(off, 1) == 0);
    CHECK(off.due_ns - on.due_ns == 20 * ms);
    CHECK(on.tag == off.tag);
    CHECK(on.tag != 0);
}

TEST_CASE("a long note ends where the next one begins, and before it") {
    pulse made;
    made.config.set("pattern", "\"x.x\"").set("length", "\"10s\"");
    made.start();
    made.host.advance_to(made.host.now_ns() + 300 * ms);

    REQUIRE(made.host.emitted.size() >= 4);
    CHECK(made.host.emitted[1].due_ns == made.first_due_ns() + 250 * ms);
    CHECK(made.host.emitted[2].due_ns == made.first_due_ns() + 250 * ms);
    CHECK(address(made.host.emitted[1]) == "/pulse/note_off");
    CHECK(address(made.host.emitted[2]) == "/pulse/note_on");
}

TEST_CASE("steps that a stall has made a second late are left out, and the grid is kept") {
    pulse made;
    made.config.set("pattern", "\"x\"").set("form", "\"trigger\"");
    made.host.emit_room = 1;
    made.start();
    made.host.advance_to(1 * s + 10 * s); // the second step waits for room all the while
    made.host.make_room(1'000);
    made.host.settle();

    const auto skipped = made.host.metrics["skipped_steps_total"];
    CHECK(skipped > 70);
    CHECK(skipped < 90);
    CHECK(made.host.emitted.size() < 5);
    for (const emitted_event& event : made.host.emitted) {
        CHECK((event.due_ns - made.first_due_ns()) % (125 * ms) == 0);
    }
    const emitted_event& last = made.host.emitted.back();
    CHECK(last.due_ns >= made.host.now_ns());
    CHECK(made.host.breaches.empty());
}

TEST_CASE("stop takes back what is not yet due") {
    pulse made;
    made.start();

    made.stop();

    CHECK(made.host.canceled_tags == std::vector<std::uint32_t>{made.host.emitted[0].tag});
    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("patterns that cannot be played are refused at their key") {
    const std::string pattern =
        GENERATE(as<std::string>(), "", "....", "xy", "x x", std::string(1025, 'x'));
    pulse made;
    made.config.set("pattern", "\"" + pattern + "\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "pattern");
}

TEST_CASE("the longest pattern plays") {
    pulse made;
    made.config.set("pattern", "\"" + std::string(1023, '.') + "x\"");

    CHECK(made.start() == TACTUS_OK);
    CHECK(made.host.pending("timer") == 1);
}

TEST_CASE("addresses that are none are refused at their key") {
    const std::string text = GENERATE(as<std::string>(), "", "pulse", "/", "/a/", "/a*",
                                      "/{a}", "/" + std::string(200, 'a'));
    pulse made;
    made.config.set("address", "\"" + text + "\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "address");
}

namespace {

std::vector<emitted_event> midi_of(const pulse& made) {
    std::vector<emitted_event> midi;
    std::copy_if(made.host.emitted.begin(), made.host.emitted.end(), std::back_inserter(midi),
                 [](const emitted_event& each) { return each.protocol == TACTUS_PROTO_MIDI; });
    return midi;
}

} // namespace

TEST_CASE("without clock there is no MIDI") {
    pulse made;

    made.trigger_run(5 * s);

    CHECK(midi_of(made).empty());
}

TEST_CASE("a clock begins with start, at the first step, and has 24 ticks a beat") {
    pulse made;
    made.config.set("midi_clock", "true").set("tempo", "60").set("pattern", "\"x\"");

    made.trigger_run(2 * s - 1);

    const std::vector<emitted_event> midi = midi_of(made);
    REQUIRE(midi.size() == 1 + 2 * 24);
    CHECK(midi[0].bytes == byte_string{0xFA});
    CHECK(midi[0].due_ns == made.first_due_ns());
    CHECK(midi[1].due_ns == made.first_due_ns());
    CHECK(midi[25].due_ns == made.first_due_ns() + 1 * s);
    CHECK(std::all_of(midi.begin() + 1, midi.end(),
                      [](const emitted_event& each) { return each.bytes == byte_string{0xF8}; }));
    CHECK(made.host.emitted[0].protocol == TACTUS_PROTO_MIDI); // start leaves before the first step
}

TEST_CASE("ticks are exact over ten thousand beats, at a tempo that divides nothing") {
    pulse made;
    made.config.set("midi_clock", "true").set("tempo", "137").set("pattern", "\"x.......\"");
    made.host.emitted.reserve(300'000);

    made.trigger_run(10'000LL * 60 * s / 137);

    const std::vector<emitted_event> midi = midi_of(made);
    REQUIRE(midi.size() >= 240'000);
    std::int64_t worst_ns = 0;
    for (std::int64_t n = 0; n < 240'000; ++n) {
        // n * 60 s / (137 * 24), to the nearest nanosecond, in integers
        const std::int64_t exact_ns = made.first_due_ns() + (2 * n * 60 * s + 3288) / (2 * 3288);
        const std::int64_t due_ns = midi[static_cast<std::size_t>(n) + 1].due_ns;
        worst_ns = std::max(worst_ns, std::abs(due_ns - exact_ns));
    }
    CHECK(worst_ns == 0);
}

TEST_CASE("ticks that are more than a second late are left out") {
    pulse made;
    made.config.set("midi_clock", "true").set("tempo", "60").set("pattern", "\"x\"");
    made.trigger_run(1 * s);
    const std::size_t before = midi_of(made).size();

    made.host.emit_room = 0; // the flow is full for ten seconds
    made.host.advance_to(made.host.now_ns() + 10 * s);
    made.host.make_room(1'000'000);
    made.host.settle();

    const std::vector<emitted_event> midi = midi_of(made);
    CHECK(midi.size() - before >= 24);
    CHECK(midi.size() - before <= 27 + 1); // one that waited, and a second of those that are late
    CHECK(midi.back().due_ns > made.host.now_ns() - 100 * ms);
}

TEST_CASE("a clock that ends says stop, after it has taken back what was not yet due") {
    pulse made;
    made.config.set("midi_clock", "true");
    made.trigger_run(1 * s);

    made.stop();

    REQUIRE(made.host.stopped == TACTUS_OK);
    CHECK(made.host.canceled_tags == std::vector<std::uint32_t>{1});
    CHECK(made.host.emitted.back().bytes == byte_string{0xFC});
    CHECK(made.host.emitted.back().tag == 0);
    CHECK(made.host.emitted.back().due_ns == made.host.now_ns());
    CHECK(made.host.breaches.empty());
}
