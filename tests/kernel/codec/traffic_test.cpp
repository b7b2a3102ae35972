// SPDX-License-Identifier: MIT
// Datagrams recorded from two OSC libraries, osc.js and osc-js, while Strudel played: 84 bundles
// each, of the same 84 messages. The files are hexadecimal, one datagram a line.
#include "kernel/codec/osc_reader.hpp"
#include "kernel/codec/osc_to_midi.hpp"
#include "kernel/codec/osc_writer.hpp"
#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <string>

using namespace tactus::codec;

namespace {

constexpr const char* osc_js_frames = "osc-js-2.4-frames.hex";
constexpr const char* strudel_datagrams = "strudel-osc-1.3.expected.hex";

std::vector<wire::bytes> recorded(const std::string& name) {
    std::ifstream file(std::string(TACTUS_TRAFFIC_DIR "/") + name);
    std::vector<wire::bytes> packets;
    for (std::string line; std::getline(file, line);) {
        packets.push_back(wire::hex(line));
    }
    REQUIRE(packets.size() == 84);
    return packets;
}

struct timed_message {
    osc_message message;
    std::uint64_t time_tag = 0;
};

timed_message only_message(const wire::bytes& packet) {
    timed_message found;
    int count = 0;
    REQUIRE(for_each_message(packet, [&](const osc_message& message, std::uint64_t time_tag) {
                found = {message, time_tag};
                ++count;
            }) == osc_error::none);
    REQUIRE(count == 1);
    return found;
}

std::map<char, int> types_in(const char* name) {
    std::map<char, int> counts;
    for (const wire::bytes& packet : recorded(name)) {
        for (const char tag : only_message(packet).message.types) {
            ++counts[tag];
        }
    }
    return counts;
}

} // namespace

TEST_CASE("every recorded datagram is one timed message to SuperDirt") {
    const auto name = GENERATE(osc_js_frames, strudel_datagrams);

    for (const wire::bytes& packet : recorded(name)) {
        const timed_message found = only_message(packet);
        CHECK(found.message.address == "/dirt/play");
        CHECK(found.time_tag >> 32 >= 0xEEAE3FC9);
        CHECK(translate(found.message, {}).error == translate_error::unsupported);
    }
}

TEST_CASE("the recorded datagrams hold the arguments that were counted by another decoder") {
    CHECK(types_in(strudel_datagrams) == std::map<char, int>{{'s', 680}, {'f', 480}});
    CHECK(types_in(osc_js_frames) == std::map<char, int>{{'s', 680}, {'f', 340}, {'i', 140}});
}

TEST_CASE("both libraries' datagrams say the same") {
    const std::vector<wire::bytes> left = recorded(osc_js_frames);
    const std::vector<wire::bytes> right = recorded(strudel_datagrams);

    for (std::size_t index = 0; index < left.size(); ++index) {
        const timed_message a = only_message(left[index]);
        const timed_message b = only_message(right[index]);
        const osc_arguments a_all = arguments(a.message);
        const osc_arguments b_all = arguments(b.message);
        INFO("datagram " << index);
        CHECK(std::equal(a_all.begin(), a_all.end(), b_all.begin(), b_all.end(),
                         [](const osc_argument& x, const osc_argument& y) {
                             return x.as_string() == y.as_string() &&
                                    x.as_double() == y.as_double();
                         }));
    }
}

TEST_CASE("every recorded datagram is written again byte for byte") {
    const auto name = GENERATE(osc_js_frames, strudel_datagrams);

    for (const wire::bytes& packet : recorded(name)) {
        const timed_message found = only_message(packet);
        wire::bytes out(packet.size());
        osc_writer writer(out);
        writer.begin_message(found.message.address, found.message.types);
        for (const osc_argument& value : arguments(found.message)) {
            if (value.tag() == 's') {
                writer.text(*value.as_string());
            } else if (value.tag() == 'i') {
                writer.int32(static_cast<std::int32_t>(*value.as_int64()));
            } else {
                writer.float32(static_cast<float>(*value.as_double()));
            }
        }

        out.resize(writer.finish().value());
        CHECK(wire::bundle(found.time_tag, {out}) == packet);
    }
}

TEST_CASE("a recorded datagram that is cut short anywhere delivers nothing") {
    const wire::bytes packet = recorded(strudel_datagrams).front();

    for (std::size_t size = 0; size < packet.size(); ++size) {
        const osc_count checked = count_messages(std::span(packet).first(size));
        INFO("cut at " << size);
        // Cut right behind the time tag it is an empty bundle, which is a whole packet.
        const bool is_refused = checked.error != osc_error::none || checked.refused == 1;
        CHECK(is_refused == (size != 16));
        CHECK(checked.count == 0);
    }
}
