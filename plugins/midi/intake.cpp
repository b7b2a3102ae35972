// SPDX-License-Identifier: MIT
#include "intake.hpp"

#include <new>
#include <string>
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

intake::intake(tactus::context& here, const std::vector<ignored>& unwanted, waker sensing)
    : here_(here), sensing_(sensing) {
    for (const ignored each : unwanted) {
        unwanted_.set(status_of(each));
    }
}

void intake::make_metrics() {
    skipped_ = here_.metrics().make_counter(
        "midi_skipped_bytes_total", "Bytes that belonged to no message: undefined or stray.");
    missed_ = here_.metrics().make_counter(
        "midi_missed_periods_total",
        "Periods of JACK's in which it did not run us: what came in them is lost.");
    silent_ = here_.metrics().make_counter(
        "midi_sensing_lost_total",
        "Times that a port which had sent active sensing sent nothing for 330 ms.");
}

void intake::take(source& from, std::span<const std::uint8_t> bytes, std::int64_t due_ns) noexcept {
    losses counted;
    const parsed found = parse(from, bytes, due_ns, TACTUS_BATCH_DROPPABLE, counted);
    reject(counted);
    if (found.has_begun) {
        sensing_();
    }
}

void intake::prepare() noexcept {
    const std::lock_guard lock(mutex_);
    here_.try_emit(tactus::batch_view());
}

void intake::gather(source& from, std::span<const std::uint8_t> bytes,
                    std::int64_t due_ns) noexcept {
    const parsed found =
        parse(from, bytes, due_ns, TACTUS_BATCH_DROPPABLE | TACTUS_BATCH_MORE, now_);
    has_events_ = has_events_ || found.has_event;
    has_begun_ = has_begun_ || found.has_begun;
}

void intake::hand_over() noexcept {
    if (std::exchange(has_events_, false)) {
        const std::lock_guard lock(mutex_);
        here_.try_emit(tactus::batch_view());
    }
    reject(std::exchange(now_, losses()));
    if (std::exchange(has_begun_, false)) {
        sensing_();
    }
}

// Where nobody can take what a source left, nobody else uses its bytes.
std::unique_lock<std::mutex> intake::hold(source& from) noexcept {
    return heeds_sensing() ? std::unique_lock(from.sensing.mutex())
                           : std::unique_lock<std::mutex>();
}

intake::parsed intake::parse(source& from, std::span<const std::uint8_t> bytes, std::int64_t due_ns,
                             std::uint32_t flags, losses& to) noexcept {
    const std::unique_lock lock = hold(from);
    parsed found;
    bool has_sensed = false;
    from.stream.feed(bytes, [&](std::span<const std::uint8_t> message) {
        has_sensed = has_sensed || message[0] == active_sensing;
        if (is_wanted(message[0])) {
            from.sounding.follow(message);
            emit_one(from, message, due_ns, flags);
            found.has_event = true;
        }
    });
    if (heeds_sensing()) {
        found.has_begun = from.sensing.heard(has_sensed, now_ns());
    }
    count_losses(from, to);
    return found;
}

void intake::emit_one(source& from, std::span<const std::uint8_t> message, std::int64_t due_ns,
                      std::uint32_t flags) noexcept {
    tactus_event event{};
    event.due_ns = due_ns;
    event.received_ns = now_ns();
    event.bytes = message.data();
    event.size = static_cast<std::uint32_t>(message.size());
    event.protocol = TACTUS_PROTO_MIDI;
    event.source = from.port;
    const tactus_batch one{sizeof(tactus_batch), 1, sizeof event, flags, &event};
    const std::lock_guard lock(mutex_);
    here_.try_emit(tactus::batch_view(one));
}

void intake::tell_overrun(source& from) noexcept {
    reject({.lost = 1});
    mend_gap(from);
}

void intake::mend_gap(source& from) noexcept {
    const std::unique_lock lock = hold(from);
    cut_and_end(from);
}

bool intake::end_silent(source& from) noexcept {
    const std::unique_lock lock = hold(from);
    if (from.sensing.gone_ns() > now_ns()) {
        return false;
    }
    from.sensing.forget();
    cut_and_end(from);
    silent_.add(1);
    return true;
}

// What is cut off may be the middle of a SysEx, and what sounds may have lost its end.
void intake::cut_and_end(source& from) noexcept {
    from.stream.cut_off();
    losses counted;
    count_losses(from, counted);
    reject(counted);
    end_what_sounds(from);
}

void intake::end_what_sounds(source& from) noexcept {
    from.sounding.end_all([&](std::span<const std::uint8_t> message) {
        emit_one(from, message, 0, TACTUS_BATCH_DROPPABLE);
    });
}

void intake::count_losses(source& from, losses& to) noexcept {
    const tactus::midi_stream_losses& now = from.stream.losses();
    tactus::midi_stream_losses& before = from.counted;
    to.cut += now.cut_messages - before.cut_messages;
    to.large += is_wanted(0xF0) ? now.large_sysex - before.large_sysex : 0;
    const std::uint64_t skipped = now.undefined_bytes + now.stray_bytes;
    const std::uint64_t skipped_before = before.undefined_bytes + before.stray_bytes;
    if (skipped > skipped_before) {
        skipped_.add(static_cast<std::int64_t>(skipped - skipped_before));
    }
    before = now;
}

void intake::reject(const losses& counted) noexcept {
    if (counted.cut > 0) {
        here_.reject(counted.cut, "malformed");
    }
    if (counted.large > 0) {
        here_.reject(counted.large, "too_large");
        tell_large();
    }
    if (counted.lost > 0) {
        here_.reject(counted.lost, "overrun");
    }
}

void intake::tell_large() noexcept {
    try { // the text
        here_.log().warning(
            "A SysEx of more than " + std::to_string(TACTUS_SYSEX_SIZE_MAX) +
            " bytes came in and was refused: that is the longest that there is in "
            "either direction. Let its sender make several of it, or leave SysEx out "
            "by `ignore` of this input.");
    } catch (const std::bad_alloc&) {
        return; // it is counted all the same
    }
}

} // namespace midi
