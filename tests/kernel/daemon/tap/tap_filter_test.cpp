// SPDX-License-Identifier: MIT
// Which events a tap shows.
#include "kernel/daemon/tap/tap_filter.hpp"

#include "tests/support/catch.hpp"

#include <array>

using namespace tactus;
using namespace tactus::daemon;

namespace {

constexpr std::array<std::uint8_t, 8> osc_a_b = {'/', 'a', '/', 'b', 0, 0, 0, 0};

flow::observed_event event(flow::observed what, std::uint16_t input = 0,
                           std::uint16_t output = flow::no_output) {
    flow::observed_event one;
    one.what = what;
    one.input = input;
    one.output = output;
    one.protocol = TACTUS_PROTO_OSC;
    one.bytes = osc_a_b;
    return one;
}

const tap_names names = {{"desk", "pads", "keys"}, {"a", "b", "c", "d", "e"}, {}};

} // namespace

TEST_CASE("without a filter everything is shown, but what inputs gave only if it is asked for") {
    tap_filter filter;

    CHECK(filter.takes(event(flow::observed::sent, 0, 0), names));
    CHECK(filter.takes(event(flow::observed::dropped, 0, 0), names));
    CHECK(filter.takes(event(flow::observed::rejected), names));
    CHECK(filter.takes(event(flow::observed::unrouted), names));
    CHECK_FALSE(filter.takes(event(flow::observed::received), names));
    filter.with_received = true;
    CHECK(filter.takes(event(flow::observed::received), names));
}

TEST_CASE("an input and an output are both required") {
    tap_filter filter;
    filter.input = "pads";
    CHECK(filter.takes(event(flow::observed::rejected, 1), names));
    CHECK_FALSE(filter.takes(event(flow::observed::sent, 2, 3), names));

    filter.output = "d";
    CHECK(filter.takes(event(flow::observed::sent, 1, 3), names));
    CHECK_FALSE(filter.takes(event(flow::observed::sent, 1, 4), names));
    CHECK_FALSE(filter.takes(event(flow::observed::rejected, 1), names));
}

TEST_CASE("a name is followed, whichever number has it, and takes nothing while none has") {
    tap_filter filter;
    filter.output = "d";

    CHECK(filter.takes(event(flow::observed::sent, 1, 0), {{}, {"d"}, {}}));
    CHECK_FALSE(filter.takes(event(flow::observed::sent, 1, 3), {{}, {"d"}, {}}));
    CHECK_FALSE(filter.takes(event(flow::observed::sent, 1, 3), {{}, {"a", "b", "c", ""}, {}}));
    CHECK_FALSE(filter.takes(event(flow::observed::rejected, 1), {{}, {"d"}, {}}));
}

TEST_CASE("a pattern takes OSC with such an address, and nothing else") {
    tap_filter filter;
    filter.address = std::move(*codec::osc_pattern::compile("/a/*"));
    CHECK(filter.takes(event(flow::observed::sent, 0, 0), names));
    flow::observed_event midi = event(flow::observed::sent, 0, 0);
    midi.protocol = TACTUS_PROTO_MIDI;
    CHECK_FALSE(filter.takes(midi, names));
    flow::observed_event unknown = event(flow::observed::dropped, 0, 0);
    unknown.bytes = {};
    CHECK_FALSE(filter.takes(unknown, names));

    filter.address = std::move(*codec::osc_pattern::compile("/b"));
    CHECK_FALSE(filter.takes(event(flow::observed::sent, 0, 0), names));
}

TEST_CASE("late and dropped show either, and not what was sent in time") {
    flow::observed_event late = event(flow::observed::sent, 0, 0);
    late.due_ns = 1;
    late.at_ns = 2'000'000;
    const flow::observed_event in_time = event(flow::observed::sent, 0, 0);
    const flow::observed_event lost = event(flow::observed::unrouted);
    tap_filter filter;

    filter.only_late = true;
    CHECK(filter.takes(late, names));
    CHECK_FALSE(filter.takes(in_time, names));
    CHECK_FALSE(filter.takes(lost, names));
    filter.only_dropped = true;
    CHECK(filter.takes(late, names));
    CHECK(filter.takes(lost, names));
    CHECK_FALSE(filter.takes(in_time, names));
    filter.only_late = false;
    CHECK_FALSE(filter.takes(late, names));
}
