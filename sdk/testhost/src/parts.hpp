// SPDX-License-Identifier: MIT
// The parts of a test_host, each with a state of its own; the functions of the ABI reach them
// through host->impl. None of them knows the host. Not installed.
#pragma once

#include "call_gate.hpp"
#include "descriptor_waits.hpp"
#include "emit_interface.hpp"
#include "error_report.hpp"
#include "instance_end.hpp"
#include "metric_table.hpp"
#include "operations.hpp"
#include "plugin_work.hpp"
#include "port_table.hpp"
#include "posted_calls.hpp"
#include "stream_interface.hpp"
#include "udp_interface.hpp"

#include <atomic>
#include <cstdint>

#include <tactus/testhost/host.hpp>

namespace tactus::testing {

/// In the order of their layers: each gets the earlier parts that it uses, and of the script, the
/// network and the record the classes that it needs.
struct host_parts {
    explicit host_parts(test_host& of)
        : answers(of), life(of), report(of), gate(of, of, of), posts(gate, of), ops(gate, of),
          errors(gate, posts, of), end(gate, ops, posts, of), work(gate, ops, posts, of),
          descriptors(gate, ops), ports(gate, of), metrics(gate, posts, of),
          emit(gate, ops, posts, ports, of), udp(gate, ops, errors, of),
          streams(gate, ops, errors, of) {}
    host_parts(const host_parts&) = delete;
    host_parts& operator=(const host_parts&) = delete;

    answer_script& answers;
    const life_state& life;
    plugin_report& report;
    // Written by [loop], read by any thread; sequentially consistent: it is rare.
    std::atomic<std::int64_t> now_ns = 1'000'000'000;
    call_gate gate;
    posted_calls posts;
    operations ops;
    error_report errors;
    instance_end end;
    plugin_work work;
    descriptor_waits descriptors;
    port_table ports;
    metric_table metrics;
    emit_interface emit;
    udp_interface udp;
    stream_interface streams;
};

} // namespace tactus::testing
