// SPDX-License-Identifier: MIT
// Which of the waiting events are taken back, because an operator has muted where they come from or
// go to, or because their input has ended. An event that was let in before that moment is not sent,
// even if it is due much later. Everything passes that the kernel itself sends, and MIDI real-time,
// which receivers count; the caller lets ends pass. Threads: loop.
#pragma once

#include "kernel/flow/event_cell.hpp"
#include "kernel/flow/ledger.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace tactus::flow {

// Events for which all of that holds.
struct retraction {
    static constexpr std::uint16_t any = 0xFFFF;

    std::uint16_t input = any;
    std::uint16_t output = any;
    std::uint16_t route = any; // its id
    dropped why = dropped::muted;

    friend bool operator==(const retraction&, const retraction&) = default;

    [[nodiscard]] bool concerns(const event_cell& cell) const noexcept {
        return (input == any || cell.input == input) && (output == any || cell.output == output) &&
               (route == any || cell.route == route);
    }
};

// Whether neither an input nor an operator made it.
[[nodiscard]] inline bool is_kernels(const event_cell& cell) noexcept {
    return cell.input == no_input && (cell.flags & TACTUS_EVENT_CRITICAL) != 0;
}

class retractions {
public:
    // `before`: of sequences; what is let in from now on has none below. Allocates.
    void add(const retraction& what, std::uint64_t before) {
        const auto same = std::find_if(all_.begin(), all_.end(),
                                       [&](const entry& each) { return each.what == what; });
        if (same != all_.end()) {
            same->before = before;
        } else {
            all_.push_back({what, before});
        }
    }
    // Nothing waits any more of what they concern.
    void clear() noexcept { all_.clear(); }
    [[nodiscard]] bool is_empty() const noexcept { return all_.empty(); }

    // Why the event is not sent, if it is not.
    [[nodiscard]] std::optional<dropped> concern(const event_cell& cell,
                                                 std::uint64_t sequence) const noexcept {
        if (is_kernels(cell) || (cell.flags & event_cell::is_real_time) != 0) {
            return std::nullopt;
        }
        const auto found = std::find_if(all_.begin(), all_.end(), [&](const entry& each) {
            return sequence < each.before && each.what.concerns(cell);
        });
        return found != all_.end() ? std::optional(found->what.why) : std::nullopt;
    }

private:
    struct entry {
        retraction what;
        std::uint64_t before;
    };

    std::vector<entry> all_;
};

} // namespace tactus::flow
