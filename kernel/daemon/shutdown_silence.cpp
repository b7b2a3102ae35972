// SPDX-License-Identifier: MIT
#include "kernel/daemon/shutdown_silence.hpp"

#include "kernel/daemon/reports/notes_may_sound.hpp"

#include <algorithm>
#include <utility>

namespace tactus::daemon {

shutdown_silence::observer
shutdown_silence::log_to(base::log& log, std::function<std::string(std::uint16_t)> name_of) {
    return {[&log, name_of](std::uint16_t output, std::size_t left) {
                log.warning(base::log_event::output_slow_to_silence,
                            "The output is too slow for a note-off for each note; all notes of its "
                            "channels are ended together (CC 64, 123, 120).",
                            {base::kv("output", name_of(output)), base::kv("left", left)});
            },
            [&log, name_of](std::uint16_t output, std::size_t left) {
                log_gave_up(log, name_of(output), left);
            }};
}

void shutdown_silence::log_gave_up(base::log& log, const std::string& output, std::size_t left) {
    log_notes_may_sound(log, output, left, "The output did not accept note-offs in time.");
}

void shutdown_silence::begin(std::int64_t now_ns, order what) {
    begun_ns_ = now_ns;
    order_ = std::move(what);
    outputs_.clear();
    for (const std::uint16_t output : order_.outputs) {
        outputs_.push_back({output});
    }
}

void shutdown_silence::begin(std::int64_t now_ns, bool ends_notes) {
    order all;
    for (std::uint16_t i = 0; i < dispatcher_.outputs().size(); ++i) {
        if (dispatcher_.outputs().is_there(i)) {
            all.outputs.push_back(i);
        }
    }
    all.ends_notes = ends_notes;
    begin(now_ns, std::move(all));
}

bool shutdown_silence::step(std::int64_t now_ns) {
    for (progress& each : outputs_) {
        if (each.at != phase::done) {
            step(each, now_ns);
        }
    }
    return std::all_of(outputs_.begin(), outputs_.end(),
                       [](const progress& each) { return each.at == phase::done; });
}

// Events in progress may begin or end notes; therefore silencing waits until they have been sent.
void shutdown_silence::step(progress& here, std::int64_t now_ns) {
    const std::int64_t passed_ns = now_ns - begun_ns_;
    if (passed_ns >= note_by_note_ns + by_channel_ns) {
        give_up(here);
    } else if (is_quiet(here.output)) {
        silence(here);
    } else if (here.at != phase::by_channel && passed_ns >= note_by_note_ns) {
        go_by_channel(here);
    }
}

// Nothing is on its way, or can set out.
bool shutdown_silence::is_quiet(std::uint16_t output) {
    const flow::timed_queue& queue = dispatcher_.queue();
    const std::optional<std::int64_t> next_ns = queue.departures().next_due(output);
    const bool is_held = next_ns && *next_ns > queue.departures().before_freeze(output, *next_ns);
    return (queue.counts(output).pending.events == 0 || is_held) &&
           dispatcher_.account().in_flight(output) == 0;
}

std::size_t shutdown_silence::left(std::uint16_t output) {
    return order_.ends_notes ? dispatcher_.sounding_count().to_end(output) : 0;
}

void shutdown_silence::drop(std::uint16_t output) {
    if (order_.drops) {
        dispatcher_.canceller().drop(output, *order_.drops, flow::keep::nothing);
    }
}

void shutdown_silence::silence(progress& here) {
    const std::size_t still = left(here.output);
    if (still == 0) {
        here.at = phase::done;
        return;
    }
    here.vain_tries = here.last_left != 0 && still >= here.last_left ? here.vain_tries + 1 : 0;
    here.last_left = still;
    if (here.vain_tries == vain_tries_max) {
        give_up(here);
    } else if (here.at == phase::by_channel) {
        dispatcher_.silencer().silence_channels(here.output, order_.cause);
    } else {
        dispatcher_.silencer().silence(here.output, order_.cause);
    }
}

void shutdown_silence::go_by_channel(progress& here) {
    drop(here.output);
    here.at = phase::by_channel;
    const std::size_t still = left(here.output);
    if (still > 0) {
        observer_.went_by_channel(here.output, still);
        dispatcher_.silencer().silence_channels(here.output, order_.cause);
    }
}

void shutdown_silence::give_up(progress& here) {
    drop(here.output);
    here.at = phase::done;
    const std::size_t still = left(here.output);
    if (still > 0) {
        observer_.gave_up(here.output, still);
    }
}

} // namespace tactus::daemon
