// SPDX-License-Identifier: MIT
// Converts a MIDI byte stream (serial line, raw device, driver) to complete messages, each with its
// status byte, as events carry them. Use one midi_stream per source: running status belongs to the
// wire it came on. No allocation after construction. Called by inputs.
//
// The rules that byte-stream parsers get wrong, and that this one keeps:
//   - real-time bytes (F8 to FF) may appear anywhere, even inside a message or a SysEx; they are
//     delivered at once and change nothing else;
//   - running status lasts until the next status byte, and F0 to F7 end it without setting a new
//     one;
//   - a status byte inside a SysEx ends it; the part collected so far is not delivered;
//   - undefined bytes (F4 F5 F9 FD) are skipped; F9 and FD, being real-time, disturb nothing.
//
// Inputs that emit a SysEx of any length use long_sysex::in_parts: a SysEx longer than the limit is
// delivered in parts, as TACTUS_EVENT_SYSEX_PART defines them; if it is cut off, a last part of F7
// alone ends it.
//
// Source: MIDI 1.0 Detailed Specification 4.2.1, "Running Status", "System Real Time Messages".
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <tactus/cpp/check.hpp>
#include <tactus/event.h>

namespace tactus {
inline namespace v0_1 {

/// Bytes of a message with this status, the status included: 1 to 3. 0 if the length is not fixed
/// (F0) or no message begins with it (7-bit bytes, F7, undefined ones).
constexpr std::size_t midi_length(std::uint8_t status) noexcept {
    constexpr std::array<std::uint8_t, 7> channel{3, 3, 3, 3, 2, 2, 3};   // 8x to Ex
    constexpr std::array<std::uint8_t, 16> system{0, 2, 3, 2, 0, 0, 1, 0, // F0 to F7
                                                  1, 0, 1, 1, 1, 0, 1, 1};
    if (status < 0x80) {
        return 0;
    }
    return status < 0xF0 ? channel[(status >> 4) - 8U] : system[status & 0x0F];
}

/// Losses, in bytes or messages since construction.
struct midi_stream_losses {
    std::uint64_t undefined_bytes = 0; ///< F4 F5 F9 FD
    std::uint64_t stray_bytes = 0;     ///< 7-bit bytes without a status, F7 without a SysEx
    std::uint64_t cut_messages = 0;    ///< a status byte came before the message was complete
    std::uint64_t large_sysex = 0;     ///< longer than the limit
};

/// How a SysEx that is longer than the limit is treated.
enum class long_sysex : std::uint8_t { refused, in_parts };

/// Threads: one at a time.
class midi_stream {
public:
    static constexpr std::size_t sysex_min = 2; // F0 F7
    /// For the parts after the first, in bytes: the longest, and the shortest that feed() delivers
    /// without waiting for more.
    static constexpr std::size_t part_max = 4096;
    static constexpr std::size_t part_ready = 256;

    /// Bounds: a SysEx of up to sysex_size_max bytes, F0 and F7 included, is delivered whole; this
    /// is sysex_min to TACTUS_SYSEX_SIZE_MAX.
    explicit midi_stream(std::size_t sysex_size_max = TACTUS_SYSEX_SIZE_MAX,
                         long_sysex longer = long_sysex::refused)
        : sysex_size_max_(sysex_size_max), longer_(longer) {
        detail::require(sysex_size_max >= sysex_min && sysex_size_max <= TACTUS_SYSEX_SIZE_MAX,
                        "a SysEx limit is 2 to 65536 bytes");
        sysex_.reserve(longer == long_sysex::in_parts ? std::max(sysex_size_max, part_max)
                                                      : sysex_size_max);
    }

    /// Calls visitor(std::span<const std::uint8_t>) for each message or part that these bytes
    /// complete, and for an incomplete part of at least part_ready bytes; the view is valid during
    /// the call.
    template <class Visitor>
    void feed(std::span<const std::uint8_t> bytes, Visitor&& visitor) {
        for (const std::uint8_t byte : bytes) {
            if (const std::span<const std::uint8_t> message = push(byte); !message.empty()) {
                visitor(message);
                if (has_more()) {
                    visitor(next());
                }
            }
        }
        if (phase_ == phase::parts && !was_given_ && sysex_.size() >= part_ready) {
            visitor(give_part());
        }
    }

    /// The message or part that this byte completes, or an empty view; valid until the next call.
    [[nodiscard]] std::span<const std::uint8_t> push(std::uint8_t byte) noexcept {
        is_part_ = false;
        if (byte >= 0xF8) {
            return real_time(byte);
        }
        if (byte == 0xF7) {
            return end_sysex();
        }
        return byte >= 0x80 ? status(byte) : seven_bit(byte);
    }
    /// The last byte cut off a SysEx in parts and is a message by itself (F6): next() returns it.
    [[nodiscard]] bool has_more() const noexcept { return has_more_; }
    [[nodiscard]] std::span<const std::uint8_t> next() noexcept {
        has_more_ = false;
        is_part_ = false;
        return std::span<const std::uint8_t>(message_).first(1);
    }
    /// Whether the last delivery is a part of a SysEx.
    bool is_part() const noexcept { return is_part_; }

    /// The wire was cut: an unfinished message counts as cut and is discarded with the running
    /// status. Returns the last part of a SysEx in parts, to be delivered; otherwise an empty view.
    std::span<const std::uint8_t> cut_off() noexcept { return cut(); }
    /// The same, but counts nothing and does not end a SysEx in parts.
    void reset() noexcept {
        phase_ = phase::message;
        message_size_ = 0;
        sysex_.clear();
        is_part_ = false;
        has_more_ = false;
        was_given_ = false;
    }

    const midi_stream_losses& losses() const noexcept { return losses_; }

private:
    using bytes_view = std::span<const std::uint8_t>;
    // parts: the first part has been delivered.
    enum class phase : std::uint8_t { message, sysex, large_sysex, parts };

    bytes_view real_time(std::uint8_t byte) noexcept {
        if (midi_length(byte) == 0) {
            ++losses_.undefined_bytes;
            return {};
        }
        real_time_ = byte;
        return {&real_time_, 1};
    }
    bytes_view status(std::uint8_t byte) noexcept;
    bytes_view end_sysex() noexcept;
    bytes_view seven_bit(std::uint8_t byte) noexcept;
    bytes_view add_to_sysex(std::uint8_t byte) noexcept;
    bytes_view add_to_part(std::uint8_t byte) noexcept;
    bytes_view give_part() noexcept;
    bytes_view cut() noexcept;

    static constexpr std::uint8_t end_of_sysex[] = {0xF7};

    std::size_t sysex_size_max_;
    long_sysex longer_;
    phase phase_ = phase::message;
    std::array<std::uint8_t, 3> message_{}; // [0]: status, also the running one; 0 = none
    std::size_t message_size_ = 0;          // status included; 0 if there is none
    std::uint8_t real_time_ = 0;
    bool is_part_ = false;            // the last delivery is a part
    bool has_more_ = false;           // next() has a message
    bool was_given_ = false;          // what sysex_ holds has been delivered as a part
    std::vector<std::uint8_t> sysex_; // has all its capacity from the start
    midi_stream_losses losses_;
};

inline midi_stream::bytes_view midi_stream::status(std::uint8_t byte) noexcept {
    const bytes_view last_part = cut();
    if (byte == 0xF0) {
        phase_ = phase::sysex;
        sysex_.push_back(byte);
        return last_part;
    }
    const std::size_t length = midi_length(byte);
    if (length == 0) {
        ++losses_.undefined_bytes;
        return last_part;
    }
    message_[0] = byte;
    message_size_ = length == 1 ? 0 : 1; // F6 alone: complete, and no running status
    if (!last_part.empty()) {
        has_more_ = length == 1;
        return last_part;
    }
    return length == 1 ? bytes_view(message_).first(1) : bytes_view();
}

inline midi_stream::bytes_view midi_stream::end_sysex() noexcept {
    if (phase_ == phase::parts) {
        static_cast<void>(add_to_part(0xF7));
        phase_ = phase::message;
        return give_part();
    }
    const bool is_complete = phase_ == phase::sysex;
    if (!is_complete) {
        losses_.stray_bytes += phase_ == phase::message ? 1 : 0;
        phase_ = phase::message;
        static_cast<void>(cut());
        return {};
    }
    sysex_.push_back(0xF7);
    phase_ = phase::message;
    return sysex_;
}

inline midi_stream::bytes_view midi_stream::seven_bit(std::uint8_t byte) noexcept {
    if (phase_ != phase::message) {
        return add_to_sysex(byte);
    }
    if (message_size_ == 0) {
        ++losses_.stray_bytes;
        return {};
    }
    message_[message_size_++] = byte;
    const std::size_t length = midi_length(message_[0]);
    if (message_size_ < length) {
        return {};
    }
    message_size_ = message_[0] < 0xF0 ? 1 : 0;
    return bytes_view(message_).first(length);
}

// One byte is reserved for F7; in the first part a data byte takes it.
inline midi_stream::bytes_view midi_stream::add_to_sysex(std::uint8_t byte) noexcept {
    if (phase_ == phase::parts) {
        return add_to_part(byte);
    }
    if (phase_ == phase::large_sysex) {
        return {};
    }
    if (sysex_.size() + 1 < sysex_size_max_) {
        sysex_.push_back(byte);
        return {};
    }
    if (longer_ == long_sysex::refused) {
        ++losses_.large_sysex;
        phase_ = phase::large_sysex;
        return {};
    }
    sysex_.push_back(byte);
    phase_ = phase::parts;
    return give_part();
}

inline midi_stream::bytes_view midi_stream::add_to_part(std::uint8_t byte) noexcept {
    if (was_given_) {
        sysex_.clear();
        was_given_ = false;
    }
    sysex_.push_back(byte);
    return sysex_.size() == part_max ? give_part() : bytes_view();
}

inline midi_stream::bytes_view midi_stream::give_part() noexcept {
    was_given_ = true;
    is_part_ = true;
    return sysex_;
}

// A large SysEx has been counted already; a lone status byte may be a running one and is no loss.
// Data of a part that was not yet delivered is discarded too.
inline midi_stream::bytes_view midi_stream::cut() noexcept {
    const bool was_in_parts = phase_ == phase::parts;
    const bool was_begun = was_in_parts || phase_ == phase::sysex || message_size_ > 1;
    losses_.cut_messages += was_begun ? 1 : 0;
    reset();
    is_part_ = was_in_parts;
    return was_in_parts ? bytes_view(end_of_sysex) : bytes_view();
}

} // namespace v0_1
} // namespace tactus
