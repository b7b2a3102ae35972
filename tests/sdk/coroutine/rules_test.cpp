// SPDX-License-Identifier: MIT
// Broken rules end the process, with a text that names the rule.
#include <memory>

#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

using Catch::Matchers::Contains;

task<void> nothing() {
    co_return;
}
task<void> wait_for(event* gate) {
    co_await gate->wait();
}
task<void> join(scope* joined) {
    co_await joined->join();
}

task<void> await_twice() {
    task<void> work = nothing();
    co_await std::move(work);
    co_await std::move(work);
}

auto pending_op(tactus_op** out) {
    auto start = [out](tactus_op* op) {
        *out = op;
        return TACTUS_PENDING;
    };
    return op_awaiter(start, op_cancel());
}

task<void> await_op(tactus_op** out) {
    co_await pending_op(out);
}

} // namespace

TEST_CASE("a scope that ends before its tasks ends the process") {
    const auto breach = [] {
        ready_queue queue;
        scope early(queue);
        early.spawn("nothing", nothing());
    };
    CHECK_THAT(abort_text(breach), Contains("a scope ended before its tasks"));
}

TEST_CASE("an event that ends before its waiters ends the process") {
    const auto breach = [] {
        ready_queue queue;
        scope root(queue);
        event gate;
        root.spawn("waits", wait_for(&gate));
        settle(queue);
    };
    CHECK_THAT(abort_text(breach), Contains("ended with tasks waiting"));
}

TEST_CASE("a frame destroyed with a pending op ends the process") {
    const auto breach = [] {
        ready_queue queue;
        tactus_op* op = nullptr;
        const owned_root root(queue, await_op(&op));
        settle(queue);
    };
    CHECK_THAT(abort_text(breach), Contains("pending op"));
}

TEST_CASE("done called twice ends the process") {
    const auto breach = [] {
        ready_queue queue;
        tactus_op* op = nullptr;
        const owned_root root(queue, await_op(&op));
        settle(queue);
        // Inside a run done only makes the task ready, so the op still stands at the second call.
        const auto complete_twice = [](tactus_op** pending) -> task<void> {
            (*pending)->done(*pending, TACTUS_OK, 0);
            (*pending)->done(*pending, TACTUS_OK, 0);
            co_return;
        };
        drive(queue, complete_twice(&op));
    };
    CHECK_THAT(abort_text(breach), Contains("not pending"));
}

TEST_CASE("awaiting a task twice ends the process") {
    const auto breach = [] {
        ready_queue queue;
        drive(queue, await_twice());
    };
    CHECK_THAT(abort_text(breach), Contains("already awaited task"));
}

TEST_CASE("two tasks that join a scope at a time end the process") {
    const auto breach = [] {
        ready_queue queue;
        scope root(queue), children(queue);
        event never;
        children.spawn("waits", wait_for(&never));
        root.spawn("join", join(&children));
        root.spawn("join", join(&children));
        settle(queue);
    };
    CHECK_THAT(abort_text(breach), Contains("joined by two tasks"));
}

TEST_CASE("a queue that ends before its tasks ends the process") {
    const auto breach = [] {
        auto queue = std::make_unique<ready_queue>();
        event gate;
        const owned_root root(*queue, wait_for(&gate));
        settle(*queue);
        queue.reset();
    };
    CHECK_THAT(abort_text(breach), Contains("ended before its tasks"));
}

TEST_CASE("a stop_source that ends before its callbacks ends the process") {
    const auto breach = [] {
        stop_registration registration;
        stop_source source;
        registration.arm(
            source.token(), [](void*) noexcept {}, nullptr);
    };
    CHECK_THAT(abort_text(breach), Contains("before its callbacks"));
}

TEST_CASE("a channel without room ends the process") {
    CHECK_THAT(abort_text([] { channel<int> none(0); }), Contains("room for one value"));
}

TEST_CASE("a call that keeps the rules does not end the process") {
    const auto keeps = [] {
        ready_queue queue;
        drive(queue, nothing());
    };
    CHECK(abort_text(keeps).empty());
}

} // namespace tactus::test
