// SPDX-License-Identifier: MIT
// Asks the system for the addresses of a name, on a separate thread: a name server that does not
// answer blocks neither the loop, nor the reactor's few threads, nor the daemon's exit. Each
// instance has one lookup in progress; its others wait in line. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/net/stream_address.hpp"

#include <deque>
#include <memory>
#include <vector>

namespace tactus::net {

// Best first; if there are none, `error` is what getaddrinfo returned (EAI_*).
struct found_addresses {
    std::vector<stream_address> addresses;
    int error = 0;
};

class name_lookup;

// The queue of one instance's lookups. It outlives the callers of its lookups, but not the reactor.
class lookup_line {
public:
    explicit lookup_line(coro::reactor& reactor) noexcept : reactor_(reactor) {}
    lookup_line(const lookup_line&) = delete;
    lookup_line& operator=(const lookup_line&) = delete;
    ~lookup_line(); // an answer that arrives later is discarded

private:
    friend class name_lookup;
    struct question;

    void enter(name_lookup& asker) { waiting_.push_back(&asker); }
    void leave(name_lookup& asker) noexcept;
    void ask_next();
    void answered(found_addresses found);

    coro::reactor& reactor_;
    std::deque<name_lookup*> waiting_;
    std::shared_ptr<question> under_way_; // shared with its thread
    name_lookup* asker_ = nullptr;        // the caller; nullptr: destroyed meanwhile
};

class name_lookup {
public:
    static constexpr std::size_t addresses_max = 8;

    name_lookup() = default;
    name_lookup(const name_lookup&) = delete;
    name_lookup& operator=(const name_lookup&) = delete;
    ~name_lookup(); // `answer` is not called any more

    // Called once. `answer` is called with `asker` on the loop, never inside this call.
    void ask(lookup_line& line, const stream_endpoint& of,
             void (*answer)(void* asker, found_addresses found) noexcept, void* asker);

private:
    friend class lookup_line;

    lookup_line* line_ = nullptr; // while it waits or runs
    stream_endpoint of_;
    void (*answer_)(void*, found_addresses) noexcept = nullptr;
    void* asker_ = nullptr;
};

} // namespace tactus::net
