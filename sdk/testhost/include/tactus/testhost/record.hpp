// SPDX-License-Identifier: MIT
// The record of a test_host: all that its plugin emitted, reported and reached. A test reads it,
// and may clear what it has seen. On [loop], unless a comment says otherwise.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <atomic>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tactus/tactus.h>

namespace tactus::testing {

using byte_string = std::vector<std::uint8_t>;

/// An event that an input emitted, with its own copy of the bytes.
struct emitted_event {
    std::int64_t due_ns;
    std::int64_t received_ns;
    std::uint32_t port;
    std::uint32_t tag;
    std::uint16_t protocol;
    bool is_droppable;
    byte_string bytes;
    std::uint32_t source = 0;
    std::uint16_t flags = 0;
    std::uint32_t group = 0;
};

struct test_port {
    std::string key;
    std::string name;
    bool is_up;
    int failures = 0; // attempts to connect
};

/// The events of an input, with the room for more, and the orders about them.
struct emit_record {
    std::uint32_t emit_room = std::numeric_limits<std::uint32_t>::max(); // events
    std::vector<emitted_event> emitted;
    std::map<std::string, std::uint64_t> rejected;
    /// The first event that the daemon rejects whatever it is: "an event of 0 bytes"; or empty.
    std::string refused_event;
    std::vector<std::uint32_t> canceled_tags;
    std::vector<std::uint32_t> ended_senders;
    std::uint32_t panics = 0;
    bool ends_with_instance = false;
    std::uint32_t emit_calls = 0;
    // Batches from other threads that may wake the loop: those without TACTUS_BATCH_MORE.
    std::atomic<std::uint32_t> foreign_wakes{0};

    void make_room(std::uint32_t events) { emit_room = events; }
};

/// The plugin's reports about itself.
struct plugin_report {
    std::map<std::uint32_t, test_port> ports;
    std::vector<std::uint32_t> writable_ports;
    std::map<std::string, std::int64_t> metrics;
    std::vector<std::string> log;
    std::string error_key;
    std::string error_text;
    std::set<std::string> interfaces_asked;

    const std::string& port_key(std::uint32_t port) const { return ports.at(port).key; }
};

/// How far the instance is in its life.
struct life_state {
    bool is_creating = false; // inside create(): no call is allowed but set_error
    // Read by the plugin's threads, which are refused before; sequentially consistent: it is rare.
    std::atomic<bool> is_starting = false; // inside start()
    std::atomic<bool> is_started = false;  // start() has returned
    std::optional<tactus_status> stopped;
};

} // namespace tactus::testing
