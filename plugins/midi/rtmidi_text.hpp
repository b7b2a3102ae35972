// SPDX-License-Identifier: MIT
// RtMidi's error callback, which it calls within our own call instead of printing and throwing.
#pragma once

#include <rtmidi/RtMidi.h>

#include <string>

namespace midi {

/// `kept`: the std::string that takes the text.
inline void keep_rtmidi_text(RtMidiError::Type type, const std::string& text, void* kept) {
    if (type != RtMidiError::DEBUG_WARNING) {
        *static_cast<std::string*>(kept) = text;
    }
}

} // namespace midi
