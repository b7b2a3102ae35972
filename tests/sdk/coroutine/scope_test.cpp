// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <vector>

#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

task<void> wait_for(event* gate) {
    co_await gate->wait();
}

task<void> fail_after(event* gate, const char* text) {
    co_await gate->wait();
    throw failure(TACTUS_E_IO, text);
}

task<void> fail_when_stopped(event* gate, const char* text) {
    try {
        co_await gate->wait();
    } catch (const canceled&) {
        throw failure(TACTUS_E_IO, text);
    }
}

task<void> throw_canceled() {
    throw canceled();
    co_return;
}

task<void> note(std::vector<std::string>* log, const char* text) {
    log->push_back(text);
    co_return;
}

task<void> join_and_note(scope* joined, std::vector<std::string>* log) {
    try {
        co_await joined->join();
        log->push_back("joined");
    } catch (const failure& error) {
        log->push_back(error.text());
    }
}

task<void> spawn_and_throw(scope* children, event* gate) {
    children->spawn("waits", wait_for(gate));
    co_await yield();
    throw failure(TACTUS_E_CONFIG, "body");
}

task<void> spawn_and_end(scope* children, event* gate, bool* has_ended) {
    children->spawn("waits", wait_for(gate));
    *has_ended = true;
    co_return;
}

} // namespace

TEST_CASE("a spawned task starts in a later turn of the queue, not inside spawn") {
    ready_queue queue;
    scope root(queue);
    std::vector<std::string> log;
    root.spawn("note", note(&log, "ran"));
    CHECK(log.empty());
    CHECK(root.size() == 1);
    settle(queue);
    CHECK(log == std::vector<std::string>{"ran"});
    CHECK(root.is_empty());
}

TEST_CASE("joining an empty scope goes on at once") {
    ready_queue queue;
    scope root(queue), empty(queue);
    std::vector<std::string> log;
    root.spawn("join", join_and_note(&empty, &log));
    queue.run(1);
    CHECK(log == std::vector<std::string>{"joined"});
}

TEST_CASE("join waits for all children") {
    ready_queue queue;
    scope root(queue), children(queue);
    event first, second;
    std::vector<std::string> log;
    children.spawn("first", wait_for(&first));
    children.spawn("second", wait_for(&second));
    root.spawn("join", join_and_note(&children, &log));
    settle(queue);
    second.set();
    settle(queue);
    CHECK(log.empty());
    first.set();
    settle(queue);
    CHECK(log == std::vector<std::string>{"joined"});
}

TEST_CASE("the first failure stops the siblings and is rethrown at the join") {
    ready_queue queue;
    scope root(queue), children(queue);
    event never, gate;
    std::vector<std::string> log;
    children.spawn("waits", wait_for(&never));
    children.spawn("fails", fail_after(&gate, "first"));
    children.spawn("fails later", fail_when_stopped(&never, "second"));
    root.spawn("join", join_and_note(&children, &log));
    settle(queue);
    gate.set();
    settle(queue);
    CHECK(children.is_empty());
    CHECK(log == std::vector<std::string>{"first"});
    CHECK(children.error() == nullptr); // given once
}

TEST_CASE("children that end by canceled after a stop request have not failed") {
    ready_queue queue;
    scope root(queue);
    event never;
    root.spawn("waits", wait_for(&never));
    settle(queue);
    CHECK(root.request_stop());
    CHECK_FALSE(root.request_stop());
    settle(queue);
    CHECK(root.is_empty());
    CHECK(root.error() == nullptr);
}

TEST_CASE("a child that throws canceled though nobody asked has failed") {
    ready_queue queue;
    scope root(queue);
    root.spawn("odd", throw_canceled());
    settle(queue);
    REQUIRE(root.error() != nullptr);
    CHECK_THROWS_AS(std::rethrow_exception(root.error()), canceled);
}

TEST_CASE("a stop of the parent's token reaches the children, and theirs") {
    ready_queue queue;
    stop_source instance;
    scope outer(queue, instance.token());
    event never;
    outer.spawn("outer", when_all(std::vector<task<void>>()));
    std::vector<task<void>> waits;
    waits.push_back(wait_for(&never));
    waits.push_back(wait_for(&never));
    outer.spawn("inner", when_all(std::move(waits)));
    settle(queue);
    CHECK(outer.size() == 1);
    instance.request_stop();
    settle(queue);
    CHECK(outer.is_empty());
    CHECK(outer.error() == nullptr);
}

TEST_CASE("a joining task that is stopped stops the children and still waits for them") {
    ready_queue queue;
    scope root(queue), children(queue);
    event never, slow;
    std::vector<std::string> log;
    children.spawn("waits", wait_for(&never));
    children.spawn("says goodbye", shield(wait_for(&slow)));
    root.spawn("join", join_and_note(&children, &log));
    settle(queue);
    root.request_stop();
    settle(queue);
    CHECK(children.size() == 1);
    CHECK(log.empty());
    slow.set();
    settle(queue);
    CHECK(log == std::vector<std::string>{"joined"});
}

TEST_CASE("a task spawned after the stop request meets it at its first wait") {
    ready_queue queue;
    scope root(queue);
    event set;
    set.set();
    root.request_stop();
    root.spawn("late", wait_for(&set));
    settle(queue);
    CHECK(root.is_empty());
    CHECK(root.error() == nullptr);
}

TEST_CASE("an owner that is no coroutine learns by the hook that all have ended") {
    ready_queue queue;
    scope root(queue);
    event gate, never;
    int calls = 0;
    root.set_on_empty([](void* number) noexcept { ++*static_cast<int*>(number); }, &calls);
    root.spawn("fails", fail_after(&gate, "broken"));
    root.spawn("waits", wait_for(&never));
    settle(queue);
    CHECK(calls == 0);
    gate.set();
    settle(queue);
    CHECK(calls == 1);
    CHECK_THROWS_AS(std::rethrow_exception(root.error()), failure);
}

TEST_CASE("the hook may end the scope") {
    ready_queue queue;
    auto root = std::make_unique<scope>(queue);
    std::vector<std::string> log;
    root->set_on_empty(
        [](void* owner) noexcept { static_cast<std::unique_ptr<scope>*>(owner)->reset(); }, &root);
    root->spawn("note", note(&log, "ran"));
    settle(queue);
    CHECK(root == nullptr);
    CHECK(log.size() == 1);
}

TEST_CASE("with_scope joins also where its body throws") {
    ready_queue queue;
    event never;
    const auto body = [&never](scope& children) { return spawn_and_throw(&children, &never); };
    std::string text;
    try {
        drive(queue, with_scope(body));
    } catch (const failure& error) {
        text = error.text();
    }
    CHECK(text == "body");
    CHECK(queue.live_tasks() == 0);
}

TEST_CASE("with_scope ends when all that its body spawned have ended") {
    ready_queue queue;
    scope root(queue);
    event gate;
    bool has_body_ended = false;
    const auto body = [&](scope& children) {
        return spawn_and_end(&children, &gate, &has_body_ended);
    };
    root.spawn("with_scope", with_scope(body));
    settle(queue);
    CHECK(has_body_ended);
    CHECK(root.size() == 1);
    gate.set();
    settle(queue);
    CHECK(root.is_empty());
}

TEST_CASE("a joiner that is torn down while it waits is not resumed by the last child") {
    ready_queue queue;
    scope children(queue);
    event gate;
    std::vector<std::string> log;
    children.spawn("waits", wait_for(&gate));
    {
        owned_root root(queue, join_and_note(&children, &log));
        settle(queue);
        CHECK_FALSE(root.is_done());
    }

    gate.set();
    settle(queue);

    CHECK(children.is_empty());
    CHECK(log.empty());
    // It can be joined anew.
    scope root(queue);
    children.spawn("note", note(&log, "child"));
    root.spawn("join", join_and_note(&children, &log));
    settle(queue);
    CHECK(log == std::vector<std::string>{"child", "joined"});
}

TEST_CASE("a joiner that is torn down is not asked to stop the children any more") {
    ready_queue queue;
    stop_source source;
    scope children(queue);
    event gate;
    std::vector<std::string> log;
    children.spawn("waits", wait_for(&gate));
    {
        task<void> joining = join_and_note(&children, &log);
        joining.set_stop(source.token());
        owned_root root(queue, std::move(joining));
        settle(queue);
    }

    source.request_stop();

    CHECK_FALSE(children.stop_requested());
    gate.set();
    settle(queue);
}

TEST_CASE("a failure is given once, and the next join gives none") {
    ready_queue queue;
    scope root(queue), children(queue);
    event gate;
    std::vector<std::string> log;
    children.spawn("first", fail_after(&gate, "no"));
    root.spawn("join", join_and_note(&children, &log));
    settle(queue);
    gate.set();
    settle(queue);
    CHECK(std::string(children.failed_name()) == "first");
    root.spawn("again", join_and_note(&children, &log));
    settle(queue);
    CHECK(log == std::vector<std::string>{"no", "joined"});
    CHECK(children.error() == nullptr);
}

TEST_CASE("of two failures the first counts, by its name, and siblings are asked once to stop") {
    ready_queue queue;
    scope children(queue);
    event first, second;
    children.spawn("first", fail_after(&first, "one"));
    children.spawn("second", fail_when_stopped(&second, "two"));
    settle(queue);

    first.set();
    settle(queue);

    CHECK(children.is_empty());
    CHECK(std::string(children.failed_name()) == "first");
    CHECK_FALSE(children.request_stop());
}

TEST_CASE("the hook is called each time that the last child has ended, and only then") {
    ready_queue queue;
    scope children(queue);
    int calls = 0;
    children.set_on_empty([](void* count) noexcept { ++*static_cast<int*>(count); }, &calls);
    event gate;
    std::vector<std::string> log;
    for (int round = 1; round <= 3; ++round) {
        children.spawn("a", wait_for(&gate));
        children.spawn("b", note(&log, "ran"));
        settle(queue);
        CHECK(calls == round - 1);
        gate.set();
        settle(queue);
        gate.reset();
        CHECK(calls == round);
    }
}

TEST_CASE("a thousand children come and go without a leak") {
    counted::reset();
    ready_queue queue;
    scope root(queue);
    event gate;
    const auto hold = [](counted kept, event* awaited) -> task<void> {
        co_await awaited->wait();
        CHECK(kept.value == 1);
    };
    for (int at = 0; at < 1'000; ++at) {
        root.spawn("hold", hold(counted(1), &gate));
    }
    settle(queue);
    CHECK(counted::alive == 1'000);
    gate.set();
    settle(queue);
    CHECK(counted::alive == 0);
    CHECK(queue.live_tasks() == 0);
}

} // namespace tactus::test
