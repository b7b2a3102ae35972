// SPDX-License-Identifier: MIT
// The queue of posted calls alone: when it asks for a wake-up, and what it runs.
#include "kernel/loop/post_queue.hpp"
#include "tests/support/catch.hpp"

#include <vector>

namespace {

using tactus::loop::post_queue;

struct post_case {
    post_queue queue;
    int wakes = 0;
    std::vector<int> ran;

    struct call {
        post_case* of;
        int number;
    };
    void post(call& which) {
        which.of = this;
        queue.post(
            [](void* arg) noexcept {
                const call& now = *static_cast<call*>(arg);
                now.of->ran.push_back(now.number);
            },
            &which, [this] { ++wakes; });
    }
};

TEST_CASE_METHOD(post_case, "calls run in order, and the first of a round wakes the loop") {
    call first{nullptr, 1};
    call second{nullptr, 2};
    post(first);
    post(second);
    CHECK(wakes == 1);
    queue.run();
    CHECK(ran == std::vector<int>{1, 2});

    post(first);
    CHECK(wakes == 2);
    queue.run();
    queue.run();
    CHECK(ran == std::vector<int>{1, 2, 1});
}

TEST_CASE_METHOD(post_case, "a call posted by a running one waits for the next run, and wakes") {
    const auto again = [](void* arg) noexcept {
        auto& self = *static_cast<post_case*>(arg);
        self.queue.post(
            [](void* inner) noexcept { static_cast<post_case*>(inner)->ran.push_back(9); }, &self,
            [&self] { ++self.wakes; });
    };
    queue.post(again, this, [this] { ++wakes; });
    queue.run();
    CHECK(ran.empty());
    CHECK(wakes == 2);
    queue.run();
    CHECK(ran == std::vector<int>{9});
}

} // namespace
