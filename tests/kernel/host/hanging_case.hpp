// SPDX-License-Identifier: MIT
// A supervisor of an instance of life.tactus.so that hangs while the test says so, and another
// that runs well, on a real loop.
#pragma once

#include "kernel/host/loading/catalog.hpp"
#include "kernel/host/supervisor.hpp"
#include "tests/kernel/host/bad_case.hpp"
#include "tests/kernel/host/loop_case.hpp"
#include "tests/support/bad_plugins/life.h"
#include "tests/support/meant_to_leak.hpp"

#include <memory>
#include <string>

namespace tactus::testing {

struct hanging_case : loop_case {
    host::catalog catalog{{TACTUS_BAD_PLUGINS}};
    std::unique_ptr<host::supervisor> bad;
    std::unique_ptr<host::supervisor> good;
    tests_life* life = nullptr;
    int stopped = 0;

    ~hanging_case() override {
        let_go();
        for (auto* each : {&bad, &good}) {
            if (*each != nullptr && (*each)->current() != host::state::stopped) {
                (*each)->stop([this] { ++stopped; });
            }
        }
        CHECK(turn_until([&] {
            return (bad == nullptr || bad->current() == host::state::stopped) &&
                   (good == nullptr || good->current() == host::state::stopped);
        }));
    }
    std::unique_ptr<host::supervisor> start(const std::string& type, std::uint16_t index,
                                            const std::string& file = "life") {
        const auto opened = catalog.open(file);
        REQUIRE(opened.has_value());
        host::supervisor_settings what;
        what.who = {type, type == "throws_in_work" ? host::role::input : host::role::output, index};
        what.entry = opened->front().entry;
        for (const host::found_plugin& each : *opened) {
            if (each.descriptor->type == type) {
                what.descriptor = each.descriptor;
            }
        }
        what.config = &no_options;
        what.restart_first_ns = 5 * ms;
        what.stall_limit_ns = 50 * ms;
        auto made = std::make_unique<host::supervisor>(fixture.services, what);
        made->start();
        REQUIRE(made->current() == host::state::running);
        if (file != "life") {
            return made;
        }
        life = static_cast<tests_life*>(
            const_cast<void*>(made->present()->plugin_interface(TESTS_LIFE_0)));
        return made;
    }
    void hang() { __atomic_store_n(&life->must_hang, 1, __ATOMIC_SEQ_CST); }
    [[nodiscard]] int hanging() const { return __atomic_load_n(&life->hanging, __ATOMIC_SEQ_CST); }
    void let_go() {
        if (life != nullptr) {
            __atomic_store_n(&life->must_hang, 0, __ATOMIC_SEQ_CST);
            CHECK(turn_until([&] { return hanging() == 0; }));
        }
    }
    [[nodiscard]] bool stalls() {
        meant_to_leak(bad->present());
        return turn_until([&] {
            bad->look_for_stall(clock.now_ns());
            return bad->totals().stalls == 1;
        });
    }
};

} // namespace tactus::testing
