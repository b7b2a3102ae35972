// SPDX-License-Identifier: MIT
// A MIDI byte stream (serial line, raw device, RTP) to complete messages, each with its status
// byte. One midi_stream for each source: running status belongs to the wire it came on. No
// allocation after construction. Called by tests, by inputs' merging and by ingress where a source
// sends bytes.
//
// The rules that byte-stream parsers get wrong, and that this one keeps:
//   - real-time bytes (F8 to FF) stand anywhere, also inside a message or a SysEx; they are
//   delivered
//     at once and change nothing else;
//   - running status lasts until the next status byte, and F0 to F7 end it without setting a new
//   one;
//   - a status byte inside a SysEx ends it; what was collected is not delivered;
//   - undefined bytes (F4 F5 F9 FD) are skipped; F9 and FD, being real-time, disturb nothing.
//
// Source: MIDI 1.0 Detailed Specification 4.2.1, "Running Status", "System Real Time Messages".
#pragma once

#include "kernel/codec/midi.hpp"

#include <array>
#include <vector>

namespace tactus::codec {

// What was not delivered, in bytes or messages since construction.
struct midi_stream_losses {
    std::uint64_t undefined_bytes = 0; // F4 F5 F9 FD
    std::uint64_t stray_bytes = 0;     // 7-bit bytes without a status, F7 without a SysEx
    std::uint64_t cut_messages = 0;    // a status byte came before the message was complete
    std::uint64_t large_sysex = 0;     // longer than the limit
};

class midi_stream {
public:
    // Bounds: a SysEx of up to sysex_size_max bytes, F0 and F7 included, is delivered; at least 2.
    explicit midi_stream(std::size_t sysex_size_max = midi_size_max);

    // Calls visitor(std::span<const std::uint8_t>) for each message that these bytes complete; the
    // view is valid during the call.
    template <class Visitor>
    void feed(std::span<const std::uint8_t> bytes, Visitor&& visitor) {
        for (const std::uint8_t byte : bytes) {
            if (const std::span<const std::uint8_t> message = push(byte); !message.empty()) {
                visitor(message);
            }
        }
    }

    // The message that this byte completes, or an empty view; valid until the next call.
    [[nodiscard]] std::span<const std::uint8_t> push(std::uint8_t byte) noexcept;

    // Forgets what was begun and the running status: the wire was cut.
    void reset() noexcept;

    [[nodiscard]] const midi_stream_losses& losses() const noexcept { return losses_; }

private:
    enum class phase : std::uint8_t { message, sysex, large_sysex };

    [[nodiscard]] std::span<const std::uint8_t> real_time(std::uint8_t byte) noexcept;
    [[nodiscard]] std::span<const std::uint8_t> status(std::uint8_t byte) noexcept;
    [[nodiscard]] std::span<const std::uint8_t> end_sysex() noexcept;
    [[nodiscard]] std::span<const std::uint8_t> seven_bit(std::uint8_t byte) noexcept;
    void add_to_sysex(std::uint8_t byte) noexcept;
    void cut() noexcept;

    std::size_t sysex_size_max_;
    phase phase_ = phase::message;
    std::array<std::uint8_t, 3> message_{}; // [0]: status, also the running one; 0 = none
    std::size_t message_size_ = 0;          // status included; 0 where there is none
    std::uint8_t real_time_ = 0;
    std::vector<std::uint8_t> sysex_; // capacity sysex_size_max_ from the start
    midi_stream_losses losses_;
};

} // namespace tactus::codec
