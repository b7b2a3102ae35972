// SPDX-License-Identifier: MIT
// The exception by which a stop request unwinds a coroutine. It is not a failure: whoever asked for
// the stop expects it. Thrown by every awaitable of this layer once the task's stop token is
// requested; caught by scope, when_any and the root of an instance.
#pragma once

#include <exception>

namespace tactus {
inline namespace v0_1 {

/// Thrown where a wait ends because of a stop request. Let it pass; catch it only to rethrow.
struct canceled : std::exception {
    const char* what() const noexcept override { return "canceled"; }
};

} // namespace v0_1
} // namespace tactus
