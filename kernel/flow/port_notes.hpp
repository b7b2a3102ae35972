// SPDX-License-Identifier: MIT
// The sounding notes of one output, port by port: a note-off has to go where its note-on went.
// A port is known from its first MIDI event on; that it is unplugged does not end its notes, as the
// device behind it may come back. Threads: loop.
#pragma once

#include "kernel/flow/note_ends.hpp"
#include "kernel/flow/sounding.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace tactus::flow {

class port_notes {
public:
    struct entry {
        std::uint32_t port = 0;
        bool was_up = true; // it took an event
        sounding notes{};
        std::unique_ptr<note_ends> ends{}; // of an output that had a note that ends by itself
    };

    // Allocates for the first event of a port.
    [[nodiscard]] sounding& of(std::uint32_t port) { return at(port).notes; }
    // The same; allocates for the first event of a port.
    [[nodiscard]] note_ends& ends_of(std::uint32_t port) {
        entry& here = at(port);
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
    [[nodiscard]] entry& at(std::uint32_t port) {
        for (entry& each : entries_) {
            if (each.port == port) {
                return each;
            }
        }
        return entries_.emplace_back(entry{.port = port});
    }

    std::vector<entry> entries_;
};

} // namespace tactus::flow
