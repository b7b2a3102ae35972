// SPDX-License-Identifier: MIT
// Which options of udp.open_with the daemon refuses, whatever listens or not. Not installed.
#pragma once

#include "endpoint_rules.hpp"

#include <string>

#include <tactus/iface/udp.h>

namespace tactus::testing {

struct datagram_answer {
    tactus_status status = TACTUS_OK;
    std::string reason = {}; // of an error
};

/// `scripted`: the network interfaces that are there besides this machine's.
datagram_answer answer_to_options(const tactus_udp_options& options,
                                  const interface_numbers& scripted);

} // namespace tactus::testing
