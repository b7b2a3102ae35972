// SPDX-License-Identifier: MIT
// The notes and pedals that a port ended last. If the port goes down, some of these ends may never
// have arrived: a driver, a ring or a socket held them, and they count as sent. Ends long before
// have arrived. The class does not know what sounds. Threads: loop.
#pragma once

#include "kernel/flow/output/notes/sounding.hpp"

#include <bitset>
#include <cstddef>
#include <cstdint>

namespace tactus::flow {

class recent_ends {
public:
    // Ends within the last one to two spans before the latest one. ALSA's buffer for a MIDI device
    // holds 4096 bytes and its USB transfers half as much again, of which a MIDI cable carries 3125
    // a second. Counted from the latest, because the daemon may learn late that a port went down.
    static constexpr std::int64_t span_ns = 2'000'000'000;
    // How late the daemon learns at most that a port went down. A MIDI device is missed within
    // seconds, a server or receiver within one, and Linux tries for 10 s to send what is left. TCP
    // tells after 60 s (kernel/net/stream_socket_linux.cpp).
    static constexpr std::int64_t midi_learned_ns = 15'000'000'000;
    static constexpr std::int64_t osc_learned_ns = 75'000'000'000;

    void ended(std::size_t place, std::int64_t now_ns) noexcept {
        if (now_ns - begin_ns_ >= span_ns) {
            before_ = now_ns - begin_ns_ < 2 * span_ns ? now_ : places_set{};
            now_.reset();
            begin_ns_ = now_ns;
        }
        now_.set(place);
        latest_ns_ = now_ns;
    }
    void began(std::size_t place) noexcept {
        now_.reset(place);
        before_.reset(place);
    }
    // Those that may not have arrived at a port that is now known to be down.
    [[nodiscard]] std::bitset<sounding::places> in_doubt(std::int64_t now_ns,
                                                         std::int64_t learned_ns) const noexcept {
        return now_ns - latest_ns_ <= learned_ns ? now_ | before_ : places_set{};
    }

private:
    using places_set = std::bitset<sounding::places>;

    places_set now_;
    places_set before_;
    std::int64_t begin_ns_ = 0;  // of now_
    std::int64_t latest_ns_ = 0; // the latest end
};

} // namespace tactus::flow
