// SPDX-License-Identifier: MIT
// Both directions are in one library: libjack keeps one list of all JACK clients of a process;
// therefore jack_clients.hpp, which tracks that list, must exist only once too.
#include "midi_in.hpp"
#include "midi_out.hpp"

TACTUS_PLUGINS(midi::input, midi::output);
