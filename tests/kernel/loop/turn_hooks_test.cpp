// SPDX-License-Identifier: MIT
#include "kernel/loop/turn_hooks.hpp"

#include "tests/support/catch.hpp"

#include <utility>

namespace {

// A loop of libuv with hooks, which are closed at the end.
struct hooked_loop {
    hooked_loop() { REQUIRE(initialised == 0); }
    ~hooked_loop() {
        close();
        CHECK(uv_loop_close(&uv) == 0);
    }
    void close() {
        if (!std::exchange(is_closed, true)) {
            hooks.close();
            uv_run(&uv, UV_RUN_DEFAULT);
        }
    }
    void poll() { uv_run(&uv, UV_RUN_NOWAIT); }

    uv_loop_t uv{};
    int initialised = uv_loop_init(&uv);
    int turns = 0;
    bool is_closed = false;
    tactus::loop::turn_hooks hooks{
        &uv, [](void* owner) noexcept { ++static_cast<hooked_loop*>(owner)->turns; }, this};
};

} // namespace

TEST_CASE_METHOD(hooked_loop, "there is a turn before and after each poll") {
    CHECK(turns == 0);
    poll();
    CHECK(turns == 2);
    poll();
    poll();

    CHECK(turns == 6);
    CHECK(hooks.polls() == 3);
}

TEST_CASE_METHOD(hooked_loop, "a poll waits, unless the loop is kept awake") {
    poll(); // from now on libuv knows
    CHECK(uv_backend_timeout(&uv) == -1);

    hooks.keep_awake(true);
    hooks.keep_awake(true);
    CHECK(uv_backend_timeout(&uv) == 0);
    hooks.keep_awake(false);
    CHECK(uv_backend_timeout(&uv) == -1);
}

TEST_CASE_METHOD(hooked_loop, "after the close there are no more turns") {
    poll();
    close();

    CHECK(turns == 2);
}
