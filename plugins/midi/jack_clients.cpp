// SPDX-License-Identifier: MIT
#include "jack_clients.hpp"

#include "cancellation_guard.hpp"

#include <jack/jack.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <vector>

namespace midi::jack_clients {
namespace {

struct account {
    std::mutex mutex; // guards the members below
    unsigned groups = 0;
    bool is_server_dead = false;
    std::vector<std::string> names; // clients of two servers may share a name
    // Written by the thread in which libjack logs, read by owners. Relaxed: libjack has joined that
    // thread before the call that frees clients returns.
    std::atomic<std::uint64_t> freed{0};
};

// Static, since it mirrors libjack's process-wide state: see the header.
constinit account process;

// Also called in threads that libjack cancels.
void take_message(const char* text) {
    guard_from_cancellation([text] {
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

void add(const std::string& client) {
    const std::lock_guard lock(process.mutex);
    process.names.push_back(client);
}

void remove(std::string_view client) noexcept {
    const std::lock_guard lock(process.mutex);
    const auto found = std::find(process.names.begin(), process.names.end(), client);
    if (found != process.names.end()) {
        process.names.erase(found);
    }
}

bool has_port(std::string_view port) noexcept {
    const std::string_view client = port.substr(0, port.find(':'));
    const std::lock_guard lock(process.mutex);
    return std::find(process.names.begin(), process.names.end(), client) != process.names.end();
}

} // namespace midi::jack_clients
