// SPDX-License-Identifier: MIT
// Finds the JACK client that does not run, and thereby silences the ports of all others
// (input_backend::is_held_up). It observes the effect as ports are released and attached again:
//   all run --held up--> isolating: those that came last (or all, if none is new) are released
//   isolating --run again--> it was that one: it is suspended; or one of several: one by one
//   isolating --still held up--> isolating: all others are released too
//   one by one: each is attached and checked alone --none is left--> all run
// It attaches and releases nothing itself, and knows ports by their names. Bounds: the ports that
// the caller is attached to. Threads: one at a time.
#pragma once

#include "input_backend.hpp"
#include "suspended_ports.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace midi {

class stalled_port_search {
public:
    using clock = suspended_ports::clock;

    // jackd adds a connection to its graph, or removes it, in the next period; if a client does not
    // run, after its time-out: 500 ms, unless set by -t.
    static constexpr input_backend::watching usual{};
    static constexpr input_backend::watching after_attach{.times = 4};
    static constexpr input_backend::watching after_release{.limit = std::chrono::milliseconds(700)};
    static constexpr input_backend::watching one_by_one{.limit = std::chrono::milliseconds(300),
                                                        .settling = std::chrono::milliseconds(600)};
    // No other port is received meanwhile.
    static constexpr input_backend::watching after_retry{
        .limit = std::chrono::milliseconds(100), .settling = std::chrono::milliseconds(600)};

    /// The port was released, because we are held up.
    void suspect(std::string port) { suspects_.push_back(std::move(port)); }
    /// Isolating: nothing is attached until runs_again().
    bool has_suspects() const noexcept { return !suspects_.empty(); }
    /// We run without the suspects. Returns the port that stalled, if it is suspended for the first
    /// time.
    std::optional<std::string> runs_again(clock::time_point now) {
        is_one_by_one_ = is_one_by_one_ || suspects_.size() > 1;
        std::vector<std::string> released = std::exchange(suspects_, {});
        if (released.size() != 1 || !suspended_.add(released.front(), now)) {
            return std::nullopt;
        }
        return std::move(released.front());
    }

    /// Whether the next port must be attached and checked alone.
    bool is_one_by_one() const noexcept { return is_one_by_one_; }
    /// All are attached or suspended.
    void all_tried() noexcept { is_one_by_one_ = false; }
    /// Whether another step must follow at once.
    bool is_under_way() const noexcept { return has_suspects() || is_one_by_one_; }

    /// How to watch now. `attached_last`: the port that was attached since the last check, or the
    /// last of them; nullptr: none.
    const input_backend::watching& how_to_watch(const std::string* attached_last) const noexcept {
        if (attached_last == nullptr) {
            return usual;
        }
        if (suspended_.knows(*attached_last)) {
            return after_retry;
        }
        return is_one_by_one_ || !suspended_.is_empty() ? one_by_one : after_attach;
    }

    suspended_ports& suspended() noexcept { return suspended_; }
    /// The system is closed: nothing is attached any more.
    void clear() noexcept {
        suspended_.clear();
        suspects_.clear();
        is_one_by_one_ = false;
    }

private:
    suspended_ports suspended_;
    std::vector<std::string> suspects_; // released, and we have not run since
    bool is_one_by_one_ = false;        // until all are attached or suspended
};

} // namespace midi
