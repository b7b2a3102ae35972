// SPDX-License-Identifier: MIT
// What is not taken: each refusal in its column. Room is ingress_room_test.cpp's.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

// Bundles in bundles, `depth` of them.
wire::bytes nested(int depth) {
    wire::bytes inner = osc("/a");
    for (int i = 0; i < depth; ++i) {
        inner = wire::bundle(1, {inner});
    }
    return inner;
}

struct complaint {
    std::uint16_t input;
    std::uint16_t output;
    std::string address;
    std::string why;
};
class complaints final : public unsupported_observer {
public:
    std::vector<complaint> all;
    void unsupported(std::uint16_t input, std::uint16_t output, std::string_view address,
                     std::string_view why) noexcept override {
        all.push_back({input, output, std::string(address), std::string(why)});
    }
    std::vector<complaint> mild;
    void taken_elsewhere(std::uint16_t input, std::uint16_t output, std::string_view address,
                         std::string_view why) noexcept override {
        mild.push_back({input, output, std::string(address), std::string(why)});
    }
};

output_choice small(std::uint64_t events, when_full policy = when_full::drop_newest) {
    output_choice choice;
    choice.settings.limits = {{events, 1 << 20}, policy};
    return choice;
}

} // namespace

TEST_CASE("malformed packets are refused as such") {
    const auto flow = simple_flow({.protocols = takes_midi | takes_osc});

    static_cast<void>(flow->emit_osc({}));
    static_cast<void>(flow->emit_osc(wire::raw("no slash\0\0\0,\0\0")));
    static_cast<void>(flow->emit_osc({'/', 'a', 0}));
    static_cast<void>(
        flow->emit_osc(wire::bundle(1, {osc("/a")}) + wire::hex("00000008 2f620000")));
    static_cast<void>(flow->emit_midi({0x3C, 0x40}));
    static_cast<void>(flow->emit_midi({0x90, 0x3C}));

    REQUIRE(flow->rejected_as(rejected::malformed) == 6);
    REQUIRE(flow->ledger().received == 6);
    REQUIRE(flow->output().pending == 0); // not half a bundle
    REQUIRE(flow->balanced());
}

TEST_CASE("bundles at the depth limit are taken, one deeper is refused") {
    const auto flow = simple_flow();

    static_cast<void>(flow->emit_osc(nested(tactus::codec::osc_bundle_depth_max)));
    REQUIRE(flow->ledger().routed == 1);
    static_cast<void>(flow->emit_osc(nested(tactus::codec::osc_bundle_depth_max + 1)));

    REQUIRE(flow->rejected_as(rejected::too_deep) == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("packets at the size limit are taken, one above it is refused") {
    const auto flow = simple_flow({.protocols = takes_midi});
    wire::bytes sysex(TACTUS_EVENT_SIZE_MAX, 0x11);
    sysex.front() = 0xF0;
    sysex.back() = 0xF7;

    static_cast<void>(flow->emit_midi(sysex));
    REQUIRE(flow->ledger().routed == 1);
    sysex.insert(sysex.begin() + 1, 0x11);
    static_cast<void>(flow->emit_midi(sysex));
    static_cast<void>(flow->emit_osc(wire::bytes(TACTUS_EVENT_SIZE_MAX + 4, 0)));

    REQUIRE(flow->rejected_as(rejected::too_large) == 2);
    REQUIRE(flow->balanced());
}

TEST_CASE("a note-off may be due a day later than what else is let in") {
    const auto flow = simple_flow({.protocols = takes_midi});
    flow->settings.max_ahead_ns = 100 * ms_ns;
    flow->route_all();
    const std::int64_t furthest_ns = flow->clock.now_ns() + 100 * ms_ns + note_length_max_ns;

    static_cast<void>(flow->emit_midi(note_on(60)));
    static_cast<void>(flow->emit_midi(note_on(61)));

    static_cast<void>(flow->emit_midi(note_off(60), {.due_ns = furthest_ns}));
    static_cast<void>(flow->emit_midi(note_off(61), {.due_ns = furthest_ns + 1}));
    static_cast<void>(
        flow->emit_midi(note_on(62), {.due_ns = flow->clock.now_ns() + 100 * ms_ns + 1}));
    static_cast<void>( // of a note that nobody began
        flow->emit_midi(note_off(63), {.due_ns = flow->clock.now_ns() + 100 * ms_ns + 1}));

    REQUIRE(flow->ledger().routed == 3);
    REQUIRE(flow->rejected_as(rejected::too_far_ahead) == 3);
    REQUIRE(flow->balanced());
}

TEST_CASE("an input that lets no SysEx through makes none, however it was written") {
    const auto flow = simple_flow({.protocols = takes_midi});
    const stamp careful{.flags = TACTUS_EVENT_NO_SYSEX};

    static_cast<void>(flow->emit_midi(wire::hex("F0 01 F7"), careful));
    static_cast<void>(
        flow->emit_osc(wire::raw("/sysex\0\0,ii") + wire::hex("00000001 00000002"), careful));
    static_cast<void>(flow->emit_osc(
        wire::raw("/raw\0\0\0\0,iii\0\0\0") + wire::hex("000000F0 00000001 000000F7"), careful));
    flow->run();
    CHECK(flow->rejected_as(rejected::sysex_denied) == 3);
    CHECK(flow->sink().records.empty());

    static_cast<void>(flow->emit_midi(note_on(60), careful));
    static_cast<void>(flow->emit_midi(wire::hex("F0 01 F7")));
    flow->run();
    CHECK(flow->sink().records.size() == 2);
    CHECK(flow->balanced());
}

TEST_CASE("what is due at the limit ahead is taken, later is refused") {
    const auto flow = simple_flow();
    flow->settings.max_ahead_ns = 100 * ms_ns;
    flow->route_all();
    const std::int64_t now_ns = flow->clock.now_ns();

    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = now_ns + 100 * ms_ns}));
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = now_ns + 100 * ms_ns + 1}));
    static_cast<void>(flow->emit_osc(
        wire::bundle(flow->timebase.to_ntp(now_ns + 200 * ms_ns), {osc("/a"), osc("/b")})));

    REQUIRE(flow->rejected_as(rejected::too_far_ahead) == 3);
    REQUIRE(flow->ledger().routed == 1);
    REQUIRE(flow->in.take_snapshot(0).lead.count == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("an unknown protocol is an unsupported type") {
    const auto flow = simple_flow();

    static_cast<void>(flow->emit(0, osc("/a")));
    static_cast<void>(flow->emit(3, osc("/a")));
    static_cast<void>(flow->emit(0xFFFF, osc("/a")));

    REQUIRE(flow->rejected_as(rejected::unsupported_type) == 3);
    REQUIRE(flow->balanced());
}

TEST_CASE("a tag above the limit is refused") {
    const auto flow = simple_flow();

    static_cast<void>(flow->emit_osc(osc("/a"), {.tag = ingress::tag_max + 1}));

    REQUIRE(flow->rejected_as(rejected::malformed) == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("a port handle that nobody was given is refused") {
    const auto flow = simple_flow();
    const std::uint32_t last = flow->fan.names().intern("piano");

    static_cast<void>(flow->emit_osc(osc("/a"), {.port = last + 1}));
    static_cast<void>(flow->emit_osc(osc("/a"), {.port = 0xFFFFFFFF}));

    REQUIRE(flow->rejected_as(rejected::malformed) == 2);
    REQUIRE(flow->balanced());
}

TEST_CASE("beyond its rate an input is refused, message by message") {
    flow_under_test flow;
    static_cast<void>(flow.add_input(3));
    static_cast<void>(flow.add_output());
    flow.route_all();

    static_cast<void>(flow.emit_osc(wire::bundle(1, {osc("/a"), osc("/b")})));
    static_cast<void>(flow.emit_osc(wire::bundle(1, {osc("/c"), osc("/d")})));
    REQUIRE(flow.rejected_as(rejected::rate) == 1);
    flow.clock.advance_ns(1000 * ms_ns);
    static_cast<void>(flow.emit_osc(osc("/e")));

    REQUIRE(flow.rejected_as(rejected::rate) == 1);
    REQUIRE(flow.ledger().routed == 4);
    REQUIRE(flow.balanced());
}

TEST_CASE("after the close everything is refused as closed") {
    const auto flow = simple_flow();

    flow->in.close();
    REQUIRE(flow->emit_osc(wire::bundle(1, {osc("/a"), osc("/b")})).status == TACTUS_OK);

    REQUIRE(flow->rejected_as(rejected::closed) == 2);
    REQUIRE(flow->output().ledger.accepted_by.total() == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("after the close what is critical is still taken: the last words of an input") {
    const auto flow = simple_flow();

    flow->in.close();
    REQUIRE(flow->emit_osc(osc("/stop"), {.flags = TACTUS_EVENT_CRITICAL}).status == TACTUS_OK);
    flow->run();

    REQUIRE(flow->sink(0).records.size() == 1);
    REQUIRE(flow->rejected_as(rejected::closed) == 0);
    REQUIRE(flow->balanced());
}

TEST_CASE("after the close no input waits for room") {
    const auto flow = simple_flow(small(1));
    static_cast<void>(flow->emit_osc(osc("/a"), {.due_ns = flow->clock.now_ns() + ms_ns}));

    flow->in.close();
    const ingress::answer answer = flow->emit_osc(osc("/b"), {}, 0);

    REQUIRE(answer.status == TACTUS_OK);
    REQUIRE(flow->rejected_as(rejected::closed) == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("what the transport lost is counted under the reason it names") {
    const auto flow = simple_flow();

    for (std::size_t i = 0; i < rejected_names.size(); ++i) {
        REQUIRE(flow->in.reject(0, i + 1, rejected_names[i]));
        REQUIRE(flow->rejected_as(static_cast<rejected>(i)) == i + 1);
    }
    REQUIRE_FALSE(flow->in.reject(0, 1, "bad luck"));
    REQUIRE_FALSE(flow->in.reject(0, 1, ""));

    REQUIRE(flow->ledger().received == rejected_names.size() * (rejected_names.size() + 1) / 2);
    REQUIRE(flow->balanced());
}

TEST_CASE("a message that no output can take is refused as unsupported") {
    const auto flow = simple_flow({.protocols = takes_midi});
    complaints heard;
    flow->observe(heard);

    static_cast<void>(flow->emit_osc(osc("/mixer/volume", 1)));

    REQUIRE(flow->rejected_as(rejected::unsupported_type) == 1);
    REQUIRE(flow->output().ledger.accepted_by.total() == 0);
    REQUIRE(heard.all.size() == 1);
    REQUIRE(heard.all[0].address == "/mixer/volume");
    REQUIRE_FALSE(heard.all[0].why.empty());
    REQUIRE(flow->balanced());
}

TEST_CASE("what is neither MIDI nor OSC to an output is refused as unsupported") {
    const auto flow = simple_flow({.protocols = 1U << 5U});

    static_cast<void>(flow->emit_midi(note_on(60)));

    REQUIRE(flow->rejected_as(rejected::unsupported_type) == 1);
    REQUIRE(flow->balanced());
}

TEST_CASE("what one output takes and another cannot costs the other its delivery only") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    static_cast<void>(flow.add_output({.protocols = takes_midi}));
    static_cast<void>(flow.add_output({.protocols = takes_osc}));
    flow.route_all();
    complaints heard;
    flow.observe(heard);

    static_cast<void>(flow.emit_osc(osc("/mixer/volume", 1)));

    CHECK(heard.all.empty()); // it is no fault
    REQUIRE(heard.mild.size() == 1);
    CHECK(heard.mild[0].output == 0);
    CHECK(heard.mild[0].address == "/mixer/volume");
    CHECK_FALSE(heard.mild[0].why.empty());
    REQUIRE(flow.ledger().routed == 1);
    REQUIRE(flow.dropped_as(dropped::unsupported_type, 0) == 1);
    REQUIRE(flow.output(1).pending == 1);
    REQUIRE(flow.balanced());
}

TEST_CASE("a message for an output that was never up is dropped as down") {
    flow_under_test flow;
    static_cast<void>(flow.add_input());
    REQUIRE(flow.out.add_output({}).has_value());
    flow.route_all();

    static_cast<void>(flow.emit_osc(osc("/a")));

    REQUIRE(flow.ledger().routed == 1);
    REQUIRE(flow.dropped_as(dropped::output_down) == 1);
    REQUIRE(flow.balanced());
}
