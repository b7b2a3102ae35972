// SPDX-License-Identifier: MIT
// The pace of a MIDI wire, in virtual time. One byte is 320 us on a din wire, a packet
// 62.5 us on a usb wire.
#include "plugins/midi/wire_pace.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>

using midi::din_wire;
using midi::usb_wire;
using midi::wire_pace;
using midi::wire_settings;
using namespace std::chrono_literals;
using bytes = std::vector<std::uint8_t>;

namespace {

constexpr std::int64_t byte_ns = 320'000;
constexpr std::int64_t packet_ns = 62'500;
constexpr std::int64_t slack_ns = wire_pace::slack_ns;
constexpr std::int64_t ms = 1'000'000;

wire_settings din(std::size_t part = 8, std::chrono::nanoseconds pause = 0ns) {
    wire_settings settings;
    settings.wire = din_wire;
    settings.part = part;
    settings.pause = pause;
    return settings;
}

wire_settings usb(std::size_t part = 48) {
    wire_settings settings;
    settings.wire = usb_wire;
    settings.part = part;
    return settings;
}

bytes sysex(std::size_t size) {
    bytes made(size, 0x11);
    made.front() = 0xF0;
    made.back() = 0xF7;
    return made;
}

bytes copy(wire_pace::bytes_view view) {
    return bytes(view.begin(), view.end());
}

bytes take(wire_pace& pace, const bytes& message, std::int64_t now_ns,
           const midi::part_limits& limits = {}) {
    const bytes part = copy(pace.first_part(message, limits));
    pace.begin(message, part.size(), now_ns);
    return part;
}

bytes next_part(wire_pace& pace, std::int64_t now_ns) {
    const bytes part = copy(pace.next_part(now_ns));
    if (!part.empty()) {
        pace.part_sent(now_ns);
    }
    return part;
}

const bytes note{0x90, 60, 100};
const bytes tick{0xF8};

} // namespace

TEST_CASE("without settings there is no pace, and always room") {
    wire_pace pace({});

    CHECK(take(pace, sysex(5000), 0) == sysex(5000));
    CHECK(pace.has_room(note, 1));
}

TEST_CASE("a din wire carries 3125 bytes a second, however fast they are offered") {
    wire_pace pace(din());
    std::int64_t now_ns = 10 * ms;
    const std::int64_t begin_ns = now_ns;

    for (int i = 0; i < 1000; ++i) {
        now_ns = std::max(now_ns, pace.room_ns());
        REQUIRE(pace.has_room(note, now_ns));
        REQUIRE(take(pace, note, now_ns) == note);
    }

    // The last begins when the 999 before it have been carried, less a byte's slack.
    CHECK(now_ns - begin_ns == 999 * 3 * byte_ns - byte_ns);
}

TEST_CASE("a message has to wait for the one before, but for a byte's time") {
    wire_pace pace(din());
    take(pace, note, 0);

    CHECK_FALSE(pace.has_room(note, 2 * byte_ns - 1));
    CHECK(pace.has_room(note, 2 * byte_ns));
}

TEST_CASE("a wire that was idle has saved nothing up") {
    wire_pace pace(din());
    take(pace, note, 0);
    take(pace, note, 1000 * ms);

    CHECK_FALSE(pace.has_room(note, 1000 * ms));
    CHECK(pace.room_ns() == 1000 * ms + 2 * byte_ns);
}

TEST_CASE("a real-time byte never waits, and takes its time of the wire") {
    wire_pace pace(din());
    take(pace, note, 0);

    REQUIRE(pace.has_room(tick, 0));
    CHECK(take(pace, tick, 0) == tick);
    CHECK(pace.room_ns() == 3 * byte_ns); // 4 bytes less the slack
}

TEST_CASE("a SysEx goes in parts, each when the wire has carried the one before") {
    // F0 11*18 F7: 8, 8, 4
    wire_pace pace(din());
    bytes joined = take(pace, sysex(20), 0);
    REQUIRE(joined.size() == 8);
    CHECK(pace.is_open());
    CHECK(pace.next_part_ns() == 7 * byte_ns);
    CHECK(next_part(pace, 7 * byte_ns - 1).empty());

    for (const std::size_t size : {8u, 4u}) {
        const bytes part = next_part(pace, pace.next_part_ns());
        CHECK(part.size() == size);
        joined.insert(joined.end(), part.begin(), part.end());
    }

    CHECK(joined == sysex(20));
    CHECK_FALSE(pace.is_open());
    CHECK(pace.next_part_ns() == wire_pace::never_ns);
    CHECK(pace.room_ns() == 19 * byte_ns);
}

TEST_CASE("between the parts of a SysEx only real-time bytes have room") {
    wire_pace pace(din());
    take(pace, sysex(100), 0);

    CHECK_FALSE(pace.has_room(note, 10'000 * ms));
    CHECK(pace.room_ns() == wire_pace::never_ns);
    CHECK(pace.has_room(tick, 0));
    CHECK(take(pace, tick, 0) == tick);
    CHECK(pace.is_open());
}

TEST_CASE("4 KiB of SysEx take a din wire 1.31 s, and a clock passes at every part") {
    wire_pace pace(din());
    std::int64_t now_ns = 0;
    std::size_t sent = take(pace, sysex(4096), now_ns).size();
    while (pace.is_open()) {
        now_ns = pace.next_part_ns();
        sent += next_part(pace, now_ns).size();
        REQUIRE(pace.has_room(tick, now_ns));
    }

    CHECK(sent == 4096);
    CHECK(pace.room_ns() == 4095 * byte_ns);
}

TEST_CASE("pauses stand between the parts, without a model of the wire too") {
    wire_settings settings;
    settings.part = 256;
    settings.pause = 20ms;
    wire_pace pace(settings);

    CHECK(take(pace, sysex(600), 5 * ms).size() == 256);
    CHECK(pace.next_part_ns() == 25 * ms);
    CHECK(next_part(pace, 25 * ms).size() == 256);
    CHECK(next_part(pace, 45 * ms).size() == 88);
    CHECK(pace.has_room(note, 45 * ms));
}

TEST_CASE("a chunk that the system takes in parts is followed by one pause") {
    wire_settings settings;
    settings.part = 600;
    settings.pause = 20ms;
    wire_pace pace(settings);

    CHECK(take(pace, sysex(1000), 0, {1, 256}).size() == 256);
    for (const std::size_t size : {256u, 88u}) {
        CHECK(pace.next_part_ns() == 0);
        CHECK(next_part(pace, 0).size() == size);
    }
    CHECK(pace.next_part_ns() == 20 * ms);
    CHECK(next_part(pace, 20 * ms).size() == 256);
    CHECK(pace.next_part_ns() == 20 * ms);
}

TEST_CASE("a system that takes longer parts only gets them") {
    wire_pace pace(din());

    CHECK(take(pace, sysex(100), 0, {32, SIZE_MAX}).size() == 32);
    CHECK(next_part(pace, pace.next_part_ns()).size() == 32);
}

TEST_CASE("a SysEx that fits one part, and any other message, goes whole") {
    wire_pace pace(din());

    CHECK(take(pace, sysex(8), 0).size() == 8);
    CHECK_FALSE(pace.is_open());
}

TEST_CASE("what is dropped leaves the wire to others") {
    wire_pace pace(din());
    take(pace, sysex(100), 0);

    pace.drop();

    CHECK_FALSE(pace.is_open());
    CHECK(next_part(pace, 1000 * ms).empty());
    CHECK(pace.has_room(note, 0)); // at once, whatever is on the wire
}

TEST_CASE("what the MIDI system takes together bounds the parts, whatever was asked for") {
    wire_pace plain({});
    CHECK(take(plain, sysex(600), 0, {1, 256}).size() == 256);
    CHECK(next_part(plain, 0).size() == 256);
    CHECK(next_part(plain, 0).size() == 88);
    CHECK_FALSE(plain.is_open());

    wire_settings large;
    large.part = 1000;
    wire_pace asked(large);
    CHECK(take(asked, sysex(600), 0, {1, 256}).size() == 256);
}

TEST_CASE("a part that found no room is offered again") {
    wire_pace pace({});
    take(pace, sysex(600), 0, {1, 256});

    const bytes first = copy(pace.next_part(0));

    CHECK(copy(pace.next_part(1 * ms)) == first);
    CHECK(pace.is_open());
}

TEST_CASE("a usb wire carries 16 messages a millisecond, however short they are") {
    const bytes message = GENERATE(bytes{0x90, 60, 100}, bytes{0xC0, 5}, bytes{0xF6}, bytes{0xF8});
    wire_pace pace(usb());
    std::int64_t now_ns = 10 * ms;
    const std::int64_t begin_ns = now_ns;

    for (int i = 0; i < 1601; ++i) {
        now_ns = std::max(now_ns, pace.room_ns());
        REQUIRE(take(pace, message, now_ns) == message);
    }

    CHECK(now_ns - begin_ns == 100 * ms - slack_ns);
}

TEST_CASE("a usb wire carries three bytes of a SysEx in a packet, 48 in a frame") {
    wire_pace pace(usb());
    bytes joined = take(pace, sysex(100), 0);
    CHECK(joined.size() == 48);
    CHECK(pace.next_part_ns() == 1 * ms - slack_ns);
    CHECK(next_part(pace, 1 * ms - slack_ns - 1).empty());

    for (const std::size_t size : {48u, 4u}) {
        const bytes part = next_part(pace, pace.next_part_ns());
        CHECK(part.size() == size);
        joined.insert(joined.end(), part.begin(), part.end());
    }

    CHECK(joined == sysex(100));
    // 100 bytes are 34 packets, the last of one byte.
    CHECK(pace.room_ns() == 34 * packet_ns - slack_ns);
}

TEST_CASE("a part that fills no packet takes one of its own of a usb wire") {
    wire_pace pace(usb(4));
    take(pace, sysex(8), 0); // 4 bytes: 2 packets
    pace.next_part(1 * ms);
    pace.part_sent(1 * ms);

    CHECK(pace.room_ns() == 1 * ms + 2 * packet_ns - slack_ns);
}

TEST_CASE("between the parts of a SysEx on a usb wire a real-time byte takes a packet") {
    wire_pace pace(usb());
    take(pace, sysex(96), 0);

    CHECK_FALSE(pace.has_room(note, 10'000 * ms));
    CHECK(take(pace, tick, 0) == tick);
    next_part(pace, 1 * ms);

    CHECK(pace.room_ns() == 2 * ms + packet_ns - slack_ns);
}

TEST_CASE("the parts of a SysEx that comes in parts keep the pause, and its end frees the wire") {
    wire_settings settings;
    settings.part = 10;
    settings.pause = 50ms;
    wire_pace pace(settings);
    bytes first(10, 0x11);
    first.front() = 0xF0;
    const bytes more(15, 0x22);
    const bytes end{0xF7};
    REQUIRE(pace.has_room(first, 0));
    CHECK(take(pace, first, 0) == first);

    CHECK_FALSE(pace.is_open());
    CHECK_FALSE(pace.has_room(more, 49 * ms));
    CHECK(pace.has_room(tick, 0));
    static_cast<void>(take(pace, tick, 0));
    REQUIRE(pace.room_ns() == 50 * ms);
    CHECK(take(pace, more, 50 * ms) == bytes(10, 0x22));
    CHECK(pace.is_open());
    CHECK(next_part(pace, 100 * ms) == bytes(5, 0x22));
    CHECK(take(pace, end, 100 * ms) == end); // within the chunk
    CHECK(pace.has_room(note, 100 * ms));
}

TEST_CASE("the parts of a SysEx that comes in parts fill a chunk together") {
    wire_settings settings;
    settings.part = 1000;
    settings.pause = 50ms;
    wire_pace pace(settings);
    bytes first(400, 0x11);
    first.front() = 0xF0;
    const bytes more(400, 0x22);
    static_cast<void>(take(pace, first, 0));
    CHECK(pace.has_room(more, 0));
    static_cast<void>(take(pace, more, 0));

    CHECK(take(pace, more, 0) == bytes(200, 0x22));
    CHECK(pace.next_part_ns() == 50 * ms);
    CHECK(next_part(pace, 50 * ms) == bytes(200, 0x22));
    CHECK(pace.has_room(more, 50 * ms));
    static_cast<void>(take(pace, more, 50 * ms));
    CHECK(take(pace, more, 50 * ms) == more); // the chunk is full
    CHECK(pace.room_ns() == 100 * ms);
}

TEST_CASE("what is dropped in parts keeps nobody waiting") {
    wire_pace pace(din(8, 50ms));
    bytes first(8, 0x11);
    first.front() = 0xF0;
    static_cast<void>(take(pace, first, 0));

    pace.drop();

    CHECK(pace.has_room(note, 0));
}
