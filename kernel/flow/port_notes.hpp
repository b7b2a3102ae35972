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
    struct entry {
        std::uint32_t port = 0;
        std::string written_for{}; // the name in /midi/NAME/note_on; empty: left as MIDI
        bool was_up = true;        // it took an event
        sounding notes{};
        std::unique_ptr<note_ends> ends{}; // of an output that had a note that ends by itself
    };

    // Allocates for the first event of a port, or of a name there.
    [[nodiscard]] sounding& of(std::uint32_t port, std::string_view written_for = {}) {
        return at(port, written_for).notes;
    }
    // The same; allocates for the first event of a port.
    [[nodiscard]] note_ends& ends_of(std::uint32_t port) {
        entry& here = at(port, {});
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

    // What was under way has arrived, or may not have.
    void settle(bool all_arrived) noexcept {
        for (entry& each : entries_) {
            each.notes.settle(all_arrived);
        }
    }

    [[nodiscard]] std::vector<entry>& all() noexcept { return entries_; }

private:
    [[nodiscard]] entry& at(std::uint32_t port, std::string_view written_for) {
        for (entry& each : entries_) {
            if (each.port == port && each.written_for == written_for) {
                return each;
            }
        }
        return entries_.emplace_back(entry{.port = port, .written_for = std::string(written_for)});
    }

    std::vector<entry> entries_;
};

} // namespace tactus::flow
