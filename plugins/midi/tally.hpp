// SPDX-License-Identifier: MIT
// A number for one of the instance's metrics, for code that does not know the SDK.
#pragma once

#include <cstdint>

namespace midi {

/// Adds to a counter, or records a value in a histogram. Threads: any; for one histogram, one at a
/// time.
struct tally {
    void (*call)(void* context, std::int64_t amount) noexcept = nullptr;
    void* context = nullptr;
    void operator()(std::int64_t amount) const noexcept {
        if (call != nullptr) {
            call(context, amount);
        }
    }
};

} // namespace midi
