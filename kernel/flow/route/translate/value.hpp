// SPDX-License-Identifier: MIT
// The operand type of a route's expressions: a number, a text, an OSC argument passed on unchanged,
// or the fault that explains why there is none. A view: texts and arguments belong to the message
// being translated. Never thrown, never allocated.
#pragma once

#include "kernel/codec/osc_message.hpp"

#include <cstdint>
#include <string_view>

namespace tactus::flow {

// Why there is no value. `??` replaces only `missing`.
enum class fault : std::uint8_t {
    none,
    missing,          // the message has no such argument
    wrong_type,       // a number was expected, or a text
    division_by_zero, // also % by 0
    out_of_range,     // beyond the range of the message's field, or not finite
    not_a_message,    // raw bytes that are not one MIDI message; an invalid address
    too_large,        // longer than an event can be
};

struct value {
    // Its OSC type as an argument: i h f d T F are numbers, s and S are texts, anything else can
    // only be passed on.
    char tag = 'N';
    fault why = fault::none;
    bool is_original = false; // passed on unchanged: `original` is the argument
    std::uint16_t about = 0;  // the variable that it comes from, counted from 1; 0 = none
    double number = 0;
    std::string_view text = {};
    codec::osc_argument original = {};

    [[nodiscard]] bool is_fault() const noexcept { return why != fault::none; }
    [[nodiscard]] bool is_text() const noexcept { return tag == 's' || tag == 'S'; }
    [[nodiscard]] bool is_number() const noexcept {
        return tag == 'i' || tag == 'h' || tag == 'f' || tag == 'd' || tag == 'T' || tag == 'F';
    }
    [[nodiscard]] bool is_true() const noexcept { return !is_fault() && number != 0; }
};

[[nodiscard]] inline value number_value(double number, char tag) noexcept {
    value made;
    made.tag = tag;
    made.number = number;
    return made;
}
[[nodiscard]] inline value truth_value(bool is_true) noexcept {
    return number_value(is_true ? 1 : 0, is_true ? 'T' : 'F');
}
[[nodiscard]] inline value text_value(std::string_view text) noexcept {
    value made;
    made.tag = 's';
    made.text = text;
    return made;
}
[[nodiscard]] inline value fault_value(fault why, std::uint16_t about = 0) noexcept {
    value made;
    made.why = why;
    made.about = about;
    return made;
}
// An argument, unchanged.
[[nodiscard]] value argument_value(const codec::osc_argument& from) noexcept;

// The same as a number: a text is a number if all of it is written as one ("12", "-0.5"), because
// the parts of an address are texts. A fault stays a fault; a non-finite number is out_of_range.
[[nodiscard]] value as_number(const value& from) noexcept;

} // namespace tactus::flow
