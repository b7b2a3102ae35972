// SPDX-License-Identifier: MIT
// Which SysEx a part belongs to (TACTUS_EVENT_SYSEX_PART), for all inputs. The first part is routed
// like any other event; later parts go to exactly the outputs that took it, or are refused or left
// unrouted as it was. The dispatcher holds the table of what is under way; the admission opens and
// closes its entries. Threads: loop.
#pragma once

#include "kernel/codec/midi.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/message.hpp"

#include <cstdint>

namespace tactus::flow {

class part_admission {
public:
    // The dispatcher must outlive it.
    explicit part_admission(dispatcher& dispatcher) noexcept : dispatcher_(dispatcher) {}

    struct finding {
        codec::sysex_part is = codec::sysex_part::none;
        sysex_streams::stream* under_way = nullptr; // of its input and source; may be none

        [[nodiscard]] bool is_first() const noexcept { return is == codec::sysex_part::first; }
        [[nodiscard]] bool is_last() const noexcept { return is == codec::sysex_part::last; }
        // Whether the part becomes deliveries at all.
        [[nodiscard]] bool needs_room() const noexcept {
            return is_first() || (under_way != nullptr && under_way->is_taken());
        }
    };
    [[nodiscard]] finding find(const message& part) noexcept;
    // For a first part; ends what is under way, since its last part never came. Returns nullptr if
    // too many are under way.
    [[nodiscard]] sysex_streams::stream* open(const message& first, const finding& found) noexcept;
    // The last part came.
    void close(sysex_streams::stream& ended) noexcept {
        dispatcher_.sysex().streams().close(ended);
    }

    // Takes no more of it: what still comes is refused for that reason.
    void cut(sysex_streams::stream& broken, rejected why) noexcept;
    // The same for all that the input has under way.
    void cut(std::uint16_t input, rejected why) noexcept;
    // The input was removed: ends what it has under way.
    void end(std::uint16_t input) noexcept;

private:
    void end(sysex_streams::stream& gone) noexcept;

    dispatcher& dispatcher_;
};

} // namespace tactus::flow
