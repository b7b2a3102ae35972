// SPDX-License-Identifier: MIT
// The choices of a configuration for an output: what happens to events that find no room, and to
// events that are late. In the order of the choices in config/schema/sections.cpp.
#pragma once

#include <cstdint>

namespace tactus::flow {

enum class when_full : std::uint8_t {
    drop_newest, // returns full; a critical event replaces the normal one that is due next
    drop_oldest, // the normal event that is due next makes room
    refuse,      // returns full: the input can wait
};

// The treatment of an event that is late by more than the limit.
enum class late_policy : std::uint8_t { send, drop };
// The moment from which lateness is counted for an event that came after it was due.
enum class late_origin : std::uint8_t { arrival, due };

} // namespace tactus::flow
