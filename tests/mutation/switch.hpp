// SPDX-License-Identifier: MIT
// The switch of tests/mutation: every fault of the list is built in, and none acts but the one that
// TACTUS_FAULT names by its number. Included before each source of the mutated copy, in no other
// build.
#pragma once

#include <cstdlib>

namespace tactus_mutation {

inline int chosen() noexcept {
    static const int number = [] {
        const char* const text = std::getenv("TACTUS_FAULT");
        return text != nullptr ? std::atoi(text) : 0;
    }();
    return number;
}

// What the compiler computes has no fault.
constexpr bool is(int number) noexcept {
    return !__builtin_is_constant_evaluated() && chosen() == number;
}

} // namespace tactus_mutation
