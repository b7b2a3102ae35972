// SPDX-License-Identifier: MIT
// Plays a pattern at a steady tempo, as a demonstration and to measure the daemon's timing. Each
// step is emitted a little ahead of its due time, which is computed from the step's number;
// therefore errors do not accumulate. It reads the clock only to sleep. An output can play it as
// OSC, or as MIDI through a translating route.
#include <tactus/cpp/osc_address.hpp>
#include <tactus/cpp/plugin.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace std::chrono_literals;
using tactus::config_error;
using tactus::context;
using tactus::task;
using tactus::time_point;

constexpr std::uint32_t cancel_tag = 1;
constexpr std::size_t address_max = 200;
constexpr std::size_t pattern_max = 1024;
constexpr auto skip_after = 1s; // steps that are later than this are skipped
constexpr std::int32_t accent_velocity = 127;
constexpr std::int32_t ticks_per_beat = 24; // MIDI 1.0, "Timing Clock"
constexpr std::uint8_t tick_status = 0xF8;
constexpr std::uint8_t start_status = 0xFA;
constexpr std::uint8_t stop_status = 0xFC;

enum class form { note, trigger };

class pulse {
public:
    struct config {
        double tempo = 120;
        std::int32_t steps_per_beat = 4;
        std::string pattern;
        std::string address;
        form shape = form::note;
        std::int32_t channel = 1;
        std::int32_t note = 60;
        std::int32_t velocity = 100;
        std::chrono::nanoseconds length{0};
        std::chrono::nanoseconds ahead{0};
        bool midi_clock = false;
    };

    static constexpr const char* const form_words[] = {"note", "trigger", nullptr};
    static constexpr tactus::plugin_info info{"pulse",
                                              "pulse",
                                              "0.1.0",
                                              "tactus",
                                              "MIT",
                                              "Plays a pattern at a steady "
                                              "tempo, as OSC messages."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::tempo, "tempo", "120", "Beats per minute.").range("1", "999"),
        tactus::option(&config::steps_per_beat, "steps_per_beat", "4",
                       "Steps of the pattern in one beat.")
            .range("1", "64"),
        tactus::option(&config::pattern, "pattern", "\"x...\"",
                       "One character a step, repeated for ever: \"x\" plays, \"X\" plays with an "
                       "accent, \".\" rests."),
        tactus::option(&config::address, "address", "\"/pulse\"",
                       "The OSC address; notes are sent to <address>/note_on and /note_off."),
        tactus::option(&config::shape, "form", "\"note\"",
                       "\"note\": a note-on and its note-off; \"trigger\": one message with the "
                       "step and the velocity.")
            .choices(form_words),
        tactus::option(&config::channel, "channel", "1", "MIDI channel.").range("1", "16"),
        tactus::option(&config::note, "note", "60", "MIDI note number.").range("0", "127"),
        tactus::option(&config::velocity, "velocity", "100", "MIDI velocity of \"x\".")
            .range("1", "127"),
        tactus::option(&config::length, "length", "\"100ms\"",
                       "How long a note sounds; the next one ends it in any case.")
            .range("\"1ms\"", "\"60s\""),
        tactus::option(&config::ahead, "ahead", "\"50ms\"",
                       "How long before its due time an event is handed to the kernel.")
            .range("\"0ms\"", "\"10s\""),
        tactus::option(&config::midi_clock, "midi_clock", "false",
                       "Send MIDI clock too: start, 24 ticks a beat, and stop at the end."));
    static constexpr const char* const interfaces[] = {TACTUS_TIMER_0};

    explicit pulse(config settings) : config_(std::move(settings)) {}

    static void check(const config& settings);
    task<> run(context& here);

private:
    /// The due time of the n-th of in_a_beat steps per beat, from the first one: exact over 10^9.
    time_point due_of(std::uint64_t n, std::int32_t in_a_beat) const noexcept {
        const long double each_ns = 60e9L / (static_cast<long double>(config_.tempo) * in_a_beat);
        return first_due_ +
               std::chrono::nanoseconds(std::llround(static_cast<long double>(n) * each_ns));
    }
    time_point due_of(std::uint64_t step) const noexcept {
        return due_of(step, config_.steps_per_beat);
    }
    char mark_of(std::uint64_t step) const noexcept {
        return config_.pattern[step % config_.pattern.size()];
    }
    std::uint64_t next_played(std::uint64_t step) const noexcept;
    std::uint64_t first_in_time(std::uint64_t step, time_point now) const noexcept;
    task<> play(context& here);
    task<> tick(context& here);
    static void add_real_time(std::uint8_t status, time_point due, tactus::batch_builder& batch);
    void add_step(std::uint64_t step, tactus::batch_builder& batch) const;
    void add_message(tactus::batch_builder& batch, time_point due, std::uint16_t flags,
                     std::size_t size) const;

    config config_;
    time_point first_due_;
};

void pulse::check(const config& settings) {
    const std::string_view pattern = settings.pattern;
    if (pattern.find_first_not_of("xX.") != std::string_view::npos) {
        throw config_error("pattern",
                           "\"" + settings.pattern +
                               "\" contains other characters than \"x\", \"X\" and \".\".");
    }
    if (pattern.find_first_of("xX") == std::string_view::npos || pattern.size() > pattern_max) {
        throw config_error("pattern",
                           "a pattern needs at least one step that plays, and at most 1024 steps.");
    }
    const std::string_view address = settings.address;
    if (!tactus::is_plain_osc_address(address) || address.back() == '/' ||
        address.size() > address_max) {
        throw config_error("address",
                           "\"" + settings.address +
                               "\" is not an OSC address; expected one like \"/pulse\".");
    }
}

/// At the end, events emitted ahead and not yet due are cancelled, except note-offs. Receivers that
/// follow the clock get a stop message.
task<> pulse::run(context& here) {
    first_due_ = here.now() + config_.ahead;
    try {
        if (config_.midi_clock) {
            tactus::batch_builder first(2, 2);
            add_real_time(start_status, first_due_, first);
            add_real_time(tick_status, first_due_, first); // before the first step
            co_await here.emit(first.view());
            here.spawn("midi clock", tick(here));
        }
        co_await play(here);
    } catch (const tactus::canceled&) {
        here.cancel(cancel_tag);
        if (config_.midi_clock) {
            tactus::batch_builder last(1, 1);
            add_real_time(stop_status, here.now(), last);
            here.try_emit(last.view());
        }
        throw;
    }
}

/// As for steps, no tick is computed from the one before. Ticks more than skip_after late are
/// skipped: receivers would take a burst of them for a tempo.
task<> pulse::tick(context& here) {
    tactus::batch_builder batch(1, 1);
    for (std::uint64_t next = 1;; ++next) {
        while (due_of(next, ticks_per_beat) < here.now() - skip_after) {
            ++next;
        }
        const time_point due = due_of(next, ticks_per_beat);
        co_await here.sleep_until(due - config_.ahead);
        batch.clear();
        add_real_time(tick_status, due, batch);
        co_await here.emit(batch.view());
    }
}

void pulse::add_real_time(std::uint8_t status, time_point due, tactus::batch_builder& batch) {
    const std::uint8_t message[] = {status};
    tactus_event* event = batch.add(TACTUS_PROTO_MIDI, message);
    if (event == nullptr) {
        throw tactus::failure(TACTUS_E_INTERNAL, "a tick did not fit its batch.");
    }
    event->due_ns = tactus::to_ns(due);
    event->tag = cancel_tag;
    if (status == stop_status) { // also sent while the daemon stops, and not cancelled
        event->tag = 0;
        event->flags = TACTUS_EVENT_CRITICAL;
    }
}

task<> pulse::play(context& here) {
    const auto skipped =
        here.metrics().make_counter("skipped_steps_total", "Steps left out since they were late.");
    tactus::batch_builder batch(2, 1024);
    for (std::uint64_t step = next_played(0);; step = next_played(step + 1)) {
        const std::uint64_t in_time = first_in_time(step, here.now());
        if (in_time != step) {
            skipped.add(static_cast<std::int64_t>(in_time - step));
            step = next_played(in_time);
        }
        co_await here.sleep_until(due_of(step) - config_.ahead);
        batch.clear();
        add_step(step, batch);
        co_await here.emit(batch.view());
    }
}

/// The first step from `step` on that is not a rest; check() has found one.
std::uint64_t pulse::next_played(std::uint64_t step) const noexcept {
    while (mark_of(step) == '.') {
        ++step;
    }
    return step;
}

/// `step`, or, if that is more than skip_after late, the first step on the grid that is not.
std::uint64_t pulse::first_in_time(std::uint64_t step, time_point now) const noexcept {
    if (due_of(step) >= now - skip_after) {
        return step;
    }
    const long double late_ns = static_cast<long double>((now - first_due_).count());
    auto in_time = static_cast<std::uint64_t>(late_ns * static_cast<long double>(config_.tempo) *
                                              config_.steps_per_beat / 60e9L);
    while (due_of(in_time) < now) {
        ++in_time;
    }
    return in_time;
}

void pulse::add_step(std::uint64_t step, tactus::batch_builder& batch) const {
    const std::int32_t velocity = mark_of(step) == 'X' ? accent_velocity : config_.velocity;
    const time_point due = due_of(step);
    if (config_.shape == form::trigger) {
        const auto place = static_cast<std::int32_t>(step % config_.pattern.size());
        add_message(batch, due, 0,
                    tactus::write_osc(batch.room(), config_.address, place, velocity));
        return;
    }
    // Not after the next note-on, whose note it would end: equal due times leave in this order.
    const time_point off = std::min(due + config_.length, due_of(next_played(step + 1)));
    add_message(batch, due, 0,
                tactus::write_osc(batch.room(), config_.address + "/note_on", config_.channel,
                                  config_.note, velocity));
    add_message(batch, off, TACTUS_EVENT_CRITICAL,
                tactus::write_osc(batch.room(), config_.address + "/note_off", config_.channel,
                                  config_.note, std::int32_t{0}));
}

/// Commits the message that was written into the batch's room.
void pulse::add_message(tactus::batch_builder& batch, time_point due, std::uint16_t flags,
                        std::size_t size) const {
    tactus_event* event = batch.commit(TACTUS_PROTO_OSC, size);
    if (event == nullptr) {
        throw tactus::failure(TACTUS_E_INTERNAL, "a message did not fit its batch.");
    }
    event->due_ns = tactus::to_ns(due);
    event->flags = flags;
    event->tag = cancel_tag;
}

} // namespace

TACTUS_PLUGINS(pulse);
