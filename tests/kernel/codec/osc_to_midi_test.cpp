// SPDX-License-Identifier: MIT
#include "kernel/codec/osc_to_midi.hpp"

#include "kernel/codec/osc_writer.hpp"
#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <string>

using namespace tactus::codec;
using wire::operator+;
using wire::hex;

namespace {

struct answer {
    translate_error error;
    wire::bytes bytes;
};

answer translated(const wire::bytes& packet, std::size_t room = 64) {
    osc_message message;
    REQUIRE(parse_message(packet, message) == osc_error::none);
    wire::bytes out(room, 0xAA);
    const translation done = translate(message, out);
    return {done.error, wire::copy(std::span(out).first(done.size))};
}

wire::bytes message(std::string_view address, const std::vector<int>& numbers) {
    wire::bytes out(512);
    const std::string types(numbers.size(), 'i');
    osc_writer writer(out);
    writer.begin_message(address, types);
    for (const int number : numbers) {
        writer.int32(number);
    }
    out.resize(writer.finish().value());
    return out;
}

wire::bytes blob(std::string_view address, const wire::bytes& bytes) {
    wire::bytes out(512);
    out.resize(osc_writer(out).begin_message(address, "b").blob(bytes).finish().value());
    return out;
}

wire::bytes note_on_velocity(double velocity) {
    wire::bytes out(512);
    osc_writer writer(out);
    writer.begin_message("/note_on", "hfd").int64(1).float32(60).float64(velocity);
    out.resize(writer.finish().value());
    return out;
}

struct row {
    const char* address;
    std::vector<int> numbers;
    const char* expected; // nullptr: bad arguments
};

} // namespace

TEST_CASE("each name makes its MIDI message") {
    const auto [address, numbers, expected] = GENERATE(values<row>({
        {"/note_on", {1, 60, 100}, "90 3C 64"},
        {"/note_on", {16, 127, 0}, "9F 7F 00"},
        {"/note_on", {1, 60, 0}, "90 3C 00"}, // as it was meant, not 80 3C 40
        {"/note_off", {1, 60, 10}, "80 3C 0A"},
        {"/note_off", {1, 60, 0}, "80 3C 00"},
        {"/note_off", {2, 60}, "81 3C 40"},
        {"/control_change", {3, 7, 127}, "B2 07 7F"},
        {"/program_change", {10, 5}, "C9 05"},
        {"/channel_pressure", {1, 64}, "D0 40"},
        {"/poly_pressure", {1, 60, 64}, "A0 3C 40"},
        {"/pitch_bend", {1, 0}, "E0 00 00"},
        {"/pitch_bend", {1, 8192}, "E0 00 40"},
        {"/pitch_bend", {16, 16383}, "EF 7F 7F"},
        {"/clock", {}, "F8"},
        {"/start", {}, "FA"},
        {"/continue", {}, "FB"},
        {"/stop", {}, "FC"},
        {"/raw", {0x90, 60, 100}, "90 3C 64"},
        {"/raw", {0xF0, 1, 0xF7}, "F0 01 F7"},
        {"/sysex", {0x7E, 0x7F}, "F0 7E 7F F7"},
        {"/sysex", {0xF0, 0x7E}, "F0 7E F7"},
        {"/sysex", {0x7E, 0xF7}, "F0 7E F7"},
        {"/sysex", {0xF0, 0x7E, 0xF7}, "F0 7E F7"},
        {"/sysex", {0xF0, 0xF7}, "F0 F7"},
    }));

    const answer done = translated(message(address, numbers));

    INFO(address << " expects " << expected);
    CHECK(done.error == translate_error::none);
    CHECK(done.bytes == hex(expected));
}

TEST_CASE("14-bit values become control changes that belong together, the upper half first") {
    const row each = GENERATE(
        row{"/control_change_14", {1, 7, 0x2345}, "B0 07 46 B0 27 45"},
        row{"/control_change_14", {16, 31, 16383}, "BF 1F 7F BF 3F 7F"},
        row{"/nrpn", {2, 0x0A1B, 1}, "B1 63 14 B1 62 1B B1 06 00 B1 26 01"},
        row{"/rpn", {1, 0, 0x100}, "B0 65 00 B0 64 00 B0 06 02 B0 26 00"}); // bend range: 2

    const answer made = translated(message(each.address, each.numbers));

    INFO(each.address);
    CHECK(made.error == translate_error::none);
    CHECK(made.bytes == hex(each.expected));
}

TEST_CASE("14-bit values and parameters out of range are refused") {
    const row each = GENERATE(
        row{"/control_change_14", {1, 32, 0}, ""}, row{"/control_change_14", {0, 1, 0}, ""},
        row{"/control_change_14", {1, 1, 16384}, ""}, row{"/control_change_14", {1, 1}, ""},
        row{"/nrpn", {1, 16384, 0}, ""}, row{"/nrpn", {1, 1, -1}, ""}, row{"/rpn", {17, 1, 1}, ""});

    INFO(each.address);
    CHECK(translated(message(each.address, each.numbers)).error == translate_error::bad_arguments);
}

TEST_CASE("control changes that do not all fit are too large") {
    CHECK(translated(message("/nrpn", {1, 1, 1}), 11).error == translate_error::too_large);
    CHECK(translated(message("/nrpn", {1, 1, 1}), 12).error == translate_error::none);
    CHECK(translated(message("/control_change_14", {1, 1, 1}), 5).error ==
          translate_error::too_large);
}

TEST_CASE("wrong arguments are refused, not clamped") {
    const auto [address, numbers, expected] = GENERATE(values<row>({
        {"/note_on", {}, nullptr},
        {"/note_on", {1, 60}, nullptr},
        {"/note_on", {0, 60, 100}, nullptr},
        {"/note_on", {17, 60, 100}, nullptr},
        {"/note_on", {-1, 60, 100}, nullptr},
        {"/note_on", {1, 128, 100}, nullptr},
        {"/note_on", {1, -1, 100}, nullptr},
        {"/note_on", {1, 60, 128}, nullptr},
        {"/note_off", {1}, nullptr},
        {"/program_change", {1, 128}, nullptr},
        {"/pitch_bend", {1, 16384}, nullptr},
        {"/pitch_bend", {1, -1}, nullptr},
        {"/pitch_bend", {0, 0}, nullptr},
        {"/pitch_bend", {1}, nullptr},
        {"/raw", {}, nullptr},
        {"/raw", {256}, nullptr},
        {"/raw", {-1}, nullptr},
        {"/raw", {60, 100}, nullptr},
        {"/raw", {0x90, 60}, nullptr},
        {"/raw", {0x90, 60, 100, 0x80, 60, 0}, nullptr},
        {"/sysex", {}, nullptr},
        {"/sysex", {0xF0}, nullptr},
        {"/sysex", {0xF7}, nullptr},
        {"/sysex", {0x80}, nullptr},
        {"/sysex", {1, 0xF7, 2}, nullptr},
    }));

    const answer done = translated(message(address, numbers));

    INFO(address << " with " << numbers.size() << " arguments");
    CHECK(done.error == translate_error::bad_arguments);
    CHECK(done.bytes.empty());
}

TEST_CASE("the last part of the address decides") {
    CHECK(translated(message("/left/synth/note_on", {1, 60, 1})).bytes == hex("90 3C 01"));
}

TEST_CASE("an unknown name is unsupported") {
    const auto address =
        GENERATE("/note", "/note_on/x", "/NOTE_ON", "/", "/xnote_on", "/dirt/play");

    CHECK(translated(message(address, {1, 60, 100})).error == translate_error::unsupported);
}

TEST_CASE("numbers of every type are rounded to the nearest") {
    CHECK(translated(note_on_velocity(99.5)).bytes == hex("90 3C 64"));
    CHECK(translated(note_on_velocity(99.49)).bytes == hex("90 3C 63"));
    CHECK(translated(note_on_velocity(-0.4)).bytes == hex("90 3C 00"));
    CHECK(translated(note_on_velocity(127.4)).bytes == hex("90 3C 7F"));
}

TEST_CASE("numbers that are none, or round out of range, are refused") {
    const double value =
        GENERATE(127.5, -0.5, 1e300, std::nan(""), std::numeric_limits<double>::infinity());

    CHECK(translated(note_on_velocity(value)).error == translate_error::bad_arguments);
}

TEST_CASE("a second message behind raw or sysex is refused, what is no number is ignored") {
    const wire::bytes text =
        wire::raw("/raw\0\0\0\0,iiis\0\0") + hex("00000090 0000003C 00000064 78000000");
    const wire::bytes blob_and_more =
        wire::raw("/sysex\0\0,bi") + hex("00000002 01020000 00000005");
    const wire::bytes within =
        wire::raw("/raw\0\0\0\0,isi\0\0\0") + hex("00000090 78000000 00000064");

    CHECK(translated(text).bytes == hex("90 3C 64"));
    CHECK(translated(blob_and_more).bytes == hex("F0 01 02 F7"));
    CHECK(translated(within).error == translate_error::bad_arguments);
    CHECK(translated(message("/raw", {0x90, 60, 100, 0x90, 62, 100})).error ==
          translate_error::bad_arguments);
}

TEST_CASE("a second message in another argument is refused as well") {
    const std::string_view on = "00000003 903C4000";
    const std::string_view off = "00000003 803C4000";
    const wire::bytes blobs = wire::raw("/raw\0\0\0\0,bb") + hex(on) + hex(off);
    const wire::bytes array = wire::raw("/raw\0\0\0\0,[bb]\0\0") + hex(on) + hex(off);
    const wire::bytes status_behind = wire::raw("/raw\0\0\0\0,bi") + hex(on) + hex("00000080");
    const wire::bytes numbers_and_blob =
        wire::raw("/raw\0\0\0\0,iiib\0\0") + hex("00000090 0000003C 00000040") + hex(off);
    const wire::bytes sysex =
        wire::raw("/sysex\0\0,bb") + hex("00000001 01000000 00000001 02000000");
    const wire::bytes one = wire::raw("/raw\0\0\0\0,b\0") + hex(on);

    CHECK(translated(one).bytes == hex("90 3C 40"));
    for (const wire::bytes& each : {blobs, array, status_behind, numbers_and_blob, sysex}) {
        CHECK(translated(each).error == translate_error::bad_arguments);
    }
}

TEST_CASE("what is more than needed is ignored, whatever it is") {
    CHECK(translated(message("/note_on", {1, 60, 100, 7})).bytes == hex("90 3C 64"));
    CHECK(translated(message("/note_off", {1, 60, 0, 7, 8})).bytes == hex("80 3C 00"));
    CHECK(translated(message("/control_change", {1, 7, 64, 1})).bytes == hex("B0 07 40"));
    CHECK(translated(message("/program_change", {1, 7, 1})).bytes == hex("C0 07"));
    CHECK(translated(message("/channel_pressure", {1, 7, 1})).bytes == hex("D0 07"));
    CHECK(translated(message("/poly_pressure", {1, 60, 7, 1})).bytes == hex("A0 3C 07"));
    CHECK(translated(message("/pitch_bend", {1, 8192, 1})).bytes == hex("E0 00 40"));
    CHECK(translated(message("/control_change_14", {1, 1, 129, 9})).bytes ==
          hex("B0 01 01 B0 21 01"));
    CHECK(translated(message("/nrpn", {1, 1, 1, 9})).bytes.size() == 12);
    CHECK(translated(message("/rpn", {1, 1, 1, 9})).bytes.size() == 12);
    CHECK(translated(message("/clock", {1})).bytes == hex("F8"));
    CHECK(translated(message("/start", {1})).bytes == hex("FA"));
    const wire::bytes with_text = wire::raw("/note_on\0\0\0\0,iiisb\0") +
                                  hex("00000001 0000003C 00000064 37000000 00000001 05000000");
    CHECK(translated(with_text).bytes == hex("90 3C 64"));
}

TEST_CASE("true and false are 1 and 0, and brackets are no arguments") {
    const auto typed = [](std::string_view types, const wire::bytes& arguments) {
        wire::bytes head = wire::raw("/note_on\0\0\0\0,");
        head.pop_back();
        head.insert(head.end(), types.begin(), types.end());
        head.resize(head.size() / 4 * 4 + 4);
        return translated(head + arguments);
    };
    CHECK(typed("iiT", hex("00000001 0000003C")).bytes == hex("90 3C 01"));
    CHECK(typed("iiF", hex("00000001 0000003C")).bytes == hex("90 3C 00"));
    CHECK(typed("TTT", {}).bytes == hex("90 01 01"));
    CHECK(typed("FTT", {}).error == translate_error::bad_arguments); // no channel 0
    CHECK(typed("[iii]", hex("00000001 0000003C 00000064")).bytes == hex("90 3C 64"));
    CHECK(typed("i[i[i]]i", hex("00000001 0000003C 00000064 00000007")).bytes == hex("90 3C 64"));
    CHECK(typed("ihfd", hex("00000001 00000000 0000003C 42C80000 4059000000000000")).bytes ==
          hex("90 3C 64"));
    CHECK(typed("NiI", hex("0000003C")).error == translate_error::bad_arguments);
}

TEST_CASE("a bad argument is named, with what was expected") {
    struct named {
        wire::bytes packet;
        std::string_view text;
    };
    const auto bad =
        GENERATE(named{message("/note_on", {1, 60}),
                       "argument 3 is missing; expected a number from 0 to 127"},
                 named{message("/note_on", {0, 60, 1}),
                       "argument 1 is out of range; expected a number from 1 to 16"},
                 named{message("/note_on", {1, 200, 900}),
                       "argument 2 is out of range; expected a number from 0 to 127"},
                 named{wire::raw("/note_on\0\0\0\0,iis\0\0\0") + hex("00000001 0000003C 31000000"),
                       "argument 3 is of type s; expected a number from 0 to 127"},
                 named{wire::raw("/note_on\0\0\0\0,[is]\0\0") + hex("00000001 31000000"),
                       "argument 2 is of type s; expected a number from 0 to 127"},
                 named{message("/pitch_bend", {1, 16384}),
                       "argument 2 is out of range; expected a number from 0 to 16383"},
                 named{message("/control_change_14", {1, 32, 0}),
                       "argument 2 is out of range; expected a number from 0 to 31"},
                 named{message("/raw", {0x90, 60, 256}),
                       "argument 3 is out of range; expected a number from 0 to 255"},
                 named{message("/raw", {0x90, 60}), "the bytes are not one complete MIDI message"},
                 named{wire::raw("/x\0\0,im\0\0\0\0\0") + hex("00000001 00 90 80 00"),
                       "argument 2, of type m, does not contain a complete MIDI message"});
    wire::bytes room(64);
    std::array<char, bad_argument_text_max> space;

    const translation made = translate(split_message(bad.packet), room);

    CHECK(made.error == translate_error::bad_arguments);
    CHECK(text_of(made.bad, space) == bad.text);
}

TEST_CASE("arguments that are not numbers are refused") {
    const wire::bytes text =
        wire::raw("/note_on\0\0\0\0,iis\0\0\0") + hex("00 00 00 01 00 00 00 3C 31 00 00 00");
    const wire::bytes array = wire::raw("/note_off\0\0\0,[i]\0\0\0") + hex("00 00 00 01");

    CHECK(translated(text).error == translate_error::bad_arguments);
    CHECK(translated(array).error == translate_error::bad_arguments);
}

TEST_CASE("a blob is taken as it stands") {
    CHECK(translated(blob("/raw", hex("90 3C 64"))).bytes == hex("90 3C 64"));
    CHECK(translated(blob("/sysex", hex("7E 7F 06 01"))).bytes == hex("F0 7E 7F 06 01 F7"));
    CHECK(translated(blob("/raw", {})).error == translate_error::bad_arguments);
    CHECK(translated(blob("/sysex", {})).error == translate_error::bad_arguments);
}

TEST_CASE("a MIDI argument wins, under any address") {
    // The port 9 is ignored, a second m is refused, and a program change is 2 of the 3 bytes.
    const wire::bytes note = wire::raw("/x\0\0,im") + hex("00 00 00 05 09 90 3C 64");
    const wire::bytes two = wire::raw("/x\0\0,mm") + hex("00 C3 07 00 00 90 3C 64");
    const wire::bytes tick = wire::raw("/note_on\0\0\0\0,m\0") + hex("00 F8 00 00");

    CHECK(translated(note).bytes == hex("90 3C 64"));
    CHECK(translated(two).error == translate_error::bad_arguments);
    CHECK(translated(wire::raw("/x\0\0,m\0") + hex("00 C3 07 00")).bytes == hex("C3 07"));
    CHECK(translated(tick).bytes == hex("F8"));
}

TEST_CASE("a MIDI argument that is no message is refused") {
    const auto four =
        GENERATE("00 3C 64 00", "00 F0 01 F7", "00 F4 00 00", "00 90 80 00", "00 90 3C FF");
    const wire::bytes packet = wire::raw("/x\0\0,m\0") + hex(four);

    CHECK(translated(packet).error == translate_error::bad_arguments);
}

TEST_CASE("a message that does not fit is too large, and one that fits to the byte is not") {
    const wire::bytes bare = blob("/sysex", hex("01 02 03"));
    const wire::bytes framed = blob("/sysex", hex("F0 01 02 03 F7"));

    CHECK(translated(bare, 5).bytes == hex("F0 01 02 03 F7"));
    CHECK(translated(framed, 5).bytes == hex("F0 01 02 03 F7"));
    CHECK(translated(bare, 4).error == translate_error::too_large);
    CHECK(translated(framed, 4).error == translate_error::too_large);
    CHECK(translated(bare, 0).error == translate_error::too_large);
    CHECK(translated(message("/note_on", {1, 60, 100}), 2).error == translate_error::too_large);
    CHECK(translated(message("/pitch_bend", {1, 0}), 2).error == translate_error::too_large);
    CHECK(translated(message("/clock", {}), 0).error == translate_error::too_large);
    CHECK(translated(message("/raw", {0x90, 60, 100}), 2).error == translate_error::too_large);
}

TEST_CASE("translation errors have names") {
    CHECK(to_string(translate_error::none) == "none");
    CHECK(to_string(translate_error::unsupported) == "unsupported");
    CHECK(to_string(translate_error::bad_arguments) == "bad_arguments");
    CHECK(to_string(translate_error::too_large) == "too_large");
}
