// SPDX-License-Identifier: MIT
#include <vector>

#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

void increment(void* number) noexcept {
    ++*static_cast<int*>(number);
}

task<void> log_rounds(std::vector<int>* log, int number, int rounds) {
    for (int at = 0; at < rounds; ++at) {
        log->push_back(number);
        co_await yield();
    }
}

task<void> wait_for(event* gate) {
    co_await gate->wait();
}
task<void> turn_inside(ready_queue* queue, bool* is_left, bool* ran_one) {
    *is_left = queue->run(100);
    *ran_one = queue->run_one();
    co_return;
}

} // namespace

TEST_CASE("ready coroutines take turns in the order in which they became ready") {
    ready_queue queue;
    scope root(queue);
    std::vector<int> log;
    root.spawn("one", log_rounds(&log, 1, 3));
    root.spawn("two", log_rounds(&log, 2, 3));
    settle(queue);

    CHECK(log == std::vector<int>{1, 2, 1, 2, 1, 2});
}

TEST_CASE("run resumes at most its budget and says whether work is left") {
    ready_queue queue;
    scope root(queue);
    std::vector<int> log;
    root.spawn("one", log_rounds(&log, 1, 100));
    root.spawn("two", log_rounds(&log, 2, 100));

    CHECK(queue.run(5));
    CHECK(log.size() == 5);
    CHECK(queue.run(0));
    CHECK(log.size() == 5);
    CHECK(queue.run_one());
    CHECK(log.size() == 6);

    CHECK_FALSE(queue.run(1'000));
    CHECK_FALSE(queue.run_one());
    CHECK(log.size() == 200);
}

TEST_CASE("the wake hook is called when the idle queue gets work, and only then") {
    int wakes = 0;
    ready_queue queue(&increment, &wakes);
    scope root(queue);
    std::vector<int> log;

    root.spawn("one", log_rounds(&log, 1, 5));
    CHECK(wakes == 1);
    root.spawn("two", log_rounds(&log, 2, 5));
    CHECK(wakes == 1);

    settle(queue); // pushes made inside run are its caller's affair
    CHECK(wakes == 1);

    root.spawn("three", log_rounds(&log, 3, 1));
    CHECK(wakes == 2);
    settle(queue);
}

TEST_CASE("a queue that is turned inside itself does nothing and says that work is left") {
    ready_queue queue;
    scope root(queue);
    std::vector<int> log;
    bool is_left = false;
    bool ran_one = true;
    root.spawn("inside", turn_inside(&queue, &is_left, &ran_one));
    root.spawn("other", log_rounds(&log, 1, 1));

    queue.run(1);

    CHECK(is_left);
    CHECK_FALSE(ran_one);
    CHECK(log.empty());
    settle(queue);
}

TEST_CASE("yield unwinds by canceled once a stop is requested") {
    ready_queue queue;
    scope root(queue);
    std::vector<int> log;
    root.spawn("endless", log_rounds(&log, 1, 1'000'000));
    queue.run(10);
    root.request_stop();
    settle(queue);

    CHECK(root.is_empty());
    CHECK(root.error() == nullptr);
    CHECK(log.size() == 10);
}

TEST_CASE("live tasks are counted, in whichever order they end") {
    ready_queue queue;
    scope root(queue);
    event gates[3];
    for (event& gate : gates) {
        root.spawn("waits", wait_for(&gate));
    }
    settle(queue);
    for (const std::size_t at : {1u, 0u, 2u}) {
        const std::size_t before = queue.live_tasks();
        gates[at].set();
        settle(queue);
        CHECK(queue.live_tasks() == before - 1);
    }
    CHECK(root.is_empty());
}

} // namespace tactus::test
