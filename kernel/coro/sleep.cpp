// SPDX-License-Identifier: MIT
#include "kernel/coro/sleep.hpp"

#include "kernel/coro/event_deadline.hpp"

namespace tactus::coro {

tactus::task<void> sleep_until(reactor& reactor, std::int64_t due_ns) {
    tactus::event woken;
    const event_deadline deadline(reactor, due_ns, woken);
    co_await woken.wait();
}

} // namespace tactus::coro
