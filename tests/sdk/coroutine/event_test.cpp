// SPDX-License-Identifier: MIT
#include <optional>
#include <vector>

#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

task<void> note_after(event* gate, std::vector<int>* log, int number) {
    co_await gate->wait();
    log->push_back(number);
}

task<void> note_cancel(event* gate, int* canceled_count) {
    try {
        co_await gate->wait();
    } catch (const canceled&) {
        ++*canceled_count;
        throw;
    }
}

} // namespace

TEST_CASE("waiting for a set event goes on at once") {
    ready_queue queue;
    event gate;
    gate.set();
    std::vector<int> log;
    scope root(queue);
    root.spawn("waits", note_after(&gate, &log, 1));
    queue.run(1);
    CHECK(log == std::vector<int>{1});
    CHECK(root.is_empty());
}

TEST_CASE("setting an event makes its waiters ready in order, and resumes none inside set") {
    ready_queue queue;
    event gate;
    std::vector<int> log;
    scope root(queue);
    for (const int number : {1, 2, 3}) {
        root.spawn("waits", note_after(&gate, &log, number));
    }
    settle(queue);
    CHECK(root.size() == 3);

    gate.set();
    CHECK(log.empty());
    settle(queue);
    CHECK(log == std::vector<int>{1, 2, 3});
}

TEST_CASE("a reset event makes later tasks wait, woken ones go on") {
    ready_queue queue;
    event gate;
    std::vector<int> log;
    scope root(queue);
    root.spawn("early", note_after(&gate, &log, 1));
    settle(queue);

    gate.set();
    gate.reset();
    CHECK_FALSE(gate.is_set());
    root.spawn("late", note_after(&gate, &log, 2));
    settle(queue);
    CHECK(log == std::vector<int>{1});

    gate.set();
    settle(queue);
    CHECK(log == std::vector<int>{1, 2});
}

TEST_CASE("a stop request ends the wait of each waiter by canceled") {
    ready_queue queue;
    event gate;
    int canceled_count = 0;
    scope root(queue);
    for (int at = 0; at < 3; ++at) {
        root.spawn("waits", note_cancel(&gate, &canceled_count));
    }
    settle(queue);

    root.request_stop();
    CHECK(canceled_count == 0); // through the queue, never inside the request
    settle(queue);
    CHECK(canceled_count == 3);
    CHECK(root.error() == nullptr);
}

TEST_CASE("one waiter of several can be stopped, wherever it stands") {
    for (int stopped = 0; stopped < 3; ++stopped) {
        ready_queue queue;
        event gate;
        std::vector<int> log;
        scope first(queue), second(queue), third(queue);
        scope* const scopes[3] = {&first, &second, &third};
        for (int at = 0; at < 3; ++at) {
            scopes[at]->spawn("waits", note_after(&gate, &log, at));
            settle(queue);
        }
        scopes[stopped]->request_stop();
        settle(queue);
        CHECK(scopes[stopped]->is_empty());

        gate.set();
        settle(queue);
        CHECK(log.size() == 2);
        for (const int number : log) {
            CHECK(number != stopped);
        }
    }
}

TEST_CASE("after a stop request a wait does not begin, set or not") {
    ready_queue queue;
    event gate;
    gate.set();
    int canceled_count = 0;
    scope root(queue);
    root.request_stop();
    root.spawn("waits", note_cancel(&gate, &canceled_count));
    settle(queue);
    CHECK(canceled_count == 1);
}

TEST_CASE("a wait that was over before the stop request is not canceled") {
    ready_queue queue;
    event gate;
    int canceled_count = 0;
    scope root(queue);
    root.spawn("waits", note_cancel(&gate, &canceled_count));
    settle(queue);
    gate.set();
    root.request_stop();
    settle(queue);
    CHECK(canceled_count == 0);
    CHECK(root.is_empty());
}

TEST_CASE("an event may end as soon as its waiters are woken") {
    ready_queue queue;
    std::optional<event> gate;
    gate.emplace();
    std::vector<int> log;
    scope root(queue);
    root.spawn("waits", note_after(&*gate, &log, 1));
    settle(queue);
    gate->set();
    gate.reset();
    settle(queue);
    CHECK(log == std::vector<int>{1});
}

} // namespace tactus::test
