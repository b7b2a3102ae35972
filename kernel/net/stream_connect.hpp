// SPDX-License-Identifier: MIT
// A connection being made, and a name lookup on its own: each serves one op, reports its result to
// its owner, and is destroyed by that. Addresses of a name are tried in turn.
// stream_connect_linux.cpp. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"
#include "kernel/net/name_lookup.hpp"
#include "kernel/net/operations.hpp"
#include "kernel/net/stream_address.hpp"

#include <tactus/iface/stream.h>

#include <cstdint>
#include <vector>

namespace tactus::net {

class stream_connect {
public:
    // Owns the object: it may be destroyed inside this call.
    class owner {
    public:
        owner() = default;
        owner(const owner&) = delete;
        owner& operator=(const owner&) = delete;
        virtual ~owner() = default;
        // fd >= 0, now the owner's; or TACTUS_E_IO with `reason`, as the interface defines it.
        virtual void connected(stream_connect& ended, int fd, std::uint64_t reason) noexcept = 0;
    };

    stream_connect(coro::reactor& reactor, owner& owned_by, operation& op);
    stream_connect(const stream_connect&) = delete;
    stream_connect& operator=(const stream_connect&) = delete;
    ~stream_connect();

    // The owner may be called before it returns.
    void start(const stream_endpoint& to, lookup_line& line);
    [[nodiscard]] operation& op() noexcept { return op_; }
    // The peer of the last attempt.
    [[nodiscard]] const stream_address& peer() const noexcept { return peer_; }

private:
    void try_next() noexcept;
    void on_ready() noexcept;
    void drop_attempt() noexcept;

    coro::reactor& reactor_;
    owner& owner_;
    operation& op_;
    name_lookup lookup_;
    coro::fd_watch watch_;
    std::vector<stream_address> left_; // the next one last
    stream_address peer_;
    std::uint64_t reason_ = 0; // of the last attempt
};

// Where a resolve stores its results.
struct resolve_request {
    stream_endpoint of;
    tactus_endpoint_text* found = nullptr;
    std::uint32_t n = 0;
};

class stream_resolve {
public:
    class owner {
    public:
        owner() = default;
        owner(const owner&) = delete;
        owner& operator=(const owner&) = delete;
        virtual ~owner() = default;
        // How many were found; if 0, see `reason`. May destroy the object.
        virtual void resolved(stream_resolve& ended, std::uint32_t found,
                              std::uint64_t reason) noexcept = 0;
    };

    stream_resolve(owner& owned_by, operation& op, const resolve_request& request)
        : owner_(owned_by), op_(op), request_(request) {}
    stream_resolve(const stream_resolve&) = delete;
    stream_resolve& operator=(const stream_resolve&) = delete;
    ~stream_resolve() = default;

    void start(lookup_line& line);
    [[nodiscard]] operation& op() noexcept { return op_; }

private:
    void answered(const found_addresses& found) noexcept;

    owner& owner_;
    operation& op_;
    resolve_request request_;
    name_lookup lookup_;
};

} // namespace tactus::net
