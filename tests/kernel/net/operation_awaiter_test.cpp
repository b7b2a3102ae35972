// SPDX-License-Identifier: MIT
// A task of the kernel that waits for an operation, in virtual time.
#include "kernel/net/operation_awaiter.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/manual_reactor.hpp"

#include <tactus/cpp/scope.hpp>

#include <optional>

namespace {

using namespace tactus;
using net::operation;

// Something that an operation waits for.
struct awaited {
    operation* waiting = nullptr;
    int aborted = 0;

    void abort(operation& op) noexcept {
        aborted += waiting == &op ? 1 : 0;
        waiting = nullptr;
    }
    void finish(tactus_status status, std::uint64_t value) {
        operation& op = *std::exchange(waiting, nullptr);
        op.list->finish(op, status, value);
    }
};

struct awaiting_case {
    awaiting_case() { list.open(); }

    task<void> wait(tactus_status at_once) {
        auto start = [this, at_once](operation& op) noexcept {
            subject.waiting = at_once == TACTUS_PENDING ? &op : nullptr;
            return at_once;
        };
        net::operation_awaiter waiting(list, subject, start);
        try {
            const op_result got = co_await waiting;
            ended.emplace(got);
        } catch (const canceled&) {
            was_canceled = true;
        }
    }
    void spawn(tactus_status at_once = TACTUS_PENDING) {
        tasks.spawn("waits", wait(at_once));
        reactor.settle();
    }

    testing::manual_reactor reactor;
    net::operations list{reactor};
    awaited subject;
    scope tasks{reactor.ready()};
    std::optional<op_result> ended;
    bool was_canceled = false;
};

} // namespace

TEST_CASE_METHOD(awaiting_case, "an end makes the task ready, and never continues it at once") {
    spawn();
    CHECK_FALSE(ended.has_value());

    subject.finish(TACTUS_OK, 7);

    CHECK_FALSE(ended.has_value());
    reactor.settle();
    REQUIRE(ended.has_value());
    CHECK(ended->result == 7);
    CHECK(list.pending() == 0);
}

TEST_CASE_METHOD(awaiting_case, "an operation that ends as it begins is no wait") {
    spawn(TACTUS_E_CLOSED);

    REQUIRE(ended.has_value());
    CHECK(ended->status == TACTUS_E_CLOSED);
    CHECK(list.pending() == 0);
}

TEST_CASE_METHOD(awaiting_case, "a closed list answers for the operation") {
    list.close();
    spawn();

    REQUIRE(ended.has_value());
    CHECK(ended->status == TACTUS_E_CLOSED);
}

TEST_CASE_METHOD(awaiting_case, "a task that is asked to stop takes its operation back") {
    spawn();

    tasks.request_stop();
    reactor.settle();

    CHECK(was_canceled);
    CHECK(subject.aborted == 1);
    CHECK(list.pending() == 0);
}

TEST_CASE_METHOD(awaiting_case, "a stop after the end takes nothing back") {
    spawn();

    subject.finish(TACTUS_OK, 7);
    tasks.request_stop();
    reactor.settle();

    CHECK(ended.has_value());
    CHECK(subject.aborted == 0);
}
