// SPDX-License-Identifier: MIT
// Calls posted to the loop, alone: when they are taken, and when none is left.
#include "kernel/host/posted_calls.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/flow_fixture.hpp"
#include "tests/support/manual_reactor.hpp"

namespace {

using tactus::host::blocked_calls;
using tactus::host::posted_calls;

struct posted_case {
    tactus::testing::manual_reactor reactor;
    tactus::testing::flow_fixture fixture{reactor};
    std::string name = "one";
    blocked_calls watch{fixture.services, name};
    posted_calls posts{reactor, watch};
    int ran = 0;

    [[nodiscard]] tactus_status post(std::uint32_t limit = posted_calls::kernel_max) {
        return posts.post([](void* count) noexcept { ++*static_cast<int*>(count); }, &ran, limit);
    }
};

TEST_CASE_METHOD(posted_case, "calls are taken only between open and close") {
    CHECK(post() == TACTUS_E_CLOSED);
    posts.open();
    CHECK(post() == TACTUS_OK);
    posts.close();
    CHECK(post() == TACTUS_E_CLOSED);

    reactor.settle();
    CHECK(ran == 1); // what was taken runs, even if it was closed meanwhile
}

TEST_CASE_METHOD(posted_case, "none is left only after the last has run") {
    posts.open();
    CHECK(posts.is_empty());
    REQUIRE(post() == TACTUS_OK);
    CHECK_FALSE(posts.is_empty());
    reactor.settle();
    CHECK(posts.is_empty());
}

TEST_CASE_METHOD(posted_case, "a plugin's calls leave room for the kernel's own") {
    posts.open();
    for (std::uint32_t i = 0; i < posted_calls::plugin_max; ++i) {
        REQUIRE(post(posted_calls::plugin_max) == TACTUS_OK);
    }
    CHECK(post(posted_calls::plugin_max) == TACTUS_E_AGAIN);
    CHECK(post() == TACTUS_OK);
    reactor.settle();
    CHECK(post(posted_calls::plugin_max) == TACTUS_OK);
    reactor.settle();
}

TEST_CASE_METHOD(posted_case, "a call made only if open is not made when closed") {
    bool was_called = false;
    posts.if_open([&] { was_called = true; });
    CHECK_FALSE(was_called);
    posts.open();
    posts.if_open([&] { was_called = true; });
    CHECK(was_called);
}

} // namespace
