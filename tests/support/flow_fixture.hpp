// SPDX-License-Identifier: MIT
// A whole flow around instances under test: one dispatcher, one ingress, all routes from every
// input to every output, and a log that can be read. In virtual time (manual_reactor), or on a real
// loop. For tests of kernel/host.
#pragma once

#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"
#include "kernel/host/backpressure_waiters.hpp"
#include "kernel/host/host_services.hpp"
#include "kernel/time/timebase.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tactus::testing {

inline flow::timed_queue make_queue(std::int64_t now_ns) {
    result<flow::timed_queue> made = flow::timed_queue::make({}, now_ns);
    TACTUS_ASSERT(made.has_value());
    return std::move(*made);
}

// A log writes into one end; what nobody reads is lost and counted, as in life.
struct log_pipe {
    log_pipe() { TACTUS_ASSERT(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0); }
    log_pipe(const log_pipe&) = delete;
    log_pipe& operator=(const log_pipe&) = delete;
    ~log_pipe() {
        ::close(ends[0]);
        ::close(ends[1]);
    }
    [[nodiscard]] base::log_settings settings() const {
        base::log_settings to_pipe;
        to_pipe.fd = ends[1];
        return to_pipe;
    }
    // The next line, without its end; waits for it, as the log's thread may take a moment.
    [[nodiscard]] std::string read_line() const {
        std::string line;
        for (char c = '\0'; c != '\n';) {
            if (::read(ends[0], &c, 1) != 1) {
                std::this_thread::yield();
            } else if (c != '\n') {
                line += c;
            }
        }
        return line;
    }
    int ends[2] = {-1, -1};
};

struct flow_fixture {
    explicit flow_fixture(coro::reactor& turns, std::size_t inputs = 2, std::size_t outputs = 2,
                          std::uint64_t capacity = 1000)
        : reactor(turns), timebase(turns.clock()),
          dispatcher(make_queue(turns.clock().now_ns()), turns.clock()),
          fan_out(dispatcher, turns.clock()), ingress(fan_out, dispatcher, timebase, turns.clock()),
          log(pipe.settings()), services{turns,      timebase, ingress, fan_out,
                                         dispatcher, waiters,  log,     "0.0-test"} {
        flow::route all;
        for (std::size_t i = 0; i < inputs; ++i) {
            all.inputs.push_back(*ingress.add_input({}));
        }
        flow::output_settings wanted;
        wanted.limits.pending.events = capacity;
        wanted.limits.policy = flow::when_full::refuse;
        for (std::size_t i = 0; i < outputs; ++i) {
            all.outputs.push_back(*dispatcher.add_output(wanted));
        }
        ingress.configure({});
        fan_out.configure(flow::router({all}));
    }
    flow_fixture(const flow_fixture&) = delete;
    flow_fixture& operator=(const flow_fixture&) = delete;
    ~flow_fixture() = default;

    // What the loop does first in each turn.
    void run_due() {
        dispatcher.run_due(reactor.clock().now_ns());
        waiters.look(fan_out);
    }
    [[nodiscard]] flow::output_ledger output(std::uint16_t index) {
        return dispatcher.account().take_snapshot(index).ledger;
    }
    [[nodiscard]] std::int64_t unaccounted(std::uint16_t index) {
        const flow::output_snapshot now = dispatcher.account().take_snapshot(index);
        return now.ledger.unaccounted(now.pending);
    }
    [[nodiscard]] flow::input_ledger input(std::uint16_t index) const {
        return ingress.take_snapshot(index).ledger;
    }
    // For one output, due now unless said otherwise.
    void deliver(std::uint16_t index, const std::string& bytes, std::int64_t due_ns = 0) {
        flow::delivery what;
        what.due_ns = due_ns != 0 ? due_ns : reactor.clock().now_ns();
        what.source.bytes = std::as_bytes(std::span(bytes));
        what.source.arrival_ns = reactor.clock().now_ns();
        what.source.protocol = TACTUS_PROTO_OSC;
        dispatcher.enqueuer().deliver(index, what);
    }

    coro::reactor& reactor;
    time::timebase timebase;
    flow::dispatcher dispatcher;
    flow::fan_out fan_out;
    flow::ingress ingress;
    host::backpressure_waiters waiters;
    log_pipe pipe; // outlives the log
    base::log log;
    host::host_services services;
};

// A batch of one event.
struct single {
    explicit single(std::string payload, std::uint32_t flags = 0, std::int64_t due_ns = 0)
        : bytes(std::move(payload)) {
        event.bytes = reinterpret_cast<const std::uint8_t*>(bytes.data());
        event.size = static_cast<std::uint32_t>(bytes.size());
        event.protocol = TACTUS_PROTO_OSC;
        event.due_ns = due_ns;
        batch = {sizeof batch, 1, sizeof event, flags, &event};
    }
    std::string bytes;
    tactus_event event{};
    tactus_batch batch{};
};

// A well-formed OSC message "/n" without arguments.
inline const std::string osc_n("/n\0\0,\0\0\0", 8);

} // namespace tactus::testing
