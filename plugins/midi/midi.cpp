// SPDX-License-Identifier: MIT
// Both directions in one library: libjack keeps one account of all JACK clients of a process, and
// jack_clients.hpp, which minds it, must be one as well.
#include "midi_in.hpp"
#include "midi_out.hpp"

TACTUS_PLUGINS(midi::input, midi::output);
