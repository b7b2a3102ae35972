// SPDX-License-Identifier: MIT
// Logs why an instance is not attached to the port that it waits for. It is checked repeatedly;
// therefore a text is logged only if it differs from the one before. Threads: one at a time.
#pragma once

#include <tactus/cpp/logger.hpp>

#include <string>
#include <utility>

namespace midi {

class port_complaints {
public:
    /// `prefix` begins each line and names the port.
    port_complaints(tactus::logger log, std::string prefix) noexcept
        : log_(log), prefix_(std::move(prefix)) {}

    void log(std::string text) {
        if (text != last_) {
            log_.warning(prefix_ + text);
            last_ = std::move(text);
        }
    }
    /// The port is not there. `hint`: the end of the sentence, which suggests another, or empty.
    /// The last line of the log is more specific than this, unless there is a new suggestion.
    void log_missing(const std::string& hint) {
        if (last_.empty() || (!hint.empty() && hint != hint_)) {
            hint_ = hint;
            log("there is no such port yet; it is waited for." + hint);
        }
    }
    /// A line of another kind has said this.
    void was_logged(std::string text) noexcept { last_ = std::move(text); }
    /// The same suggestion is new from now on.
    void forget_hint() noexcept { hint_.clear(); }
    /// It is attached: the next fault is a new one.
    void clear() noexcept { last_.clear(); }
    bool is_clear() const noexcept { return last_.empty(); }

private:
    tactus::logger log_;
    std::string prefix_;
    std::string last_; // empty: nothing is wrong
    std::string hint_;
};

} // namespace midi
