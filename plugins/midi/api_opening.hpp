// SPDX-License-Identifier: MIT
// Decides which MIDI system the option `api` selects, and opens it; shared by inputs and outputs.
#pragma once

#include "port_options.hpp"
#include "sequencer.hpp"

#include <memory>
#include <string>

namespace midi {

template <class System>
struct opened_api {
    std::unique_ptr<System> system; // nullptr on failure; `text` then holds the reason
    std::string text;               // what "auto" chose and why; empty if there was no choice
};

/// `alsa`, `jack` and `rtmidi` open their system: (std::string& why) -> std::unique_ptr<System>.
template <class System, class Alsa, class Jack, class RtMidi>
opened_api<System> open_api(api_choice choice, Alsa alsa, Jack jack, RtMidi rtmidi) {
    opened_api<System> opened;
    if (choice != api_choice::automatic) {
        opened.system = choice == api_choice::alsa   ? alsa(opened.text)
                        : choice == api_choice::jack ? jack(opened.text)
                                                     : rtmidi(opened.text);
        return opened;
    }
    const std::string complaint = sequencer_complaint();
    if (complaint.empty()) {
        opened.system = alsa(opened.text);
        if (opened.system != nullptr) {
            opened.text = "api \"auto\" takes ALSA, whose sequencer may be used, before JACK.";
        }
        return opened;
    }
    opened.system = jack(opened.text);
    opened.text = opened.system != nullptr
                      ? "api \"auto\" takes JACK, since ALSA cannot be used: " + complaint + "."
                      : "neither ALSA nor JACK can be used: " + complaint + "; " + opened.text;
    return opened;
}

} // namespace midi
