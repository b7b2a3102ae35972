// SPDX-License-Identifier: MIT
// Bytes on their way through JACK.
#include "tests/plugins/midi/live_output.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::test;

namespace {

// A SysEx of that size, no two alike.
message sysex(std::size_t size) {
    message bytes(size, 0xF0);
    for (std::size_t i = 1; i + 1 < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>((i * 31u + size) & 0x7Fu);
    }
    bytes.back() = 0xF7;
    return bytes;
}

std::vector<message> one_of_each_kind() {
    std::vector<message> all;
    for (std::uint8_t channel = 0; channel < 16; ++channel) {
        for (const int kind : {0x80, 0x90, 0xA0, 0xB0, 0xE0}) {
            all.push_back({static_cast<std::uint8_t>(kind | channel), channel, 127});
        }
        for (const int kind : {0x80, 0x90, 0xA0, 0xB0, 0xE0}) { // 9n kk 00 stays a note-on
            all.push_back({static_cast<std::uint8_t>(kind | channel), channel, 0});
        }
        all.push_back({static_cast<std::uint8_t>(0xC0 | channel), 127});
        all.push_back({static_cast<std::uint8_t>(0xD0 | channel), 1});
    }
    all.insert(all.end(), {{0xF1, 5}, {0xF2, 1, 2}, {0xF3, 9}, {0xF6}});
    all.insert(all.end(), {{0xF8}, {0xFA}, {0xFB}, {0xFC}, {0xFE}, {0xFF}});
    return all;
}

std::vector<message> bytes_of(const std::vector<jack_event>& events) {
    std::vector<message> all;
    for (const jack_event& event : events) {
        all.push_back(event.bytes);
    }
    return all;
}

struct connected {
    explicit connected(int period_frames = 128) {
        server.start(jack_server::mode::waits, period_frames);
        output.start();
        REQUIRE(output.until_up());
        receiver = std::make_unique<jack_receiver>("synth", "tactus:v");
        REQUIRE(receiver->is_connected());
    }
    jack_server server;
    live_output output{"virtual", "v"};
    std::unique_ptr<jack_receiver> receiver;
};

// 21 ms: what is sent meanwhile waits for one period.
struct connected_slowly : connected {
    connected_slowly() : connected(1024) {}
};

} // namespace

TEST_CASE_METHOD(connected, "every kind of message arrives byte for byte and in order") {
    const std::vector<message> all = one_of_each_kind();

    for (const message& each : all) {
        REQUIRE(output.send(each) == TACTUS_OK);
    }

    REQUIRE(receiver->wait_for(all.size()));
    CHECK(eventually([&] { return without_repeats(bytes_of(receiver->events()), all) == all; }));
}

TEST_CASE_METHOD(connected, "SysEx of 4 KiB and of almost a period's room arrive whole") {
    const std::vector<message> all = {sysex(4096), {0x90, 1, 1}, sysex(32000), {0xE0, 1, 1}};

    for (const message& each : all) {
        REQUIRE(output.send(each) == TACTUS_OK);
    }

    REQUIRE(receiver->wait_for(all.size()));
    CHECK(bytes_of(receiver->events()) == all);
}

TEST_CASE_METHOD(connected, "a SysEx that fits no period goes in parts, one after another") {
    const message longest = sysex(65'536);
    REQUIRE(output.send({0x90, 1, 1}) == TACTUS_OK);
    REQUIRE(output.send(longest) == TACTUS_OK);
    REQUIRE(output.send({0xE0, 1, 1}) == TACTUS_OK);

    const auto heard = [this] {
        message all;
        for (const jack_event& each : receiver->events()) {
            all.insert(all.end(), each.bytes.begin(), each.bytes.end());
        }
        return all;
    };
    REQUIRE(eventually([&] { return heard().size() == 65'536 + 6; }));
    message expected{0x90, 1, 1};
    expected.insert(expected.end(), longest.begin(), longest.end());
    expected.insert(expected.end(), {0xE0, 1, 1});
    CHECK((heard() == expected)); // and is not written out
    CHECK(receiver->events().size() <= 6);
    CHECK_FALSE(receiver->has_lost());
}

// PipeWire does not wait for a receiver that the machine runs late: now and then a period is lost.
TEST_CASE_METHOD(connected, "a burst beyond the ring is paced: nothing is lost, order is kept",
                 "[jackd]") {
    constexpr std::uint32_t count = 20'000;
    std::vector<message> all;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto low = static_cast<std::uint8_t>(i & 0x7F);
        const auto high = static_cast<std::uint8_t>((i >> 7) & 0x7F);
        all.push_back(i % 3 == 0 ? message{0xF8} : message{0xE0, low, high});
    }

    for (const message& each : all) {
        REQUIRE(output.deliver(each) == TACTUS_OK);
    }

    REQUIRE(receiver->wait_for(count));
    CHECK(bytes_of(receiver->events()) == all);
    CHECK_FALSE(receiver->has_lost());
}

// Not each time where the server goes on without a receiver that is late.
TEST_CASE_METHOD(connected_slowly, "more than a period has room for arrives whole") {
    const std::vector<message> all(3000, message{0xE0, 1, 1});
    for (std::uint8_t tries = 0; tries < 20; ++tries) {
        const std::size_t before = receiver->events().size();
        for (const message& each : all) {
            REQUIRE(output.deliver(each) == TACTUS_OK);
        }
        const message last{0xB0, 1, tries};
        REQUIRE(eventually([&] { // it may be lost as well
            REQUIRE(output.deliver(last) == TACTUS_OK);
            const std::vector<message> came = bytes_of(receiver->events());
            return !came.empty() && came.back() == last;
        }));
        std::vector<message> came = bytes_of(receiver->events());
        came.erase(came.begin(), came.begin() + static_cast<std::ptrdiff_t>(before));
        if (came.size() > all.size() && std::equal(all.begin(), all.end(), came.begin())) {
            SUCCEED();
            return;
        }
    }
    FAIL("twenty bursts, and none was whole");
}

TEST_CASE_METHOD(connected, "an event is in JACK's hands within three periods") {
    for (int i = 0; i < 20; ++i) {
        const auto before = std::chrono::steady_clock::now().time_since_epoch();
        REQUIRE(output.send({0xF8}) == TACTUS_OK);
        REQUIRE(receiver->wait_for(static_cast<std::size_t>(i) + 1));
        const auto arrived = std::chrono::nanoseconds(receiver->events().back().time_ns);
        // 2.7 ms each; a machine under load may be late now and then, not twenty times.
        if (arrived - before < 8ms) {
            SUCCEED();
            return;
        }
    }
    FAIL("twenty events, and none was there within 8 ms");
}
