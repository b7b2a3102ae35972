// SPDX-License-Identifier: MIT
// A host for one plugin instance, for tests: its own time, scripted sockets, every `done` deferred.
// Nothing happens by itself: settle() makes all calls that are owed, advance_to() moves the time,
// in nanoseconds from 1,000,000,000 on. It holds the plugin to its contract and writes each breach
// into `breaches`; test_instance::end() reports them. It is not the daemon's host: that one also
// routes, limits and measures.
//
// Threads: the one that made it is [loop], and the only one that may call its functions. What the
// plugin calls from other threads is taken there and becomes visible in the next settle(). [work]
// and [out] calls run on a real thread, while the loop waits for it: for a function of exec.work
// that takes longer, up to `work_patience`; then the life goes on beside it.
//
// Ownership: sockets, streams and ports belong to the host; references to them are valid as long as
// it lives, unless a comment says otherwise.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <atomic>
#include <chrono>
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
#include <tactus/testhost/stream.hpp>
#include <tactus/testhost/worker.hpp>

namespace tactus::testing {

using byte_string = std::vector<std::uint8_t>;

/// What an input emitted, with its own copy of the bytes.
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

struct test_datagram {
    byte_string bytes;
    std::int64_t received_ns = 0;
    bool is_truncated = false;
    std::string from = {}; // "udp://10.0.0.1:9"; the sender
};

struct test_socket {
    std::string local;  // as it was parsed; "" = any
    std::string remote; // "" = not connected
    std::string own;    // of one that only sends by UDP: the host's own_address when it was made
    std::string device; // of open_with
    std::uint32_t hops = 0;
    std::uint32_t mode = 0;
    std::deque<test_datagram> inbound;
    std::vector<byte_string> sent;
    std::uint32_t send_calls = 0;
    std::uint32_t send_room = std::numeric_limits<std::uint32_t>::max();
    tactus_status send_status = TACTUS_OK; // what a send answers after send_room datagrams
    std::uint64_t overflows = 0;
};

struct made_metric {
    std::uint32_t kind; // TACTUS_METRIC_*
    std::string name;   // with its label
};

class test_host {
public:
    explicit test_host(std::string name = "test");
    test_host(const test_host&) = delete;
    test_host& operator=(const test_host&) = delete;

    const tactus_host* raw() const { return &raw_; }

    /// Makes every call that is owed, until none is: posted functions, work, ended ops. A plugin
    /// that starts something anew each time never settles: after steps_max calls that is a breach.
    void settle();
    /// One call of those that are owed; false where none is.
    bool step();
    /// Settles until the plugin has called stopped(), in real time: for up to `stop_patience`, as
    /// long as a thread of its own or a function of exec.work may still lead to it. The
    /// descriptors that ops wait for are looked at meanwhile. The plugin's time stands still.
    void await_stopped();
    /// Moves the time from timer to timer, settling at each. Throws std::invalid_argument for a
    /// time that is past.
    void advance_to(std::int64_t time_ns);
    /// Moves the time at once, as when the machine slept: nothing runs meanwhile.
    void skip_to(std::int64_t time_ns) { now_ns_ = time_ns; }
    /// When the next pending op would end by itself; none where nothing is armed.
    std::optional<std::int64_t> next_deadline_ns() const;
    std::int64_t now_ns() const { return now_ns_; }

    /// How many ops of that kind are pending: "timer", "fd", "work", "emit", "recv", "writable"; of
    /// streams "resolve", "accept", "connect", "read", "write", "stream_writable", "shutdown",
    /// "ended".
    std::size_t pending(const std::string& kind) const;
    std::size_t pending() const { return ops_.size(); }
    /// Ends the pending ops that wait for that descriptor and one of these events (TACTUS_FD_*), in
    /// the next settle(). False where none does.
    bool make_ready(std::int32_t fd, std::uint32_t events);
    /// Ends the pending ops of that kind, in the next settle(). As pending(kind), throws
    /// std::invalid_argument where ops are of no such kind.
    void complete(const std::string& kind, tactus_status status, std::uint64_t result);

    void make_room(std::uint32_t events);
    /// A datagram comes to an open socket of the plugin's. A breach where none is open there.
    void deliver(const std::string& local, test_datagram datagram);
    test_socket* socket_to(const std::string& remote);
    test_socket* socket_at(const std::string& local);
    std::size_t open_sockets() const { return sockets_.size(); }
    /// The open sockets, and all listeners and streams, also those that are closed.
    std::map<tactus_id, test_socket>& sockets() { return sockets_; }
    std::map<tactus_id, test_stream>& streams() { return streams_; }

    /// Somebody connects to a listener of the plugin's, which accepts in the next settle(). Where
    /// nobody listens, that is a breach, and the stream leads nowhere.
    test_stream& connect_to(const std::string& local,
                            const std::string& from = "tcp://127.0.0.1:50000");
    /// The peer sends, ends its side (still reads), or is gone.
    static void feed(test_stream& to, std::string_view bytes);
    static void end(test_stream& peer) { peer.is_ended = true; }
    static void reset(test_stream& peer) { peer.is_reset = true; }
    /// The latest stream that the plugin connected there; nullptr where there is none.
    test_stream* stream_to(const std::string& remote);
    test_stream* listener_at(const std::string& local); // nullptr where nobody listens
    std::size_t open_streams() const;                   // listeners too
    tactus_status listen(const tactus_listen* wanted, tactus_id* listener);
    tactus_status describe_peer(tactus_id id, tactus_stream_peer* to);
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
    // Asked at each call that can fail, on the thread that calls, one at a time: its name, and how
    // many were made before. TACTUS_OK lets it work. A call that starts an op and is refused has no
    // `done`. Once the plugin may have threads, set it by refuse_by().
    std::function<tactus_status(std::string_view call, std::uint64_t number)> refuse;
    void refuse_by(std::function<tactus_status(std::string_view, std::uint64_t)> answer);
    std::uint64_t calls = 0; // made so far, of those that can fail
    std::set<std::string> missing_interfaces;
    std::set<std::string> interfaces_asked;
    std::uint32_t emit_room = std::numeric_limits<std::uint32_t>::max();
    std::size_t posts_max = TACTUS_POSTS_MAX;
    // Called on [loop] before each call into the plugin, with its name ("send", "done of timer", "a
    // posted function"), and after it with nullptr.
    std::function<void(const char* call)> calling;
    bool is_work_held = false;
    // Of real time.
    std::chrono::milliseconds work_patience{2000};
    std::chrono::milliseconds stop_patience{5000};
    bool completes_newest_first = false;
    // Asked which of the n >= 1 ops that can end now ends next, if it is set.
    std::function<std::size_t(std::size_t n)> choose;
    static constexpr std::uint64_t steps_max = 10'000; // of one settle()

    // What the plugin did.
    std::vector<emitted_event> emitted;
    std::map<std::uint32_t, test_port> ports;
    std::map<std::string, std::uint64_t> rejected;
    /// The first event that the daemon rejects whatever it is: "an event of 0 bytes"; or empty.
    std::string refused_event;
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
    // Read by the plugin's threads, which are refused before; sequentially consistent: it is rare.
    std::atomic<bool> is_starting = false; // inside start()
    std::atomic<bool> is_started = false;  // start() has returned
    std::vector<std::string> breaches;

    const std::string& port_key(std::uint32_t port) const { return ports.at(port).key; }

    /// Calls the plugin, or any function, as `calling` shall see it.
    template <class Call>
    auto call_plugin(const char* name, Call call) {
        const call_mark mark(*this, name);
        return call();
    }
    /// Runs `call` where [work] and [out] calls run, and waits for it.
    void on_worker(const std::function<void()>& call) { worker_.run(call); }
    /// Ends the thread of [work] calls; the next one makes a new one.
    void end_worker() { worker_.end(); }
    /// Whether a function of exec.work is under way.
    bool is_working() { return !worker_.is_idle(); }
    /// Writes a breach down for each call in `failing` that there is not.
    void find_unknown_calls();
    /// Writes a breach of the contract down, from any thread.
    void breach(std::string what);

private:
    friend struct host_tables;

    class call_mark {
    public:
        call_mark(test_host& host, const char* name) : host_(host) { tell(name); }
        call_mark(const call_mark&) = delete;
        call_mark& operator=(const call_mark&) = delete;
        ~call_mark() { tell(nullptr); }

    private:
        void tell(const char* name) const {
            if (host_.calling) {
                host_.calling(name);
            }
        }
        test_host& host_;
    };

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
        std::int32_t fd = -1;
        std::uint64_t file = 0;   // that fd was at first
        std::uint32_t events = 0; // TACTUS_FD_*
        bool is_running = false;  // work
        bool is_ended = false;
        tactus_status status = TACTUS_OK;
        std::uint64_t result = 0;
    };
    using op_place = std::list<pending_op>::iterator;

    /// Throws std::invalid_argument if ops are of no such kind.
    static void require_kind(std::string_view kind);
    /// The status that is scripted for the call. For functions that are [any].
    tactus_status scripted(const char* call);
    /// The same, after the checks that hold for all functions that are [loop].
    tactus_status enter(const char* call);
    tactus_status start(const char* call, tactus_op* op, pending_op made);
    /// An op of a socket; TACTUS_E_CLOSED where that is not open.
    tactus_status start_on_socket(const char* call, tactus_op* op, const pending_op& made);
    void change_metric(std::uint32_t metric, std::int64_t by, bool is_relative);
    tactus_status cancel(tactus_op* op);
    tactus_status say_stopped(tactus_status status);
    tactus_status say_stopped_elsewhere(tactus_status status);
    void note_stopped(tactus_status status);
    tactus_status take_error(tactus_status status, std::string key, std::string text);
    bool is_on_loop() const { return std::this_thread::get_id() == loop_; }
    /// What another thread called, for the loop to do; true where it was one.
    bool defer_foreign(std::function<void()> call);
    bool run_foreign();
    bool run_posted();
    bool run_work();
    pending_op* next_work();
    bool is_posted();
    bool has_threads_at_work();
    void look_at_descriptors();
    void find_closed(pending_op& waiting);
    bool end_one_op();
    void fill(pending_op& receiving);
    bool can_end(pending_op& waiting);
    tactus_status check_batch(const tactus_batch& batch);
    tactus_status take(const tactus_batch& batch, std::uint32_t* accepted);
    tactus_status send(tactus_id socket, const tactus_datagram* datagrams, std::uint32_t n,
                       std::uint32_t* sent);
    static std::string text_of(const tactus_address* address);
    tactus_status own_address_of(tactus_id socket, tactus_address* to);
    test_stream& add_stream(const std::string& peer);
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
    test_worker worker_;
    std::mutex calls_mutex_;    // guards calls, and refuse while it is asked
    std::mutex breaches_mutex_; // guards breaches against other threads
    std::mutex posts_mutex_;    // guards posts_, foreign_calls_, and `stopped` while it is written
    std::deque<std::function<void()>> foreign_calls_;
    std::deque<std::pair<void (*)(void*) TACTUS_NOEXCEPT, void*>> posts_;
    std::map<tactus_id, test_socket> sockets_;
    std::map<tactus_id, test_stream> streams_;
    tactus_id last_socket_ = 0;
    std::uint32_t last_port_ = 0;
    std::map<std::string, std::uint32_t> port_numbers_; // by key; one that is back has its own
    std::chrono::milliseconds work_waited_{0};          // for what runs on the worker
    std::optional<tactus_status> ends_elsewhere_; // a thread of the plugin's has called stopped()
    bool must_wait_for_room_ = false;
    bool is_busy_ = false; // settle() gave up
    std::vector<std::string> resolved_;
    std::vector<made_metric> made_metrics_;
};

} // namespace tactus::testing
