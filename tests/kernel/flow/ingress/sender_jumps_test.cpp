// SPDX-License-Identifier: MIT
// Senders whose clocks jump at random (clock = "sender"), in virtual time: waits are short, and
// order stays.
#include "tests/kernel/flow/ingress/sender_stage.hpp"

using namespace tactus::flow::test;
using tactus::flow::input_settings;

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
