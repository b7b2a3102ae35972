// SPDX-License-Identifier: MIT
// A host for one plugin instance, for tests: its own time, scripted sockets, every `done` deferred.
// Nothing happens by itself: settle() makes all calls that are owed, advance_to() moves the time.
// It holds the plugin to its contract and writes each breach into `breaches`, which a test requires
// to be empty. Not the kernel's host: that is tested against the same plugins.
// Threads: one, except `post`, what inputs call from threads of their own (settle() makes it seen),
// and the worker, which is a real thread while it runs.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <tactus/tactus.h>

#include "tests/support/fake_stream.hpp"

namespace tactus::testing {

using byte_string = std::vector<std::uint8_t>;

struct fake_event {
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

struct fake_port {
    std::string key;
    std::string name;
    bool is_up;
    int failures = 0; // attempts to connect
};

struct fake_datagram {
    byte_string bytes;
    std::int64_t received_ns = 0;
    bool is_truncated = false;
    std::string from = {}; // "udp://10.0.0.1:9"; the sender
};

struct fake_socket {
    std::string local;  // as it was parsed; "" = any
    std::string remote; // "" = not connected
    std::string own;    // of one that only sends by UDP: the host's own_address when it was made
    std::string device; // of open_with
    std::uint32_t hops = 0;
    std::uint32_t mode = 0;
    std::deque<fake_datagram> inbound;
    std::vector<byte_string> sent;
    std::uint32_t send_calls = 0;
    std::uint32_t send_room = std::numeric_limits<std::uint32_t>::max();
    tactus_status send_status = TACTUS_OK; // what a send answers after send_room datagrams
    std::uint64_t overflows = 0;
};

class fake_host {
public:
    explicit fake_host(std::string name = "test");
    fake_host(const fake_host&) = delete;
    fake_host& operator=(const fake_host&) = delete;

    const tactus_host* raw() const { return &raw_; }

    /// Makes every call that is owed, until none is: posted functions, work, ended ops.
    void settle();
    /// One call of those that are owed; false where none is.
    bool step();
    /// Moves the time from timer to timer, settling at each.
    void advance_to(std::int64_t time_ns);
    /// When the next pending op would end by itself; none where nothing is armed.
    std::optional<std::int64_t> next_deadline_ns() const;
    std::int64_t now_ns() const { return now_ns_; }

    /// How many ops of that kind are pending: "timer", "fd", "work", "emit", "recv", "writable"; of
    /// streams "resolve", "accept", "connect", "read", "write", "stream_writable", "shutdown",
    /// "ended".
    std::size_t pending(const std::string& kind) const;
    std::size_t pending() const { return ops_.size(); }
    /// Ends the pending ops of that kind, in the next settle().
    void complete(const std::string& kind, tactus_status status, std::uint64_t result);

    void make_room(std::uint32_t events);
    void deliver(const std::string& local, fake_datagram datagram);
    fake_socket* socket_to(const std::string& remote);
    fake_socket* socket_at(const std::string& local);
    std::size_t open_sockets() const { return sockets_.size(); }

    /// Somebody connects to a listener of the plugin's, which accepts in the next settle().
    fake_stream& connect_to(const std::string& local,
                            const std::string& from = "tcp://127.0.0.1:50000");
    /// The peer sends, ends its side (still reads), or is gone.
    static void feed(fake_stream& to, std::string_view bytes);
    static void end(fake_stream& peer) { peer.is_ended = true; }
    static void reset(fake_stream& peer) { peer.is_reset = true; }
    /// The latest stream that the plugin connected there; nullptr where there is none.
    fake_stream* stream_to(const std::string& remote);
    fake_stream* listener_at(const std::string& local); // nullptr where nobody listens
    std::size_t open_streams() const;                   // listeners too
    tactus_status listen(const tactus_listen& wanted, tactus_id* listener);
    tactus_status describe_peer(tactus_id id, tactus_stream_peer& to);
    std::map<std::string, std::string>
        names; // what resolve finds: name -> addresses, a space between
    std::map<std::string, int>
        unreachable; // what connect answers: endpoint -> error number; of UDP, too
    bool is_connect_held = false;
    bool is_resolve_held = false;
    // This machine's. Once it is another one, what was opened before is refused all that it sends.
    std::string own_address = "udp://10.0.0.1:40000";

    // What the host shall do. A call by its name ("udp.open") answers this in place of working.
    std::map<std::string, tactus_status> failing;
    std::set<std::string> missing_interfaces;
    std::set<std::string> interfaces_asked;
    std::uint32_t emit_room = std::numeric_limits<std::uint32_t>::max();
    std::size_t posts_max = 1024;
    bool is_work_held = false;
    bool completes_newest_first = false;

    // What the plugin did.
    std::vector<fake_event> emitted;
    std::map<std::uint32_t, fake_port> ports;
    std::map<std::string, std::uint64_t> rejected;
    std::map<std::string, std::int64_t> metrics;
    std::vector<std::string> log;
    std::vector<std::uint32_t> canceled_tags;
    std::vector<std::uint32_t> ended_senders;
    std::uint32_t panics = 0;
    bool ends_with_instance = false;
    std::vector<std::uint32_t> writable_ports;
    std::uint32_t emit_calls = 0;
    // Batches from other threads that may wake the loop: those without TACTUS_BATCH_MORE.
    std::atomic<std::uint32_t> foreign_wakes{0};
    std::string error_key;
    std::string error_text;
    std::optional<tactus_status> stopped;
    bool is_creating = false; // inside create(): no call is allowed but set_error
    bool is_started = false;  // start() has returned
    std::vector<std::string> breaches;

    const std::string& port_key(std::uint32_t port) const { return ports.at(port).key; }

private:
    friend struct fake_tables;

    struct pending_op {
        tactus_op* op;
        std::string kind;
        std::int64_t due_ns = 0;
        tactus_id socket = 0;
        tactus_datagram* datagrams = nullptr;
        std::uint32_t n = 0;
        void (*run)(void*) TACTUS_NOEXCEPT = nullptr;
        void* argument = nullptr;
        std::uint8_t* bytes = nullptr; // of a stream; n: how many
        tactus_endpoint_text* found = nullptr;
        std::string endpoint = {};
        bool is_ended = false;
        tactus_status status = TACTUS_OK;
        std::uint64_t result = 0;
    };
    using op_place = std::list<pending_op>::iterator;

    /// The status that is scripted for the call, after the checks that hold for all of them.
    tactus_status enter(const char* call);
    tactus_status start(const char* call, tactus_op* op, pending_op made);
    void breach(std::string what) { breaches.push_back(std::move(what)); }
    tactus_status cancel(tactus_op* op);
    void say_stopped(tactus_status status);
    bool is_on_loop() const { return std::this_thread::get_id() == loop_; }
    /// What another thread called, for the loop to do; true where it was one.
    bool defer_foreign(std::function<void()> call);
    bool run_foreign();
    bool run_posted();
    bool run_work();
    bool end_one_op();
    void fill(pending_op& receiving);
    bool can_end(pending_op& waiting);
    tactus_status take(const tactus_batch& batch, std::uint32_t* accepted);
    tactus_status send(tactus_id socket, const tactus_datagram* datagrams, std::uint32_t n,
                       std::uint32_t* sent);
    static std::string text_of(const tactus_address* address);
    tactus_status own_address_of(tactus_id socket, tactus_address& to);
    fake_stream& add_stream(const std::string& peer);
    bool can_end_stream(pending_op& waiting);
    bool end_resolve(pending_op& waiting);
    bool end_connect(pending_op& waiting);
    tactus_status send_chunks(tactus_id id, const tactus_chunk* chunks, std::uint32_t n,
                              std::uint32_t* sent);
    tactus_status close_stream(const char* call, tactus_id id);

    std::string name_;
    tactus_host raw_;
    std::thread::id loop_ = std::this_thread::get_id();
    std::atomic<std::int64_t> now_ns_ = 1'000'000'000;
    std::list<pending_op> ops_;
    std::mutex posts_mutex_; // guards posts_ and foreign_calls_
    std::deque<std::function<void()>> foreign_calls_;
    std::deque<std::pair<void (*)(void*) TACTUS_NOEXCEPT, void*>> posts_;
    std::map<tactus_id, fake_socket> sockets_;
    std::map<tactus_id, fake_stream> streams_;
    tactus_id last_socket_ = 0;
    std::uint32_t last_port_ = 0;
    std::map<std::string, std::uint32_t> port_numbers_; // by key; one that is back has its own
    bool must_wait_for_room_ = false;
    std::vector<std::string> resolved_;
    std::vector<std::string> metric_names_;
};

} // namespace tactus::testing
