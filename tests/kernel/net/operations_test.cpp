// SPDX-License-Identifier: MIT
// The op contract of tactus/abi.h, rule by rule.
#include "kernel/net/operations.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_reactor.hpp"
#include "tests/support/scripted_plugin.hpp"

#include <memory>
#include <vector>

namespace {

using namespace tactus;
using testing::test_op;

constexpr auto can_end = [](net::operation&) noexcept { return true; };
constexpr auto cannot_end = [](net::operation&) noexcept { return false; };

struct operations_case {
    testing::manual_reactor reactor;
    net::operations ops{reactor};
    operations_case() { ops.open(); }
};

TEST_CASE_METHOD(operations_case, "done comes exactly once, with the status and the result") {
    test_op op;
    net::operation* begun = ops.begin(op, can_end);
    REQUIRE(begun != nullptr);

    ops.finish(*begun, TACTUS_OK, 17);

    CHECK(op.dones == 1);
    CHECK(op.status == TACTUS_OK);
    CHECK(op.result == 17);
    CHECK(ops.pending() == 0);
    CHECK(op.raw.host_private[0] == nullptr);
}

TEST_CASE_METHOD(operations_case, "an end that is put off does not come inside the call") {
    test_op op;
    net::operation* begun = ops.begin(op, can_end);

    ops.finish_later(*begun, TACTUS_OK, 1);
    CHECK(op.dones == 0);

    reactor.settle();
    CHECK(op.dones == 1);
}

TEST_CASE_METHOD(operations_case, "the first of two ends wins") {
    test_op op;
    net::operation* begun = ops.begin(op, can_end);

    ops.finish_later(*begun, TACTUS_OK, 1);
    ops.finish_later(*begun, TACTUS_E_IO, 2);
    CHECK(ops.cancel(op) == TACTUS_OK);
    reactor.settle();

    CHECK(op.dones == 1);
    CHECK(op.status == TACTUS_OK);
}

TEST_CASE_METHOD(operations_case, "cancelling comes later, is idempotent, and ends the op once") {
    test_op op;
    (void)ops.begin(op, can_end);

    CHECK(ops.cancel(op) == TACTUS_OK);
    CHECK(ops.cancel(op) == TACTUS_OK);
    CHECK(op.dones == 0);
    reactor.settle();

    CHECK(op.dones == 1);
    CHECK(op.status == TACTUS_E_CANCELED);
}

TEST_CASE_METHOD(operations_case, "an op that can no longer be ended goes on") {
    test_op op;
    net::operation* begun = ops.begin(op, cannot_end);

    CHECK(ops.cancel(op) == TACTUS_OK);
    reactor.settle();
    CHECK(op.dones == 0);

    ops.finish(*begun, TACTUS_OK, 0);
    CHECK(op.dones == 1);
    CHECK(op.status == TACTUS_OK);
}

TEST_CASE_METHOD(operations_case, "an op that is not pending cannot be cancelled") {
    test_op op;
    CHECK(ops.cancel(nullptr) == TACTUS_E_INVALID);
    CHECK(ops.cancel(op) == TACTUS_E_INVALID);

    net::operation* begun = ops.begin(op, can_end);
    ops.finish(*begun, TACTUS_OK, 0);

    CHECK(ops.cancel(op) == TACTUS_E_INVALID);
}

TEST_CASE_METHOD(operations_case, "another instance's op cannot be cancelled") {
    net::operations others(reactor);
    others.open();
    test_op op;
    net::operation* begun = others.begin(op, can_end);

    CHECK(ops.cancel(op) == TACTUS_E_INVALID);

    others.finish(*begun, TACTUS_OK, 0);
    CHECK(op.dones == 1);
}

TEST_CASE_METHOD(operations_case, "an op that is pending is not begun again") {
    test_op op;
    net::operation* begun = ops.begin(op, can_end);

    CHECK(ops.begin(op, can_end) == nullptr);
    CHECK(ops.refusal() == TACTUS_E_INVALID);

    ops.finish(*begun, TACTUS_OK, 0);
}

TEST_CASE_METHOD(operations_case, "an op without done is refused") {
    tactus_op op{};
    CHECK(ops.begin(&op, can_end) == nullptr);
    CHECK(ops.begin(nullptr, can_end) == nullptr);
    CHECK(ops.refusal() == TACTUS_E_INVALID);
}

TEST_CASE_METHOD(operations_case, "inside done the op may be freed") {
    auto op = std::make_unique<test_op>();
    net::operation* begun = ops.begin(*op, can_end);
    op->then = [&op] { op.reset(); };

    ops.finish(*begun, TACTUS_OK, 0);

    CHECK(op == nullptr);
}

TEST_CASE_METHOD(operations_case, "inside done the same op may be begun again") {
    test_op op;
    net::operation* begun = ops.begin(op, can_end);
    op.then = [&] {
        if (op.dones < 3) {
            ops.finish_later(*ops.begin(op, can_end), TACTUS_OK, 0);
        }
    };

    ops.finish(*begun, TACTUS_OK, 0);
    CHECK(op.dones == 1);
    reactor.settle();

    CHECK(op.dones == 3);
    CHECK(ops.pending() == 0);
}

TEST_CASE_METHOD(operations_case, "at the limit one more is refused for want of memory") {
    std::vector<std::unique_ptr<test_op>> all;
    for (std::size_t i = 0; i < net::operations::pending_max; ++i) {
        all.push_back(std::make_unique<test_op>());
        REQUIRE(ops.begin(*all.back(), can_end) != nullptr);
    }
    test_op more;

    CHECK(ops.begin(more, can_end) == nullptr);
    CHECK(ops.refusal() == TACTUS_E_NOMEM);

    ops.cancel_all();
    reactor.settle();
    for (const auto& each : all) {
        CHECK(each->dones == 1);
    }
    CHECK(ops.begin(more, can_end) != nullptr);
    ops.cancel_all();
    reactor.settle();
}

TEST_CASE_METHOD(operations_case, "ops that end while all are cancelled may begin others") {
    test_op first;
    test_op second;
    (void)ops.begin(first, can_end);
    first.then = [&] { (void)ops.begin(second, can_end); };

    ops.cancel_all();
    reactor.settle();
    CHECK(second.dones == 0);
    CHECK(ops.pending() == 1);

    ops.cancel_all();
    reactor.settle();
    CHECK(second.status == TACTUS_E_CANCELED);
}

TEST_CASE_METHOD(operations_case, "once closed, nothing is begun any more") {
    ops.close();
    test_op op;

    CHECK(ops.begin(op, can_end) == nullptr);
    CHECK(ops.refusal() == TACTUS_E_CLOSED);
}

TEST_CASE_METHOD(operations_case, "a place is used again without memory of the op before") {
    test_op first;
    ops.finish_later(*ops.begin(first, can_end), TACTUS_E_IO, 9);
    reactor.settle();
    test_op second;
    net::operation* begun = ops.begin(second, can_end);

    CHECK_FALSE(begun->later.is_queued);
    CHECK(begun->status == TACTUS_OK);
    CHECK(ops.cancel(first) == TACTUS_E_INVALID);

    ops.finish(*begun, TACTUS_OK, 0);
    CHECK(first.dones == 1);
}

} // namespace
