// SPDX-License-Identifier: MIT
// What a tap writes, and that a recording of it reads back to the same bytes.
#include "kernel/daemon/tap/tap_text.hpp"

#include "kernel/codec/osc_writer.hpp"
#include "kernel/control/recording.hpp"
#include "kernel/flow/ledger.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <limits>
#include <string>
#include <vector>

using namespace tactus;
using namespace tactus::daemon;
using Catch::Matchers::Contains;

namespace {

using bytes = std::vector<std::uint8_t>;

const tap_names names = {{"keys"}, {"synth"}, {"route 12"}};

flow::observed_event sent_midi(const bytes& message) {
    flow::observed_event one;
    one.input = 0;
    one.output = 0;
    one.route = 0;
    one.protocol = TACTUS_PROTO_MIDI;
    one.came_ns = 1'000'000;
    one.due_ns = 2'000'000;
    one.at_ns = 2'018'000;
    one.bytes = message;
    return one;
}

std::string line_of(const flow::observed_event& one, std::uint64_t count = 1) {
    std::string line;
    append_event(line, one, count, names, 1'700'000'000'000'000'000);
    return line;
}

control::recorded_event read_back(const flow::observed_event& one) {
    const std::string line = line_of(one);
    control::recording_reader reader;
    const auto told = reader.notification(std::string_view(line).substr(0, line.size() - 1));
    REQUIRE(told.has_value());
    REQUIRE(told->is == control::tap_notification::kind::event);
    auto recorded = reader.event(told->line);
    INFO(line);
    REQUIRE(recorded.has_value());
    return std::move(*recorded);
}

} // namespace

TEST_CASE("an event that was sent is told with its times, its way and its contents") {
    const bytes note = {0x90, 60, 100};

    CHECK(line_of(sent_midi(note)) ==
          R"({"jsonrpc":"2.0","method":"event","params":{"result":"sent","at":1700000000.002018,)"
          R"("came":1700000000.001000,"due":1700000000.002000,"late":0.000018,"input":"keys",)"
          R"("output":"synth","route":"route 12","midi":"90 3c 64",)"
          R"("text":"note on  channel 1  note 60  velocity 100"}})"
          "\n");
}

TEST_CASE("an event that leaves before it is due has a negative lateness") {
    const bytes note = {0x90, 60, 100};
    flow::observed_event one = sent_midi(note);
    one.at_ns = 500'000;
    one.came_ns = 0;

    CHECK_THAT(line_of(one), Contains("\"late\":-0.001500"));
}

TEST_CASE("what was not sent is told with its reason; of several only how many") {
    flow::observed_event one;
    one.what = flow::observed::dropped;
    one.reason = static_cast<std::uint8_t>(flow::dropped::cancelled);
    one.output = 0;
    one.at_ns = 1'000;

    CHECK(line_of(one, 5) ==
          R"({"jsonrpc":"2.0","method":"event","params":{"result":"dropped","reason":"cancelled",)"
          R"("at":1700000000.000001,"output":"synth","count":5}})"
          "\n");
    CHECK(not_sent_text(one) == "dropped: cancelled");
}

TEST_CASE("what the plugin of an output says of a failed event is told with the reason") {
    flow::observed_event one;
    one.what = flow::observed::dropped;
    one.reason = static_cast<std::uint8_t>(flow::dropped::output_error);
    one.output = 0;
    one.at_ns = 1'000;
    one.detail = "The \"lamp\" is \x1B off.";

    CHECK_THAT(line_of(one),
               Contains(R"("reason":"output_error","detail":"The \"lamp\" is \u001b off.")"));
    CHECK(not_sent_text(one) == "dropped: output_error: The \"lamp\" is \\x1b off.");
}

TEST_CASE("MIDI reads back from a recording as it was") {
    const bytes sysex = {0xF0, 0x7D, 1, 2, 3, 0xF7};

    const control::recorded_event read = read_back(sent_midi(sysex));

    CHECK(read.bytes == sysex);
    CHECK(read.protocol == TACTUS_PROTO_MIDI);
    CHECK(read.event.output == "synth");
    CHECK(read.event.due_s == Approx(1'700'000'000.002).margin(1e-6));
}

TEST_CASE("OSC of every type reads back from a recording as it was, bit by bit") {
    std::array<std::uint8_t, 512> space{};
    codec::osc_writer writer(space);
    const bytes blob = {1, 2, 3};
    const std::array<std::uint8_t, 4> midi = {0, 0x90, 60, 100};
    writer.begin_message("/all", "ihffddsssbtm[iTF]NIcrS");
    writer.int32(-5).int64(std::numeric_limits<std::int64_t>::min());
    writer.float32(0.1F).float32(std::numeric_limits<float>::infinity());
    writer.float64(0.1).float64(std::numeric_limits<double>::quiet_NaN());
    writer.text("plain \"quoted\"").text("\xff\xfe").text("");
    writer.blob(blob).argument({'t', bytes(8, 0xFF)}).argument({'m', midi}).int32(7);
    const std::array<std::uint8_t, 4> four = {0, 0, 0, 'x'};
    const std::array<std::uint8_t, 8> symbol = {'s', 'y', 'm', 'b', 0, 0, 0, 0};
    writer.argument({'c', four}).argument({'r', midi}).argument({'S', symbol});
    const auto size = writer.finish();
    REQUIRE(size.has_value());
    flow::observed_event one = sent_midi({});
    one.protocol = TACTUS_PROTO_OSC;
    one.bytes = std::span(space).first(*size);

    CHECK(read_back(one).bytes == bytes(space.begin(), space.begin() + *size));
}

TEST_CASE("extreme values read back from a recording as they were, bit by bit") {
    std::array<std::uint8_t, 512> space{};
    codec::osc_writer writer(space);
    const auto value = [](std::uint64_t bits, std::size_t size) {
        bytes made;
        for (std::size_t i = size; i > 0; --i) {
            made.push_back(static_cast<std::uint8_t>(bits >> (8 * (i - 1))));
        }
        return made;
    };
    const std::vector<std::uint32_t> floats = {0x80000000, 0,          1,          0x80000001,
                                               0x007FFFFF, 0x7F7FFFFF, 0xFF800000, 0x7FC00001,
                                               0xFF812345, 0x4B800001, 0x5F000000, 0x60AD78EC};
    const std::vector<std::uint64_t> doubles = {0x8000000000000000,
                                                0,
                                                1,
                                                0x000FFFFFFFFFFFFF,
                                                0x7FEFFFFFFFFFFFFF,
                                                0xFFF0000000000000,
                                                0x7FF8000000000001,
                                                0xFFF0000000000001,
                                                0x43E0000000000000,
                                                0x43F0000000000001};
    const std::vector<std::int64_t> whole = {std::numeric_limits<std::int64_t>::max(),
                                             std::numeric_limits<std::int64_t>::min(), 0, -1};
    const std::string types = std::string(floats.size(), 'f') + std::string(doubles.size(), 'd') +
                              std::string(whole.size(), 'h') + "iibbssScrmtt[[i]f[]]";
    writer.begin_message("/all", types);
    for (const std::uint32_t each : floats) {
        writer.argument({'f', value(each, 4)});
    }
    for (const std::uint64_t each : doubles) {
        writer.argument({'d', value(each, 8)});
    }
    for (const std::int64_t each : whole) {
        writer.int64(each);
    }
    writer.int32(std::numeric_limits<std::int32_t>::min());
    writer.int32(std::numeric_limits<std::int32_t>::max());
    writer.blob({}).blob(bytes{0, 0xFF, 0, 1}).text("").text("\x7f\n\xe2\x80\xa8\"\\");
    writer.argument({'S', value(0, 4)}).argument({'c', value(0xFFFFFFFF, 4)});
    writer.argument({'r', value(0, 4)}).argument({'m', value(0xFFFFFFFF, 4)});
    writer.argument({'t', value(1, 8)}).argument({'t', value(0, 8)}).int32(7).float32(-0.0F);
    const auto size = writer.finish();
    REQUIRE(size.has_value());
    flow::observed_event one = sent_midi({});
    one.protocol = TACTUS_PROTO_OSC;
    one.bytes = std::span(space).first(*size);

    CHECK(read_back(one).bytes == bytes(space.begin(), space.begin() + *size));
}

TEST_CASE("bytes that are no OSC are told as bytes, the first of them") {
    const bytes junk(100, 0xAB);
    flow::observed_event one = sent_midi(junk);
    one.protocol = TACTUS_PROTO_OSC;

    CHECK_THAT(line_of(one), Contains(R"("size":100)") && Contains(R"("raw":"ab ab)"));
    CHECK(read_back(one).bytes.empty());
}

TEST_CASE("what was asked for is no loss: a filter, a cancel, a throttle") {
    flow::observed_event one;
    one.what = flow::observed::unrouted;
    one.reason = static_cast<std::uint8_t>(flow::unrouted::filtered);
    CHECK(is_intended(one));
    one.reason = static_cast<std::uint8_t>(flow::unrouted::no_route);
    CHECK_FALSE(is_intended(one));
    one.what = flow::observed::dropped;
    one.reason = static_cast<std::uint8_t>(flow::dropped::throttled);
    CHECK(is_intended(one));
    one.reason = static_cast<std::uint8_t>(flow::dropped::queue_full);
    CHECK_FALSE(is_intended(one));
    CHECK_FALSE(is_intended(flow::observed_event()));
}
