// SPDX-License-Identifier: MIT
#include <deque>
#include <stdexcept>
#include <string>

#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

/// A host in the small: keeps pending ops until the test completes them, as the op contract says.
struct fake_host {
    tactus_status answer = TACTUS_PENDING;
    std::deque<tactus_op*> pending;
    int starts = 0;
    int cancels = 0;

    tactus_status start(tactus_op* op) {
        ++starts;
        if (answer == TACTUS_PENDING) {
            pending.push_back(op);
        }
        return answer;
    }
    static tactus_status cancel(void* self, tactus_op*) noexcept {
        ++static_cast<fake_host*>(self)->cancels;
        return TACTUS_OK;
    }
    void complete(tactus_status status, std::uint64_t result) {
        tactus_op* const op = pending.front();
        pending.pop_front();
        op->done(op, status, result);
    }

    auto run() {
        auto begin = [this](tactus_op* op) { return start(op); };
        return op_awaiter(begin, op_cancel(&fake_host::cancel, this));
    }
    auto run_uncancelable() {
        auto begin = [this](tactus_op* op) { return start(op); };
        return op_awaiter(begin, op_cancel());
    }
    auto run_at_once() {
        auto begin = [this](tactus_op* op, std::uint64_t* result) {
            *result = 77;
            return start(op);
        };
        return op_awaiter(begin, op_cancel(&fake_host::cancel, this));
    }
    auto run_throwing() {
        auto begin = [](tactus_op*) -> tactus_status { throw std::runtime_error("start"); };
        return op_awaiter(begin, op_cancel());
    }
};

struct outcome {
    int ends = 0;
    bool is_canceled = false;
    tactus_status status = TACTUS_E_INTERNAL;
    std::uint64_t result = 0;
};

task<void> use(fake_host* host, outcome* out) {
    try {
        const op_result ended = co_await host->run();
        out->status = ended.status;
        out->result = ended.result;
    } catch (const canceled&) {
        out->is_canceled = true;
    }
    ++out->ends;
}

} // namespace

TEST_CASE("an op that completes later resumes its task inside done") {
    ready_queue queue;
    scope root(queue);
    fake_host host;
    outcome seen;
    root.spawn("use", use(&host, &seen));
    settle(queue);
    REQUIRE(host.pending.size() == 1);
    CHECK(seen.ends == 0);

    host.complete(TACTUS_OK, 12);

    CHECK(seen.ends == 1);
    CHECK(seen.status == TACTUS_OK);
    CHECK(seen.result == 12);
    CHECK(root.is_empty());
}

TEST_CASE("an op that fails later gives its status") {
    ready_queue queue;
    scope root(queue);
    fake_host host;
    outcome seen;
    root.spawn("use", use(&host, &seen));
    settle(queue);
    host.complete(TACTUS_E_IO, 0);
    CHECK(seen.status == TACTUS_E_IO);
    CHECK_FALSE(seen.is_canceled);
}

TEST_CASE("an op that is done at once does not suspend its task and gives its result") {
    ready_queue queue;
    scope root(queue);
    fake_host host;
    host.answer = TACTUS_OK;
    std::uint64_t result = 0;
    const auto once = [](fake_host* of, std::uint64_t* out) -> task<void> {
        const op_result ended = co_await of->run_at_once();
        *out = ended.value("run at once");
    };
    root.spawn("once", once(&host, &result));
    queue.run(1);
    CHECK(result == 77);
    CHECK(root.is_empty());
}

TEST_CASE("an op that does not start gives its status, and value() throws it as a failure") {
    ready_queue queue;
    fake_host host;
    host.answer = TACTUS_E_NOMEM;
    outcome seen;
    drive(queue, use(&host, &seen));
    CHECK(seen.status == TACTUS_E_NOMEM);

    const auto demand = [](fake_host* of) -> task<void> {
        const op_result ended = co_await of->run();
        ended.value("open");
    };
    CHECK_THROWS_WITH(drive(queue, demand(&host)), "open: out of memory or at a limit");
}

TEST_CASE("an op that does not start because all is canceled throws canceled") {
    ready_queue queue;
    fake_host host;
    host.answer = TACTUS_E_CANCELED;
    outcome seen;
    drive(queue, use(&host, &seen));
    CHECK(seen.is_canceled);
}

TEST_CASE("a stop request cancels a pending op, and the task goes on at done") {
    ready_queue queue;
    scope root(queue);
    fake_host host;
    outcome seen;
    root.spawn("use", use(&host, &seen));
    settle(queue);

    root.request_stop();
    settle(queue);
    CHECK(host.cancels == 1);
    CHECK(seen.ends == 0);

    host.complete(TACTUS_E_CANCELED, 0);
    CHECK(seen.is_canceled);
    CHECK(root.is_empty());
}

TEST_CASE("a result that comes in spite of the cancel is kept") {
    ready_queue queue;
    scope root(queue);
    fake_host host;
    outcome seen;
    root.spawn("use", use(&host, &seen));
    settle(queue);
    root.request_stop();
    host.complete(TACTUS_OK, 5);
    CHECK_FALSE(seen.is_canceled);
    CHECK(seen.result == 5);
}

TEST_CASE("no cancel comes after done") {
    ready_queue queue;
    scope root(queue);
    fake_host host;
    outcome seen;
    root.spawn("use", use(&host, &seen));
    settle(queue);
    host.complete(TACTUS_OK, 0);
    root.request_stop();
    CHECK(host.cancels == 0);
}

TEST_CASE("after a stop request an op is not started") {
    ready_queue queue;
    scope root(queue);
    fake_host host;
    outcome seen;
    root.request_stop();
    root.spawn("use", use(&host, &seen));
    settle(queue);
    CHECK(host.starts == 0);
    CHECK(seen.is_canceled);
}

TEST_CASE("an op that cannot be canceled is waited for") {
    ready_queue queue;
    scope root(queue);
    fake_host host;
    std::uint64_t result = 0;
    const auto once = [](fake_host* of, std::uint64_t* out) -> task<void> {
        const op_result ended = co_await of->run_uncancelable();
        *out = ended.result;
    };
    root.spawn("once", once(&host, &result));
    settle(queue);
    root.request_stop();
    settle(queue);
    CHECK(root.size() == 1);
    host.complete(TACTUS_OK, 3);
    CHECK(result == 3);
}

TEST_CASE("an exception of the starting call comes out of the co_await") {
    ready_queue queue;
    fake_host host;
    const auto once = [](fake_host* of) -> task<void> {
        const op_result never = co_await of->run_throwing();
        CHECK(never.is_ok());
    };
    CHECK_THROWS_WITH(drive(queue, once(&host)), "start");
}

TEST_CASE("done resumes a bounded number of coroutines and wakes the owner for the rest") {
    int wakes = 0;
    ready_queue queue([](void* number) noexcept { ++*static_cast<int*>(number); }, &wakes);
    scope root(queue);
    fake_host host;
    outcome seen;
    root.spawn("use", use(&host, &seen));
    settle(queue);
    const auto endless = []() -> task<void> {
        for (;;) {
            co_await yield();
        }
    };
    const auto burst = [endless](scope* of, fake_host* from) -> task<void> {
        co_await from->run();
        of->spawn("endless", endless());
    };
    root.spawn("burst", burst(&root, &host));
    settle(queue);
    const int wakes_before = wakes;

    host.complete(TACTUS_OK, 0);
    CHECK(wakes == wakes_before); // nothing left, nobody woken
    host.complete(TACTUS_OK, 0);
    CHECK(wakes == wakes_before + 1);
    CHECK_FALSE(queue.is_empty());

    root.request_stop();
    settle(queue);
    CHECK(root.is_empty());
}

TEST_CASE("a fresh op has empty private words and a done function") {
    ready_queue queue;
    fake_host host;
    scope root(queue);
    outcome seen;
    root.spawn("use", use(&host, &seen));
    settle(queue);
    REQUIRE(host.pending.size() == 1);
    for (const void* word : host.pending.front()->host_private) {
        CHECK(word == nullptr);
    }
    host.complete(TACTUS_OK, 0);
}

} // namespace tactus::test
