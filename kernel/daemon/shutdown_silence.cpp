// SPDX-License-Identifier: MIT
#include "kernel/daemon/shutdown_silence.hpp"

#include <algorithm>

namespace tactus::daemon {

void shutdown_silence::begin(std::int64_t now_ns, bool ends_notes) {
    begun_ns_ = now_ns;
    ends_notes_ = ends_notes;
    outputs_.assign(dispatcher_.outputs().size(), {});
}

bool shutdown_silence::step(std::int64_t now_ns) {
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
        if (outputs_[i].at != phase::done) {
            step(static_cast<std::uint16_t>(i), now_ns);
        }
    }
    return std::all_of(outputs_.begin(), outputs_.end(),
                       [](const progress& each) { return each.at == phase::done; });
}

// Events in progress may begin or end notes, so silencing waits until they have been sent.
void shutdown_silence::step(std::uint16_t output, std::int64_t now_ns) {
    const bool is_quiet = dispatcher_.queue().counts(output).pending.events == 0 &&
                          dispatcher_.account().in_flight(output) == 0;
    const bool by_channel = outputs_[output].at == phase::by_channel;
    const std::int64_t passed_ns = now_ns - begun_ns_;
    if (passed_ns >= note_by_note_ns + by_channel_ns) {
        give_up(output);
    } else if (is_quiet) {
        silence(output);
    } else if (!by_channel && passed_ns >= note_by_note_ns) {
        go_by_channel(output);
    }
}

void shutdown_silence::silence(std::uint16_t output) {
    progress& here = outputs_[output];
    const std::size_t left = ends_notes_ ? dispatcher_.silencer().to_silence(output) : 0;
    if (left == 0) {
        here.at = phase::done;
        return;
    }
    here.vain_tries = here.last_left != 0 && left >= here.last_left ? here.vain_tries + 1 : 0;
    here.last_left = left;
    if (here.vain_tries == vain_tries_max) {
        give_up(output);
    } else if (here.at == phase::by_channel) {
        dispatcher_.silencer().silence_channels(output, flow::silence_cause::stop);
    } else {
        dispatcher_.silencer().silence(output, flow::silence_cause::stop);
    }
}

void shutdown_silence::go_by_channel(std::uint16_t output) {
    dispatcher_.silencer().drop_all(output, flow::dropped::stop, flow::keep::nothing);
    outputs_[output].at = phase::by_channel;
    const std::size_t left = ends_notes_ ? dispatcher_.silencer().to_silence(output) : 0;
    if (left > 0) {
        observer_.went_by_channel(output, left);
        dispatcher_.silencer().silence_channels(output, flow::silence_cause::stop);
    }
}

void shutdown_silence::give_up(std::uint16_t output) {
    dispatcher_.silencer().drop_all(output, flow::dropped::stop, flow::keep::nothing);
    outputs_[output].at = phase::done;
    const std::size_t left = ends_notes_ ? dispatcher_.silencer().to_silence(output) : 0;
    if (left > 0) {
        observer_.gave_up(output, left);
    }
}

} // namespace tactus::daemon
