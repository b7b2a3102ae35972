// SPDX-License-Identifier: MIT
// Says in the log that a peer loses packets, one line in 10 s for each peer. Counting is the
// metrics' business: a line says how many since the last one. Threads: loop.
#pragma once

#include <tactus/cpp/plugin.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>

namespace osc_out {

class loss_words {
public:
    static constexpr std::chrono::seconds pause{10};

    // `n` packets to that peer were given up; `why` goes on after "since".
    void say(const tactus::context& here, const std::string& peer, std::uint64_t n,
             const char* why) noexcept {
        lost_ += n;
        if (n == 0 || here.now() < next_) {
            return;
        }
        next_ = here.now() + pause;
        try {
            here.log().warning("The peer " + peer + " has lost " + std::to_string(lost_) +
                               (lost_ == 1 ? " packet, since " : " packets, since ") + why + ".");
            lost_ = 0;
        } catch (const std::exception&) {
            return; // no memory for words: the metrics have it
        }
    }

private:
    tactus::time_point next_;
    std::uint64_t lost_ = 0; // that no line has told of
};

} // namespace osc_out
