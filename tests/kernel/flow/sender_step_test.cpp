// SPDX-License-Identifier: MIT
// A sender whose clock jumps while its events are on their way (clock = "sender"), in virtual time:
// no event waits long, order stays, no note and no pedal is left behind.
#include "tests/kernel/flow/flow_support.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <random>

using namespace tactus::flow::test;
using tactus::flow::input_settings;

namespace {

constexpr std::int64_t s_ns = 1'000'000'000;
constexpr std::int64_t lead_ns = 200 * ms_ns;
constexpr std::int64_t wait_max_ns = lead_ns + 500 * ms_ns;
constexpr std::int64_t step_ns = 100 * ms_ns; // of sender_clock: less is taken for delay

wire::bytes message(const std::string& address, const std::vector<std::int32_t>& values) {
    wire::bytes out = osc(address);
    out.resize(out.size() - 4);
    std::string types = "," + std::string(values.size(), 'i');
    types.resize(types.size() / 4 * 4 + 4);
    out.insert(out.end(), types.begin(), types.end());
    for (const std::int32_t value : values) {
        out = out + wire::big_endian(static_cast<std::uint32_t>(value), 4);
    }
    return out;
}
/// Under an address of its own, so that it is known again where it leaves.
wire::bytes numbered(std::size_t number, const std::string& name,
                     const std::vector<std::int32_t>& values) {
    return message("/" + std::to_string(number) + "/" + name, values);
}

/// A sender, a network and the flow.
class stage {
public:
    explicit stage(std::int64_t clock_lead_ns = lead_ns) {
        static_cast<void>(flow.add_input(
            input_settings{.follows_sender = true, .clock_lead_ns = clock_lead_ns, .name = "in"}));
        static_cast<void>(flow.add_output());
        flow.route_all();
    }
    flow_under_test flow;
    std::int64_t clock_off_ns = 0; // the sender's clock, ahead of ours

    [[nodiscard]] std::uint64_t tag(std::int64_t ahead_ns = lead_ns) const {
        return flow.timebase.to_ntp(flow.clock.now_ns() + clock_off_ns + ahead_ns);
    }
    void send(const std::vector<wire::bytes>& messages, std::int64_t ahead_ns = lead_ns) {
        static_cast<void>(flow.emit_osc(wire::bundle(tag(ahead_ns), messages)));
    }
    /// Everything that is due until then leaves when it is due.
    void pass_until(std::int64_t then_ns) {
        while (flow.out.next_due_ns() <= then_ns) {
            flow.clock.set_ns(std::max(flow.clock.now_ns(), flow.out.next_due_ns()));
            flow.run();
        }
        flow.clock.set_ns(then_ns);
    }
    void pass(std::int64_t for_ns) { pass_until(flow.clock.now_ns() + for_ns); }
    void play_steadily(int count) {
        for (int i = 0; i < count; ++i) {
            send({message("/steady", {})});
            pass(100 * ms_ns);
        }
    }
    /// The first parts of the addresses, in the order in which they left.
    [[nodiscard]] std::vector<std::string> left() {
        std::vector<std::string> all;
        for (const std::string& each : flow.sink().payloads()) {
            const std::string address = each.c_str();
            if (address != "/steady") {
                all.push_back(address);
            }
        }
        return all;
    }
    [[nodiscard]] std::int64_t longest_wait_ns() {
        std::int64_t longest_ns = 0;
        for (const auto& each : flow.sink().records) {
            longest_ns = std::max(longest_ns, each.at_ns - each.received_ns);
        }
        return longest_ns;
    }
};

} // namespace

TEST_CASE("a clock that jumps ahead leaves no event behind") {
    const std::int64_t by_ns =
        GENERATE(1 * ms_ns, 99 * ms_ns, 101 * ms_ns, 500 * ms_ns, 8 * s_ns, 86400 * s_ns);
    const std::int64_t every_ns = GENERATE(1 * ms_ns, 30 * ms_ns, 100 * ms_ns, 900 * ms_ns);
    stage show;
    show.play_steadily(15);

    show.clock_off_ns += by_ns;
    for (const std::string name : {"/a/note_on", "/b/control_change", "/c/note_off"}) {
        show.send({message(name, {1, 60, 100})});
        show.pass(every_ns);
    }
    show.play_steadily(20);
    show.pass(s_ns);

    CHECK(show.left() ==
          std::vector<std::string>{"/a/note_on", "/b/control_change", "/c/note_off"});
    CHECK(show.longest_wait_ns() <= lead_ns + 1); // it is on time all along
    CHECK(show.flow.balanced());
}

TEST_CASE("a clock that is set back leaves no event behind, nor lets it pass another") {
    const std::int64_t by_ns =
        GENERATE(1 * ms_ns, 99 * ms_ns, 101 * ms_ns, 500 * ms_ns, 8 * s_ns, 86400 * s_ns);
    const std::int64_t every_ns = GENERATE(1 * ms_ns, 30 * ms_ns, 100 * ms_ns, 900 * ms_ns);
    stage show;
    show.play_steadily(15);

    show.send({message("/a/note_on", {1, 60, 100}), message("/b/control_change", {1, 64, 127})});
    show.pass(every_ns);
    show.clock_off_ns -= by_ns;
    show.send({message("/c/note_off", {1, 60, 0})});
    show.send({message("/d/control_change", {1, 64, 0})});
    show.play_steadily(20);
    show.pass(s_ns);

    CHECK(show.left() == std::vector<std::string>{"/a/note_on", "/b/control_change", "/c/note_off",
                                                  "/d/control_change"});
    CHECK(show.longest_wait_ns() <= wait_max_ns);
    CHECK(show.flow.balanced());
}

TEST_CASE("what comes after a clock was set back stays behind what came before, of any name") {
    const std::int64_t by_ns = GENERATE(step_ns + 1, 300 * ms_ns, 8 * s_ns, 86400 * s_ns);
    stage show;
    show.play_steadily(15);

    show.send({message("/fader/1", {100})});
    show.pass(10 * ms_ns);
    show.clock_off_ns -= by_ns;
    show.send({message("/fader/2", {0})});
    show.pass(s_ns);

    CHECK(show.left() == std::vector<std::string>{"/fader/1", "/fader/2"});
    CHECK(show.longest_wait_ns() <= lead_ns);
}

TEST_CASE("after a jump one event alone waits no longer than the lead") {
    const std::int64_t by_ns = GENERATE(101 * ms_ns, 2 * s_ns, 8 * s_ns, 86400 * s_ns);
    stage show;
    show.play_steadily(15);
    show.clock_off_ns += by_ns;

    show.send({message("/alone", {})});
    show.pass(lead_ns);

    CHECK(show.left() == std::vector<std::string>{"/alone"});
}

TEST_CASE("a clock that jumps ahead for one message and back again leaves it not behind") {
    const std::int64_t by_ns = GENERATE(101 * ms_ns, 2 * s_ns, 8 * s_ns, 86400 * s_ns);
    stage show;
    show.play_steadily(15);

    show.clock_off_ns += by_ns;
    show.send({message("/a/note_on", {1, 60, 100})});
    show.pass(20 * ms_ns);
    show.clock_off_ns -= by_ns;
    show.send({message("/b/note_off", {1, 60, 0})});
    show.play_steadily(10);

    CHECK(show.left() == std::vector<std::string>{"/a/note_on", "/b/note_off"});
    CHECK(show.longest_wait_ns() <= lead_ns);
}

TEST_CASE("the messages of a bundle count once, however many they are") {
    stage show;
    show.play_steadily(15);
    show.clock_off_ns += 8 * s_ns;
    show.send({message("/a", {}), message("/b", {}), message("/c", {})});
    show.clock_off_ns -= 8 * s_ns;
    show.pass(100 * ms_ns);

    show.play_steadily(3);
    show.pass(s_ns);

    // Three in a row would have been a step, and all that follows late.
    for (std::size_t i = 0; i < 3; ++i) {
        const auto& last = show.flow.sink().records[show.flow.sink().records.size() - 1 - i];
        CHECK(std::abs(last.at_ns - last.received_ns - lead_ns) <= 1);
    }
}

TEST_CASE("bundles in a bundle keep their distance, also while the clock is in doubt") {
    stage show;
    show.play_steadily(15);
    show.clock_off_ns += GENERATE(0 * s_ns, 8 * s_ns);
    const std::uint64_t first = show.tag();
    const std::uint64_t last = show.tag(lead_ns + 300 * ms_ns);
    const std::int64_t now_ns = show.flow.clock.now_ns();
    const wire::bytes inner = wire::bundle(last, {message("/last", {})});
    // The later one in front: what the clock is followed by is when the packet was to begin.
    static_cast<void>(show.flow.emit_osc(wire::bundle(first, {inner, message("/first", {})})));

    show.pass(s_ns);

    REQUIRE(show.left() == std::vector<std::string>{"/first", "/last"});
    const auto& records = show.flow.sink().records;
    CHECK(std::abs(records[15].at_ns - now_ns - lead_ns) <= 1);
    CHECK(std::abs(records[16].at_ns - now_ns - lead_ns - 300 * ms_ns) <= 1);
}

TEST_CASE("where leads differ, time tags are believed once that is known") {
    stage show(2 * s_ns);
    const auto play = [&](const std::string& name, std::int64_t ahead_ns) {
        show.send({message(name, {})}, ahead_ns);
        show.pass(50 * ms_ns);
    };
    for (int i = 0; i < 3; ++i) {
        play("/steady", 2 * s_ns);
        play("/steady", 200 * ms_ns);
    }
    play("/steady", 2 * s_ns);
    show.pass(3 * s_ns);

    const std::int64_t began_ns = show.flow.clock.now_ns();
    play("/long", 2 * s_ns);
    play("/short", 200 * ms_ns);
    play("/at_once", 150 * ms_ns);
    show.pass(3 * s_ns);

    CHECK(show.left() == std::vector<std::string>{"/short", "/at_once", "/long"});
    for (const auto& each : show.flow.sink().records) {
        const std::string address = each.bytes.c_str();
        const std::int64_t right_ns = address == "/long"    ? 2 * s_ns
                                      : address == "/short" ? 250 * ms_ns
                                                            : 250 * ms_ns;
        CHECK((address == "/steady" || std::abs(each.at_ns - began_ns - right_ns) <= 1));
    }
}

TEST_CASE("a packet that passed another on its way is put right by its time tag") {
    stage show;
    show.play_steadily(15);
    const std::uint64_t first = show.tag();
    show.pass(20 * ms_ns);
    show.send({message("/second", {})});
    show.pass(10 * ms_ns);
    static_cast<void>(show.flow.emit_osc(wire::bundle(first, {message("/first", {})})));

    show.pass(s_ns);

    CHECK(show.left() == std::vector<std::string>{"/first", "/second"});
}

TEST_CASE("a note-off that passed the next note-on of its key stays its own note's") {
    stage show;
    show.play_steadily(15);
    show.send({message("/1/note_on", {1, 60, 100})});
    show.pass(30 * ms_ns);
    const std::uint64_t off = show.tag();
    show.pass(1 * ms_ns);
    show.send({message("/3/note_on", {1, 60, 100})});
    static_cast<void>(show.flow.emit_osc(wire::bundle(off, {message("/2/note_off", {1, 60, 0})})));
    show.pass(30 * ms_ns);
    show.send({message("/4/note_off", {1, 60, 0})});

    show.pass(s_ns);

    CHECK(show.left() ==
          std::vector<std::string>{"/1/note_on", "/2/note_off", "/3/note_on", "/4/note_off"});
}

TEST_CASE("time tags of any epoch are followed, and through the end of their seconds") {
    // From a start, from 1970 written as if from 1900, across 2^31 s, and across 2^32 s.
    const std::uint64_t first_s = GENERATE(2U, 1'795'000'000U, 0x7FFF'FFFFU, 0xFFFF'FFFFU);
    stage show;

    for (std::uint64_t i = 0; i < 30; ++i) {
        const std::uint64_t tag = (first_s << 32) + i * (1ULL << 30) + 7; // each 250 ms
        static_cast<void>(show.flow.emit_osc(wire::bundle(tag, {message("/a", {})})));
        show.pass(250 * ms_ns);
    }
    show.pass(s_ns);

    REQUIRE(show.flow.sink().records.size() == 30);
    for (const auto& each : show.flow.sink().records) {
        CHECK(std::abs(each.at_ns - each.received_ns - lead_ns) <= 1);
    }
    CHECK(show.flow.ledger().late_on_arrival == 0);
}

TEST_CASE("whatever time tags a sender writes, each event leaves once and nothing overflows") {
    std::mt19937_64 random(20'261'128);
    stage show;
    show.flow.settings.max_ahead_ns = 168 * 3600 * s_ns;
    show.flow.route_all();
    const std::vector<std::uint64_t> edges = {2,     3,         1ULL << 63, (1ULL << 63) - 1,
                                              ~0ULL, 1ULL << 32};
    for (int i = 0; i < 3000; ++i) {
        const std::uint64_t outer = i % 3 == 0 ? edges[random() % edges.size()] : random() | 2;
        const std::uint64_t inner = i % 5 == 0 ? edges[random() % edges.size()] : random() | 2;
        static_cast<void>(show.flow.emit_osc(
            wire::bundle(outer, {message("/x/note_on", {1, i % 128, 1}),
                                 wire::bundle(inner, {message("/x/note_off", {1, i % 128, 0})})})));
        show.pass(5 * ms_ns);
    }

    const auto ledger = show.flow.ledger();
    CHECK(ledger.received == 6000);
    CHECK(ledger.routed + show.flow.rejected_as(tactus::flow::rejected::too_far_ahead) == 6000);
    CHECK(show.flow.balanced());
}

namespace {

/// One message of the performance below.
struct played {
    std::uint64_t tag = 0;
    int epoch = 0;                  // steps of the clock before it
    std::int64_t clock_off_ns = 0;  // of the sender, when it sent
    std::size_t came_as = 0;        // place in the order of arrival
    std::size_t left_as = SIZE_MAX; // and of leaving
    std::size_t ends = SIZE_MAX;    // the message that it ends
};

/// Notes, pedals and faders in bundles of one to three, over a network with jitter, from a clock
/// that jumps.
class performance {
public:
    performance(unsigned seed, std::int64_t jitter_ns) : random_(seed), jitter_ns_(jitter_ns) {}

    void run() {
        show_.play_steadily(15);
        while (all_.size() < 600) {
            jump_perhaps();
            send();
            now_ns_ += between(200'000, 120 * ms_ns);
        }
        std::stable_sort(underway_.begin(), underway_.end(),
                         [](const packet& a, const packet& b) { return a.comes_ns < b.comes_ns; });
        std::size_t place = 0;
        for (const packet& each : underway_) {
            show_.pass_until(std::max(each.comes_ns, show_.flow.clock.now_ns()));
            static_cast<void>(show_.flow.emit_osc(each.bytes));
            for (const std::size_t number : each.numbers) {
                all_[number].came_as = place++;
            }
        }
        show_.pass(2 * s_ns);
        std::size_t left = 0;
        for (const std::string& address : show_.left()) {
            all_[std::stoul(address.substr(1))].left_as = left++;
        }
        REQUIRE(left == all_.size());
    }
    void check() {
        CHECK(show_.longest_wait_ns() <= wait_max_ns);
        CHECK(show_.flow.balanced());
        std::size_t overtaken = 0;
        std::size_t ended_early = 0;
        for (const played& later : all_) {
            if (later.ends != SIZE_MAX) {
                const played& begun = all_[later.ends];
                // A packet that the network brought first has no place to wait for.
                ended_early += begun.came_as < later.came_as && later.left_as < begun.left_as;
            }
            for (const played& earlier : all_) {
                overtaken += earlier.came_as < later.came_as && must_follow(earlier, later) &&
                             later.left_as < earlier.left_as;
            }
        }
        CHECK(overtaken == 0);
        CHECK(ended_early == 0);
    }
    [[nodiscard]] int epochs() const { return epoch_; }

private:
    struct packet {
        std::int64_t comes_ns;
        wire::bytes bytes;
        std::vector<std::size_t> numbers;
    };

    std::int64_t between(std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
    }
    /// From a millisecond to hours, either way.
    void jump_perhaps() {
        if (between(0, 24) == 0) {
            const double size = std::uniform_real_distribution<double>(6, 13)(random_);
            const auto by_ns = static_cast<std::int64_t>(std::pow(10.0, size));
            show_.clock_off_ns += between(0, 1) == 0 ? by_ns : -by_ns;
            ++epoch_;
        }
    }
    void send() {
        packet made;
        const std::uint64_t tag =
            show_.flow.timebase.to_ntp(now_ns_ + show_.clock_off_ns + lead_ns);
        std::vector<wire::bytes> messages;
        for (std::int64_t i = between(1, 3); i > 0; --i) {
            made.numbers.push_back(all_.size());
            played one;
            one.tag = tag;
            one.epoch = epoch_;
            one.clock_off_ns = show_.clock_off_ns;
            messages.push_back(next_message(one));
            all_.push_back(one);
        }
        made.comes_ns = now_ns_ + between(0, jitter_ns_);
        made.bytes = wire::bundle(tag, messages);
        underway_.push_back(made);
    }
    wire::bytes next_message(played& one) {
        const auto which = static_cast<std::size_t>(between(0, 4)); // 0, 1 notes, 2 pedal, faders
        const std::size_t number = all_.size();
        if (which > 2) {
            return numbered(number, "fader", {static_cast<std::int32_t>(number)});
        }
        std::size_t& begun = begun_[which];
        const bool begins = begun == SIZE_MAX;
        one.ends = begins ? SIZE_MAX : begun;
        begun = begins ? number : SIZE_MAX;
        const auto key = static_cast<std::int32_t>(which);
        return which == 2 ? numbered(number, "control_change", {1, 64, begins ? 127 : 0})
                          : numbered(number, begins ? "note_on" : "note_off",
                                     {1, 60 + key, begins ? 100 : 0});
    }
    /// Their time tags are in order, or the clock was set back between them by more than what may
    /// be the network's.
    [[nodiscard]] bool must_follow(const played& earlier, const played& later) const {
        if (earlier.epoch > later.epoch) {
            return false; // the network has mixed what was sent before a step and after it
        }
        return static_cast<std::int64_t>(later.tag - earlier.tag) >= 0 ||
               later.clock_off_ns < earlier.clock_off_ns - step_ns - jitter_ns_;
    }

    stage show_;
    std::mt19937 random_;
    std::int64_t jitter_ns_;
    std::int64_t now_ns_ = show_.flow.clock.now_ns() + 15 * 100 * ms_ns;
    int epoch_ = 0;
    std::vector<played> all_;
    std::vector<packet> underway_;
    std::array<std::size_t, 3> begun_{SIZE_MAX, SIZE_MAX, SIZE_MAX};
};

} // namespace

TEST_CASE("whenever and however far a clock jumps, waits are short and order stays") {
    const std::int64_t jitter_ns = GENERATE(0 * ms_ns, 3 * ms_ns, 40 * ms_ns);
    const unsigned seed = GENERATE(range(1U, 61U));
    CAPTURE(seed, jitter_ns);
    performance played_once(seed, jitter_ns);

    played_once.run();

    CHECK(played_once.epochs() > 2);
    played_once.check();
}
