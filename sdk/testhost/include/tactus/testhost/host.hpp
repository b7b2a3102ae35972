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
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <tactus/tactus.h>
#include <tactus/testhost/breaches.hpp>
#include <tactus/testhost/network.hpp>
#include <tactus/testhost/record.hpp>
#include <tactus/testhost/script.hpp>
#include <tactus/testhost/worker.hpp>

namespace tactus::testing {

struct made_metric {
    std::uint32_t kind; // TACTUS_METRIC_*
    std::string name;   // with its label
};

/// Its bases are the parts that a test sets and reads: host.failing, host.emitted.
class test_host : public breach_list,
                  public answer_script,
                  public turn_script,
                  public test_network,
                  public emit_record,
                  public plugin_report,
                  public life_state {
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

    tactus_status listen(const tactus_listen* wanted, tactus_id* listener);
    tactus_status describe_peer(tactus_id id, tactus_stream_peer* to);

    static constexpr std::uint64_t steps_max = 10'000; // of one settle()

    /// Runs `call` where [work] and [out] calls run, and waits for it.
    void on_worker(const std::function<void()>& call) { worker_.run(call); }
    /// Ends the thread of [work] calls; the next one makes a new one.
    void end_worker() { worker_.end(); }
    /// Whether a function of exec.work is under way.
    bool is_working() { return !worker_.is_idle(); }
    /// Writes a breach down for each call in `failing` that there is not.
    void find_unknown_calls() { answer_script::find_unknown_calls(*this); }

private:
    friend struct host_tables;

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
    /// The status that is scripted for the call, after the checks that hold for all functions that
    /// are [loop].
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
    std::mutex posts_mutex_; // guards posts_, foreign_calls_, and `stopped` while it is written
    std::deque<std::function<void()>> foreign_calls_;
    std::deque<std::pair<void (*)(void*) TACTUS_NOEXCEPT, void*>> posts_;
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
