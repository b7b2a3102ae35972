// SPDX-License-Identifier: MIT
// The ops of "tactus.stream/0". Not installed.
#pragma once

#include "operations.hpp"
#include "stream_interface.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include <tactus/testhost/network.hpp>

namespace tactus::testing {

/// As much of it as there is room for, with a NUL.
void copy(const std::string& from, tactus_endpoint_text& to);

/// An op of one stream or listener. Its kind says what it waits for.
struct stream_op : pending_op {
    stream_op(const stream_request& wanted, test_stream& of)
        : pending_op(wanted.kind, limit_of(wanted.due_ns), wanted.stream), on(of),
          bytes(wanted.bytes), n(wanted.size) {}

    bool can_end(std::int64_t now_ns) override;

    test_stream& on; // the network keeps it
    std::uint8_t* bytes;
    std::uint32_t n;

private:
    bool accept();
    bool read();
    bool write();
};

/// Of an endpoint whose network interface is not there when the op starts.
struct missing_interface_op : pending_op {
    explicit missing_interface_op(const char* of_kind) : pending_op(of_kind, std::nullopt) {}

    bool can_end(std::int64_t now_ns) override;
};

struct resolve_op : pending_op {
    resolve_op(const test_network& in, std::string what, tactus_endpoint_text* to,
               std::uint32_t room, std::int64_t until_ns)
        : pending_op("resolve", limit_of(until_ns)), network(in), endpoint(std::move(what)),
          found(to), n(room) {}

    bool can_end(std::int64_t now_ns) override;

    const test_network& network;
    std::string endpoint;
    tactus_endpoint_text* found;
    std::uint32_t n;
};

struct connect_op : pending_op {
    connect_op(test_network& in, std::string to, std::int64_t until_ns)
        : pending_op("connect", limit_of(until_ns)), network(in), endpoint(std::move(to)) {}

    bool can_end(std::int64_t now_ns) override;

    test_network& network;
    std::string endpoint;
};

} // namespace tactus::testing
