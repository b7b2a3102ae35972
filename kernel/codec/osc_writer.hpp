// SPDX-License-Identifier: MIT
// Writes one OSC message (grammar: osc_message.hpp) into the caller's buffer. The reader accepts
// all output. No allocation. For translation to OSC and for messages from JSON; plugins use the
// SDK's writer.
//
//   osc_writer writer(buffer);
//   writer.begin_message("/dirt/play", "sf");
//   writer.text("cps").float32(0.5F);
//   const std::optional<std::size_t> size = writer.finish();
//
// Errors: after the first mistake (no room, an argument that does not match the next type tag, a
// second message) later calls do nothing and finish() returns nothing.
#pragma once

#include "kernel/codec/osc_message.hpp"

namespace tactus::codec {

class osc_writer {
public:
    explicit osc_writer(std::span<std::uint8_t> out) noexcept : out_(out) {}

    // `types` has no comma. Types without bytes (T F N I [ ]) need no call; all others need theirs,
    // in order. Bounds: `types` must outlive the call that writes the last argument.
    osc_writer& begin_message(std::string_view address, std::string_view types) noexcept;
    // The same with types added in pieces: any number of add_types, then begin_arguments.
    osc_writer& begin_message(std::string_view address) noexcept;
    osc_writer& add_types(std::string_view types) noexcept;
    osc_writer& begin_arguments() noexcept;

    osc_writer& int32(std::int32_t value) noexcept;                 // i
    osc_writer& int64(std::int64_t value) noexcept;                 // h
    osc_writer& float32(float value) noexcept;                      // f
    osc_writer& float64(double value) noexcept;                     // d
    osc_writer& text(std::string_view value) noexcept;              // s; without NUL
    osc_writer& blob(std::span<const std::uint8_t> value) noexcept; // b
    osc_writer& argument(const osc_argument& value) noexcept;       // any type, copied as read

    // A call failed; all later calls do nothing.
    [[nodiscard]] bool has_failed() const noexcept { return failed_; }
    // The message's size; nothing if a call failed or something is missing.
    [[nodiscard]] std::optional<std::size_t> finish() noexcept;

private:
    void skip_empty_types() noexcept;
    // Room for the next argument if its type is `tag`; otherwise fails and returns nullptr.
    [[nodiscard]] std::uint8_t* take(char tag, std::size_t size) noexcept;
    [[nodiscard]] std::uint8_t* grow(std::size_t size) noexcept; // zeroed, multiple of 4
    void put_text(std::string_view text) noexcept;

    std::span<std::uint8_t> out_;
    std::size_t size_ = 0;
    std::string_view types_;      // still to be written
    std::size_t types_begin_ = 0; // offset of the comma
    bool in_message_ = false;
    bool failed_ = false;
};

} // namespace tactus::codec
