// SPDX-License-Identifier: MIT
#include "kernel/codec/midi_stream.hpp"

#include "kernel/base/assert.hpp"

namespace tactus::codec {

midi_stream::midi_stream(std::size_t sysex_size_max) : sysex_size_max_(sysex_size_max) {
    TACTUS_ASSERT(sysex_size_max >= 2 && sysex_size_max <= midi_size_max);
    sysex_.reserve(sysex_size_max);
}

std::span<const std::uint8_t> midi_stream::push(std::uint8_t byte) noexcept {
    if (byte >= 0xF8) {
        return real_time(byte);
    }
    if (byte == 0xF7) {
        return end_sysex();
    }
    return byte >= 0x80 ? status(byte) : seven_bit(byte);
}

void midi_stream::reset() noexcept {
    phase_ = phase::message;
    message_size_ = 0;
    sysex_.clear();
}

std::span<const std::uint8_t> midi_stream::real_time(std::uint8_t byte) noexcept {
    if (midi_length(byte) == 0) {
        ++losses_.undefined_bytes;
        return {};
    }
    real_time_ = byte;
    return {&real_time_, 1};
}

std::span<const std::uint8_t> midi_stream::status(std::uint8_t byte) noexcept {
    cut();
    if (byte == 0xF0) {
        phase_ = phase::sysex;
        sysex_.push_back(byte);
        return {};
    }
    const std::size_t length = midi_length(byte);
    if (length == 0) {
        ++losses_.undefined_bytes;
        return {};
    }
    message_[0] = byte;
    message_size_ = length == 1 ? 0 : 1; // F6 alone: complete, and no running status
    return length == 1 ? std::span(message_).first(1) : std::span<const std::uint8_t>{};
}

std::span<const std::uint8_t> midi_stream::end_sysex() noexcept {
    const bool is_complete = phase_ == phase::sysex;
    if (!is_complete) {
        losses_.stray_bytes += phase_ == phase::message ? 1 : 0;
        phase_ = phase::message;
        cut();
        return {};
    }
    sysex_.push_back(0xF7);
    phase_ = phase::message;
    return sysex_;
}

std::span<const std::uint8_t> midi_stream::seven_bit(std::uint8_t byte) noexcept {
    if (phase_ != phase::message) {
        add_to_sysex(byte);
        return {};
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
    return std::span(message_).first(length);
}

// One place is kept for F7.
void midi_stream::add_to_sysex(std::uint8_t byte) noexcept {
    if (phase_ == phase::large_sysex) {
        return;
    }
    if (sysex_.size() + 1 == sysex_size_max_) {
        ++losses_.large_sysex;
        phase_ = phase::large_sysex;
        return;
    }
    sysex_.push_back(byte);
}

// A large SysEx has been counted already; a lone status byte may be a running one and is no loss.
void midi_stream::cut() noexcept {
    const bool was_begun = phase_ == phase::sysex || message_size_ > 1;
    losses_.cut_messages += was_begun ? 1 : 0;
    reset();
}

} // namespace tactus::codec
