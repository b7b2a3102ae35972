// SPDX-License-Identifier: MIT
// The reason of an error: set_error of the plugin, and of the host before a call of its own fails.
// Not installed.
#pragma once

#include "posted_calls.hpp"

#include <string>

#include <tactus/testhost/record.hpp>

namespace tactus::testing {

class error_report {
public:
    error_report(call_gate& gate, posted_calls& posts, plugin_report& report)
        : gate_(gate), posts_(posts), report_(report) {}

    /// From any thread; a reason from another one than [loop] is there in the next settle().
    tactus_status set(tactus_status status, std::string key, std::string text);

private:
    call_gate& gate_;
    posted_calls& posts_;
    plugin_report& report_;
};

} // namespace tactus::testing
