// SPDX-License-Identifier: MIT
// Asks the system for the addresses of a name, on a thread of its own: a name server that does not
// answer holds neither the loop nor the reactor's few threads, nor the end of the daemon. One
// question of an instance is under way at a time, the others wait in its line. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/host/stream_address.hpp"

#include <deque>
#include <memory>
#include <vector>

namespace tactus::host {

// Best first; where there are none, `error` is what getaddrinfo answered (EAI_*).
struct found_addresses {
    std::vector<stream_address> addresses;
    int error = 0;
};

class name_lookup;

// Whose turn it is. One for each instance; it outlives its questions' askers, but not the reactor.
class lookup_line {
public:
    explicit lookup_line(coro::reactor& reactor) noexcept : reactor_(reactor) {}
    lookup_line(const lookup_line&) = delete;
    lookup_line& operator=(const lookup_line&) = delete;
    ~lookup_line(); // an answer that is still to come goes nowhere

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
    name_lookup* asker_ = nullptr;        // whose it is; nullptr: has gone meanwhile
};

class name_lookup {
public:
    static constexpr std::size_t addresses_max = 8;

    name_lookup() = default;
    name_lookup(const name_lookup&) = delete;
    name_lookup& operator=(const name_lookup&) = delete;
    ~name_lookup(); // it is not called any more

    // Once. `answer` is called with `asker` on the loop, never inside this call.
    void ask(lookup_line& line, const stream_endpoint& of,
             void (*answer)(void* asker, found_addresses found) noexcept, void* asker);

private:
    friend class lookup_line;

    lookup_line* line_ = nullptr; // while it waits or is under way
    stream_endpoint of_;
    void (*answer_)(void*, found_addresses) noexcept = nullptr;
    void* asker_ = nullptr;
};

} // namespace tactus::host
