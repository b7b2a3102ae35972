// SPDX-License-Identifier: MIT
// The event of `tactus send` as words of a command line, and the parameters of the request that
// they make:
//     note NOTE [VELOCITY]       note_off NOTE      cc NUMBER VALUE      program NUMBER
//     bend VALUE                 pressure VALUE     pressure NOTE VALUE
//     osc ADDRESS [ARGUMENT...]  raw "90 3c 64"
// Pure; allocates.
#pragma once

#include "kernel/base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tactus::cli {

struct send_times {
    std::string at;     // "+2s" from now, or seconds since 1970; empty: now
    std::string length; // "500ms": of a note; empty: it is not ended
};

struct send_request {
    std::string members; // of the parameters, without braces
    double waits_s = 0;  // until its last event is due, if it is not at a time of the wall clock
};

// The first words of all events.
[[nodiscard]] std::vector<std::string> event_kinds();

// Errors: invalid; the text says what was expected.
[[nodiscard]] result<send_request> read_send(std::span<const std::string> words, int channel,
                                             const send_times& when);

} // namespace tactus::cli
