// SPDX-License-Identifier: MIT
#include <memory>
#include <vector>

#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

task<void> give(channel<int>* into, int first, int count, std::vector<int>* refused = nullptr) {
    for (int at = 0; at < count; ++at) {
        const bool is_taken = co_await into->push(first + at);
        if (!is_taken && refused != nullptr) {
            refused->push_back(first + at);
        }
    }
}

task<void> take(channel<int>* from, std::vector<int>* log, int count) {
    for (int at = 0; at < count; ++at) {
        const std::optional<int> value = co_await from->pop();
        log->push_back(value.value_or(-1));
    }
}

task<void> drain(channel<int>* from, std::vector<int>* log) {
    for (;;) {
        const std::optional<int> value = co_await from->pop();
        if (!value) {
            co_return;
        }
        log->push_back(*value);
    }
}

task<void> give_counted(channel<counted>* into, int value) {
    const bool is_taken = co_await into->push(counted(value));
    CHECK(is_taken);
}

} // namespace

TEST_CASE("values leave a channel in the order in which they came") {
    ready_queue queue;
    channel<int> values(3);
    std::vector<int> log;
    scope root(queue);
    root.spawn("give", give(&values, 0, 50));
    root.spawn("take", take(&values, &log, 50));
    settle(queue);

    CHECK(root.is_empty());
    REQUIRE(log.size() == 50);
    for (int at = 0; at < 50; ++at) {
        CHECK(log[static_cast<std::size_t>(at)] == at);
    }
}

TEST_CASE("a channel holds its capacity and refuses what goes beyond") {
    channel<std::unique_ptr<int>> values(2);
    CHECK(values.capacity() == 2);
    CHECK(values.try_push(std::make_unique<int>(1)));
    CHECK_FALSE(values.is_full());
    CHECK(values.try_push(std::make_unique<int>(2)));
    CHECK(values.is_full());

    auto third = std::make_unique<int>(3);
    CHECK_FALSE(values.try_push(std::move(third)));
    REQUIRE(third != nullptr); // left as it was
    CHECK(values.size() == 2);

    CHECK(**values.try_pop() == 1);
    CHECK(values.try_push(std::move(third)));
    CHECK(**values.try_pop() == 2);
    CHECK(**values.try_pop() == 3);
    CHECK_FALSE(values.try_pop().has_value());
}

TEST_CASE("who pushes into a full channel waits until there is room") {
    ready_queue queue;
    channel<int> values(1);
    scope root(queue);
    root.spawn("give", give(&values, 1, 2));
    settle(queue);
    CHECK(root.size() == 1);
    CHECK(values.is_full());

    CHECK(values.try_pop() == 1);
    CHECK(values.is_full()); // the waiting value took the place at once
    settle(queue);
    CHECK(root.is_empty());
    CHECK(values.try_pop() == 2);
}

TEST_CASE("a waiting taker is handed the value past the ring") {
    ready_queue queue;
    channel<int> values(1);
    std::vector<int> log;
    scope root(queue);
    root.spawn("take", take(&values, &log, 1));
    settle(queue);

    const int seven = 7;
    CHECK(values.try_push(seven));
    CHECK(values.is_empty());
    CHECK(log.empty()); // not resumed inside the push
    settle(queue);
    CHECK(log == std::vector<int>{7});
}

TEST_CASE("waiting takers and givers are served first come, first served") {
    ready_queue queue;
    channel<int> values(1);
    std::vector<int> first_log, second_log, rest;
    scope root(queue);
    root.spawn("first", take(&values, &first_log, 1));
    root.spawn("second", take(&values, &second_log, 1));
    settle(queue);
    root.spawn("give 10", give(&values, 10, 3)); // two are handed over, one stays
    root.spawn("give 20", give(&values, 20, 1));
    root.spawn("give 30", give(&values, 30, 1));
    settle(queue);
    CHECK(first_log == std::vector<int>{10});
    CHECK(second_log == std::vector<int>{11});
    CHECK(root.size() == 2);

    root.spawn("rest", take(&values, &rest, 3));
    settle(queue);
    CHECK(rest == std::vector<int>{12, 20, 30});
    CHECK(root.is_empty());
}

TEST_CASE("a closed channel is drained, then ends") {
    ready_queue queue;
    channel<int> values(4);
    std::vector<int> log;
    scope root(queue);
    root.spawn("give", give(&values, 0, 3));
    settle(queue);
    values.close();
    values.close();
    CHECK(values.is_closed());
    root.spawn("drain", drain(&values, &log));
    settle(queue);
    CHECK(log == std::vector<int>{0, 1, 2});
    CHECK(root.is_empty());
}

TEST_CASE("closing wakes waiting takers with the end and refuses waiting givers") {
    ready_queue queue;
    channel<int> empty(1), full(1);
    std::vector<int> log, refused;
    scope root(queue);
    root.spawn("take", take(&empty, &log, 1));
    root.spawn("give", give(&full, 1, 2, &refused));
    settle(queue);
    empty.close();
    full.close();
    settle(queue);

    CHECK(root.is_empty());
    CHECK(log == std::vector<int>{-1});
    CHECK(refused == std::vector<int>{2});
    CHECK(full.size() == 1);
}

TEST_CASE("a closed channel refuses every push") {
    ready_queue queue;
    channel<int> values(1);
    values.close();
    std::vector<int> refused;
    drive(queue, give(&values, 5, 1, &refused));
    CHECK(refused == std::vector<int>{5});
    const int six = 6;
    CHECK_FALSE(values.try_push(six));
    CHECK_FALSE(values.try_push(7));
}

TEST_CASE("a stop request ends waits on both sides and loses no value") {
    ready_queue queue;
    channel<int> empty(1), full(1);
    std::vector<int> log;
    scope root(queue);
    root.spawn("take", take(&empty, &log, 1));
    root.spawn("give", give(&full, 1, 2));
    settle(queue);
    root.request_stop();
    settle(queue);

    CHECK(root.is_empty());
    CHECK(root.error() == nullptr);
    CHECK(log.empty());
    CHECK(empty.try_push(3));
    CHECK(empty.try_pop() == 3);
    CHECK(full.try_pop() == 1);
    CHECK_FALSE(full.try_pop().has_value());
}

TEST_CASE("a value that was handed over before the stop request arrives") {
    ready_queue queue;
    channel<int> values(1);
    std::vector<int> log;
    scope root(queue);
    root.spawn("take", take(&values, &log, 1));
    settle(queue);
    CHECK(values.try_push(4));
    root.request_stop();
    settle(queue);
    CHECK(log == std::vector<int>{4});
}

TEST_CASE("values are destroyed as often as they are made, in the ring and in waiters") {
    counted::reset();
    {
        ready_queue queue;
        channel<counted> values(2);
        const owned_root first(queue, give_counted(&values, 1));
        const owned_root second(queue, give_counted(&values, 2));
        const owned_root waiting(queue, give_counted(&values, 3));
        settle(queue);
        CHECK(values.is_full());
        CHECK_FALSE(waiting.is_done());
        const std::optional<counted> taken = values.try_pop();
        REQUIRE(taken.has_value());
        CHECK(taken->value == 1);
    }
    CHECK(counted::made > 0);
    CHECK(counted::alive == 0);
}
TEST_CASE("a value that was taken leaves nothing in its place") {
    counted::reset();
    channel<counted> values(2);
    CHECK(values.try_push(counted(1)));
    CHECK(values.try_push(counted(2)));
    CHECK(counted::alive == 2);
    CHECK(values.try_pop().has_value());
    CHECK(counted::alive == 1);
    CHECK(values.try_pop().has_value());
    CHECK(counted::alive == 0);
}

} // namespace tactus::test
