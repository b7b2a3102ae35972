// SPDX-License-Identifier: MIT
// "tactus.stream/0": the plugin's side of the listeners and streams of a test_network. Not
// installed.
#pragma once

#include "error_report.hpp"
#include "operations.hpp"

#include <cstdint>
#include <string>

#include <tactus/testhost/network.hpp>

namespace tactus::testing {

/// The arguments of an op of one stream or listener.
struct stream_request {
    const char* kind; // "accept", "read", "write", "stream_writable", "shutdown", "ended"
    tactus_id stream;
    std::uint8_t* bytes = nullptr;
    std::uint32_t size = 0;
    std::int64_t due_ns = 0; // 0: no time limit
};

/// Each function but start() is one of the ABI's. Threads: [loop]; the gate refuses others.
class stream_interface {
public:
    stream_interface(call_gate& gate, operations& ops, error_report& errors, test_network& network)
        : gate_(gate), ops_(ops), errors_(errors), network_(network) {}

    tactus_status start(tactus_op* op, const stream_request& wanted);
    tactus_status write(tactus_op* op, tactus_id stream, const std::uint8_t* bytes, std::uint32_t n,
                        std::int64_t due_ns);
    tactus_status resolve(tactus_op* op, tactus_str endpoint, tactus_endpoint_text* found,
                          std::uint32_t n, std::int64_t due_ns);
    tactus_status listen(const tactus_listen* wanted, tactus_id* listener);
    tactus_status connect(tactus_op* op, tactus_str endpoint, std::int64_t due_ns);
    tactus_status adopt(std::int32_t fd, tactus_id* stream);
    tactus_status send(tactus_id stream, const tactus_chunk* chunks, std::uint32_t n,
                       std::uint32_t* sent);
    tactus_status local(tactus_id listener, tactus_endpoint_text* to);
    tactus_status peer(tactus_id stream, tactus_stream_peer* to);
    tactus_status refuse(tactus_id stream, const char* reason);
    tactus_status close(tactus_id stream) { return close("stream.close", stream); }

private:
    test_stream* find(tactus_id stream); // nullptr: there has never been one of this number
    tactus_status close(const char* call, tactus_id stream);

    call_gate& gate_;
    operations& ops_;
    error_report& errors_;
    test_network& network_;
};

} // namespace tactus::testing
