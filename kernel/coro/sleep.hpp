// SPDX-License-Identifier: MIT
// co_await sleep_until(reactor, due_ns): lets the kernel's own tasks wait for a moment.
#pragma once

#include "kernel/coro/reactor.hpp"

#include <tactus/cpp/task.hpp>

namespace tactus::coro {

// Resumes at or after due_ns on the host clock. Throws canceled when the awaiting task is asked to
// stop.
[[nodiscard]] tactus::task<void> sleep_until(reactor& reactor, std::int64_t due_ns);

} // namespace tactus::coro
