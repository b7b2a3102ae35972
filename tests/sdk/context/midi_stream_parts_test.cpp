// SPDX-License-Identifier: MIT
// A SysEx that is longer than the limit, delivered in parts.
#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

#include <tactus/cpp/midi_stream.hpp>

using namespace tactus;
using wire::hex;

namespace {

struct delivered {
    wire::bytes bytes;
    bool is_part = false;

    friend bool operator==(const delivered&, const delivered&) = default;
};
using all_delivered = std::vector<delivered>;

delivered whole(const char* text) {
    return {hex(text), false};
}
delivered part(const char* text) {
    return {hex(text), true};
}

all_delivered fed(midi_stream& stream, std::span<const std::uint8_t> bytes) {
    all_delivered out;
    stream.feed(bytes, [&](std::span<const std::uint8_t> message) {
        out.push_back({wire::copy(message), stream.is_part()});
    });
    return out;
}
all_delivered fed(midi_stream& stream, std::string_view text) {
    return fed(stream, hex(text));
}

midi_stream in_parts(std::size_t most = 5) {
    return midi_stream(most, long_sysex::in_parts);
}

wire::bytes sysex(std::size_t size) {
    wire::bytes made(size);
    for (std::size_t i = 0; i < size; ++i) {
        made[i] = static_cast<std::uint8_t>(i % 127);
    }
    made.front() = 0xF0;
    made.back() = 0xF7;
    return made;
}

} // namespace

TEST_CASE("a SysEx of exactly the limit stays one message, one byte more makes two parts") {
    midi_stream stream = in_parts();

    CHECK(fed(stream, "F0 01 02 03 F7") == all_delivered{whole("F0 01 02 03 F7")});
    CHECK(fed(stream, "F0 01 02 03 04 F7") == all_delivered{part("F0 01 02 03 04"), part("F7")});
    CHECK(fed(stream, "F0 01 02 03 F7") == all_delivered{whole("F0 01 02 03 F7")});
    CHECK(stream.losses().large_sysex == 0);
    CHECK(stream.losses().cut_messages == 0);
}

TEST_CASE("without being asked for there are no parts") {
    midi_stream stream(5);

    CHECK(fed(stream, "F0 01 02 03 04 05 F7").empty());
    CHECK(stream.losses().large_sysex == 1);
}

TEST_CASE("a megabyte comes out as it came in, however the wire cuts it") {
    const wire::bytes sent = sysex(std::size_t{1} << 20);
    const std::size_t step = GENERATE(1U, 3U, 255U, 256U, 4096U, 5000U, 300'000U);
    midi_stream stream = in_parts(TACTUS_SYSEX_SIZE_MAX);
    wire::bytes came;
    std::size_t count = 0;
    for (std::size_t at = 0; at < sent.size(); at += step) {
        const auto piece =
            std::span<const std::uint8_t>(sent).subspan(at, std::min(step, sent.size() - at));
        for (const delivered& each : fed(stream, piece)) {
            came.insert(came.end(), each.bytes.begin(), each.bytes.end());
            REQUIRE(each.is_part);
            REQUIRE(each.bytes.size() <=
                    (count++ == 0 ? TACTUS_SYSEX_SIZE_MAX : midi_stream::part_max));
        }
    }

    CHECK(came == sent);
    CHECK(stream.losses().cut_messages == 0);
}

TEST_CASE("what is worth a part does not wait for the part to be full") {
    midi_stream stream = in_parts();
    (void)fed(stream, "F0 01 02 03 04");

    CHECK(fed(stream, wire::bytes(midi_stream::part_ready - 1, 0x11)).empty());
    const all_delivered came = fed(stream, "12");
    REQUIRE(came.size() == 1);
    CHECK(came[0].bytes.size() == midi_stream::part_ready);
    CHECK(fed(stream, "F8") == all_delivered{whole("F8")}); // and does not come twice
    CHECK(fed(stream, "F7") == all_delivered{part("F7")});
}

TEST_CASE("real-time bytes pass between and inside of parts") {
    midi_stream stream = in_parts();

    CHECK(fed(stream, "F0 01 F8 02 03 04 FA 05 F9 F7") ==
          all_delivered{whole("F8"), part("F0 01 02 03 04"), whole("FA"), part("05 F7")});
}

TEST_CASE("a status byte ends a SysEx in parts, and counts it as cut") {
    midi_stream stream = in_parts();
    (void)fed(stream, "F0 01 02 03 04 05");

    SECTION("of a message") {
        CHECK(fed(stream, "90 3C 64 3D 64") ==
              all_delivered{part("F7"), whole("90 3C 64"), whole("90 3D 64")});
    }
    SECTION("that is a message by itself") {
        CHECK(fed(stream, "F6 F8") == all_delivered{part("F7"), whole("F6"), whole("F8")});
    }
    SECTION("of another SysEx") {
        CHECK(fed(stream, "F0 7D F7") == all_delivered{part("F7"), whole("F0 7D F7")});
    }
    SECTION("that is undefined") {
        CHECK(fed(stream, "F4") == all_delivered{part("F7")});
        CHECK(stream.losses().undefined_bytes == 1);
    }
    CHECK(stream.losses().cut_messages == 1);
    CHECK(fed(stream, "05 F7").size() <= 1); // running status at most
}

TEST_CASE("where the wire is cut a SysEx in parts has its end") {
    midi_stream stream = in_parts();
    (void)fed(stream, "F0 01 02 03 04 05");

    CHECK(wire::copy(stream.cut_off()) == hex("F7"));
    CHECK(stream.is_part());
    CHECK(stream.losses().cut_messages == 1);
    CHECK(stream.cut_off().empty());
    CHECK(fed(stream, "F7").empty());
}

TEST_CASE("where nothing was delivered of a SysEx, a cut delivers nothing") {
    midi_stream stream = in_parts();
    (void)fed(stream, "F0 01 02");

    CHECK(stream.cut_off().empty());
    CHECK(stream.losses().cut_messages == 1);
}
