// SPDX-License-Identifier: MIT
// The ports of this machine and the list of them as text. Pure; `tactus ports` fills it.
#pragma once

#include "kernel/daemon/checks/discovery.hpp"

#include <string>
#include <vector>

namespace tactus::cli {

// The ports that one plugin found.
struct ports_of_plugin {
    std::string id;
    std::string type;
    std::string kinds;            // as kinds_text
    bool has_port_option = false; // then a line to paste can be shown
    std::vector<daemon::discovered_port> found;
    std::string failed; // a sentence; empty if it answered
};

// For each system its ports, each as lines for a configuration: the shortest text that matches it
// now, and the table that always matches it. Or the reason why a system is not available.
[[nodiscard]] std::string to_text(const std::vector<ports_of_plugin>& plugins);
// {"ports":[{"plugin":...,"type":...,"system":...,"name":...,"shortest":...,"lasting":...}],
//  "missing":[{"plugin":...,"system":...,"reason":...}]}; a plugin that failed is in `missing`,
// with an empty system. `shortest` is empty if several have that name, `lasting` if only a name is
// known.
[[nodiscard]] std::string to_json(const std::vector<ports_of_plugin>& plugins);

} // namespace tactus::cli
