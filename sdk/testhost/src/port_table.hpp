// SPDX-License-Identifier: MIT
// "tactus.ports/0": the ports of the plugin, with a number for each key for good, and the names
// that it resolved. Not installed.
#pragma once

#include "call_gate.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <tactus/testhost/record.hpp>

namespace tactus::testing {

/// Threads: [loop]; the gate refuses others.
class port_table {
public:
    port_table(call_gate& gate, plugin_report& report) : gate_(gate), report_(report) {}

    tactus_status add(const tactus_port_info* info, std::uint32_t* port);
    tactus_status update(std::uint32_t port, const tactus_port_info* info);
    tactus_status remove(std::uint32_t port);
    /// The handle of a name: the same one for the same name, from 1 on.
    tactus_status resolve(tactus_str name, std::uint32_t* handle);
    /// Handles that resolve() has given: 1 to this.
    std::size_t names() const { return names_.size(); }

private:
    call_gate& gate_;
    plugin_report& report_;
    std::map<std::string, std::uint32_t> numbers_; // by key; one that is back has its own
    std::vector<std::string> names_;               // interned, as the daemon does
};

} // namespace tactus::testing
