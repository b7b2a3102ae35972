// SPDX-License-Identifier: MIT
#include "descriptor_waits.hpp"

#include <poll.h>

namespace tactus::testing {

struct descriptor_waits::wait_op : pending_op {
    wait_op(call_gate& to, std::int32_t on, std::uint32_t any_of)
        : pending_op("fd", std::nullopt), gate(to), fd(on), events(any_of) {}

    // As the daemon does, which waits for a duplicate.
    void examine() override {
        if (!is_ended && file_of(fd) != file) {
            gate.breach("a descriptor was closed, or became another file, while an op of fd.wait "
                        "waited for it");
            end(TACTUS_E_INVALID);
        }
    }

    call_gate& gate;
    std::int32_t fd;
    std::uint32_t events;
    std::uint64_t file = file_of(fd); // that fd was at first
};

tactus_status descriptor_waits::start(tactus_op* op, std::int32_t fd, std::uint32_t events) {
    return ops_.start("fd.wait", op, std::make_unique<wait_op>(gate_, fd, events));
}

bool descriptor_waits::make_ready(std::int32_t fd, std::uint32_t events) {
    bool is_awaited = false;
    for (wait_op* const each : ops_.all_of<wait_op>()) {
        if (each->fd == fd && (each->events & events) != 0) {
            each->end(TACTUS_OK, each->events & events);
            is_awaited = true;
        }
    }
    return is_awaited;
}

void descriptor_waits::poll() {
    ops_.examine();
    std::vector<pollfd> awaited;
    for (const wait_op* const each : ops_.all_of<wait_op>()) {
        const int reads = (each->events & TACTUS_FD_READABLE) != 0 ? POLLIN : 0;
        const int writes = (each->events & TACTUS_FD_WRITABLE) != 0 ? POLLOUT : 0;
        awaited.push_back({each->fd, static_cast<short>(reads | writes), 0});
    }
    static_cast<void>(::poll(awaited.data(), awaited.size(), 0));
    for (const pollfd& each : awaited) {
        if ((each.revents & ~POLLOUT) != 0) {
            make_ready(each.fd, TACTUS_FD_READABLE);
        }
        if ((each.revents & ~POLLIN) != 0) {
            make_ready(each.fd, TACTUS_FD_WRITABLE);
        }
    }
}

} // namespace tactus::testing
