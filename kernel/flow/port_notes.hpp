// SPDX-License-Identifier: MIT
// The sounding notes of one output, port by port: a note-off has to go where its note-on went. And
// as it went: what left as OSC has the name of its input in its address, and each has its own.
// A port is known from its first MIDI event on; that it is unplugged does not end its notes, as the
// device behind it may come back. Threads: loop.
#pragma once

#include "kernel/flow/note_ends.hpp"
#include "kernel/flow/sounding.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::flow {

class port_notes {
public:
    // Guests come and go, each with a port of its own. Beyond so many, one that is silent is used
    // again; and so many are remembered at all.
    static constexpr std::size_t entries_kept = 64;
    static constexpr std::size_t entries_max = 1024;

    struct entry {
        std::uint32_t port = 0;
        std::string written_for{}; // the name in /midi/NAME/note_on; empty: left as MIDI
        bool was_up = true;        // it took an event
        sounding notes{};
        std::int64_t latest_ns = 0;        // of what left as OSC: when the last is due
        std::unique_ptr<note_ends> ends{}; // of an output that had a note that ends by itself

        // Follows what the port takes; is_deferred: what a worker has taken for it.
        void follow(std::span<const std::uint8_t> message, bool is_deferred) noexcept {
            is_deferred ? notes.follow_to_worker(message) : notes.follow(message);
        }
    };

    // Allocates for the first event of a port, or of a name there.
    [[nodiscard]] entry& of(std::uint32_t port, std::string_view written_for = {}) {
        for (entry& each : entries_) {
            if (each.port == port && each.written_for == written_for) {
                return each;
            }
        }
        entry& fresh = make_room();
        fresh = entry{.port = port, .written_for = std::string(written_for)};
        return fresh;
    }
    // The same; allocates for the first event of a port.
    [[nodiscard]] note_ends& ends_of(std::uint32_t port) {
        entry& here = of(port);
        if (!here.ends) {
            here.ends = std::make_unique<note_ends>();
        }
        return *here.ends;
    }

    [[nodiscard]] std::size_t count() const noexcept {
        std::size_t sum = 0;
        for (const entry& each : entries_) {
            sum += each.notes.count();
        }
        return sum;
    }
    // How many messages end it all.
    [[nodiscard]] std::size_t to_end() const noexcept {
        std::size_t sum = 0;
        for (const entry& each : entries_) {
            sum += each.notes.to_end();
        }
        return sum;
    }

    // What was under way has arrived, or may not have.
    void settle(bool all_arrived) noexcept {
        for (entry& each : entries_) {
            each.notes.settle(all_arrived);
        }
    }

    [[nodiscard]] std::vector<entry>& all() noexcept { return entries_; }

private:
    // At the limit it is a port that is gone whose notes are forgotten, if there is one.
    [[nodiscard]] entry& make_room() {
        const auto find = [this](auto wanted) {
            return std::find_if(entries_.begin(), entries_.end(), wanted);
        };
        auto found = entries_.end();
        if (entries_.size() >= entries_kept) {
            found = find([](const entry& each) {
                return each.notes.to_end() == 0 && !each.notes.has_doubt();
            });
        }
        if (found == entries_.end() && entries_.size() < entries_max) {
            return entries_.emplace_back();
        }
        if (found == entries_.end()) {
            found = find([](const entry& each) { return !each.was_up; });
        }
        return found != entries_.end() ? *found : entries_.front();
    }

    std::vector<entry> entries_;
};

} // namespace tactus::flow
