// SPDX-License-Identifier: MIT
// Asks the system for the addresses of a name, on a thread that may block. The asker may go away
// meanwhile: the question then ends by itself, unheard. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/host/stream_address.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace tactus::host {

// Best first; where there are none, `error` is what getaddrinfo answered (EAI_*).
struct found_addresses {
    std::vector<stream_address> addresses;
    int error = 0;
};

class name_lookup {
public:
    static constexpr std::size_t addresses_max = 8;
    // Under way at a time, in the whole process: a name server that hangs holds no more threads.
    static constexpr std::uint32_t pending_max = 32;

    // Owned by the asker; `answer` is called with `owner` on the loop, never inside ask. False
    // where too many are under way.
    [[nodiscard]] bool ask(coro::reactor& reactor, const stream_endpoint& of,
                           void (*answer)(void* owner, found_addresses found) noexcept,
                           void* owner);
    name_lookup() = default;
    name_lookup(const name_lookup&) = delete;
    name_lookup& operator=(const name_lookup&) = delete;
    ~name_lookup(); // nobody is called any more

private:
    struct question;
    question* asked_ = nullptr; // owns itself, as a thread may be working on it
};

} // namespace tactus::host
