// SPDX-License-Identifier: MIT
// When notes with an end of their own (`for` in a route) end, port by port, and what follows for a
// message that is about to be sent. Owned by whatever sends: the loop, or the worker of an output
// that may block, because only the sender knows what was sent last.
//
//   note-off made for the end at E   sent where the note's last note-on was that of E, else
//                                    outdated: the note has ended or begun anew meanwhile, or
//                                    never began
//   note-on of a note that sounds    a note-off is sent first, so that every note-on has its own
//   until E
//
// Memory: 16 KiB for each port, from its first such note on. Threads: one at a time.
#pragma once

#include "kernel/codec/midi.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace tactus::flow {

class note_ends {
public:
    enum class verdict : std::uint8_t { send, end_first, outdated };

    // A MIDI message that is about to be sent to a port.
    struct candidate {
        std::uint32_t port = 0;
        std::span<const std::uint8_t> message;
        // For a note-on: when it ends by itself; for a note-off: the end that it was made for; 0:
        // none.
        std::int64_t ends_ns = 0;
        // For a note-off: its note began before this object knew of anything.
        bool is_begun_before = false;
    };

    [[nodiscard]] verdict judge(const candidate& about) const noexcept {
        const std::size_t key = key_of(about.message);
        if (key == keys) {
            return verdict::send;
        }
        const std::int64_t ends_ns = of(about.port, key);
        if (codec::midi_view{about.message}.is_note_on()) {
            return ends_ns > 0 ? verdict::end_first : verdict::send;
        }
        if (about.ends_ns == 0) {
            return verdict::send;
        }
        const bool is_wanted =
            ends_ns == unknown_ns ? about.is_begun_before : ends_ns == about.ends_ns;
        return is_wanted ? verdict::send : verdict::outdated;
    }

    // Call after sending. Allocates for the first note of a port that ends by itself.
    void follow(const candidate& sent) {
        const std::size_t key = key_of(sent.message);
        if (key == keys || (sent.ends_ns == 0 && ports_.empty())) {
            return;
        }
        const bool is_on = codec::midi_view{sent.message}.is_note_on();
        if (port_ends* const here = find(sent.port, is_on && sent.ends_ns != 0)) {
            here->ends_ns[key] = is_on ? sent.ends_ns : 0;
        }
    }
    // Whether the note's last note-on ends by itself at that time.
    [[nodiscard]] bool ends_at(const candidate& end) const noexcept {
        return of(end.port, key_of(end.message)) == end.ends_ns;
    }

    // Index of the note and channel; keys if the message is neither note-on nor note-off.
    static constexpr std::size_t keys = 16 * 128;
    [[nodiscard]] static std::size_t key_of(std::span<const std::uint8_t> message) noexcept {
        const codec::midi_view midi{message};
        return midi.is_note_on() || midi.is_note_off()
                   ? (midi.status() & 0x0FU) * 128U + midi.note()
                   : keys;
    }

private:
    static constexpr std::size_t ports_max = 64;
    static constexpr std::int64_t unknown_ns = std::numeric_limits<std::int64_t>::min();

    struct port_ends {
        explicit port_ends(std::uint32_t number) : port(number) { ends_ns.fill(unknown_ns); }
        std::uint32_t port;
        std::array<std::int64_t, keys> ends_ns; // 0: it does not end by itself
    };

    [[nodiscard]] std::int64_t of(std::uint32_t port, std::size_t key) const noexcept {
        for (const std::unique_ptr<port_ends>& each : ports_) {
            if (each->port == port) {
                return each->ends_ns[key];
            }
        }
        return unknown_ns;
    }
    [[nodiscard]] port_ends* find(std::uint32_t port, bool may_make) {
        for (const std::unique_ptr<port_ends>& each : ports_) {
            if (each->port == port) {
                return each.get();
            }
        }
        if (!may_make) {
            return nullptr;
        }
        if (ports_.size() == ports_max) {
            ports_.erase(ports_.begin()); // the oldest; most likely it no longer exists
        }
        return ports_.emplace_back(std::make_unique<port_ends>(port)).get();
    }

    std::vector<std::unique_ptr<port_ends>> ports_;
};

} // namespace tactus::flow
