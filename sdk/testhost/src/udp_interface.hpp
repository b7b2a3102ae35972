// SPDX-License-Identifier: MIT
// "tactus.udp/0": the plugin's side of the sockets of a test_network. Not installed.
#pragma once

#include "error_report.hpp"
#include "operations.hpp"

#include <cstdint>

#include <tactus/testhost/network.hpp>

namespace tactus::testing {

/// Each function is one of the ABI's. Threads: parse() is for any, the others for [loop].
class udp_interface {
public:
    udp_interface(call_gate& gate, operations& ops, error_report& errors, test_network& network)
        : gate_(gate), ops_(ops), errors_(errors), network_(network) {}

    tactus_status parse(tactus_str endpoint, tactus_address* address);
    tactus_status open(const tactus_address* local, const tactus_address* remote,
                       tactus_id* socket);
    tactus_status open_with(const tactus_udp_options* options, tactus_id* socket);
    tactus_status local(tactus_id socket, tactus_address* address);
    tactus_status recv(tactus_op* op, tactus_id socket, tactus_datagram* datagrams,
                       std::uint32_t n);
    tactus_status send(tactus_id socket, const tactus_datagram* datagrams, std::uint32_t n,
                       std::uint32_t* sent);
    tactus_status writable(tactus_op* op, tactus_id socket);
    std::uint64_t overflows(tactus_id socket);
    tactus_status close(tactus_id socket);

private:
    struct recv_op;

    test_socket* find(tactus_id socket); // nullptr where it is not open
    tactus_status start(const char* call, tactus_op* op, std::unique_ptr<pending_op> made);
    tactus_status refused(tactus_status status);

    call_gate& gate_;
    operations& ops_;
    error_report& errors_;
    test_network& network_;
};

} // namespace tactus::testing
