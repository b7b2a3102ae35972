// SPDX-License-Identifier: MIT
// Pacing, latency, and what a device at the end of a slow wire gets to see.
#include "tests/plugins/midi/live_output.hpp"

#include "tests/support/catch.hpp"

using namespace tactus::test;
using tactus::testing::test_instance;

namespace {

message sysex(std::size_t size) {
    message bytes(size, 0x22);
    bytes.front() = 0xF0;
    bytes.back() = 0xF7;
    return bytes;
}

struct paced {
    paced(std::string_view key, std::string_view toml, std::string_view more = {},
          std::string_view more_toml = {}) {
        server.start();
        output.instance.config.set(key, toml);
        if (!more.empty()) {
            output.instance.config.set(more, more_toml);
        }
        output.start();
        REQUIRE(output.until_up());
        receiver = std::make_unique<jack_receiver>("synth", "tactus:v");
        REQUIRE(receiver->is_connected());
        output.turn(); // the plugin's time stood still meanwhile
    }
    bool says_writable() { return !output.instance.host.writable_ports.empty(); }
    /// All bytes that came, without the real-time ones; and how many those were.
    std::pair<message, std::size_t> arrived() const {
        std::pair<message, std::size_t> all;
        for (const jack_event& each : receiver->events()) {
            if (each.bytes[0] >= 0xF8) {
                ++all.second;
            } else {
                all.first.insert(all.first.end(), each.bytes.begin(), each.bytes.end());
            }
        }
        return all;
    }

    jack_server server;
    live_output output{"virtual", "v"};
    std::unique_ptr<jack_receiver> receiver;
};

} // namespace

TEST_CASE("a note behind a long SysEx waits for the wire, a clock passes between the parts") {
    paced out("wire", "\"din\"");
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(out.output.send(sysex(1000)) == TACTUS_OK); // 320 ms

    CHECK(out.output.send({0x90, 1, 1}) == TACTUS_E_AGAIN);
    for (int i = 0; i < 5; ++i) {
        CHECK(out.output.send({0xF8}) == TACTUS_OK);
        out.output.turn();
    }
    REQUIRE(out.output.until([&] { return out.says_writable(); }));
    CHECK(std::chrono::steady_clock::now() - begin > 300ms); // however slow we are
    // The clocks were on the wire too: it may be busy for a moment more, and say so again.
    CHECK(out.output.until([&] { return out.output.send({0x90, 1, 1}) == TACTUS_OK; }));

    message expected = sysex(1000);
    expected.insert(expected.end(), {0x90, 1, 1});
    CHECK(out.output.until([&] { return out.arrived().first == expected; }));
    CHECK(out.arrived().second == 5);
    // The clocks came while the SysEx was under way.
    CHECK(out.receiver->events().back().bytes == message{0x90, 1, 1});
    CHECK(out.output.instance.host.breaches.empty());
}

TEST_CASE("a note behind a long SysEx waits for a usb wire, a clock passes between the parts") {
    paced out("wire", "\"usb\"");
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(out.output.send(sysex(9600)) == TACTUS_OK); // 200 frames of 1 ms

    CHECK(out.output.send({0x90, 1, 1}) == TACTUS_E_AGAIN);
    CHECK(out.output.send({0xF8}) == TACTUS_OK);
    REQUIRE(out.output.until([&] { return out.says_writable(); }));
    CHECK(std::chrono::steady_clock::now() - begin > 199ms); // however slow we are
    CHECK(out.output.until([&] { return out.output.send({0x90, 1, 1}) == TACTUS_OK; }));

    message expected = sysex(9600);
    expected.insert(expected.end(), {0x90, 1, 1});
    CHECK(out.output.until([&] { return out.arrived().first == expected; }));
    CHECK(out.arrived().second == 1);
    CHECK(out.receiver->events().front().bytes.size() == 48);
    CHECK(out.receiver->events().back().bytes == message{0x90, 1, 1});
    CHECK(out.output.instance.host.breaches.empty());
}

TEST_CASE("a SysEx in chunks may have any length that there is") {
    paced out("sysex_chunk", "4096");

    REQUIRE(out.output.send(sysex(65536)) == TACTUS_OK);

    CHECK(out.output.until([&] { return out.arrived().first.size() == 65536; }));
    CHECK(out.arrived().first == sysex(65536));
}

TEST_CASE("chunks keep their pace") {
    paced out("sysex_chunk", "100", "sysex_pace", "\"50ms\"");
    const auto begin = std::chrono::steady_clock::now().time_since_epoch();

    REQUIRE(out.output.send(sysex(300)) == TACTUS_OK);

    REQUIRE(out.output.until([&] { return out.receiver->events().size() == 3; }));
    // A period is read before its last frame is due, and on a loaded machine jackd's own count of
    // time is off: one of the two is enough.
    const auto read = std::chrono::steady_clock::now().time_since_epoch();
    const std::chrono::nanoseconds stands_at(out.receiver->events()[2].at_ns + frame_tolerance_ns);
    CHECK(std::max<std::chrono::nanoseconds>(read, stands_at) - begin >= 100ms);
    CHECK(out.receiver->events()[0].bytes.size() == 100);
}

TEST_CASE("a receiver at JACK gets active sensing as long as nothing else is sent") {
    paced out("active_sensing", "true");
    REQUIRE(out.output.send({0x90, 1, 1}) == TACTUS_OK);

    REQUIRE(out.output.until([&] { return out.receiver->events().size() >= 4; }));
    std::size_t sensed = 0;
    for (const jack_event& each : out.receiver->events()) {
        sensed += each.bytes == message{0xFE} ? 1u : 0u;
    }
    CHECK(sensed + 1 == out.receiver->events().size());
    CHECK(out.receiver->events().back().bytes == message{0xFE});
    out.output.instance.stop();
    CHECK(out.output.instance.host.stopped == TACTUS_OK);
    CHECK(out.output.instance.host.breaches.empty());
}

TEST_CASE("a flush ends the SysEx that is under way") {
    paced out("wire", "\"din\"");
    REQUIRE(out.output.send(sysex(5000)) == TACTUS_OK);
    const auto* table = out.output.instance.interface<tactus_output_0>(TACTUS_OUTPUT_0);
    REQUIRE(table->flush != nullptr);

    table->flush(out.output.instance.plugin(), 0);

    CHECK(out.output.until([&] { return out.output.send({0x90, 1, 1}) == TACTUS_OK; }));
    CHECK(out.output.instance.host.metrics["midi_cut_sysex_total"] == 1);
    REQUIRE(out.output.until([&] { return out.arrived().first.size() > 8; }));
    REQUIRE(out.output.until([&] { return out.arrived().first.back() == 1; }));
    const message all = out.arrived().first;
    CHECK(all.size() < 100);
    CHECK(message(all.end() - 4, all.end()) == message{0xF7, 0x90, 1, 1});
}

TEST_CASE("a device that goes in the midst of a SysEx costs the rest of it") {
    paced out("wire", "\"din\"");
    REQUIRE(out.output.send(sysex(5000)) == TACTUS_OK);

    out.server.kill();

    REQUIRE(out.output.until_down(3s));
    CHECK(out.output.until(
        [&] { return out.output.instance.host.metrics["midi_cut_sysex_total"] == 1; }, 3s));
}

TEST_CASE("latency is how much earlier than due events are wanted") {
    test_instance instance(midi_entry(), "midi_out");
    instance.config.set("virtual", "\"v\"").set("latency", "\"12ms\"");
    REQUIRE(instance.configure() == TACTUS_OK);
    const auto* output = instance.interface<tactus_output_0>(TACTUS_OUTPUT_0);

    REQUIRE(output->ahead_ns != nullptr);
    CHECK(output->ahead_ns(instance.plugin()) == 12'000'000);
}

TEST_CASE("a pause without chunks is refused") {
    test_instance instance(midi_entry(), "midi_out");
    instance.config.set("virtual", "\"v\"").set("sysex_pace", "\"5ms\"");

    CHECK(instance.configure() == TACTUS_E_CONFIG);
    CHECK(instance.host.error_key == "sysex_pace");
}
