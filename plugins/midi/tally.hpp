// SPDX-License-Identifier: MIT
// A number for one of the instance's metrics, from where the SDK is not known.
#pragma once

#include <cstdint>

namespace midi {

/// Adds to a count, or tells a histogram what was measured. Threads: any; of one histogram, one at
/// a time.
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
