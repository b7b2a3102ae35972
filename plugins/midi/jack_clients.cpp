// SPDX-License-Identifier: MIT
#include "jack_clients.hpp"

#include "uncancelled.hpp"

#include <jack/jack.h>

#include <atomic>
#include <cstring>
#include <mutex>

namespace midi::jack_clients {
namespace {

struct account {
    std::mutex mutex; // guards the two below
    unsigned groups = 0;
    bool is_server_dead = false;
    // Written by the thread in which libjack speaks, read by holders; libjack has joined that
    // thread before the call that frees clients returns: relaxed.
    std::atomic<std::uint64_t> freed{0};
};

// Static, since libjack's account, which it mirrors, is: see the header.
constinit account process;

// Also in threads that libjack cancels.
void take_message(const char* text) {
    uncancelled([text] {
        constexpr const char freeing[] = "Jack server was closed but clients are still allocated";
        if (std::strncmp(text, freeing, sizeof freeing - 1) == 0) {
            process.freed.fetch_add(1, std::memory_order_relaxed);
        }
    });
}

} // namespace

bool enter() noexcept {
    const std::lock_guard lock(process.mutex);
    if (process.is_server_dead && process.groups > 0) {
        return false;
    }
    process.is_server_dead = false;
    ++process.groups;
    jack_set_error_function(&take_message);
    jack_set_info_function([](const char*) {});
    return true;
}

void leave() noexcept {
    const std::lock_guard lock(process.mutex);
    --process.groups;
}

void server_died() noexcept {
    const std::lock_guard lock(process.mutex);
    process.is_server_dead = process.groups > 0;
}

std::uint64_t freed_so_far() noexcept {
    return process.freed.load(std::memory_order_relaxed);
}

} // namespace midi::jack_clients
