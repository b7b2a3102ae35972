// SPDX-License-Identifier: MIT
// OSC packets as strangers send them: what is wrong with a message costs that message, and what is
// merely odd leaves as the specification has it.
#include "tests/kernel/flow/flow_support.hpp"

#include <algorithm>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

class refusals final : public unsupported_observer {
public:
    std::vector<tactus::codec::osc_error> refused_for;
    void unsupported(std::uint16_t, std::uint16_t, std::string_view,
                     std::string_view) noexcept override {}
    void refused(std::uint16_t, tactus::codec::osc_error why,
                 std::span<const std::uint8_t>) noexcept override {
        refused_for.push_back(why);
    }
};

// Bundles in bundles, `depth` of them.
wire::bytes nested(int depth) {
    wire::bytes inner = osc("/a");
    for (int i = 0; i < depth; ++i) {
        inner = wire::bundle(1, {inner});
    }
    return inner;
}

output_choice small(std::uint64_t events) {
    output_choice choice;
    choice.settings.limits = {{events, 1 << 20}, when_full::drop_newest};
    return choice;
}

} // namespace

TEST_CASE("a message may hold as many arguments as fit its packet") {
    const auto flow = simple_flow();
    wire::bytes message = wire::raw("/a\0\0,");
    message.pop_back();
    message.resize(message.size() + 65'000, 'T');
    message.resize(message.size() / 4 * 4 + 4);

    static_cast<void>(flow->emit_osc(message));
    flow->run();

    REQUIRE(flow->sink().records.size() == 1);
    REQUIRE(flow->sink().records[0].bytes == text(message));
    REQUIRE(flow->balanced());
}

TEST_CASE("what is wrong with a message of a bundle costs that message only") {
    const auto flow = simple_flow();
    refusals heard;
    flow->observe(heard);
    const wire::bytes one = wire::raw("/a\0\0,i\0") + wire::hex("00000001");
    const wire::bytes unknown = wire::raw("/b\0\0,u\0") + wire::hex("00000001");
    const wire::bytes cut = wire::raw("/c\0\0,i\0");
    const wire::bytes control = wire::raw("/\x07\0");
    const wire::bytes last = wire::raw("/d\0\0,i\0") + wire::hex("00000003");

    static_cast<void>(flow->emit_osc(
        wire::bundle(1, {one, unknown, wire::bundle(1, {cut, nested(9), last}), control, last})));
    static_cast<void>(flow->emit_osc(unknown)); // outside a bundle it is counted as the same
    flow->run();

    REQUIRE(flow->sink().records.size() == 3);
    CHECK(flow->sink().records[0].bytes == text(one));
    CHECK(flow->sink().records[1].bytes == text(last));
    CHECK(flow->sink().records[2].bytes == text(last));
    CHECK(flow->rejected_as(rejected::unsupported_type) == 2);
    CHECK(flow->rejected_as(rejected::malformed) == 2);
    CHECK(flow->rejected_as(rejected::too_deep) == 1);
    CHECK(flow->ledger().received == 8);
    CHECK(flow->ledger().routed == 3);
    REQUIRE(heard.refused_for.size() == 5);
    CHECK(heard.refused_for[0] == tactus::codec::osc_error::unknown_type);
    CHECK(flow->balanced());
}

TEST_CASE("a bundle of nothing but bad messages is counted by message") {
    const auto flow = simple_flow(small(1));
    const wire::bytes unknown = wire::raw("/b\0\0,u\0") + wire::hex("00000001");
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() + ms_ns}));

    // Nothing of it needs room, so it does not wait for any.
    const ingress::answer answer = flow->emit_osc(wire::bundle(1, {unknown, unknown}), {}, 0);

    CHECK(answer.status == TACTUS_OK);
    CHECK(flow->rejected_as(rejected::unsupported_type) == 2);
    CHECK(flow->balanced());
}

TEST_CASE("a bundle that waits for room counts what is wrong with it once") {
    const auto flow = simple_flow(small(1));
    const wire::bytes unknown = wire::raw("/b\0\0,u\0") + wire::hex("00000001");
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() + ms_ns}));
    const wire::bytes packet = wire::bundle(1, {unknown, osc("/c")});

    CHECK(flow->emit_osc(packet, {}, 0).status == TACTUS_E_AGAIN);
    CHECK(flow->emit_osc(packet, {}, 0).status == TACTUS_E_AGAIN);
    CHECK(flow->rejected_as(rejected::unsupported_type) == 0);
    flow->clock.advance_ns(2 * ms_ns);
    flow->run();
    CHECK(flow->emit_osc(packet, {}, 0).status == TACTUS_OK);

    CHECK(flow->rejected_as(rejected::unsupported_type) == 1);
    CHECK(flow->ledger().routed == 2);
    CHECK(flow->balanced());
}

TEST_CASE("what came with odd padding or surplus leaves as the specification has it") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output());
    flow.route_all();
    const wire::bytes blob = wire::hex("2f746573 74000000 2c620000 00000003 01020304");
    const wire::bytes clean = wire::hex("2f746573 74000000 2c620000 00000003 01020300");
    wire::bytes large = wire::raw("/big\0\0\0\0,b\0") + wire::hex("00000401");
    large.resize(large.size() + 0x404, 0xEE);
    wire::bytes clean_large = large;
    std::fill(clean_large.end() - 3, clean_large.end(), 0);

    static_cast<void>(flow.emit_osc(blob));
    static_cast<void>(
        flow.emit_osc(wire::bundle(1, {blob + wire::hex("00000000"), wire::raw("/go")})));
    static_cast<void>(flow.emit_osc(large)); // both outputs share its bytes
    flow.run();

    for (const std::uint16_t output : {std::uint16_t{0}, std::uint16_t{1}}) {
        REQUIRE(flow.sink(output).records.size() == 4);
        CHECK(flow.sink(output).records[0].bytes == text(clean));
        CHECK(flow.sink(output).records[1].bytes == text(clean));
        CHECK(flow.sink(output).records[2].bytes == text(wire::raw("/go") + wire::hex("2c000000")));
        CHECK(flow.sink(output).records[3].bytes == text(clean_large));
    }
    CHECK(flow.balanced());
}

TEST_CASE("a blank and UTF-8 in an address pass and find their routes") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output());
    const auto address = [](std::string_view text) {
        return std::move(*tactus::codec::osc_pattern::compile(text));
    };
    flow.configure(router({{{0}, address("/avatar/My Param"), {0}},
                           {{0}, address("/avatar/*"), {1}},
                           {{0}, address("/avatar/h?lle"), {2}}}));

    static_cast<void>(flow.emit_osc(osc("/avatar/My Param")));
    static_cast<void>(flow.emit_osc(osc("/avatar/h\u00f6lle")));
    static_cast<void>(flow.emit_osc(osc("/avatar/h\xf6lle"))); // Latin-1
    static_cast<void>(flow.emit_osc(osc("/avatar/h\nlle")));
    flow.run();

    CHECK(flow.sink(0).records.size() == 1);
    CHECK(flow.sink(1).records.size() == 3);
    CHECK(flow.sink(2).records.size() == 2);
    CHECK(flow.rejected_as(rejected::malformed) == 1);
    CHECK(flow.balanced());
}

TEST_CASE("a pattern in an address is text, unless the input dispatches it") {
    flow_under_test flow;
    const bool dispatches = GENERATE(false, true);
    static_cast<void>(
        flow.add_input(input_settings{.dispatches_patterns = dispatches, .name = "in"}));
    static_cast<void>(flow.add_output());
    static_cast<void>(flow.add_output());
    const auto address = [](std::string_view text) {
        return std::move(*tactus::codec::osc_pattern::compile(text));
    };
    route filtered{{0}, address("/bank/1/4"), {1}, {}, {}, {}};
    filtered.gate.dedupe = true; // makes a rule of it
    flow.configure(
        router({{{0}, address("/bank/1/3"), {0}}, {{0}, address("/bank/1/2"), {0}}, filtered}));

    static_cast<void>(flow.emit_osc(osc("/bank/1/*")));
    static_cast<void>(flow.emit_osc(osc("/bank/1/[")));
    static_cast<void>(flow.emit_osc(osc("/bank/2/*")));
    flow.run();

    CHECK(flow.sink(0).records.size() == (dispatches ? 1U : 0U)); // two routes, one delivery
    CHECK(flow.sink(1).records.size() == (dispatches ? 1U : 0U));
    CHECK(flow.ledger().unrouted_by.total() == (dispatches ? 2U : 3U));
    CHECK(flow.balanced());
}

TEST_CASE("a pattern that costs too much is refused, and nothing of it is delivered") {
    flow_under_test flow;
    static_cast<void>(flow.add_input(input_settings{.dispatches_patterns = true, .name = "in"}));
    static_cast<void>(flow.add_output());
    std::vector<route> many;
    for (int i = 0; i < 400; ++i) {
        const std::string text = "/" + std::string(200, 'a') + std::to_string(i);
        many.push_back({{0}, std::move(*tactus::codec::osc_pattern::compile(text)), {0}});
    }
    flow.configure(router(many));
    refusals heard;
    flow.observe(heard);

    static_cast<void>(flow.emit_osc(osc("/*a*a*a*a*a*a*a*a*a*")));
    flow.run();

    CHECK(flow.sink().records.empty());
    CHECK(flow.rejected_as(rejected::too_large) == 1);
    CHECK(flow.ledger().received == 1);
    REQUIRE(heard.refused_for.size() == 1);
    CHECK(heard.refused_for[0] == tactus::codec::osc_error::pattern_too_costly);
    CHECK(flow.balanced());
}
