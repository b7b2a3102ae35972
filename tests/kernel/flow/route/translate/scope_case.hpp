// SPDX-License-Identifier: MIT
// Messages that the tests of the translation language read from, and short ways to ask.
#pragma once

#include "kernel/flow/route/translate/expression.hpp"
#include "kernel/flow/route/translate/made_event.hpp"
#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <cstring>
#include <string>

namespace tactus::flow::test {

// An OSC message as an event; keeps its bytes.
struct osc_scope : event_scope {
    explicit osc_scope(wire::bytes message)
        : bytes(std::move(message)), split(codec::split_message(bytes)) {
        osc = &split;
        input = "desk";
        port = "bus 1";
    }
    osc_scope(const osc_scope&) = delete;
    osc_scope& operator=(const osc_scope&) = delete;

    wire::bytes bytes;
    codec::osc_message split;
};

// A MIDI message as an event, from hex.
struct midi_scope : event_scope {
    explicit midi_scope(std::string_view hex) : bytes(wire::hex(hex)) {
        midi = bytes;
        input = "keys";
        port = "pad";
    }
    midi_scope(const midi_scope&) = delete;
    midi_scope& operator=(const midi_scope&) = delete;

    wire::bytes bytes;
};

inline wire::bytes float32(float number) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &number, sizeof bits);
    return wire::big_endian(bits, 4);
}
inline wire::bytes float64(double number) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof bits);
    return wire::big_endian(bits, 8);
}

inline expression compiled(std::string_view text) {
    auto made = expression::compile(text);
    INFO(text);
    REQUIRE(made.has_value());
    return std::move(*made);
}

// "i 7", "f 0.5", "s bd", or the fault.
inline std::string shown(const value& found) {
    constexpr const char* faults[] = {"none",         "missing",       "wrong_type", "division",
                                      "out_of_range", "not_a_message", "too_large"};
    if (found.is_fault()) {
        return faults[static_cast<std::size_t>(found.why)];
    }
    std::string number = std::to_string(found.number);
    number.erase(number.find_last_not_of('0') + 1);
    number.erase(number.find_last_not_of('.') + 1);
    number = number == "-0" ? "0" : number;
    return std::string(1, found.tag) + " " + (found.is_text() ? std::string(found.text) : number);
}

// What an expression comes to, with or without an event.
inline std::string computed(std::string_view text, const event_scope& from = {}) {
    return shown(compiled(text).run(from));
}

struct computed_row {
    const char* text;
    const char* wanted;
};

} // namespace tactus::flow::test
