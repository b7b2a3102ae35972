// SPDX-License-Identifier: MIT
#include <memory>
#include <string>

#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

task<int> number(int value) {
    co_return value;
}
task<std::string> text(const char* value) {
    co_return value;
}
task<int&> reference_to(int& value) {
    co_return value;
}

template <class T>
task<T> after(event* gate, T value) {
    co_await gate->wait();
    co_return value;
}

task<void> wait_for(event* gate) {
    co_await gate->wait();
}

task<int> fail_after(event* gate) {
    co_await gate->wait();
    throw failure(TACTUS_E_IO, "broken");
}

task<int> note_end(event* gate, bool* has_ended) {
    try {
        co_await gate->wait();
    } catch (const canceled&) {
        *has_ended = true;
        throw;
    }
    co_return 0;
}

task<int> fail_when_stopped(event* gate) {
    try {
        co_await gate->wait();
    } catch (const canceled&) {
        throw failure(TACTUS_E_IO, "clean-up");
    }
    co_return 0;
}

/// Spawns `work` and keeps what comes of it.
template <class T>
struct pending_result {
    pending_result(ready_queue& queue, task<T> work) : root(queue) {
        root.spawn("keep", keep(std::move(work), &value));
        settle(queue);
    }
    template <class U>
    static task<void> keep(task<U> work, std::optional<U>* out) {
        U result = co_await std::move(work);
        out->emplace(std::move(result));
    }
    std::string error_text() const {
        try {
            if (root.error() != nullptr) {
                std::rethrow_exception(root.error());
            }
        } catch (const std::exception& error) {
            return error.what();
        }
        return "";
    }

    std::optional<T> value;
    scope root;
};

} // namespace

TEST_CASE("when_all gives all results in the order of its arguments") {
    ready_queue queue;
    event gate, second;
    int target = 5;
    using results = std::tuple<int, std::string, std::monostate, tactus::reference<int>>;
    pending_result<results> all(
        queue, when_all(after(&gate, 1), text("two"), wait_for(&second), reference_to(target)));
    CHECK_FALSE(all.value.has_value());
    second.set();
    settle(queue);
    CHECK_FALSE(all.value.has_value());
    gate.set();
    settle(queue);
    REQUIRE(all.value.has_value());
    CHECK(std::get<0>(*all.value) == 1);
    CHECK(std::get<1>(*all.value) == "two");
    CHECK(&std::get<3>(*all.value).get() == &target);
}

TEST_CASE("when_all passes move-only results through") {
    ready_queue queue;
    event set;
    set.set();
    pending_result<std::tuple<std::unique_ptr<int>, int>> all(
        queue, when_all(after(&set, std::make_unique<int>(3)), number(4)));
    REQUIRE(all.value.has_value());
    CHECK(*std::get<0>(*all.value) == 3);
}

TEST_CASE("when_all of nothing is done at once") {
    ready_queue queue;
    drive(queue, when_all(std::vector<task<void>>()));
    pending_result<std::tuple<>> all(queue, when_all());
    CHECK(all.value.has_value());
}

TEST_CASE("the first failure in when_all stops the others and is rethrown after they ended") {
    ready_queue queue;
    event gate, never;
    bool has_ended = false;
    pending_result<std::tuple<int, int>> all(
        queue, when_all(note_end(&never, &has_ended), fail_after(&gate)));
    CHECK_FALSE(has_ended);
    gate.set();
    settle(queue);
    CHECK(has_ended);
    CHECK(all.root.is_empty());
    CHECK(all.error_text() == "broken");
}

TEST_CASE("when_all of a vector waits for each and rethrows a failure") {
    ready_queue queue;
    event first, second;
    std::vector<task<void>> waits;
    waits.push_back(wait_for(&first));
    waits.push_back(wait_for(&second));
    scope root(queue);
    root.spawn("all", when_all(std::move(waits)));
    settle(queue);
    first.set();
    settle(queue);
    CHECK(root.size() == 1);
    second.set();
    settle(queue);
    CHECK(root.is_empty());
}

TEST_CASE("a stop of the caller stops all tasks of when_all and when_any") {
    ready_queue queue;
    event never;
    bool first_ended = false, second_ended = false;
    pending_result<std::tuple<int, int>> all(queue,
                                             when_all(note_end(&never, &first_ended), number(1)));
    pending_result<any_result<int>> any(
        queue, when_any(note_end(&never, &second_ended), after(&never, 1)));
    all.root.request_stop();
    any.root.request_stop();
    settle(queue);
    CHECK(first_ended);
    CHECK(second_ended);
    CHECK(all.root.is_empty());
    CHECK(any.root.is_empty());
    CHECK(all.error_text().empty());
    CHECK(any.error_text().empty());
    CHECK_FALSE(all.value.has_value());
    CHECK_FALSE(any.value.has_value());
}

TEST_CASE("when_any gives the first to end, after the others were stopped and have ended") {
    ready_queue queue;
    event gate, never, goodbye;
    bool has_ended = false;
    auto slow = shield(after(&goodbye, 3));
    pending_result<any_result<int>> any(
        queue, when_any(note_end(&never, &has_ended), after(&gate, 2), std::move(slow)));
    gate.set();
    settle(queue);
    CHECK(has_ended);
    CHECK_FALSE(any.value.has_value()); // one still says goodbye
    goodbye.set();
    settle(queue);
    REQUIRE(any.value.has_value());
    CHECK(any.value->index == 1);
    CHECK(any.value->value == 2);
}

TEST_CASE("when_any of different types tells the winner by index and alternative") {
    ready_queue queue;
    event never;
    using value = std::variant<std::monostate, std::string>;
    pending_result<any_result<value>> any(queue, when_any(wait_for(&never), text("won")));
    REQUIRE(any.value.has_value());
    CHECK(any.value->index == 1);
    CHECK(std::get<1>(any.value->value) == "won");
}

TEST_CASE("when_any works for a single task and for tasks without result") {
    ready_queue queue;
    event set;
    set.set();
    pending_result<any_result<int>> one(queue, when_any(number(6)));
    REQUIRE(one.value.has_value());
    CHECK(one.value->value == 6);
    pending_result<any_result<std::monostate>> none(queue,
                                                    when_any(wait_for(&set), wait_for(&set)));
    REQUIRE(none.value.has_value());
    CHECK(none.value->index == 0);
}

TEST_CASE("when_any rethrows the failure of the first to end") {
    ready_queue queue;
    event gate, never;
    pending_result<any_result<int>> any(queue, when_any(after(&never, 1), fail_after(&gate)));
    gate.set();
    settle(queue);
    CHECK(any.root.is_empty());
    CHECK(any.error_text() == "broken");
}

TEST_CASE("a loser that fails in place of stopping is not passed over in silence") {
    ready_queue queue;
    event never;
    pending_result<any_result<int>> any(queue, when_any(fail_when_stopped(&never), number(1)));
    CHECK(any.root.is_empty());
    CHECK(any.error_text() == "clean-up");
}

TEST_CASE("results of when_all and when_any are destroyed as often as they are made") {
    counted::reset();
    {
        ready_queue queue;
        event set;
        set.set();
        pending_result<std::tuple<counted, counted>> all(
            queue, when_all(after(&set, counted(1)), after(&set, counted(2))));
        pending_result<any_result<counted>> any(
            queue, when_any(after(&set, counted(3)), after(&set, counted(4))));
        REQUIRE(all.value.has_value());
        REQUIRE(any.value.has_value());
        CHECK(any.value->value.value == 3);
    }
    CHECK(counted::made > 0);
    CHECK(counted::alive == 0);
}

} // namespace tactus::test
