// SPDX-License-Identifier: MIT
// TACTUS_ASSERT: a programming error ends the process, in every build. Never for input, devices or
// configuration: those return a result.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace tactus {

[[noreturn]] inline void assert_failed(const char* claim, const char* file, int line) noexcept {
    std::fprintf(stderr, "tactus: %s:%d: this must hold and does not: %s\n", file, line, claim);
    std::abort();
}

} // namespace tactus

#define TACTUS_ASSERT(claim)                                                                       \
    ((claim) ? static_cast<void>(0) : ::tactus::assert_failed(#claim, __FILE__, __LINE__))
