// SPDX-License-Identifier: MIT
// The exception by which a stop request unwinds a coroutine. It is not a failure: the requester of
// the stop expects it. Every awaitable of this layer throws it once the task's stop token is
// requested; scope, when_any and the root of an instance catch it.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <exception>

namespace tactus {
inline namespace v0_1 {

/// Thrown when a wait ends because of a stop request. Let it pass; catch it only to rethrow.
struct canceled : std::exception {
    const char* what() const noexcept override { return "canceled"; }
};

} // namespace v0_1
} // namespace tactus
