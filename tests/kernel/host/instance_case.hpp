// SPDX-License-Identifier: MIT
// One instance of the scripted plugin in virtual time, started, with its tables at hand; wound up
// at the end of the test.
#pragma once

#include "kernel/host/instance.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/flow_fixture.hpp"
#include "tests/support/manual_reactor.hpp"
#include "tests/support/scripted_plugin.hpp"

#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace tactus::testing {

inline constexpr tactus_config no_options = {
    sizeof(tactus_config), 0, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};

// Calls it on a thread of its own and waits.
template <class Callable>
auto elsewhere(Callable&& call) {
    decltype(call()) answer{};
    std::thread([&] { answer = call(); }).join();
    return answer;
}

struct instance_case {
    manual_reactor reactor;
    flow_fixture fixture{reactor};
    script plays;
    std::optional<tactus_status> ended;
    std::unique_ptr<host::instance> one;

    explicit instance_case(host::role role = host::role::input) { make(role); }
    instance_case(const instance_case&) = delete;
    instance_case& operator=(const instance_case&) = delete;
    ~instance_case() { wind_up(); }

    void make(host::role role) {
        play(plays);
        one = std::make_unique<host::instance>(fixture.services,
                                               host::instance_id{"one", role, 1, {}, "scripted"},
                                               [this](tactus_status status) { ended = status; });
        REQUIRE(one->create(scripted_entry, scripted_descriptor).has_value());
    }
    void start() {
        REQUIRE(one->configure(no_options).has_value());
        REQUIRE(one->start().has_value());
    }
    void wind_up() {
        if (one == nullptr) {
            return;
        }
        one->said_stopped(TACTUS_OK);
        reactor.settle();
        one->destroy();
        one.reset();
        reactor.settle();
    }

    [[nodiscard]] const tactus_host* host() const { return plays.host; }
    template <class Table>
    [[nodiscard]] const Table& table(const char* id) const {
        const void* found = host()->get_interface(host(), id);
        REQUIRE(found != nullptr);
        return *static_cast<const Table*>(found);
    }
};

struct started_input : instance_case {
    started_input() { start(); }
};
struct started_output : instance_case {
    started_output() : instance_case(host::role::output) { start(); }

    std::uint32_t come_up() {
        const tactus_port_info info = {sizeof info, TACTUS_PORT_UP, str("p"), str("p")};
        std::uint32_t port = 0;
        REQUIRE(table<tactus_ports_0>(TACTUS_PORTS_0).add(host(), &info, &port) == TACTUS_OK);
        return port;
    }
};

} // namespace tactus::testing
