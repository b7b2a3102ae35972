// SPDX-License-Identifier: MIT
// The parser of MIDI bytes against a slow one that is written from the standard's words, with
// random bytes; and each limit at its last and its first value.
#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <random>
#include <vector>

#include <tactus/cpp/midi_stream.hpp>

using namespace tactus;
using messages = std::vector<wire::bytes>;
using wire::operator+;

namespace {

messages fed(midi_stream& stream, const wire::bytes& bytes) {
    messages out;
    stream.feed(bytes,
                [&](std::span<const std::uint8_t> message) { out.push_back(wire::copy(message)); });
    return out;
}

// One byte after the other; what is begun stands in `begun`.
struct slow_stream {
    explicit slow_stream(std::size_t most) : sysex_max(most) {}

    void take(std::uint8_t byte) {
        if (byte >= 0xF8) {
            if (byte == 0xF9 || byte == 0xFD) {
                ++losses.undefined_bytes;
            } else {
                out.push_back({byte});
            }
        } else if (byte == 0xF7) {
            end_sysex();
        } else if (byte >= 0x80) {
            status(byte);
        } else {
            data(byte);
        }
    }
    void end_sysex() {
        if (!begun.empty() && begun[0] == 0xF0) {
            if (!is_large) {
                begun.push_back(0xF7);
                out.push_back(begun);
            }
        } else {
            ++losses.stray_bytes;
            losses.cut_messages += begun.size() > 1 ? 1U : 0U;
        }
        clear();
    }
    void status(std::uint8_t byte) {
        const bool is_sysex = !begun.empty() && begun[0] == 0xF0;
        losses.cut_messages += (is_sysex && !is_large) || (!is_sysex && begun.size() > 1) ? 1U : 0U;
        clear();
        if (byte == 0xF4 || byte == 0xF5) {
            ++losses.undefined_bytes;
        } else if (byte == 0xF6) {
            out.push_back({byte});
        } else {
            begun = {byte};
        }
    }
    void data(std::uint8_t byte) {
        if (begun.empty()) {
            ++losses.stray_bytes;
            return;
        }
        if (begun[0] == 0xF0) {
            if (!is_large && begun.size() + 2 > sysex_max) { // it and F7
                ++losses.large_sysex;
                is_large = true;
            }
            if (!is_large) {
                begun.push_back(byte);
            }
            return;
        }
        begun.push_back(byte);
        const int kind = begun[0] & 0xF0;
        const bool is_short = kind == 0xC0 || kind == 0xD0 || begun[0] == 0xF1 || begun[0] == 0xF3;
        if (begun.size() == (is_short ? 2u : 3u)) {
            out.push_back(begun);
            begun.resize(begun[0] < 0xF0 ? 1 : 0); // running status, of channel messages alone
        }
    }
    void clear() {
        begun.clear();
        is_large = false;
    }

    std::size_t sysex_max;
    wire::bytes begun;
    bool is_large = false;
    messages out;
    midi_stream_losses losses;
};

wire::bytes sysex(std::size_t size) {
    wire::bytes bytes(size, 0x01);
    bytes.front() = 0xF0;
    bytes.back() = 0xF7;
    return bytes;
}

} // namespace

TEST_CASE("random bytes give what the slow parser gives, messages and losses") {
    const char* const given = std::getenv("TACTUS_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::atoi(given)) : std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 500; ++round) {
        const std::size_t most = 2 + random() % 8;
        midi_stream fast(most);
        slow_stream slow(most);
        wire::bytes bytes;
        for (int i = 0; i < 60; ++i) {
            const bool is_status = random() % 3 == 0;
            const bool is_system = random() % 2 == 0;
            bytes.push_back(static_cast<std::uint8_t>(is_status && is_system ? 0xF0 | random() % 16
                                                      : is_status            ? 0x80 | random() % 128
                                                                             : random() % 128));
            slow.take(bytes.back());
        }
        CAPTURE(round, most);
        REQUIRE(fed(fast, bytes) == slow.out);
        REQUIRE(fast.losses().undefined_bytes == slow.losses.undefined_bytes);
        REQUIRE(fast.losses().stray_bytes == slow.losses.stray_bytes);
        REQUIRE(fast.losses().cut_messages == slow.losses.cut_messages);
        REQUIRE(fast.losses().large_sysex == slow.losses.large_sysex);
    }
}

TEST_CASE("a SysEx of each length up to the limit comes out, the next one is one loss") {
    for (std::size_t most = midi_stream::sysex_min; most < 8; ++most) {
        for (std::size_t size = 2; size < 10; ++size) {
            CAPTURE(most, size);
            midi_stream stream(most);
            const messages out = fed(stream, sysex(size) + wire::hex("90 3C 64"));
            CHECK(out.size() == (size <= most ? 2u : 1u));
            CHECK(stream.losses().large_sysex == (size <= most ? 0u : 1u));
            CHECK(stream.losses().stray_bytes == 0);
            CHECK(stream.losses().cut_messages == 0);
        }
    }
}

TEST_CASE("running status ends with each system common message, and with a reset") {
    for (const char* const between : {"F1 00", "F2 00 00", "F3 00", "F6", "F0 F7", "F4", "F7"}) {
        CAPTURE(between);
        midi_stream stream;
        const messages out =
            fed(stream, wire::hex("90 3C 64") + wire::hex(between) + wire::hex("3D 64"));
        CHECK(stream.losses().stray_bytes == (std::string_view(between) == "F7" ? 3u : 2u));
        CHECK(out.front() == wire::hex("90 3C 64"));
    }
    midi_stream stream;
    CHECK(fed(stream, wire::hex("90 3C 64")).size() == 1);
    stream.reset();
    CHECK(fed(stream, wire::hex("3D 64")).empty());
    CHECK(stream.losses().stray_bytes == 2);
    CHECK(fed(stream, wire::hex("F0 01 02")).empty());
    stream.reset();
    CHECK(fed(stream, wire::hex("03 F7")).empty());
    CHECK(stream.losses().stray_bytes == 4);
    CHECK(fed(stream, wire::hex("F0 04 F7")) == messages{wire::hex("F0 04 F7")});
}
