// SPDX-License-Identifier: MIT
// A flow on a real loop in real time, for what has threads or sockets: nothing here waits for a
// time to pass, only until something has happened, or fails after a long while.
#pragma once

#include "kernel/loop/loop.hpp"
#include "kernel/time/clock.hpp"
#include "tests/kernel/host/instance_case.hpp"

#include <functional>

namespace tactus::testing {

inline constexpr std::int64_t too_long_ns = 20'000'000'000;

struct loop_case : private loop::due_work {
    time::real_clock clock;
    loop::loop turns{clock};
    flow_fixture fixture{turns};

    loop_case() { turns.set_due_work(this); }
    loop_case(const loop_case&) = delete;
    loop_case& operator=(const loop_case&) = delete;
    ~loop_case() override { turns.set_due_work(nullptr); }

    // Turns the loop until it holds, if only for a moment; false after a long while.
    bool turn_until(const std::function<bool()>& holds) {
        if (holds()) {
            return true;
        }
        struct look {
            coro::timer timer;
            loop_case* self;
            const std::function<bool()>* holds;
            std::int64_t until_ns;
            bool has_held = false;
        } looks;
        looks.self = this;
        looks.holds = &holds;
        looks.until_ns = clock.now_ns() + too_long_ns;
        looks.timer.owner = &looks;
        looks.timer.fire = [](coro::timer& node) noexcept {
            look& now = *static_cast<look*>(node.owner);
            now.has_held = (*now.holds)();
            if (now.has_held || now.self->clock.now_ns() > now.until_ns) {
                now.self->turns.stop();
            } else {
                now.self->turns.arm(node, now.self->clock.now_ns() + 200'000);
            }
        };
        turns.arm(looks.timer, clock.now_ns());
        turns.run();
        turns.disarm(looks.timer);
        return looks.has_held;
    }

private:
    void run_due(std::int64_t now_ns) noexcept override {
        fixture.dispatcher.run_due(now_ns);
        fixture.waiters.look(fixture.fan_out);
    }
    [[nodiscard]] std::int64_t next_due_ns() const noexcept override {
        return fixture.dispatcher.next_due_ns();
    }
    bool tidy() noexcept override { return fixture.dispatcher.tidy(); }
};

// The scripted plugin as an instance on that loop.
struct loop_instance : loop_case {
    script plays;
    std::optional<tactus_status> ended;
    std::unique_ptr<host::instance> one;

    ~loop_instance() override { wind_up(); }

    void start(host::role role = host::role::input, const net::stream_limits& limits = {}) {
        play(plays);
        one = std::make_unique<host::instance>(
            fixture.services, host::instance_id{"one", role, 1, limits, "scripted"},
            [this](tactus_status status) { ended = status; });
        REQUIRE(one->create(scripted_entry, scripted_descriptor).has_value());
        REQUIRE(one->configure(no_options).has_value());
        REQUIRE(one->start().has_value());
    }
    void wind_up() {
        if (one == nullptr) {
            return;
        }
        one->said_stopped(TACTUS_OK);
        const bool is_over = turn_until([this] { return ended.has_value() && one->is_quiet(); });
        CHECK(is_over);
        one->destroy();
        one.reset();
    }
    [[nodiscard]] const tactus_host* host() const { return plays.host; }
    template <class Table>
    [[nodiscard]] const Table& table(const char* id) const {
        return *static_cast<const Table*>(host()->get_interface(host(), id));
    }
    std::uint32_t come_up() {
        const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, str("p"), str("p")};
        std::uint32_t port = 0;
        REQUIRE(table<tactus_ports_0>(TACTUS_PORTS_0).add(host(), &info, &port) == TACTUS_OK);
        return port;
    }
};

} // namespace tactus::testing
