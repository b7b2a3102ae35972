// SPDX-License-Identifier: MIT
#include "event_receiver.hpp"

#include <utility>

namespace midi {
namespace {

constexpr std::uint8_t active_sensing = 0xFE;

std::uint8_t status_of(ignored what) noexcept {
    switch (what) {
    case ignored::clock:
        return 0xF8;
    case ignored::active_sensing:
        return active_sensing;
    case ignored::sysex:
        return 0xF0;
    case ignored::time_code:
        break;
    }
    return 0xF1;
}

} // namespace

event_receiver::event_receiver(tactus::context& here, const std::vector<ignored>& unwanted,
                               waker sensing)
    : here_(here), sensing_(sensing) {
    for (const ignored each : unwanted) {
        unwanted_.set(status_of(each));
    }
}

void event_receiver::make_metrics() {
    skipped_ = here_.metrics().make_counter(
        "midi_skipped_bytes_total", "Bytes that belonged to no message: undefined or stray.");
    missed_ = here_.metrics().make_counter(
        "midi_missed_periods_total",
        "Periods of JACK's in which it did not run us: the events in them are lost.");
    silent_ = here_.metrics().make_counter(
        "midi_sensing_lost_total",
        "Times that a port which had sent active sensing sent nothing for 330 ms.");
}

void event_receiver::take(source& from, std::span<const std::uint8_t> bytes,
                          std::int64_t due_ns) noexcept {
    losses counted;
    const parsed found = parse(from, bytes, due_ns, TACTUS_BATCH_DROPPABLE, counted);
    reject(counted);
    if (found.has_begun) {
        sensing_();
    }
}

void event_receiver::prepare() noexcept {
    const std::lock_guard lock(mutex_);
    here_.try_emit(tactus::batch_view());
}

void event_receiver::gather(source& from, std::span<const std::uint8_t> bytes,
                            std::int64_t due_ns) noexcept {
    const parsed found =
        parse(from, bytes, due_ns, TACTUS_BATCH_DROPPABLE | TACTUS_BATCH_MORE, now_);
    has_events_ = has_events_ || found.has_event;
    has_begun_ = has_begun_ || found.has_begun;
}

void event_receiver::hand_over() noexcept {
    if (std::exchange(has_events_, false)) {
        const std::lock_guard lock(mutex_);
        here_.try_emit(tactus::batch_view());
    }
    reject(std::exchange(now_, losses()));
    if (std::exchange(has_begun_, false)) {
        sensing_();
    }
}

// Without sensing, no other thread ends the notes that a source left sounding; therefore its bytes
// need no lock.
std::unique_lock<std::mutex> event_receiver::hold(source& from) noexcept {
    return watches_sensing() ? std::unique_lock(from.sensing.mutex())
                             : std::unique_lock<std::mutex>();
}

event_receiver::parsed event_receiver::parse(source& from, std::span<const std::uint8_t> bytes,
                                             std::int64_t due_ns, std::uint32_t flags,
                                             losses& to) noexcept {
    const std::unique_lock lock = hold(from);
    parsed found;
    bool has_sensed = false;
    from.stream.feed(bytes, [&](std::span<const std::uint8_t> message) {
        const bool is_part = from.stream.is_part();
        has_sensed = has_sensed || (!is_part && message[0] == active_sensing);
        if (is_wanted(is_part ? 0xF0 : message[0])) {
            if (!is_part) {
                from.sounding.follow(message);
            }
            emit_one(from, message, due_ns, flags);
            found.has_event = true;
        }
    });
    if (watches_sensing()) {
        found.has_begun = from.sensing.heard(has_sensed, now_ns());
    }
    count_losses(from, to);
    return found;
}

void event_receiver::emit_one(source& from, std::span<const std::uint8_t> message,
                              std::int64_t due_ns, std::uint32_t flags,
                              std::uint16_t event_flags) noexcept {
    tactus_event event{};
    event.due_ns = due_ns;
    event.received_ns = now_ns();
    event.bytes = message.data();
    event.size = static_cast<std::uint32_t>(message.size());
    event.protocol = TACTUS_PROTO_MIDI;
    event.flags = from.stream.is_part() ? TACTUS_EVENT_SYSEX_PART : event_flags;
    event.source = from.port;
    event.group = from.port;
    const tactus_batch one{sizeof(tactus_batch), 1, sizeof event, flags, &event};
    const std::lock_guard lock(mutex_);
    here_.try_emit(tactus::batch_view(one));
}

void event_receiver::tell_overrun(source& from) noexcept {
    reject({.lost = 1});
    mend_gap(from);
}

void event_receiver::mend_gap(source& from) noexcept {
    const std::unique_lock lock = hold(from);
    end_what_sounds(from);
}

bool event_receiver::end_silent(source& from) noexcept {
    const std::unique_lock lock = hold(from);
    if (from.sensing.gone_ns() > now_ns()) {
        return false;
    }
    from.sensing.forget();
    end_what_sounds(from);
    silent_.add(1);
    return true;
}

// Sends the end of a SysEx in parts. Messages that end notes do not come from the source; they are
// no parts.
void event_receiver::cut_off(source& from) noexcept {
    const std::span<const std::uint8_t> last_part = from.stream.cut_off();
    if (!last_part.empty() && is_wanted(0xF0)) {
        emit_one(from, last_part, 0, TACTUS_BATCH_DROPPABLE);
    }
    from.stream.reset();
    losses counted;
    count_losses(from, counted);
    reject(counted);
}

void event_receiver::end_what_sounds(source& from) noexcept {
    cut_off(from);
    from.sounding.end_all([&](std::span<const std::uint8_t> message) {
        emit_one(from, message, 0, TACTUS_BATCH_DROPPABLE, TACTUS_EVENT_SPARE_OTHERS);
    });
}

void event_receiver::count_losses(source& from, losses& to) noexcept {
    const tactus::midi_stream_losses& now = from.stream.losses();
    tactus::midi_stream_losses& before = from.counted;
    to.cut += now.cut_messages - before.cut_messages;
    const std::uint64_t skipped = now.undefined_bytes + now.stray_bytes;
    const std::uint64_t skipped_before = before.undefined_bytes + before.stray_bytes;
    if (skipped > skipped_before) {
        skipped_.add(static_cast<std::int64_t>(skipped - skipped_before));
    }
    before = now;
}

void event_receiver::reject(const losses& counted) noexcept {
    if (counted.cut > 0) {
        here_.reject(counted.cut, "malformed");
    }
    if (counted.lost > 0) {
        here_.reject(counted.lost, "overrun");
    }
}

} // namespace midi
