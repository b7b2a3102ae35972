// SPDX-License-Identifier: MIT
// A host for one plugin instance, for tests: its own time, scripted sockets, every `done` deferred.
// Nothing happens by itself: settle() makes all calls that are owed, advance_to() moves the time,
// in nanoseconds from 1,000,000,000 on. It holds the plugin to its contract and writes each breach
// into `breaches`; test_instance::end() reports them. It is not the daemon's host: that one also
// routes, limits and measures.
//
// Threads: the one that made it is [loop], and the only one that may call its functions. Calls of
// the plugin from other threads are taken at once and become visible in the next settle(). [work]
// and [out] calls run on a real thread, while the loop waits for it: for a function of exec.work
// that takes longer, up to `work_patience`; then the life goes on beside it.
//
// Ownership: sockets, streams and ports belong to the host; references to them are valid as long as
// it lives, unless a comment says otherwise.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <tactus/tactus.h>
#include <tactus/testhost/breaches.hpp>
#include <tactus/testhost/network.hpp>
#include <tactus/testhost/record.hpp>
#include <tactus/testhost/script.hpp>

namespace tactus::testing {

struct host_parts; // private

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
    ~test_host();

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
    void skip_to(std::int64_t time_ns);
    /// When the next pending op would end by itself; none where nothing is armed.
    std::optional<std::int64_t> next_deadline_ns() const;
    std::int64_t now_ns() const;

    /// How many ops of that kind are pending: "timer", "fd", "work", "emit", "recv", "writable"; of
    /// streams "resolve", "accept", "connect", "read", "write", "stream_writable", "shutdown",
    /// "ended".
    std::size_t pending(const std::string& kind) const;
    std::size_t pending() const;
    /// Ends the pending ops that wait for that descriptor and one of these events (TACTUS_FD_*), in
    /// the next settle(). False where none does.
    bool make_ready(std::int32_t fd, std::uint32_t events);
    /// Ends the pending ops of that kind, in the next settle(). As pending(kind), throws
    /// std::invalid_argument where ops are of no such kind.
    void complete(const std::string& kind, tactus_status status, std::uint64_t result);

    static constexpr std::uint64_t steps_max = 10'000; // of one settle()

    /// Runs `call` where [work] and [out] calls run, and waits for it.
    void on_worker(const std::function<void()>& call);
    /// Ends the thread of [work] calls; the next one makes a new one.
    void end_worker();
    /// Whether a function of exec.work is under way.
    bool is_working();
    /// Writes a breach down for each call in `failing` that there is not.
    void find_unknown_calls() { answer_script::find_unknown_calls(*this); }

private:
    std::string name_;
    std::unique_ptr<host_parts> parts_;
    tactus_host raw_;      // its functions use parts_
    bool is_busy_ = false; // settle() gave up
};

} // namespace tactus::testing
