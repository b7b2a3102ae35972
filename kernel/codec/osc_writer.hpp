// SPDX-License-Identifier: MIT
// Writes one OSC packet, a message or a bundle (grammar: osc_message.hpp, osc_reader.hpp), into the
// caller's buffer. The reader accepts all output. No allocation. For translation to OSC and for
// tests; plugins use the SDK's writer.
//
//   osc_writer writer(buffer);
//   writer.begin_bundle(time_tag);
//   writer.begin_message("/dirt/play", "sf");
//   writer.text("cps").float32(0.5F);
//   writer.end_bundle();
//   const std::optional<std::size_t> size = writer.finish();
//
// Errors: after the first mistake (no room, an argument that does not match the next type tag, a
// second message outside a bundle) later calls do nothing and finish() returns nothing.
#pragma once

#include "kernel/codec/osc_message.hpp"

#include <array>

namespace tactus::codec {

class osc_writer {
public:
    explicit osc_writer(std::span<std::uint8_t> out) noexcept : out_(out) {}

    osc_writer& begin_bundle(std::uint64_t time_tag) noexcept;
    osc_writer& end_bundle() noexcept;

    // Ends the previous message. `types` has no comma. Types without bytes (T F N I [ ]) need no
    // call; all others need theirs, in order. Bounds: `types` must outlive the call that writes the
    // last argument.
    osc_writer& begin_message(std::string_view address, std::string_view types) noexcept;
    // The same with types added in pieces: any number of add_types, then begin_arguments.
    osc_writer& begin_message(std::string_view address) noexcept;
    osc_writer& add_types(std::string_view types) noexcept;
    osc_writer& begin_arguments() noexcept;

    osc_writer& int32(std::int32_t value) noexcept;                    // i
    osc_writer& int64(std::int64_t value) noexcept;                    // h
    osc_writer& float32(float value) noexcept;                         // f
    osc_writer& float64(double value) noexcept;                        // d
    osc_writer& time_tag(std::uint64_t value) noexcept;                // t
    osc_writer& text(std::string_view value) noexcept;                 // s; without NUL
    osc_writer& blob(std::span<const std::uint8_t> value) noexcept;    // b
    osc_writer& midi(std::span<const std::uint8_t, 4> value) noexcept; // m: port, status, two more
    osc_writer& argument(const osc_argument& value) noexcept;          // any type, copied as read

    // A call failed; all later calls do nothing.
    [[nodiscard]] bool has_failed() const noexcept { return failed_; }
    // The packet's size; nothing if a call failed or something is missing or still open.
    [[nodiscard]] std::optional<std::size_t> finish() noexcept;

private:
    [[nodiscard]] bool begin_element() noexcept;
    void end_message() noexcept;
    void skip_empty_types() noexcept;
    void patch_size(std::size_t at) noexcept;
    // Room for the next argument if its type is `tag`; otherwise fails and returns nullptr.
    [[nodiscard]] std::uint8_t* take(char tag, std::size_t size) noexcept;
    [[nodiscard]] std::uint8_t* grow(std::size_t size) noexcept; // zeroed, multiple of 4
    void put_text(std::string_view text) noexcept;

    static constexpr std::size_t no_slot = SIZE_MAX;

    std::span<std::uint8_t> out_;
    std::size_t size_ = 0;
    std::string_view types_;                                       // still to be written
    std::array<std::size_t, osc_bundle_depth_max> bundle_slots_{}; // where each size field is
    std::size_t depth_ = 0;
    std::size_t message_slot_ = no_slot;
    std::size_t types_begin_ = 0; // offset of the comma
    bool in_message_ = false;
    bool failed_ = false;
};

} // namespace tactus::codec
