// SPDX-License-Identifier: MIT
#include "client_messages.hpp"

#include "client_text.hpp"

#include <tactus/cpp/midi_message.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace websocket_in {
namespace {

constexpr std::uint8_t sysex_status = 0xF0;

} // namespace

void client_messages::take_text(std::span<const std::uint8_t> text, std::int64_t received_ns) {
    received_ns_ = received_ns;
    environment_.reader().read(text, *this);
}

// The kernel decides whether it is OSC, in the same way for every transport.
void client_messages::take_binary(std::span<const std::uint8_t> packet, std::int64_t received_ns) {
    received_ns_ = received_ns;
    if (packet.empty()) {
        malformed("A binary message is an OSC packet; this one is empty.");
        return;
    }
    tactus_event made = new_event(TACTUS_PROTO_OSC);
    made.bytes = packet.data();
    made.size = static_cast<std::uint32_t>(packet.size());
    environment_.add(made);
}

tactus_event client_messages::new_event(std::uint16_t protocol) const noexcept {
    tactus_event made{};
    made.received_ns = received_ns_;
    made.tag = tags_.untagged(); // names the page, to report to
    made.group = group_;         // pages share the input's room
    made.protocol = protocol;
    // Only the kernel knows what OSC becomes; therefore the flags state what it must not become.
    made.flags = settings_.takes_sysex ? 0 : TACTUS_EVENT_NO_SYSEX;
    return made;
}

void client_messages::event(const text_event& what) {
    const bool is_midi = what.protocol == TACTUS_PROTO_MIDI;
    if (is_midi && what.bytes.front() == sysex_status && !settings_.takes_sysex) {
        reject("sysex_denied", "SysEx is not taken here; see the option \"sysex\".");
        return;
    }
    if (is_midi && !tactus::is_midi_message(what.bytes)) {
        malformed("\"message\" is not one complete MIDI message, as [144, 60, 100].");
        return;
    }
    tactus_event made = new_event(what.protocol);
    if (!what.port.empty()) {
        made.port = environment_.resolve(what.port);
        if (made.port == 0) {
            malformed("No port has this name, and too many such names have been asked for, or the "
                      "name has more than 255 bytes.");
            return;
        }
    }
    stamp(what, made);
    environment_.add(made);
}

// For a client that has pinged us, the time is mapped here, and the message goes without its
// bundle; otherwise the kernel reads the bundle's time tag, which is wall clock time. A time tag
// has no era: the kernel takes one from after the roll-over of its seconds, in 2036, for a time
// from 1900 on if it is more than two weeks ahead. Such a time goes as a due time instead.
void client_messages::stamp(const text_event& what, tactus_event& event) const noexcept {
    std::span<const std::uint8_t> bytes = what.bytes;
    if (what.timestamp_ms.has_value() && clock_.is_known()) {
        bytes = bytes.subspan(what.head_size);
        event.due_ns = std::max<std::int64_t>(clock_.to_host(*what.timestamp_ms), 1);
    } else if (what.timestamp_ms.has_value() && has_no_tag(to_ns(*what.timestamp_ms))) {
        bytes = bytes.subspan(what.head_size);
        event.due_ns = to_ns(*what.timestamp_ms) - environment_.unix_offset_ns();
    } else if (what.offset_ms != 0) {
        event.due_ns = std::max<std::int64_t>(received_ns_ + to_ns(what.offset_ms), 1);
    }
    event.bytes = bytes.data();
    event.size = static_cast<std::uint32_t>(bytes.size());
}

// Whether the kernel would take its tag for another time.
bool client_messages::has_no_tag(std::int64_t unix_ns) const noexcept {
    constexpr std::int64_t roll_over_ns = 2'085'978'496'000'000'000; // 2036-02-07 06:28:16
    constexpr std::int64_t far_ns = 1'209'600'000'000'000;           // two weeks
    return unix_ns >= roll_over_ns &&
           unix_ns - far_ns > received_ns_ + environment_.unix_offset_ns();
}

void client_messages::ping(const clock_ping& what) {
    const std::int64_t now_ns = environment_.now_ns();
    clock_.add(what, received_ns_, now_ns);
    std::string text;
    begin_text(text, "pong")
        .member("client", what.client_ms, ms_places)
        .member("monotonic", to_ms(now_ns), ms_places)
        .member("wall", to_ms(now_ns + environment_.unix_offset_ns()), ms_places)
        .member("offset", to_ms(clock_.offset_ns(what.client_ms)), ms_places)
        .end_object();
    out_.say(text);
}

void client_messages::tag(std::string_view tag) {
    const std::optional<std::uint32_t> group = tag.empty() ? tags_.untagged() : tags_.of(tag);
    if (!group) {
        malformed("A page has at most 64 tags.");
    }
    group_ = group.value_or(tags_.untagged());
}

void client_messages::cancel_events() {
    const std::string tag = std::exchange(canceled_tag_, std::nullopt).value_or("");
    std::uint64_t deliveries = 0;
    const auto take_back = [&](std::uint32_t group) { deliveries += environment_.cancel(group); };
    if (tag.empty()) {
        tags_.for_each(take_back);
    } else if (const std::optional<std::uint32_t> group = tags_.find(tag)) {
        take_back(*group);
    }
    std::string text;
    begin_text(text, "canceled").member("deliveries", deliveries).end_object();
    out_.say(text);
}

void client_messages::reject(const char* reason, std::string_view why) {
    environment_.reject(reason);
    if (settings_.tells != feedback::off) {
        std::string text;
        begin_text(text, "rejected").member("reason", reason).member("why", why).end_object();
        out_.say(text);
    }
}

} // namespace websocket_in
