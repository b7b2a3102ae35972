// SPDX-License-Identifier: MIT
// Silences outputs, each at its own pace: every output at a stop, and the removed or restarted ones
// in a reload. Waits for the events in progress, because only then is it known which notes sound;
// then sends every note-off and raises every pedal. If an output is too slow for one message per
// note, its channels are silenced as a whole. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/flow/output/dispatcher.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tactus::daemon {

class shutdown_silence {
public:
    // The time for single note-offs, from begin() on; then the time for whole channels.
    static constexpr std::int64_t note_by_note_ns = 200'000'000;
    static constexpr std::int64_t by_channel_ns = 150'000'000;
    // Tries without any fewer sounding notes before an output is given up.
    static constexpr int vain_tries_max = 3;

    struct observer {
        // `left`: notes and pedals remaining when the output switched to whole channels.
        std::function<void(std::uint16_t output, std::size_t left)> went_by_channel;
        // `left`: how many may continue to sound.
        std::function<void(std::uint16_t output, std::size_t left)> gave_up;
    };

    static void log_gave_up(base::log& log, const std::string& output, std::size_t left);
    // Writes both to the log; it must outlive the observer.
    [[nodiscard]] static observer log_to(base::log& log,
                                         std::function<std::string(std::uint16_t)> name_of);

    // The dispatcher must outlive it.
    shutdown_silence(flow::dispatcher& dispatcher, observer by)
        : dispatcher_(dispatcher), observer_(std::move(by)) {}

    struct order {
        std::vector<std::uint16_t> outputs;
        bool ends_notes = true; // false: only waits for the events in progress
        flow::silence_cause cause = flow::silence_cause::stop;
        // For events that an output is too slow to take; nothing: waiting events are kept.
        std::optional<flow::dropped> drops = flow::dropped::stop;
    };
    // Bounds: all waiting events were dropped, or the outputs are frozen.
    void begin(std::int64_t now_ns, order what);
    // Every output.
    void begin(std::int64_t now_ns, bool ends_notes);
    // To be called about every millisecond. Returns true once every output is silent or given up.
    [[nodiscard]] bool step(std::int64_t now_ns);

private:
    enum class phase : std::uint8_t { note_by_note, by_channel, done };
    struct progress {
        std::uint16_t output = 0;
        phase at = phase::note_by_note;
        std::size_t last_left = 0;
        int vain_tries = 0;
    };

    void step(progress& here, std::int64_t now_ns);
    [[nodiscard]] bool is_quiet(std::uint16_t output);
    [[nodiscard]] std::size_t left(std::uint16_t output);
    void drop(std::uint16_t output);
    void silence(progress& here);
    void go_by_channel(progress& here);
    void give_up(progress& here);

    flow::dispatcher& dispatcher_;
    observer observer_;
    std::int64_t begun_ns_ = 0;
    order order_;
    std::vector<progress> outputs_;
};

} // namespace tactus::daemon
