// SPDX-License-Identifier: MIT
// "tactus.timer/0", "tactus.fd/0" and "tactus.clock/0": waits for a moment or a descriptor, and
// clocks.
#include "kernel/host/instance.hpp"
#include "kernel/host/interfaces.hpp"

namespace tactus::host {
namespace {

tactus_status wait_until(const tactus_host* host, tactus_op* op, std::int64_t due_ns) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    net::operation* begun = self.pending().begin(op, [](net::operation& waiting) noexcept {
        waiting.list->reactor().disarm(waiting.timer);
        return true;
    });
    if (begun == nullptr) {
        return self.pending().refusal();
    }
    begun->timer.owner = begun;
    begun->timer.fire = [](coro::timer& node) noexcept {
        auto& due = *static_cast<net::operation*>(node.owner);
        const std::int64_t now_ns = due.list->reactor().clock().now_ns();
        due.list->finish(due, TACTUS_OK, static_cast<std::uint64_t>(now_ns));
    };
    self.services().reactor.arm(begun->timer, due_ns);
    return TACTUS_PENDING;
}

tactus_status wait_fd(const tactus_host* host, tactus_op* op, std::int32_t fd,
                      std::uint32_t events) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    constexpr std::uint32_t known = TACTUS_FD_READABLE | TACTUS_FD_WRITABLE;
    if (fd < 0 || events == 0 || (events & ~known) != 0) {
        return TACTUS_E_INVALID;
    }
    net::operation* begun = self.pending().begin(op, [](net::operation& waiting) noexcept {
        waiting.list->reactor().unwatch(waiting.watch);
        return true;
    });
    if (begun == nullptr) {
        return self.pending().refusal();
    }
    begun->watch.fd = fd;
    begun->watch.owner = begun;
    begun->watch.ready = [](coro::fd_watch& watch, std::uint32_t ready) noexcept {
        auto& done = *static_cast<net::operation*>(watch.owner);
        done.list->reactor().unwatch(watch);
        done.list->finish(done, TACTUS_OK, ready);
    };
    if (!self.services().reactor.watch(begun->watch, events)) {
        self.services().reactor.unwatch(begun->watch);
        self.pending().forget(*begun);
        self.set_error(TACTUS_E_INVALID, {}, "The descriptor cannot be waited for.");
        return TACTUS_E_INVALID;
    }
    return TACTUS_PENDING;
}

std::int64_t from_ntp(const tactus_host* host, std::uint64_t time_tag) noexcept {
    return resources_of(host).services().timebase.from_ntp(time_tag);
}

std::uint64_t to_ntp(const tactus_host* host, std::int64_t time_ns) noexcept {
    return resources_of(host).services().timebase.to_ntp(time_ns);
}

std::int64_t from_unix(const tactus_host* host, std::int64_t unix_ns) noexcept {
    return resources_of(host).services().timebase.from_unix(unix_ns);
}

} // namespace

const tactus_timer_0 timer_table = {sizeof(tactus_timer_0), 0, &wait_until};
const tactus_fd_0 fd_table = {sizeof(tactus_fd_0), 0, &wait_fd};
const tactus_clock_0 clock_table = {sizeof(tactus_clock_0), 0, &from_ntp, &to_ntp, &from_unix};

} // namespace tactus::host
