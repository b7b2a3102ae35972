// SPDX-License-Identifier: MIT
// The line of the log about notes that the daemon could not end.
#pragma once

#include "kernel/base/log.hpp"

#include <cstddef>
#include <string>

namespace tactus::daemon {

// `left`: how many notes and pedals. `why`: a sentence, and one on how they will be ended.
inline void log_notes_may_sound(base::log& log, const std::string& output, std::size_t left,
                                const std::string& why) {
    log.error(base::log_event::notes_may_sound, "Notes may still sound. " + why,
              {base::kv("output", output), base::kv("left", left)});
}

} // namespace tactus::daemon
