// SPDX-License-Identifier: MIT
// "tactus.timer/0", "tactus.fd/0" and "tactus.clock/0": waits for a moment or a descriptor, and
// clocks.
#include "kernel/host/api/interfaces.hpp"
#include "kernel/host/borrowed_file.hpp"
#include "kernel/host/instance.hpp"

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

// A wait for a descriptor: `watch` is for the duplicate, `result` is the plugin's number until the
// end, `subject` the instance; `timer` fires in the next turn, to see whether it is closed already.
void end_watch(net::operation& waiting) noexcept {
    waiting.list->reactor().disarm(waiting.timer);
    waiting.list->reactor().unwatch(waiting.watch);
    return_file(waiting.watch.fd);
}

bool is_still_open(const net::operation& waiting) noexcept {
    return is_still_file(static_cast<int>(waiting.result), waiting.watch.fd);
}

void fail_closed(net::operation& waiting) noexcept {
    end_watch(waiting);
    static_cast<instance_resources*>(waiting.subject)
        ->set_error(TACTUS_E_INVALID, {}, "A descriptor was closed while it was waited for.");
    waiting.list->finish(waiting, TACTUS_E_INVALID, 0);
}

void look_at_fd(coro::timer& node) noexcept {
    auto& waiting = *static_cast<net::operation*>(node.owner);
    if (!is_still_open(waiting)) {
        fail_closed(waiting);
    }
}

void end_fd(coro::fd_watch& watch, std::uint32_t ready) noexcept {
    auto& waiting = *static_cast<net::operation*>(watch.owner);
    if (!is_still_open(waiting)) {
        fail_closed(waiting);
        return;
    }
    end_watch(waiting);
    waiting.list->finish(waiting, TACTUS_OK, ready);
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
        end_watch(waiting);
        return true;
    });
    if (begun == nullptr) {
        return self.pending().refusal();
    }
    begun->subject = &self;
    begun->result = static_cast<std::uint64_t>(fd);
    begun->timer.owner = begun;
    begun->timer.fire = &look_at_fd;
    begun->watch.fd = borrow_file(fd);
    begun->watch.owner = begun;
    begun->watch.ready = &end_fd;
    if (begun->watch.fd < 0 || !self.services().reactor.watch(begun->watch, events)) {
        end_watch(*begun);
        self.pending().forget(*begun);
        self.set_error(TACTUS_E_INVALID, {}, "The descriptor cannot be waited for.");
        return TACTUS_E_INVALID;
    }
    self.services().reactor.arm(begun->timer, 0);
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
