// SPDX-License-Identifier: MIT
// The address of an OSC message that a route makes: plain text with $variables and ${expressions},
// compiled once. Inserted text may not contain wildcards: a sender cannot turn an address into a
// pattern. Only in $port, which is a device's name, wildcards, blanks and slashes become '_'.
// Numbers are written in their shortest form: 5, not 5.0.
#pragma once

#include "kernel/flow/route/translate/expression.hpp"
#include "kernel/flow/route/translate/made_event.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace tactus::flow {

class address_template {
public:
    static constexpr std::size_t size_max = 512; // characters
    static constexpr std::size_t pieces_max = 64;

    [[nodiscard]] static result<address_template, expression_error> compile(std::string_view text);

    // Writes the address; made_event::size is its length. Errors: too_large, not_a_message, and
    // those of the expressions.
    [[nodiscard]] made_event write(const event_scope& from, std::span<char> out) const noexcept;

    [[nodiscard]] const std::vector<expression>& pieces() const noexcept { return pieces_; }

private:
    std::vector<expression> pieces_; // constant texts, and inserted expressions
};

// Writes the value as text to `out`; returns the number of characters, 0 if it does not fit.
// Bounds: a number or a text, not a fault.
[[nodiscard]] std::size_t write_text(const value& from, std::span<char> out) noexcept;

} // namespace tactus::flow
