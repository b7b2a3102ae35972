// SPDX-License-Identifier: MIT
// Says in the log that a peer loses packets, at once, and then one line in 10 s for each peer, with
// how many since the last one. Counting is the metrics' business. Threads: loop.
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

    // `n` packets to that peer were given up; `why` goes on after "for".
    void say(const tactus::context& here, const std::string& peer, std::uint64_t n,
             const char* why) noexcept {
        lost_ += n;
        if (n == 0 || here.now() < next_) {
            return;
        }
        next_ = here.now() + pause;
        try {
            const std::string more =
                lost_ == n ? "" : "; it has lost " + std::to_string(lost_) + " since that was said";
            here.log().warning("The peer " + peer + " loses packets, for " + why + more + ".");
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
