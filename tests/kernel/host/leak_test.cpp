// SPDX-License-Identifier: MIT
// Instances come and go for months: what they had of the system is given back.
#include "kernel/host/supervisor.hpp"
#include "tests/kernel/host/loop_case.hpp"

#include <filesystem>

#include <unistd.h>

namespace {

using namespace tactus;
using namespace tactus::testing;
using host::state;

std::ptrdiff_t entries(const char* folder) {
    namespace fs = std::filesystem;
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

struct leak_case : loop_case {
    script plays;
    tactus_id socket = 0;
    test_op receiving;
    test_op working;
    tactus_datagram datagram{};
    std::uint8_t byte = 0;

    // Each instance has a thread, sockets, ops pending and calls posted.
    leak_case() {
        plays.output.flags = TACTUS_OUT_MAY_BLOCK;
        plays.on_start = [this](const tactus_host* host) {
            const auto& udp =
                *static_cast<const tactus_udp_0*>(host->get_interface(host, TACTUS_UDP_0));
            const auto& exec =
                *static_cast<const tactus_exec_0*>(host->get_interface(host, TACTUS_EXEC_0));
            tactus_address local{};
            REQUIRE(udp.parse(host, str("udp://127.0.0.1:0"), &local) == TACTUS_OK);
            REQUIRE(udp.open(host, &local, nullptr, &socket) == TACTUS_OK);
            datagram.bytes = &byte;
            datagram.capacity = 1;
            REQUIRE(udp.recv(host, receiving, socket, &datagram, 1) == TACTUS_PENDING);
            REQUIRE(exec.post(
                        host, [](void*) noexcept {}, nullptr) == TACTUS_OK);
            REQUIRE(exec.work(
                        host, working, [](void*) noexcept {}, nullptr) == TACTUS_PENDING);
            return TACTUS_OK;
        };
    }
    void cycle() {
        play(plays);
        host::supervisor_settings what;
        what.who = {"one", host::role::output, 1};
        what.entry = &scripted_entry;
        what.descriptor = &scripted_descriptor;
        what.config = &no_options;
        host::supervisor one(fixture.services, what);
        bool is_stopped = false;
        one.start();
        REQUIRE(one.current() == state::running);
        one.stop([&] { is_stopped = true; });
        REQUIRE(turn_until([&] { return is_stopped; }));
        CHECK_FALSE(one.has_quarantine());
    }
};

TEST_CASE_METHOD(leak_case, "a hundred starts and stops leave no descriptor and no thread") {
    cycle();
    const std::ptrdiff_t fds = entries("/proc/self/fd");
    const std::ptrdiff_t threads = entries("/proc/self/task");

    for (int i = 0; i < 100; ++i) {
        cycle();
    }

    CHECK(plays.alive == 0);
    CHECK(entries("/proc/self/fd") == fds);
    CHECK(entries("/proc/self/task") == threads);
}

} // namespace
