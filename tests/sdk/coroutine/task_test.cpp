// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <vector>

#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

task<int> answer() {
    co_return 42;
}
task<int> plus_one(int value) {
    co_return value + 1;
}
task<std::unique_ptr<int>> boxed(std::unique_ptr<int> value) {
    co_return value;
}
task<int&> reference_to(int& value) {
    co_return value;
}
task<counted> make_counted(int value) {
    co_return counted(value);
}

struct opaque {
    explicit opaque(int content) : value(content) {}
    int value;
};
task<opaque> make_opaque() {
    co_return opaque(7);
}

task<int> fails() {
    throw failure::of(TACTUS_E_IO, "open device");
    co_return 0;
}

task<void> sets(bool* flag) {
    *flag = true;
    co_return;
}

task<int> sum_of_three() {
    const int first = co_await answer();
    const int second = co_await plus_one(first);
    auto work = plus_one(second);
    const int third = co_await std::move(work);
    co_return first + second + third;
}

task<void> notes(std::vector<std::string>* log, const char* text, int depth) {
    struct at_end {
        at_end(std::vector<std::string>* to, const char* said) : log(to), text(said) {}
        ~at_end() { log->push_back(text); }
        std::vector<std::string>* log;
        const char* text;
    };
    at_end note(log, text);
    if (depth > 0) {
        co_await notes(log, "inner", depth - 1);
        log->push_back("between");
    }
}

task<void> hold(counted kept, event* gate) {
    counted local(kept.value);
    co_await gate->wait();
    CHECK(local.value == kept.value);
}

task<void> outer_of_hold(event* gate) {
    counted local;
    co_await hold(counted(1), gate);
}

} // namespace

TEST_CASE("a task does not start before it is awaited") {
    bool has_run = false;
    {
        const task<void> never = sets(&has_run);
        CHECK(static_cast<bool>(never));
    }
    CHECK_FALSE(has_run);
}

TEST_CASE("a task gives its value to who awaits it") {
    ready_queue queue;
    CHECK(drive(queue, sum_of_three()) == 42 + 43 + 44);
}

TEST_CASE("a task passes move-only values through") {
    ready_queue queue;
    const std::unique_ptr<int> value = drive(queue, boxed(std::make_unique<int>(5)));
    REQUIRE(value != nullptr);
    CHECK(*value == 5);
}

TEST_CASE("a task of a reference gives the very object") {
    ready_queue queue;
    int number = 1;
    const auto change = [](int& target) -> task<void> {
        int& same = co_await reference_to(target);
        same = 9;
    };
    drive(queue, change(number));
    CHECK(number == 9);
}

TEST_CASE("a task gives values that have no default constructor") {
    ready_queue queue;
    int seen = 0;
    const auto look = [](int* out) -> task<void> {
        const opaque value = co_await make_opaque();
        *out = value.value;
    };
    drive(queue, look(&seen));
    CHECK(seen == 7);
}

TEST_CASE("an exception is rethrown at the await") {
    ready_queue queue;
    std::string text;
    const auto attempt = [](std::string* out) -> task<void> {
        try {
            const int never = co_await fails();
            *out = std::to_string(never);
        } catch (const failure& error) {
            *out = error.text();
            CHECK(error.status() == TACTUS_E_IO);
        }
    };
    drive(queue, attempt(&text));
    CHECK(text == "open device: transport failed");
}

TEST_CASE("an exception passes through tasks that do not catch it") {
    ready_queue queue;
    const auto middle = []() -> task<int> {
        const int value = co_await fails();
        co_return value;
    };
    CHECK_THROWS_AS(drive(queue, middle()), failure);
}

TEST_CASE("locals are destroyed before the awaiting task goes on") {
    ready_queue queue;
    std::vector<std::string> log;
    drive(queue, notes(&log, "outer", 1));
    CHECK(log == std::vector<std::string>{"inner", "between", "outer"});
}

TEST_CASE("the frame of an awaited task, parameters included, is gone after the await") {
    ready_queue queue;
    counted::reset();
    int alive_after = -1;
    const auto look = [](int* out) -> task<void> {
        auto take = [](counted taken) -> task<int> { co_return taken.value; };
        auto work = take(counted(3));
        const int value = co_await std::move(work);
        CHECK(value == 3);
        *out = counted::alive;
    };
    drive(queue, look(&alive_after));
    CHECK(alive_after == 0);
    CHECK(counted::alive == 0);
}

TEST_CASE("results are destroyed as often as they are made") {
    ready_queue queue;
    counted::reset();
    {
        const counted value = drive(queue, make_counted(8));
        CHECK(value.value == 8);
    }
    CHECK(counted::made > 0);
    CHECK(counted::alive == 0);
}

TEST_CASE("a result that is asked for by nobody is destroyed with the task") {
    ready_queue queue;
    counted::reset();
    const auto ignore = []() -> task<void> { (void)co_await make_counted(1); };
    drive(queue, ignore());
    CHECK(counted::made > 0);
    CHECK(counted::alive == 0);
}

TEST_CASE("a task that is never awaited frees its parameters") {
    counted::reset();
    event gate;
    { const task<void> never = hold(counted(1), &gate); }
    CHECK(counted::made > 0);
    CHECK(counted::alive == 0);
}

TEST_CASE("moving a task moves its frame and move assignment frees the old one") {
    ready_queue queue;
    counted::reset();
    event gate;
    gate.set();
    task<void> first = hold(counted(1), &gate);
    task<void> second = hold(counted(2), &gate);
    second = std::move(first);
    CHECK_FALSE(static_cast<bool>(first));
    drive(queue, std::move(second));
    CHECK(counted::alive == 0);
}

TEST_CASE("a tree of suspended tasks can be torn down at its root") {
    counted::reset();
    ready_queue queue;
    event gate;
    {
        const owned_root root(queue, outer_of_hold(&gate));
        settle(queue);
        CHECK(queue.live_tasks() == 2);
        CHECK(counted::alive == 4); // two locals, a parameter, and the argument that it came from
    }
    CHECK(counted::alive == 0);
    CHECK(queue.live_tasks() == 0);
    gate.set();
    CHECK(queue.is_empty());
}

TEST_CASE("a task that is ready can be torn down at its root") {
    counted::reset();
    ready_queue queue;
    event gate;
    {
        const owned_root first(queue, outer_of_hold(&gate));
        const owned_root second(queue, outer_of_hold(&gate));
        const owned_root third(queue, outer_of_hold(&gate));
        settle(queue);
        gate.set();
        CHECK_FALSE(queue.is_empty());
    }
    CHECK(queue.is_empty());
    CHECK(counted::alive == 0);
}

TEST_CASE("a shielded task does not see the stop of its parent") {
    ready_queue queue;
    scope root(queue);
    bool was_stoppable = true;
    const auto child = [](bool* out) -> task<void> {
        const auto here = co_await this_task();
        *out = here.stop().stop_possible();
        co_await yield();
    };
    const auto parent = [](task<void> goodbye) -> task<void> {
        co_await shield(std::move(goodbye));
    };
    root.request_stop();
    root.spawn("parent", parent(child(&was_stoppable)));
    settle(queue);
    CHECK(root.is_empty());
    CHECK(root.error() == nullptr);
    CHECK_FALSE(was_stoppable);
}

TEST_CASE("a task inherits queue and stop token from who awaits it") {
    ready_queue queue;
    scope root(queue);
    bool is_same = false;
    const auto inner = [](ready_queue* expected, stop_token token) -> task<bool> {
        const auto here = co_await this_task();
        co_return (&here.queue() == expected && here.stop() == token);
    };
    const auto outer = [](task<bool> work, bool* out) -> task<void> {
        const bool value = co_await std::move(work);
        *out = value;
    };
    root.spawn("outer", outer(inner(&queue, root.stop()), &is_same));
    settle(queue);
    CHECK(is_same);
}

} // namespace tactus::test
