// SPDX-License-Identifier: MIT
// The events of the method "play" (config/control.md), as the client writes them and as the daemon
// reads them.
//     events = [{"at_ns": NUMBER, "output" | "input": NAME, "midi" | "osc": HEX}, ...]
// Pure functions on text.
#pragma once

#include "kernel/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::control {

struct play_event {
    std::int64_t at_ns = 0;     // when it is due, since the first request of its connection
    std::string place;          // the name of an output, or of an input
    bool is_input = false;      // it goes through the routes, as if that input had received it
    std::uint16_t protocol = 0; // TACTUS_PROTO_*
    std::vector<std::uint8_t> bytes;
    std::string wrong; // why it cannot be read; the rest is not valid then
};

// Errors: invalid (it is no list of objects).
[[nodiscard]] result<std::vector<play_event>> read_play_events(std::string_view json);
// Appends one event to a list that is written, with its comma.
void append_play_event(std::string& list, const play_event& one);

// An event that the daemon did not take.
struct refused_play {
    std::size_t index = 0; // in its request
    std::string why;
};
// The result of the method.
struct play_result {
    std::int64_t now_ns = 0; // on the scale of at_ns
    std::uint64_t accepted = 0;
    std::vector<refused_play> refused;
};
[[nodiscard]] std::string write_play_result(const play_result& of);
// Errors: invalid.
[[nodiscard]] result<play_result> read_play_result(std::string_view json);

} // namespace tactus::control
