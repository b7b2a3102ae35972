// SPDX-License-Identifier: MIT
#include "kernel/base/thread_role.hpp"

#include <atomic>

#include <unistd.h>

namespace tactus::base {
namespace {

constexpr unsigned id_bits = 32;

// Each place: 0 is free; otherwise the id of the thread that holds it, and above that its role. A
// thread takes a free place with one exchange and sets its own to 0 at its end. Relaxed: the value
// is all that there is to know, and publishes no other memory.
std::array<std::atomic<std::uint64_t>, thread_role_holder::roles_max> places{};

std::uint64_t entry_of(std::int32_t id, thread_role role) noexcept {
    return static_cast<std::uint64_t>(role) << id_bits | static_cast<std::uint32_t>(id);
}

} // namespace

thread_role_holder::thread_role_holder(thread_role role) noexcept {
    const std::uint64_t mine = entry_of(::gettid(), role);
    for (std::size_t i = 0; i < roles_max; ++i) {
        std::uint64_t free = 0;
        if (places[i].compare_exchange_strong(free, mine, std::memory_order_relaxed)) {
            place_ = i;
            return;
        }
    }
}

thread_role_holder::~thread_role_holder() {
    if (place_ < roles_max) {
        places[place_].store(0, std::memory_order_relaxed);
    }
}

std::optional<thread_role> role_of_thread(std::int32_t id) noexcept {
    for (const std::atomic<std::uint64_t>& place : places) {
        const std::uint64_t held = place.load(std::memory_order_relaxed);
        if (held != 0 && static_cast<std::uint32_t>(held) == static_cast<std::uint32_t>(id)) {
            return static_cast<thread_role>(held >> id_bits);
        }
    }
    return std::nullopt;
}

} // namespace tactus::base
