// SPDX-License-Identifier: MIT
// A real loop, and nodes of the reactor that call a function. Tests wait for conditions; a loop
// that never comes to them is ended by the test's time limit.
#pragma once

#include "kernel/base/assert.hpp"
#include "kernel/loop/loop.hpp"

#include <tactus/iface/fd.h>

#include "tests/support/catch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <functional>
#include <utility>

namespace tactus::loop::test {

struct call_timer : coro::timer {
    explicit call_timer(std::function<void()> call) : on_fire(std::move(call)) {
        fire = [](coro::timer& node) noexcept { static_cast<call_timer&>(node).on_fire(); };
    }
    std::function<void()> on_fire;
};

struct call_deferred : coro::deferred {
    explicit call_deferred(std::function<void()> call) : on_run(std::move(call)) {
        run = [](coro::deferred& node) noexcept { static_cast<call_deferred&>(node).on_run(); };
    }
    std::function<void()> on_run;
};

struct call_watch : coro::fd_watch {
    call_watch(int watched_fd, std::function<void(std::uint32_t)> call)
        : on_ready(std::move(call)) {
        fd = watched_fd;
        ready = [](coro::fd_watch& node, std::uint32_t events) noexcept {
            static_cast<call_watch&>(node).on_ready(events);
        };
    }
    std::function<void(std::uint32_t)> on_ready;
};

struct call_job : coro::job {
    call_job(std::function<void()> in_background, std::function<void()> on_loop)
        : on_work(std::move(in_background)), on_done(std::move(on_loop)) {
        work = [](coro::job& node) noexcept { static_cast<call_job&>(node).on_work(); };
        done = [](coro::job& node) noexcept { static_cast<call_job&>(node).on_done(); };
    }
    std::function<void()> on_work;
    std::function<void()> on_done;
};

// Due work that counts, as the flow's dispatcher stands in the loop.
class recorded_work final : public due_work {
public:
    std::int64_t due_ns = never_ns;
    std::function<void(std::int64_t)> on_due = [](std::int64_t) {};
    int tidy_slices = 0;
    int tidied = 0;

    void run_due(std::int64_t now_ns) noexcept override { on_due(now_ns); }
    [[nodiscard]] std::int64_t next_due_ns() const noexcept override { return due_ns; }
    bool tidy() noexcept override {
        if (tidy_slices == 0) {
            return false;
        }
        ++tidied;
        return --tidy_slices > 0;
    }
};

struct pipe_ends {
    pipe_ends() { REQUIRE(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0); }
    pipe_ends(const pipe_ends&) = delete;
    pipe_ends& operator=(const pipe_ends&) = delete;
    ~pipe_ends() {
        close_end(0);
        close_end(1);
    }

    void close_end(std::size_t which) {
        if (ends[which] >= 0) {
            ::close(std::exchange(ends[which], -1));
        }
    }
    void write(std::size_t count) const {
        const std::array<char, 64> bytes{};
        REQUIRE(::write(ends[1], bytes.data(), count) == static_cast<ssize_t>(count));
    }
    [[nodiscard]] bool read_one() const {
        char byte = 0;
        return ::read(ends[0], &byte, 1) == 1;
    }

    std::array<int, 2> ends{-1, -1};
};

struct loop_under_test {
    loop_under_test() { TACTUS_ASSERT(turned.begin_jobs().has_value()); }

    time::real_clock clock;
    loop turned{clock};
};

} // namespace tactus::loop::test
