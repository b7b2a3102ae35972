// SPDX-License-Identifier: MIT
// The host's services for one plugin instance: the time, waits, threads, emitting events, its
// ports, its log. run(context&) receives it; it lives as long as the instance. An input's run()
// loops over a wait and an emit, and ends by `canceled`, which any wait throws after the host has
// requested a stop. Nothing here is for the kernel; the life cycle around it is in instance.hpp.
// Threads: loop, unless a function is tagged any. Errors of the waits: canceled; failure.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tactus/cpp/batch.hpp>
#include <tactus/cpp/fault.hpp>
#include <tactus/cpp/firewall.hpp>
#include <tactus/cpp/foreign_work.hpp>
#include <tactus/cpp/interfaces.hpp>
#include <tactus/cpp/logger.hpp>
#include <tactus/cpp/metrics.hpp>
#include <tactus/cpp/ports.hpp>
#include <tactus/cpp/scope.hpp>
#include <tactus/cpp/time.hpp>
#include <tactus/cpp/waits.hpp>

namespace tactus {
inline namespace v0_1 {

namespace detail {
class instance_core;
}

class context {
public:
    /// Coroutines that one turn resumes before control returns to the host's loop.
    static constexpr std::size_t turn_budget = 128;

    using timer_wait = detail::plain_wait<detail::start_timer>;
    using fd_wait = detail::plain_wait<detail::start_fd>;

    explicit context(const tactus_host& host) noexcept
        : host_(&host), queue_(&context::ask_for_turn, this), children_(queue_) {}
    context(const context&) = delete;
    context& operator=(const context&) = delete;

    /// The instance's name in the configuration.
    std::string_view name() const noexcept { return host_->name; }
    /// Threads: any.
    time_point now() const noexcept { return time_at(host_->now_ns(host_)); }

    /// Resumes at or after `due`, never before, as precisely as the kernel dispatches.
    timer_wait sleep_until(time_point due) {
        const detail::start_timer start(*host_, interfaces_.timer.get(), to_ns(due));
        return timer_wait(*host_, start, "timer");
    }
    /// A span that no clock can reach the end of is a wait for a stop.
    timer_wait sleep_for(host_clock::duration span) {
        const time_point from = now();
        const bool is_endless = span > time_point::max() - from;
        return sleep_until(is_endless ? time_point::max() : from + span);
    }

    /// The fd remains the caller's; close it after the wait has ended. Closed before, the wait
    /// throws a failure (iface/fd.h).
    fd_wait readable(int fd) { return wait_for(fd, TACTUS_FD_READABLE); }
    fd_wait writable(int fd) { return wait_for(fd, TACTUS_FD_WRITABLE); }

    /// Resumes, without exception, once the instance is asked to stop.
    detail::stop_wait until_stop() noexcept { return detail::stop_wait(stop_token()); }

    /// Runs the callable on the instance's worker thread, where it may block, and returns its
    /// result or rethrows its exception. In order, one at a time. Once it runs it is awaited, even
    /// after a stop request. Give a callable with captures a name before the co_await expression
    /// (GCC 12).
    template <class Callable>
    task<std::invoke_result_t<Callable&>> work(Callable callable) {
        detail::work_item<Callable> item(std::move(callable));
        const detail::start_work start(*host_, interfaces_.exec.get(),
                                       &detail::work_item<Callable>::run, &item);
        detail::plain_wait<detail::start_work> done(*host_, start, "work");
        co_await done;
        co_return item.take();
    }

    /// Runs the callable on the loop, soon, in order of posting. Returns false if the instance has
    /// ended or too many are waiting; the callable is then destroyed without running. An exception
    /// from it ends the instance. Threads: any.
    template <class Callable>
    [[nodiscard]] bool post(Callable callable) {
        using item_type = detail::posted_item<context, Callable>;
        const tactus_exec_0& exec = interfaces_.exec.get();
        auto* const item = new item_type(*this, std::move(callable)); // run() deletes it
        if (exec.post(host_, &item_type::run, item) != TACTUS_OK) {
            delete item;
            return false;
        }
        return true;
    }

    /// Emits all events, waiting while there is no room. The view must stay valid until then.
    task<void> emit(batch_view batch);
    /// The same for the events that emit_now() left: waits for room first. `rest` always holds the
    /// events not yet taken, also if the wait is abandoned.
    task<void> emit_rest(batch_view& rest);
    /// Removes from `rest` the events that find room now; returns true if all did. Errors: failure.
    bool emit_now(batch_view& rest);
    /// Emits the events that find room and returns how many were taken. Add .as_droppable() for
    /// events that cannot wait: then all are taken, and those without room are refused and counted.
    /// On a thread of the plugin's own the rest may be offered again a millisecond later. Threads:
    /// any.
    std::uint32_t try_emit(batch_view batch) noexcept;
    /// Takes back events emitted under `tag` and not yet sent, except note-offs; returns the number
    /// of deliveries.
    std::uint64_t cancel(std::uint32_t tag);
    /// The sender of the events under `tag`, or `group`, has gone: takes back the same events, and
    /// ends the notes and pedals that the sender began, except those that another sender holds too.
    /// Returns the number of deliveries taken back. See gone_senders for the user's choice.
    std::uint64_t end_sender(std::uint32_t tag);
    /// Chooses whether the end of the instance (it is removed, fails or is started anew) ends all
    /// notes that the instance began and takes back all events that it has scheduled. gone_senders
    /// calls it.
    void end_with_instance(bool ends);
    /// Silences every output at once, because a sender has asked for it.
    void panic();
    /// Counts n messages that never became events: "malformed", "too_large", "address", "rate",
    /// "overrun", "sysex_denied". Another reason counts nothing.
    /// Threads: any.
    void reject(std::uint64_t n, const char* reason) noexcept;

    /// Within `send`: the reason why the event is not sent that `send` is about to give a status
    /// for; see send_result::failed. On any thread: the reason for the end of the instance.
    void explain(tactus_status status, std::string_view reason) const noexcept {
        host_->set_error(host_, status, to_str(""), to_str(reason));
    }

    /// Converts an OSC time tag or a Unix time to host time, and back. Tags 0 and 1 give 0,
    /// "at once".
    /// Threads: any.
    time_point from_ntp(std::uint64_t time_tag) const {
        return time_at(interfaces_.clock.get().from_ntp(host_, time_tag));
    }
    std::uint64_t to_ntp(time_point moment) const {
        return interfaces_.clock.get().to_ntp(host_, to_ns(moment));
    }
    time_point from_unix(std::int64_t unix_ns) const {
        return time_at(interfaces_.clock.get().from_unix(host_, unix_ns));
    }

    port_set ports() noexcept { return port_set(*host_, interfaces_.ports); }
    logger log() const noexcept { return logger(*host_, interfaces_.log); }
    metric_set metrics() noexcept { return metric_set(*host_, interfaces_.metrics); }

    /// Adds a task that runs beside run(). The instance ends when run() and all of these have
    /// ended; the first to fail ends them all. `task_name` is static text. Errors: std::bad_alloc;
    /// failure{CLOSED} if the instance has ended.
    void spawn(const char* task_name, task<void> child) {
        if (has_ended_) {
            throw failure::of(TACTUS_E_CLOSED, task_name);
        }
        children_.spawn(task_name, std::move(child));
    }
    tactus::stop_token stop_token() noexcept { return children_.stop(); }
    ready_queue& queue() noexcept { return queue_; }

    /// The C interface itself, for functions that this layer does not wrap. Errors:
    /// failure{UNSUPPORTED}.
    template <class Table>
    const Table& interface(const char* id) const {
        detail::facility<Table> looked_up(id);
        looked_up.look_up(*host_);
        return looked_up.get();
    }
    const tactus_host& host() const noexcept { return *host_; }

private:
    friend class detail::instance_core;
    template <class Owner, class Callable>
    friend class detail::posted_item;
    friend class udp_socket;
    friend class stream;
    friend class listener;

    fd_wait wait_for(int fd, std::uint32_t events) {
        return fd_wait(*host_, detail::start_fd(*host_, interfaces_.fd.get(), fd, events), "fd");
    }

    static void ask_for_turn(void* self) noexcept;
    void turn() noexcept;
    void fail(std::exception_ptr error) noexcept { fail(detail::in_post, std::move(error)); }
    void fail(const detail::place& where, std::exception_ptr error) noexcept;
    void fail_from_worker(const detail::place& where, const std::exception_ptr& error) noexcept;
    void take_worker_fault() noexcept;
    void log_fault(const detail::place& where, const std::exception_ptr& error) const noexcept;

    const tactus_host* host_;
    detail::host_interfaces interfaces_;
    ready_queue queue_;
    scope children_;
    detail::fault fault_;               // the first from a callback on the loop
    detail::worker_fault worker_fault_; // the first from a callback on the worker
    bool is_turn_posted_ = false;
    bool has_ended_ = false; // stopped() was called
};

inline bool context::emit_now(batch_view& rest) {
    if (rest.empty()) {
        return true;
    }
    const tactus_batch raw = rest.raw();
    std::uint32_t accepted = 0;
    const tactus_status status = interfaces_.emit.get().emit(host_, &raw, &accepted);
    if (status != TACTUS_OK && status != TACTUS_E_AGAIN) {
        throw failure::of(status, "emit");
    }
    rest = status == TACTUS_OK ? batch_view() : rest.without_first(accepted);
    return status == TACTUS_OK;
}

inline task<void> context::emit_rest(batch_view& rest) {
    while (!rest.empty()) {
        const detail::start_emit_room start(*host_, interfaces_.emit.get());
        detail::plain_wait<detail::start_emit_room> room(*host_, start, "emit");
        co_await room;
        emit_now(rest);
    }
}

inline task<void> context::emit(batch_view batch) {
    while (!emit_now(batch)) {
        const detail::start_emit_room start(*host_, interfaces_.emit.get());
        detail::plain_wait<detail::start_emit_room> room(*host_, start, "emit");
        co_await room;
    }
}

inline std::uint32_t context::try_emit(batch_view batch) noexcept {
    std::uint32_t accepted = 0;
    if (interfaces_.emit) {
        const tactus_batch raw = batch.raw();
        interfaces_.emit->emit(host_, &raw, &accepted);
    }
    return accepted;
}

inline std::uint64_t context::cancel(std::uint32_t tag) {
    std::uint64_t canceled = 0;
    detail::check_status(interfaces_.emit.get().cancel(host_, tag, &canceled), "cancel a tag");
    return canceled;
}

inline std::uint64_t context::end_sender(std::uint32_t tag) {
    std::uint64_t canceled = 0;
    detail::check_status(interfaces_.emit.get().end_sender(host_, tag, &canceled),
                         "end what a sender began");
    return canceled;
}

inline void context::end_with_instance(bool ends) {
    detail::check_status(interfaces_.emit.get().end_with_instance(host_, ends ? 1 : 0),
                         "say what ends with the instance");
}

inline void context::panic() {
    detail::check_status(interfaces_.emit.get().panic(host_), "panic");
}

inline void context::reject(std::uint64_t n, const char* reason) noexcept {
    if (interfaces_.emit) {
        interfaces_.emit->reject(host_, n, reason);
    }
}

// One posted turn serves all pushes until it runs. If the post is refused because too many are
// waiting, those are our own posted callables, and each of them turns the queue.
inline void context::ask_for_turn(void* self) noexcept {
    auto& here = *static_cast<context*>(self);
    if (here.is_turn_posted_ || !here.interfaces_.exec) {
        return;
    }
    const auto run = [](void* posted_by) noexcept {
        auto& there = *static_cast<context*>(posted_by);
        there.is_turn_posted_ = false;
        there.turn();
    };
    here.is_turn_posted_ = here.interfaces_.exec->post(here.host_, run, self) == TACTUS_OK;
}

inline void context::turn() noexcept {
    take_worker_fault();
    if (queue_.run(turn_budget)) {
        queue_.wake();
    }
}

// The first failure ends the instance; later ones are logged.
inline void context::fail(const detail::place& where, std::exception_ptr error) noexcept {
    if (fault_.error == nullptr && children_.error() == nullptr && !has_ended_) {
        fault_ = detail::fault{where, std::move(error)};
    } else {
        log_fault(where, error);
    }
    children_.request_stop();
}

// The loop reports the fault to the host. A post refused because too many are waiting is not
// needed: those are our own posted callables, and each of them turns the queue.
inline void context::fail_from_worker(const detail::place& where,
                                      const std::exception_ptr& error) noexcept {
    const auto look = [](void* self) noexcept { static_cast<context*>(self)->turn(); };
    worker_fault_.set(where, error);
    if (interfaces_.exec->post(host_, look, this) == TACTUS_E_CLOSED) {
        log_fault(where, error); // the instance has called stopped() already
    }
}

inline void context::take_worker_fault() noexcept {
    if (const detail::fault found = worker_fault_.take(); found.error != nullptr) {
        fail(found.where, found.error);
    }
}

inline void context::log_fault(const detail::place& where,
                               const std::exception_ptr& error) const noexcept {
    detail::explain(error, [&](const detail::outcome& means) noexcept {
        means.tell(where, [&](std::string_view text) noexcept { log().error(text); });
    });
}

} // namespace v0_1
} // namespace tactus
