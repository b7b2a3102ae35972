// SPDX-License-Identifier: MIT
// The names of our JACK clients. JACK fixes a name when the client is opened, and patch bays store
// it. The names depend on the configuration file alone, not on the opening order or on absent
// ports:
//   the first instance of the file that has a virtual port   CLIENT           (tactus:strudel)
//   every other one                                          CLIENT-INSTANCE  (tactus-synth:synth)
// Outputs come before inputs, in the order in which the daemon makes them. RtMidi cannot share a
// client among outputs; therefore their ports cannot all belong to one. This is process-wide state,
// as libjack's own is.
#pragma once

#include <string>

namespace midi::client_names {

struct asking {
    std::string client;   // the option
    std::string instance; // as in the file
    bool is_input = false;
    bool has_virtual_port = false;
};

/// Called when an instance is made, which happens in the order of the file; an instance that is
/// made again gets its old name. Bounds: 56 bytes, though JACK allows 63, because JACK may append a
/// number; a longer name is cut and ends in a hash of the whole. Threads: any.
std::string name_for(const asking& who);

} // namespace midi::client_names
