// SPDX-License-Identifier: MIT
// The end of an instance: stopped(), from [loop] or from a thread of the plugin's. Not installed.
#pragma once

#include "operations.hpp"
#include "posted_calls.hpp"

#include <optional>

#include <tactus/testhost/record.hpp>

namespace tactus::testing {

class instance_end {
public:
    instance_end(call_gate& gate, operations& ops, posted_calls& posts, life_state& life)
        : gate_(gate), ops_(ops), posts_(posts), life_(life) {}

    /// stopped(), from any thread.
    tactus_status take(tactus_status status);
    /// A call from another thread takes effect once no op is pending any more. On [loop].
    void finish();

private:
    tactus_status take_from_thread(tactus_status status);
    void note(tactus_status status);

    call_gate& gate_;
    operations& ops_;
    posted_calls& posts_;
    life_state& life_;
    std::optional<tactus_status> from_thread_; // not yet in life_
};

} // namespace tactus::testing
