// SPDX-License-Identifier: MIT
// A port goes with keys held, against a fake libjack, in virtual time: what the kernel is told, and
// what is emitted for it.
#include "tests/plugins/midi/plugged.hpp"

using namespace tactus::test;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

const message note_on{0x90, 60, 1};
const message note_end{0x80, 60, 64};
const message pedal_down{0xB0, 64, 127};
const message pedal_up{0xB0, 64, 0};

struct held_input : plugged_input {
    explicit held_input(const option_texts& options = {}) : plugged_input(options) {
        play(note_on);
    }
    void play(const message& bytes) {
        jack.play(peer, bytes);
        settle();
    }
    void go() {
        begin_to_go();
        settle();
        jack.unlist(peer);
        settle();
    }
    void come_back() {
        come();
        pass(second_ns / 10);
    }
    // What was emitted after the note-on.
    std::vector<message> heard() {
        settle();
        std::vector<message> all;
        for (std::size_t i = 1; i < instance.host.emitted.size(); ++i) {
            all.push_back(instance.host.emitted[i].bytes);
        }
        return all;
    }
    const std::vector<std::uint32_t>& ended() const { return instance.host.ended_senders; }
};

} // namespace

TEST_CASE("what a port left sounding is ended when it goes, and other holders are spared") {
    held_input it;
    it.play(pedal_down);
    const std::uint32_t port = it.instance.host.emitted.at(0).source;
    REQUIRE(port != 0);
    CHECK(it.instance.host.emitted.at(0).group == port);

    it.go();

    CHECK(it.heard() == std::vector<message>{pedal_down, note_end, pedal_up});
    CHECK(it.instance.host.emitted.back().group == port);
    CHECK((it.instance.host.emitted.back().flags & TACTUS_EVENT_SPARE_OTHERS) != 0);
    CHECK(it.ended() == std::vector<std::uint32_t>{port});
    it.pass(10 * second_ns);
    CHECK(it.ended().size() == 1);
    CHECK(it.instance.host.breaches.empty());
}

TEST_CASE("a port that is back within the grace has lost nothing") {
    held_input it(option_texts{{"gone_grace", "\"5s\""}});
    it.go();
    it.pass(second_ns);
    CHECK(it.heard().empty());

    it.come_back();
    it.pass(10 * second_ns);

    CHECK(it.is_up());
    CHECK(it.heard().empty());
    CHECK(it.ended().empty());
}

TEST_CASE("after the grace everything is ended that a port left, however often it was back") {
    held_input it(option_texts{{"gone_grace", "\"5s\""}});
    it.go();
    it.come_back();
    it.play({0x90, 61, 1});
    it.go();
    it.pass(4 * second_ns);
    REQUIRE(it.ended().empty());

    it.pass(2 * second_ns);

    CHECK(it.heard() == std::vector<message>{{0x90, 61, 1}, note_end, {0x80, 61, 64}});
    CHECK(it.ended().size() == 1);
}

TEST_CASE("what a port left sounding stays where the file says so") {
    held_input it(option_texts{{"when_gone", "\"keep\""}});

    it.go();
    it.pass(10 * second_ns);

    CHECK(it.heard().empty());
    CHECK(it.ended().empty());
}
