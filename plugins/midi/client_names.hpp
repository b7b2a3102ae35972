// SPDX-License-Identifier: MIT
// What our clients are called at JACK, where a name is given once and patch bays save it. The names
// follow from the file alone, not from who is opened first, nor from what is absent:
//   the first instance of the file that has a virtual port   CLIENT           (tactus:strudel)
//   every other one                                          CLIENT-INSTANCE  (tactus-synth:synth)
// Outputs come before inputs, as the daemon makes them. RtMidi can't share a client among outputs,
// so they can't all be ports of one. This is process-wide state, as JACK's account of a process is.
#pragma once

#include <string>

namespace midi::client_names {

struct asking {
    std::string client;   // the option
    std::string instance; // as the file has it
    bool is_input = false;
    bool has_virtual_port = false;
};

/// Called when an instance is made, which happens in the order of the file; one that is made again
/// gets its name again. Bounds: 63 bytes, as JACK's are; a longer one ends in a number that stands
/// for the rest. Threads: any.
std::string name_for(const asking& who);

} // namespace midi::client_names
