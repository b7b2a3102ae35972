// SPDX-License-Identifier: MIT
// The plan of `tactus replay`: the events of a recording or of a Standard MIDI File, each with the
// place that it goes to and its time since the beginning. Pure, but for reading the file.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/control/play_events.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::cli {

inline constexpr std::size_t replay_file_max = std::size_t{256} << 20U; // bytes
// Of one message: a request of the control socket has room for no more.
inline constexpr std::size_t replay_message_max = 32'000; // bytes

// Where the events go: to the input, to the output, or, if both are empty, to the outputs that they
// were recorded at.
struct replay_target {
    std::string as_input;
    std::string output;
    double speed = 1;
};

struct replay_plan {
    std::vector<control::play_event> events; // in order of time
    std::int64_t length_ns = 0;
    std::vector<std::string> notes; // what is not in it, for people
};

// Errors: invalid; the text says what is wrong, at which line or byte, and what to do.
[[nodiscard]] result<replay_plan> plan_replay(std::string_view contents, const replay_target& to);
// Errors: io, limit (replay_file_max).
[[nodiscard]] result<std::string> read_file(const std::string& path);

} // namespace tactus::cli
