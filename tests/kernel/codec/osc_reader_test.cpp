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
    CHECK(walk(nested(osc_bundle_depth_max + 1)).error == osc_error::too_deep);
}

TEST_CASE("many bundles beside one another are not deep") {
    const std::vector<wire::bytes> many(100, bundle(9, {raw("/a\0")}));

    CHECK(walk(bundle(8, many)).visits.size() == 100);
}

TEST_CASE("a packet that is malformed anywhere delivers nothing") {
    const wire::bytes bad_argument = raw("/b\0\0,i\0");
    const wire::bytes good = bundle(5, {raw("/a\0")});
    const auto packet =
        GENERATE_COPY(wire::bytes{}, hex("00 00 00 00"), hex("2f 61 00"),  // no packet at all
                      bundle(5, {raw("/a\0"), bad_argument}),              // the second message
                      bundle(5, {raw("/a\0"), bundle(6, {bad_argument})}), // one inside
                      good + hex("00 00 00 00"),                           // an element of 0 bytes
                      good + hex("00 00 00 03 2f 61 00 00"),               // not a multiple of 4
                      good + hex("00 00 00 08 2f 61 00 00"),               // beyond the end
                      good + hex("ff ff ff fc 2f 61 00 00"),               // far beyond the end
                      good + hex("2f 61"),                                 // a size cut off
                      raw("#bundle"), raw("#bundle") + hex("00 00 00 00"), // no whole time tag
                      raw("#bungle") + hex("00 00 00 00 00 00 00 01"),     // another name
                      bundle(5, {raw("#bundle")}));                        // the same inside

    const walked result = walk(packet);

    CHECK(result.error == osc_error::malformed);
    CHECK(result.visits.empty());
    CHECK(count_messages(packet).count == 0);
}

TEST_CASE("an inner element that reaches beyond its bundle is malformed") {
    // The inner bundle is 24 bytes long; its element claims the 4 bytes behind it as well.
    const wire::bytes inner = bundle(6) + wire::big_endian(8, 4) + raw("/a\0");

    CHECK(walk(bundle(5, {inner}) + raw("/b\0")).error == osc_error::malformed);
}

TEST_CASE("the reason inside a bundle is the packet's") {
    wire::bytes long_address(osc_address_size_max + 4, 'a');
    long_address[0] = '/';
    long_address.back() = 0;

    CHECK(walk(bundle(5, {raw("/a\0"), long_address})).error == osc_error::too_large);
}

TEST_CASE("a packet above the limit is too large, whatever it holds") {
    CHECK(walk(wire::bytes(osc_size_max + 1, 0)).error == osc_error::too_large);
    CHECK(walk(wire::bytes(osc_size_max + 4, 0)).error == osc_error::too_large);
}

TEST_CASE("a packet at the limit holds thousands of messages") {
    const std::size_t count = (osc_size_max - 16) / 8;
    const wire::bytes packet = bundle(5, std::vector<wire::bytes>(count, raw("/a\0")));

    CHECK(packet.size() == osc_size_max);
    CHECK(count_messages(packet).count == count);
}
