// SPDX-License-Identifier: MIT
#include "kernel/codec/osc_reader.hpp"

#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>

using namespace tactus::codec;
using wire::operator+;
using wire::bundle;
using wire::hex;
using wire::raw;

namespace {

using visit = std::pair<std::string, std::uint64_t>;

struct walked {
    osc_error error;
    std::vector<visit> visits;
};

walked walk(const wire::bytes& packet) {
    walked result{osc_error::none, {}};
    result.error = for_each_message(packet, [&](const osc_message& message, std::uint64_t tag) {
        result.visits.emplace_back(message.address, tag);
    });
    return result;
}

wire::bytes nested(std::size_t depth) {
    wire::bytes packet = raw("/in");
    for (std::size_t level = 0; level < depth; ++level) {
        packet = bundle(10, {packet});
    }
    return packet;
}

constexpr std::uint64_t before_wrap = 0xFFFF'FFFF'0000'0000; // February 2036
constexpr std::uint64_t after_wrap = 0x0000'0001'0000'0000;

} // namespace

TEST_CASE("a bare message has no time tag") {
    CHECK(walk(raw("/a\0")).visits == std::vector<visit>{{"/a", osc_no_time_tag}});
}

TEST_CASE("a message has the time tag of its bundle") {
    const walked result = walk(bundle(77, {raw("/a\0"), raw("/b\0")}));

    CHECK(result.error == osc_error::none);
    CHECK(result.visits == std::vector<visit>{{"/a", 77}, {"/b", 77}});
}

TEST_CASE("messages come in the packet's order, each with its innermost time tag") {
    const walked result =
        walk(bundle(50, {raw("/1\0"), bundle(60, {raw("/2\0"), bundle(70, {raw("/3\0")})}),
                         raw("/4\0"), bundle(55, {raw("/5\0")}), raw("/6\0")}));

    CHECK(
        result.visits ==
        std::vector<visit>{{"/1", 50}, {"/2", 60}, {"/3", 70}, {"/4", 50}, {"/5", 55}, {"/6", 50}});
}

TEST_CASE("an inner bundle's earlier time tag is raised to the outer one") {
    const walked result = walk(bundle(50, {bundle(40, {raw("/a\0")}), bundle(1, {raw("/b\0")})}));

    CHECK(result.visits == std::vector<visit>{{"/a", 50}, {"/b", 50}});
}

TEST_CASE("an inner bundle may be timed inside an immediate one") {
    const std::uint64_t now_2026 = 0xEEAE'3FC9'69BA'6000;

    CHECK(walk(bundle(1, {bundle(now_2026, {raw("/a\0")})})).visits ==
          std::vector<visit>{{"/a", now_2026}});
}

TEST_CASE("a time tag after the wrap of 2036 is later than one before it") {
    CHECK(walk(bundle(before_wrap, {bundle(after_wrap, {raw("/a\0")})})).visits[0].second ==
          after_wrap);
    CHECK(walk(bundle(after_wrap, {bundle(before_wrap, {raw("/a\0")})})).visits[0].second ==
          after_wrap);
}

TEST_CASE("a bundle with time tag 0 is an immediate one") {
    CHECK(walk(bundle(0, {raw("/a\0")})).visits ==
          std::vector<visit>{{"/a", osc_time_immediately}});
}

TEST_CASE("empty bundles hold no message") {
    const walked result = walk(bundle(5, {bundle(6), bundle(7, {bundle(8)})}));

    CHECK(result.error == osc_error::none);
    CHECK(result.visits.empty());
}

TEST_CASE("bundles nest eight deep and not nine") {
    CHECK(walk(nested(osc_bundle_depth_max)).visits.size() == 1);
    const walked deeper = walk(nested(osc_bundle_depth_max + 1));
    CHECK(deeper.error == osc_error::none);
    CHECK(deeper.visits.empty());
    CHECK(count_messages(nested(osc_bundle_depth_max + 1)).refused == 1);
}

TEST_CASE("many bundles beside one another are not deep") {
    const std::vector<wire::bytes> many(100, bundle(9, {raw("/a\0")}));

    CHECK(walk(bundle(8, many)).visits.size() == 100);
}

TEST_CASE("a packet whose framing is wrong delivers nothing") {
    const wire::bytes good = bundle(5, {raw("/a\0")});
    const auto [packet, why] = GENERATE_COPY(
        std::pair{wire::bytes{}, osc_error::no_words},
        std::pair{hex("2f 61 00"), osc_error::no_words},
        std::pair{good + hex("00 00 00 03 2f 61 00 00"), osc_error::bundle_sizes},
        std::pair{good + hex("00 00 00 08 2f 61 00 00"), osc_error::bundle_sizes}, // beyond the end
        std::pair{good + hex("ff ff ff fc 2f 61 00 00"), osc_error::bundle_sizes},
        std::pair{good + hex("00 00 00 04"), osc_error::bundle_sizes},
        std::pair{good + hex("2f 61"), osc_error::no_words}); // a size cut off

    const walked result = walk(packet);

    CHECK(result.error == why);
    CHECK(result.visits.empty());
    CHECK(count_messages(packet).error == why);
    CHECK(count_messages(packet).count == 0);
}

TEST_CASE("what is wrong with an element costs that element only") {
    const wire::bytes a = raw("/a\0");
    const wire::bytes b = raw("/b\0");
    wire::bytes long_address(osc_address_size_max + 4, 'a');
    long_address[0] = '/';
    long_address.back() = 0;
    const auto bad = GENERATE_COPY(
        raw("/x\0\0,u\0") + hex("00 00 00 01"), // a type that nobody knows
        raw("/x\0\0,i\0"), raw("abc"), raw("/x\n"), long_address,
        bundle(6, {raw("/x\0")}) + hex("00 00 00 08 2f 61 00 00"), // an inner bundle, cut
        bundle(6) + wire::big_endian(8, 4) + raw("/x\0"), // whose element reaches beyond it
        nested(osc_bundle_depth_max), raw("#bundle"), raw("#bundle") + hex("00 00 00 00"),
        raw("#bungle") + hex("00 00 00 00 00 00 00 01"));

    const walked result = walk(bundle(5, {a, bad, bundle(7, {b}), b}));

    CHECK(result.error == osc_error::none);
    CHECK(result.visits == std::vector<visit>{{"/a", 5}, {"/b", 7}, {"/b", 5}});
    CHECK(count_messages(bundle(5, {a, bad, b})).count == 2);
    CHECK(count_messages(bundle(5, {a, bad, b})).refused == 1);
    CHECK(count_messages(bundle(5, {bundle(6, {a, bad, b}), bad})).count == 2);
    CHECK(count_messages(bundle(5, {bundle(6, {a, bad, b}), bad})).refused == 2);
}

TEST_CASE("an element of no bytes is passed over, as are zeros at the end of a bundle") {
    const wire::bytes a = raw("/a\0");
    const wire::bytes padded = bundle(5, {a, {}, a}) + hex("00 00 00 00 00 00 00 00");

    CHECK(walk(padded).visits == std::vector<visit>{{"/a", 5}, {"/a", 5}});
    CHECK(count_messages(padded).refused == 0);
    CHECK(walk(bundle(4, {padded, a})).visits ==
          std::vector<visit>{{"/a", 5}, {"/a", 5}, {"/a", 4}});
}

TEST_CASE("a packet says how many bytes its messages take once they are tidy") {
    const wire::bytes typed = raw("/a\0\0,i\0") + hex("00 00 00 01");

    CHECK(count_messages(typed).bytes == 12);
    CHECK(count_messages(typed).is_tidy);
    CHECK(count_messages(bundle(5, {typed, raw("/b\0")})).bytes == 20);
    CHECK_FALSE(count_messages(bundle(5, {typed, raw("/b\0")})).is_tidy);
    CHECK(count_messages(bundle(5, {typed + hex("00 00 00 00")})).bytes == 12);
}

TEST_CASE("a packet above the limit is too large, whatever it holds") {
    CHECK(walk(wire::bytes(osc_size_max + 1, 0)).error == osc_error::packet_too_large);
    CHECK(walk(wire::bytes(osc_size_max + 4, 0)).error == osc_error::packet_too_large);
}

TEST_CASE("a packet at the limit holds thousands of messages") {
    const std::size_t count = (osc_size_max - 16) / 8;
    const wire::bytes packet = bundle(5, std::vector<wire::bytes>(count, raw("/a\0")));

    CHECK(packet.size() == osc_size_max);
    CHECK(count_messages(packet).count == count);
}
