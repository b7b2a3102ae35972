// SPDX-License-Identifier: MIT
// Writes a message, or what a route makes of it, in a protocol that an output takes: unchanged, or
// by the default translation, which has osmid's names in both directions. Notes and pedals are
// marked in either protocol, so that they can be ended. The result is valid until the next call;
// what write() and write_made() put into a delivery, until the next message is written. No
// allocation after construction. Threads: loop.
#pragma once

#include "kernel/codec/osc_to_midi.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/message.hpp"
#include "kernel/flow/route/router.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tactus::flow {

// The event that a route with `as`, `throttle` or `dedupe` sends in place of a message.
struct own_event {
    const rule& by;
    made_event made;                     // if the route has an `as`
    std::span<const std::uint8_t> bytes; // of what it made, otherwise of the message
    std::optional<dropped> muted_as;     // the route is muted
};

// Why an output cannot be sent something: "it has no form as MIDI, ...". Allocates; not for each
// event.
[[nodiscard]] std::string text_of(const codec::translation& failed, const output& to);

class message_writer {
public:
    message_writer();

    // The message for that output. Returns nothing if it is written; otherwise why it cannot be:
    // sysex_denied, or unsupported_type with the details in failure().
    [[nodiscard]] std::optional<dropped> write(const message& one, const output& to,
                                               delivery& what) noexcept;
    [[nodiscard]] const codec::translation& failure() const noexcept { return failed_; }
    // Makes what the route specifies of a message.
    [[nodiscard]] own_event make(const rule& rule, const message& one, const event_scope& scope,
                                 std::optional<dropped> muted_as) noexcept;
    // The same as write() for what make() returned last. Bounds: the route has an `as`, and nothing
    // has been written with write() since.
    [[nodiscard]] std::optional<dropped> write_made(const own_event& own, const message& one,
                                                    const output& to, delivery& what) noexcept;
    // The last result of make() as one MIDI message, if any of these outputs gets exactly that;
    // otherwise empty.
    [[nodiscard]] std::span<const std::uint8_t> as_midi(const own_event& own, const message& one,
                                                        const dispatcher& outputs) noexcept;

private:
    [[nodiscard]] static message made_message(const own_event& own, const message& one,
                                              codec::osc_message& space) noexcept;
    [[nodiscard]] static codec::translation by_default(const message& one, const output& to,
                                                       std::span<std::uint8_t> into) noexcept;
    static void mark_notes(const message& one, std::span<const std::uint8_t> midi,
                           delivery& what) noexcept;

    std::vector<std::uint8_t> translated_; // TACTUS_EVENT_SIZE_MAX bytes
    std::vector<std::uint8_t> renamed_;    // the same, for a second translation
    codec::translation failed_;            // the last that failed
};

} // namespace tactus::flow
