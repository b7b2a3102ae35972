// SPDX-License-Identifier: MIT
// "tactus.exec/0": posts in virtual time. Work on a thread: worker_test.cpp.
#include "tests/kernel/host/instance_case.hpp"

#include <thread>
#include <vector>

namespace {

using namespace tactus;
using namespace tactus::testing;

struct exec_case : started_input {
    const tactus_exec_0& exec = table<tactus_exec_0>(TACTUS_EXEC_0);
    int ran = 0;
    static void count(void* self) noexcept { ++static_cast<exec_case*>(self)->ran; }
};

TEST_CASE_METHOD(exec_case, "what is posted runs later, on the loop, in order") {
    struct step {
        std::vector<int>* order;
        int number;
    };
    std::vector<int> order;
    std::vector<step> steps;
    for (int i = 0; i < 5; ++i) {
        steps.push_back({&order, i});
    }
    for (step& each : steps) {
        REQUIRE(exec.post(
                    host(),
                    [](void* arg) noexcept {
                        const step& now = *static_cast<step*>(arg);
                        now.order->push_back(now.number);
                    },
                    &each) == TACTUS_OK);
    }
    CHECK(order.empty());

    reactor.settle();

    CHECK(order == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE_METHOD(exec_case, "posts are taken from other threads too") {
    CHECK(elsewhere([&] { return exec.post(host(), &count, this); }) == TACTUS_OK);

    reactor.settle();

    CHECK(ran == 1);
}

TEST_CASE_METHOD(exec_case, "no function is no post") {
    CHECK(exec.post(host(), nullptr, this) == TACTUS_E_INVALID);
    test_op op;
    CHECK(exec.work(host(), op, nullptr, nullptr) == TACTUS_E_INVALID);
    CHECK(exec.work(host(), nullptr, &count, this) == TACTUS_E_INVALID);
    CHECK(elsewhere([&] { return exec.work(host(), op, &count, this); }) == TACTUS_E_WRONG_THREAD);
}

TEST_CASE_METHOD(exec_case, "1024 posts wait, one more is told to come again") {
    for (int i = 0; i < 1024; ++i) {
        REQUIRE(exec.post(host(), &count, this) == TACTUS_OK);
    }
    CHECK(exec.post(host(), &count, this) == TACTUS_E_AGAIN);

    reactor.settle();

    CHECK(ran == 1024);
    CHECK(exec.post(host(), &count, this) == TACTUS_OK);
    reactor.settle();
}

TEST_CASE_METHOD(exec_case, "what was posted before stopped runs before destroy, nothing after") {
    REQUIRE(exec.post(host(), &count, this) == TACTUS_OK);
    plays.on_destroy = [this] { CHECK(ran == 1); };

    host()->stopped(host(), TACTUS_OK);
    CHECK(exec.post(host(), &count, this) == TACTUS_E_CLOSED);
    CHECK_FALSE(one->is_quiet());
    reactor.settle();

    CHECK(ran == 1);
    CHECK(one->is_quiet());
}

TEST_CASE_METHOD(exec_case, "each post that was taken runs, however the race with stopped ends") {
    std::atomic<int> taken{0};
    std::atomic<int> done{0};
    std::atomic<bool> go{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&] {
            while (!go) {
            }
            for (int i = 0; i < 300; ++i) {
                const tactus_status status = exec.post(
                    host(), [](void* to) noexcept { ++*static_cast<std::atomic<int>*>(to); },
                    &done);
                taken += status == TACTUS_OK ? 1 : 0;
            }
        });
    }
    go = true;
    for (int i = 0; i < 20; ++i) {
        reactor.settle();
    }
    host()->stopped(host(), TACTUS_OK);
    for (std::thread& each : threads) {
        each.join();
    }

    reactor.settle();

    CHECK(done == taken);
    CHECK(one->is_quiet());
}

} // namespace
