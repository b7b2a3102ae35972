// SPDX-License-Identifier: MIT
#include "scenario.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

namespace tactus::checker {
namespace {

constexpr std::int64_t round_ns = 50'000'000;
constexpr std::array<std::uint8_t, 16> osc{'/', 'a', 0, 0, ',', 'i', 0, 0, 0, 0, 0, 7, 0, 0, 0, 0};
constexpr std::size_t osc_size = 12;
constexpr std::array<std::uint8_t, 3> note_on{0x90, 60, 100};
constexpr std::array<std::uint8_t, 3> note_off{0x80, 60, 0};
constexpr std::array<std::uint8_t, 1> clock_tick{0xf8};

// The bytes that peers send: an OSC packet after its size, a line of text, and bytes that are
// neither.
const std::array<std::string, 3>& messages() {
    static const std::array<std::string, 3> all{
        std::string("\0\0\0\x0c", 4) +
            std::string(reinterpret_cast<const char*>(osc.data()), osc_size),
        "/a 7\r\n", std::string("\xff\xfe{\"x\":", 8)};
    return all;
}

void stimulate_listeners(testing::test_host& host, int round) {
    std::vector<std::string> listening;
    for (const auto& [id, stream] : host.streams()) {
        if (stream.is_listener && !stream.is_closed) {
            listening.push_back(stream.local);
        }
    }
    for (const std::string& local : listening) {
        const bool is_unix = local.starts_with("unix");
        host.connect_to(local, is_unix ? "unix://" : "tcp://127.0.0.1:50000");
    }
    for (auto& [id, stream] : host.streams()) {
        if (!stream.is_listener && !stream.is_closed && !stream.is_ended && !stream.is_reset) {
            testing::test_host::feed(stream, messages()[static_cast<std::size_t>(round) % 3]);
            stream.is_ended = round % 3 == 1 && id % 2 == 0;
            stream.is_reset = round % 3 == 2 && id % 2 == 1;
        }
    }
}

} // namespace

void stimulate(testing::test_host& host, int round) {
    const std::string& bytes = messages()[static_cast<std::size_t>(round) % 3];
    for (auto& [id, socket] : host.sockets()) {
        testing::test_datagram datagram;
        datagram.bytes.assign(osc.begin(), osc.begin() + osc_size);
        datagram.received_ns = host.now_ns();
        datagram.from = "udp://"
                        "10.0.0.9:5000";
        socket.inbound.push_back(datagram);
        datagram.bytes.assign(bytes.begin(), bytes.end());
        socket.inbound.push_back(std::move(datagram));
    }
    stimulate_listeners(host, round);
}

bool is_of_peer(std::span<const std::uint8_t> bytes) {
    const std::string_view part(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return std::any_of(messages().begin(), messages().end(), [&](const std::string& each) {
        return each.find(part) != std::string::npos;
    });
}

const tactus_output_0* output_of(const testing::test_instance& made) {
    return (made.descriptor().kinds & TACTUS_KIND_OUTPUT) != 0
               ? made.interface<tactus_output_0>(TACTUS_OUTPUT_0)
               : nullptr;
}

std::vector<tactus_event> events_for(testing::test_instance& made, std::size_t n) {
    std::vector<tactus_event> events;
    const tactus_output_0* const output = output_of(made);
    if (output == nullptr) {
        return events;
    }
    const bool takes_osc = (output->protocols & 1u << TACTUS_PROTO_OSC) != 0;
    const bool takes_midi = (output->protocols & 1u << TACTUS_PROTO_MIDI) != 0;
    const auto& ports = made.host.ports;
    for (std::size_t i = 0; i < n && (takes_osc || takes_midi); ++i) {
        tactus_event event{};
        const bool is_osc = takes_osc && (!takes_midi || i % 2 == 0);
        const std::span<const std::uint8_t> midi =
            i % 3 == 0   ? std::span<const std::uint8_t>(note_on)
            : i % 3 == 1 ? std::span<const std::uint8_t>(note_off)
                         : std::span<const std::uint8_t>(clock_tick);
        event.protocol = static_cast<std::uint16_t>(is_osc ? TACTUS_PROTO_OSC : TACTUS_PROTO_MIDI);
        event.bytes = is_osc ? osc.data() : midi.data();
        event.size = static_cast<std::uint32_t>(is_osc ? osc_size : midi.size());
        event.port = ports.empty() ? 0 : ports.begin()->first;
        event.due_ns = made.host.now_ns();
        event.received_ns = event.due_ns;
        events.push_back(event);
    }
    return events;
}

void live_one_round(testing::test_instance& made, int round) {
    stimulate(made.host, round);
    made.host.settle();
    if (made.is_running() && !made.host.ports.empty()) {
        const std::vector<tactus_event> events = events_for(made, 4);
        if (!events.empty()) {
            static_cast<void>(made.send(events));
        }
    }
    made.host.settle();
    if (made.is_running()) {
        made.host.advance_to(made.host.now_ns() + round_ns);
    }
}

void live(testing::test_instance& made) {
    for (int round = 0; round < rounds && made.is_running(); ++round) {
        live_one_round(made, round);
    }
}

} // namespace tactus::checker
