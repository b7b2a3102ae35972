// SPDX-License-Identifier: MIT
// Inputs with clock = "sender": a sender whose clock is off, drifts and jumps, in virtual time.
#include "tests/kernel/flow/flow_support.hpp"

#include <cmath>
#include <random>

using namespace tactus::flow::test;
using tactus::flow::input_settings;

namespace {

constexpr std::int64_t s_ns = 1'000'000'000;
constexpr std::int64_t lead_ns = 200 * ms_ns;

/// A pattern: a message each 100 ms of the sender's music, sent `lead` ahead, over a slow network.
class performance {
public:
    explicit performance(bool follows_sender = true, std::int64_t clock_lead_ns = lead_ns) {
        flow.settings.max_ahead_ns = 10 * s_ns;
        static_cast<void>(flow.add_input(input_settings{0, follows_sender, clock_lead_ns}));
        static_cast<void>(flow.add_output());
        flow.route_all();
    }

    flow_under_test flow;
    std::int64_t sender_off_ns = 0; // ahead of us
    double drift = 0;
    double delay_mean_ns = 0;

    std::int64_t sender_time(std::int64_t host_ns) const {
        return host_ns + sender_off_ns +
               std::llround(static_cast<double>(host_ns - start_ns_) * drift);
    }
    /// Sends one that should be heard `ahead_ns` from now; how much later than that it is due.
    std::int64_t play(std::int64_t ahead_ns = lead_ns) {
        const std::int64_t now_ns = flow.clock.now_ns();
        const std::int64_t wall_ns = sender_time(now_ns) + flow.timebase.offset_ns() + ahead_ns;
        const std::uint64_t tag = flow.timebase.to_ntp(wall_ns - flow.timebase.offset_ns());
        const std::size_t before = flow.sink().records.size();
        flow.clock.advance_ns(static_cast<std::int64_t>(delay_mean_ns * delay_(random_)));
        static_cast<void>(flow.emit_osc(wire::bundle(tag, {osc("/a")})));
        flow.advance_by(10 * s_ns);
        flow.clock.advance_ns(-10 * s_ns);
        REQUIRE(flow.sink().records.size() == before + 1);
        return flow.sink().records.back().due_ns - now_ns - ahead_ns;
    }
    /// The worst of so many, each 100 ms, but for the first `settle`.
    std::int64_t play_many(int count, int settle) {
        std::int64_t worst_ns = 0;
        for (int i = 0; i < count; ++i) {
            const std::int64_t next_ns = flow.clock.now_ns() + 100 * ms_ns;
            const std::int64_t off_ns = std::abs(play());
            worst_ns = i < settle ? worst_ns : std::max(worst_ns, off_ns);
            flow.clock.advance_ns(next_ns - flow.clock.now_ns());
        }
        return worst_ns;
    }

private:
    std::int64_t start_ns_ = flow.clock.now_ns();
    std::mt19937 random_{7};
    std::exponential_distribution<double> delay_{1.0};
};

} // namespace

TEST_CASE("a laptop whose clock is 3 s off plays on time") {
    performance laptop;
    laptop.sender_off_ns = GENERATE(3 * s_ns, -3 * s_ns, 3600 * s_ns, -86400 * s_ns);

    CHECK(std::abs(laptop.play()) <= 1);

    CHECK(laptop.play_many(50, 0) <= 1);
    CHECK(laptop.flow.ledger().late_on_arrival == 0);
    CHECK(laptop.flow.in.take_snapshot(0).clock_offset_ns.has_value());
    CHECK(std::abs(*laptop.flow.in.take_snapshot(0).clock_offset_ns + laptop.sender_off_ns) <= 1);
    CHECK(laptop.flow.balanced());
}

TEST_CASE("without it the same laptop is late or far ahead") {
    performance laptop(false);
    laptop.sender_off_ns = 3 * s_ns;

    CHECK(laptop.play() == 3 * s_ns);

    CHECK_FALSE(laptop.flow.in.take_snapshot(0).clock_offset_ns.has_value());
}

TEST_CASE("drift and jitter of the network are followed") {
    performance laptop;
    laptop.sender_off_ns = -3 * s_ns;
    laptop.drift = GENERATE(100e-6, -100e-6);
    laptop.delay_mean_ns = 3e6;

    CHECK(laptop.play_many(3000, 200) < 2 * ms_ns);
}

TEST_CASE("a step of the sender's clock is followed after a few messages") {
    performance laptop;
    static_cast<void>(laptop.play_many(50, 0));

    laptop.sender_off_ns = GENERATE(2 * s_ns, -2 * s_ns);

    CHECK(laptop.play_many(50, 12) <= 1);
}

TEST_CASE("a step of our own wall clock moves nothing") {
    performance laptop;
    static_cast<void>(laptop.play_many(20, 0));

    laptop.flow.clock.step_wall_ns(5 * s_ns);
    laptop.flow.timebase.refresh();
    laptop.sender_off_ns -= 5 * s_ns; // as our offset counts for it

    CHECK(laptop.play_many(20, 0) <= 1);
}

TEST_CASE("messages keep their distance, whatever their lead") {
    performance laptop;
    laptop.sender_off_ns = 3 * s_ns;
    static_cast<void>(laptop.play_many(20, 0));

    CHECK(std::abs(laptop.play(150 * ms_ns)) <= 1);
    CHECK(std::abs(laptop.play(190 * ms_ns)) <= 1);
    CHECK(std::abs(laptop.play(200 * ms_ns)) <= 1);
}

TEST_CASE("a message that is sent far ahead once is due after the lead, and no step") {
    performance laptop;
    laptop.sender_off_ns = 3 * s_ns;
    static_cast<void>(laptop.play_many(20, 0));

    CHECK(std::abs(laptop.play(2 * s_ns) + 2 * s_ns - lead_ns) <= 1); // it may be a jump
    CHECK(std::abs(laptop.play(200 * ms_ns)) <= 1);
}

TEST_CASE("the time tag for immediately, and due times of an input's own, follow nobody") {
    performance laptop;
    const std::int64_t due_ns = laptop.flow.clock.now_ns() + 7 * ms_ns;

    static_cast<void>(laptop.flow.emit_osc(wire::bundle(1, {osc("/a")})));
    static_cast<void>(laptop.flow.emit_osc(wire::bundle(2ULL << 60, {osc("/b")}), {due_ns}));
    laptop.flow.advance_by(10 * ms_ns);

    CHECK_FALSE(laptop.flow.in.take_snapshot(0).clock_offset_ns.has_value());
    CHECK(laptop.flow.sink().records.at(1).due_ns == due_ns);
}

namespace {

constexpr std::int64_t roll_over_ns = 2'085'978'496 * s_ns; // 2036-02-07 06:28:16

/// An input on the wall clock, which shows `unix_ns`.
std::unique_ptr<flow_under_test> flow_at(std::int64_t unix_ns) {
    auto flow = simple_flow();
    flow->clock.step_wall_ns(unix_ns - flow->clock.unix_ns());
    flow->settings.max_ahead_ns = 600 * s_ns;
    flow->route_all();
    flow->timebase.refresh();
    return flow;
}

} // namespace

TEST_CASE("time tags that count from another beginning leave at once, as late ones") {
    const std::int64_t now_ns =
        GENERATE(1'795'000'000 * s_ns, roll_over_ns - 3600 * s_ns, roll_over_ns + 86400 * s_ns);
    const std::uint64_t tag = GENERATE(as<std::uint64_t>(), 2, 0x0000'0005'0000'007bULL,
                                       0x0000'01a2'2346'9cdcULL, 0x6AFD'3A80'0000'0000ULL);
    const auto flow = flow_at(now_ns);

    static_cast<void>(flow->emit_osc(wire::bundle(tag, {osc("/quat", 1)})));
    static_cast<void>(flow->emit_osc(wire::bundle(1, {wire::bundle(tag, {osc("/inside", 2)})})));
    flow->run();

    CHECK(flow->sink().records.size() == 2);
    CHECK(flow->ledger().late_on_arrival == 2);
    CHECK(flow->balanced());
}

TEST_CASE("on both sides of the roll-over of 2036 events are due when their tags say") {
    const std::int64_t now_ns = roll_over_ns + GENERATE(-300 * s_ns, -1, 0 * s_ns, 300 * s_ns);
    const auto flow = flow_at(now_ns);

    for (const std::int64_t ahead_ns : {600 * s_ns, 100 * ms_ns, -100 * ms_ns}) {
        const std::uint64_t tag = flow->timebase.to_ntp(flow->clock.now_ns() + ahead_ns);
        static_cast<void>(flow->emit_osc(wire::bundle(tag, {osc("/a")})));
    }
    const std::int64_t began_ns = flow->clock.now_ns();
    flow->run();
    flow->advance_by(600 * s_ns);

    REQUIRE(flow->sink().records.size() == 3);
    CHECK(flow->sink().records[0].due_ns == began_ns - 100 * ms_ns);
    CHECK(flow->sink().records[1].due_ns == began_ns + 100 * ms_ns);
    CHECK(flow->sink().records[2].due_ns == began_ns + 600 * s_ns);
}

TEST_CASE("what is further ahead than max_ahead is refused today and after the roll-over") {
    const std::int64_t now_ns = GENERATE(1'795'000'000 * s_ns, roll_over_ns + 300 * s_ns);
    const auto flow = flow_at(now_ns);
    const std::uint64_t most = flow->timebase.to_ntp(flow->clock.now_ns() + 600 * s_ns);

    static_cast<void>(flow->emit_osc(wire::bundle(most, {osc("/a")})));
    static_cast<void>(flow->emit_osc(wire::bundle(most + 8, {osc("/a")}))); // 2 ns later
    static_cast<void>(flow->emit_osc(wire::bundle(most + (3600ULL << 32), {osc("/a")})));

    CHECK(flow->output().pending == 1);
    CHECK(flow->rejected_as(tactus::flow::rejected::too_far_ahead) == 2);
}

TEST_CASE("before the roll-over a tag of after it lies in the past beyond max_ahead") {
    const auto flow = flow_at(roll_over_ns - 300 * s_ns);
    const std::uint64_t most = flow->timebase.to_ntp(flow->clock.now_ns() + 600 * s_ns);

    static_cast<void>(flow->emit_osc(wire::bundle(most, {osc("/a")})));
    static_cast<void>(flow->emit_osc(wire::bundle(most + 8, {osc("/a")})));
    flow->run();

    CHECK(flow->output().pending == 1);
    CHECK(flow->sink().records.size() == 1);
    CHECK(flow->ledger().late_on_arrival == 1);
}
