// SPDX-License-Identifier: MIT
// The pending ops of one instance: which op waits for what, so that all can be cancelled at a stop,
// and `done` is called exactly once, on the loop, never inside another call of the plugin. See the
// op contract in tactus/abi.h. Nothing is allocated in the steady state. Threads: loop.
#pragma once

#include "kernel/coro/reactor.hpp"

#include <tactus/abi.h>
#include <tactus/limits.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace tactus::net {

class operations;

struct operation {
    operations* list = nullptr;
    tactus_op* op = nullptr;
    // Ends the wait, so nothing finishes it any more; returns false if that is no longer possible.
    bool (*abort)(operation&) noexcept = nullptr;
    void* subject = nullptr; // what it waits on, unless that is one of its own nodes
    coro::timer timer;
    coro::fd_watch watch;
    coro::deferred later;
    tactus_status status = TACTUS_OK;
    std::uint64_t result = 0;
    std::size_t place = 0; // in the list
    bool is_last = false;  // begun by begin_last() after close_but_last()
};

class operations {
public:
    static constexpr std::size_t pending_max = TACTUS_OPS_MAX;

    // Calls op->done(op, status, result), and may measure that.
    struct done_caller {
        void (*call)(void* with, tactus_op* op, tactus_status status,
                     std::uint64_t result) noexcept; // nullptr: done is just called
        void* with;
    };

    // The reactor and what `caller` refers to must outlive it.
    explicit operations(coro::reactor& reactor, done_caller caller = {nullptr, nullptr}) noexcept
        : reactor_(reactor), caller_(caller) {}
    operations(const operations&) = delete;
    operations& operator=(const operations&) = delete;
    ~operations(); // none may be pending

    // Between start and stopped; outside of that no op begins.
    void open() noexcept { is_open_ = true; }
    void close() noexcept { is_open_ = takes_last_ = false; }
    // From now on only begin_last() begins one, until close().
    void close_but_last() noexcept {
        is_open_ = false;
        takes_last_ = true;
    }

    // Returns nullptr if the op is already pending or has no `done`, if too many are pending, or if
    // the list is closed; refusal() gives the reason as a status.
    [[nodiscard]] operation* begin(tactus_op* op, bool (*abort)(operation&) noexcept);
    [[nodiscard]] operation* begin_last(tactus_op* op, bool (*abort)(operation&) noexcept);
    [[nodiscard]] tactus_status refusal() const noexcept;
    // Takes back a begun op that could not be started; `done` is not called.
    void forget(operation& ended) noexcept;
    // Calls done, now or in a later phase of the turn. `ended` is invalid afterwards.
    void finish(operation& ended, tactus_status status, std::uint64_t result) noexcept;
    void finish_later(operation& ended, tactus_status status, std::uint64_t result) noexcept;

    // TACTUS_E_INVALID for an op that is not pending here.
    tactus_status cancel(tactus_op* op) noexcept;
    void cancel_all() noexcept;
    // Also ends ops that cannot be taken back, but none that is_last. Bounds: nothing finishes them
    // any more.
    void end_all(tactus_status status) noexcept;

    [[nodiscard]] std::size_t pending() const noexcept { return pending_.size(); }
    [[nodiscard]] coro::reactor& reactor() noexcept { return reactor_; }

private:
    [[nodiscard]] operation* make(tactus_op* op, bool (*abort)(operation&) noexcept);
    void cancel(operation& pending) noexcept;

    coro::reactor& reactor_;
    done_caller caller_;
    std::vector<operation*> pending_;
    std::vector<operation*> free_;
    std::vector<std::unique_ptr<operation>> all_;
    bool is_open_ = false;
    bool takes_last_ = false;
};

} // namespace tactus::net
