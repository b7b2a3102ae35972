// SPDX-License-Identifier: MIT
// Tests of inputs: the events that they emit, a lack of room, and the outcomes of their events.
#include "check_case.hpp"
#include "kernel/codec/midi.hpp"
#include "kernel/codec/osc_reader.hpp"
#include "scenario.hpp"

#include <array>
#include <cstdio>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace tactus::checker {
namespace {

using testing::emitted_event;
using testing::test_host;

constexpr std::int64_t day_ns = 86'400'000'000'000;
constexpr std::int64_t ahead_most_ns = 7 * day_ns; // the largest [time] max_ahead

std::string bytes_of(const emitted_event& event) {
    std::string text;
    for (std::size_t i = 0; i < event.bytes.size() && i < 8; ++i) {
        char two[4];
        std::snprintf(two, sizeof two, "%02X ", event.bytes[i]);
        text += two;
    }
    return text + "(" + std::to_string(event.bytes.size()) + " bytes)";
}

// The SysEx that each source has under way in parts (TACTUS_EVENT_SYSEX_PART).
using open_sysex = std::set<std::uint32_t>;

void require_part(const emitted_event& event, open_sysex& open) {
    const codec::sysex_part part = codec::sysex_part_of(event.bytes);
    require(part != codec::sysex_part::none,
            "It emits bytes that are no part of a SysEx: " + bytes_of(event) + ".");
    if (part == codec::sysex_part::first) {
        require(open.insert(event.source).second,
                "It begins a SysEx in parts before the last part of the one before, which is F7 "
                "alone if the rest does not come.");
        return;
    }
    require(open.count(event.source) != 0,
            "It emits a part of a SysEx that has not begun: " + bytes_of(event) + ".");
    if (part == codec::sysex_part::last) {
        open.erase(event.source);
    }
}

// By the code that the daemon checks messages with.
void require_osc(const emitted_event& event) {
    if (!codec::is_bundle(event.bytes)) {
        codec::osc_message read;
        require(codec::parse_message(event.bytes, read) == codec::osc_error::none,
                "It emits bytes that are no OSC message: " + bytes_of(event) + ".");
        return;
    }
    const codec::osc_count found = codec::count_messages(event.bytes);
    require(found.error == codec::osc_error::none,
            "It emits bytes that are no OSC bundle: " + bytes_of(event) + ".");
    require(found.refused == 0, "It emits an OSC bundle with an element that is no OSC message: " +
                                    bytes_of(event) + ".");
}

void require_message(const emitted_event& event, open_sysex& open) {
    const bool is_part = (event.flags & TACTUS_EVENT_SYSEX_PART) != 0;
    require(!is_part || event.protocol == TACTUS_PROTO_MIDI,
            "It emits an OSC packet as a part of a SysEx, which is MIDI.");
    if (is_part) {
        require_part(event, open);
    } else if (is_of_peer(event.bytes)) {
        return;
    } else if (event.protocol == TACTUS_PROTO_MIDI) {
        require(codec::midi_check(event.bytes) == codec::midi_error::none,
                "It emits bytes that are no complete MIDI message: " + bytes_of(event) + ".");
    } else {
        require_osc(event);
    }
}

void emit_good_events(subject& plugin) {
    const auto made = plugin.start();
    live(*made);
    const std::string& refused = made->host.refused_event;
    require(refused.empty(), "It emits " + refused + ".");
    open_sysex open;
    for (const emitted_event& each : made->host.emitted) {
        require(each.protocol == TACTUS_PROTO_MIDI || each.protocol == TACTUS_PROTO_OSC,
                "It emits an event of an unknown protocol, " + std::to_string(each.protocol) + ".");
        require_message(each, open);
        require(each.due_ns >= 0 && each.received_ns >= 0, "It emits an event before time 0.");
        require(each.due_ns <= made->host.now_ns() + ahead_most_ns,
                "It emits an event that is due in " +
                    std::to_string((each.due_ns - made->host.now_ns()) / day_ns) +
                    " days; no [time] max_ahead allows more than 7. Times are the host's now_ns(), "
                    "which is CLOCK_MONOTONIC: did you use CLOCK_REALTIME?");
        require(each.received_ns <= made->host.now_ns(),
                "It emits an event that was received in the future.");
        require(each.group <= 0xffffff, "It emits an event whose group is above 0xFFFFFF.");
        require(each.source == 0 || made->host.ports.count(each.source) != 0,
                "It emits an event from a port that it has not added.");
    }
    if (made->is_running()) {
        made->stop();
    }
    subject::end(*made);
}

void emit_into_nothing(subject& plugin) {
    const auto made = plugin.make([](test_host& host) { host.emit_room = 0; });
    require(made->start() == TACTUS_OK, "It refuses to start.");
    live(*made);
    require(made->host.stopped.value_or(TACTUS_OK) == TACTUS_OK,
            "Without room for its events it ends with status " +
                std::to_string(made->host.stopped.value_or(TACTUS_OK)) + ".");
    if (made->is_running()) {
        made->stop();
    }
    require(made->host.stopped.has_value(),
            "While emit answers TACTUS_E_AGAIN it cannot be stopped.");
    subject::end(*made);
}

void emit_into_little_room(subject& plugin) {
    for (const std::uint32_t room : {1U, 2U, 3U}) {
        const auto made = plugin.make([&](test_host& host) { host.emit_room = room; });
        require(made->start() == TACTUS_OK, "It refuses to start.");
        for (int round = 0; round < rounds && made->is_running(); ++round) {
            live_one_round(*made, round);
            made->host.make_room(room);
        }
        made->host.make_room(std::numeric_limits<std::uint32_t>::max());
        made->host.settle();
        if (made->is_running()) {
            made->stop();
        }
        require(made->host.stopped.has_value(), "After waits for room it cannot be stopped.");
        subject::end(*made);
    }
}

const tactus_outcome_0& outcome_of(testing::test_instance& made) {
    const auto* const table = made.interface<tactus_outcome_0>(TACTUS_OUTCOME_0);
    if (table == nullptr) {
        skip("It does not ask for the outcomes of its events.");
    }
    require(table->struct_size >= sizeof(tactus_outcome_0) && table->wants != nullptr &&
                table->report != nullptr,
            "Its tactus.outcome/0 is not whole.");
    return *table;
}

void hear_outcomes(subject& plugin) {
    const auto made = plugin.start();
    const tactus_outcome_0& table = outcome_of(*made);
    tactus_plugin* const raw = made->plugin();
    const std::string reason = "queue_full";
    const std::string output = "synth";
    for (int round = 0; round < rounds && made->is_running(); ++round) {
        live_one_round(*made, round);
        std::vector<tactus_outcome> all;
        for (std::uint32_t kind = 1; kind != 0x40; kind <<= 1) {
            tactus_outcome each{};
            each.kind = kind; // the last one is new
            each.tag = made->host.emitted.empty() ? 1 : made->host.emitted.back().tag;
            each.reason = {reason.data(), reason.size()};
            each.output = {output.data(), output.size()};
            all.push_back(each);
        }
        made->host.call_plugin("report", [&] {
            table.report(raw, all.data(), static_cast<std::uint32_t>(all.size()), 3);
            table.report(raw, nullptr, 0, 7);
        });
        made->host.settle();
        require(made->is_running(), "After outcomes it ends by itself. " + made->host.error_text);
    }
    made->stop();
    subject::end(*made);
}

constexpr std::array cases = std::to_array<check_case>({
    {"emit-events", "Its events are messages of known protocols, ports, groups and times.",
     scope::input, &emit_good_events},
    {"emit-no-room", "While emit answers TACTUS_E_AGAIN it waits, and can be stopped.",
     scope::input, &emit_into_nothing},
    {"emit-little-room", "It emits the rest of a batch when there is room.", scope::input,
     &emit_into_little_room},
    {"outcomes", "It may hear outcomes of any kind, and none.", scope::input, &hear_outcomes},
});

} // namespace

std::span<const check_case> input_cases() {
    return cases;
}

} // namespace tactus::checker
