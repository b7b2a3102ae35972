// SPDX-License-Identifier: MIT
// How a stop brings every output to silence, each at its own pace: what has left is waited for, so
// that it is known what sounds; then every note gets its note-off, and every pedal goes up. Where
// an output is too slow for one message a note, its channels are silenced as a whole. Threads:
// loop.
#pragma once

#include "kernel/flow/output/dispatcher.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace tactus::daemon {

class shutdown_silence {
public:
    // For note-offs one by one, from begin() on; then so long for whole channels.
    static constexpr std::int64_t note_by_note_ns = 200'000'000;
    static constexpr std::int64_t by_channel_ns = 150'000'000;
    // Tries in which nothing less sounded than before, until an output is given up.
    static constexpr int vain_tries_max = 3;

    struct observer {
        // So many notes and pedals were left when the output went over to whole channels.
        std::function<void(std::uint16_t output, std::size_t left)> went_by_channel;
        // So many may go on sounding.
        std::function<void(std::uint16_t output, std::size_t left)> gave_up;
    };

    // The dispatcher must outlive it.
    shutdown_silence(flow::dispatcher& dispatcher, observer by)
        : dispatcher_(dispatcher), observer_(std::move(by)) {}

    // ends_notes false: it only waits for what has left. Bounds: all that waited was dropped.
    void begin(std::int64_t now_ns, bool ends_notes);
    // To be called about every millisecond. True: every output is silent, or was given up.
    [[nodiscard]] bool step(std::int64_t now_ns);

private:
    enum class phase : std::uint8_t { note_by_note, by_channel, done };
    struct progress {
        phase at = phase::note_by_note;
        std::size_t last_left = 0;
        int vain_tries = 0;
    };

    void step(std::uint16_t output, std::int64_t now_ns);
    void silence(std::uint16_t output);
    void go_by_channel(std::uint16_t output);
    void give_up(std::uint16_t output);

    flow::dispatcher& dispatcher_;
    observer observer_;
    std::int64_t begun_ns_ = 0;
    bool ends_notes_ = true;
    std::vector<progress> outputs_;
};

} // namespace tactus::daemon
