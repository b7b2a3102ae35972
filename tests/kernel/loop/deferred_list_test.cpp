// SPDX-License-Identifier: MIT
// The list of deferred calls alone.
#include "kernel/loop/deferred_list.hpp"
#include "tests/support/catch.hpp"

#include <vector>

namespace {

using tactus::coro::deferred;
using tactus::loop::deferred_list;

struct deferred_case {
    deferred_list list;
    std::vector<const deferred*> ran;

    void push(deferred& node) {
        node.owner = this;
        node.run = [](deferred& now) noexcept {
            static_cast<deferred_case*>(now.owner)->ran.push_back(&now);
        };
        list.push(node);
    }
};

TEST_CASE_METHOD(deferred_case, "deferred calls run once, in order") {
    deferred first;
    deferred second;
    CHECK(list.is_empty());
    push(first);
    push(second);
    CHECK_FALSE(list.is_empty());
    list.run();
    list.run();
    CHECK(ran == std::vector<const deferred*>{&first, &second});
    CHECK(list.is_empty());
}

TEST_CASE_METHOD(deferred_case, "a call that defers itself again waits for the next run") {
    deferred node;
    node.owner = this;
    node.run = [](deferred& now) noexcept {
        auto& self = *static_cast<deferred_case*>(now.owner);
        self.ran.push_back(&now);
        if (self.ran.size() < 2) {
            self.list.push(now);
        }
    };
    list.push(node);
    list.run();
    CHECK(ran.size() == 1);
    CHECK_FALSE(list.is_empty());
    list.run();
    CHECK(ran.size() == 2);
    CHECK(list.is_empty());
}

} // namespace
