// SPDX-License-Identifier: MIT
#include "kernel/coro/background.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_reactor.hpp"

#include <tactus/cpp/scope.hpp>

#include <memory>
#include <stdexcept>
#include <string>

using tactus::testing::manual_reactor;

namespace {

tactus::task<void> fetch(manual_reactor& reactor, std::string& into) {
    // Move-only, so that a copy on the way would not compile.
    auto work = [word = std::make_unique<std::string>("done")] { return std::move(*word); };
    into = co_await tactus::coro::run_in_background(reactor, std::move(work));
}

int explode() {
    throw std::runtime_error("out of paper");
}

tactus::task<void> catch_failure(manual_reactor& reactor, std::string& into) {
    try {
        const int never = co_await tactus::coro::run_in_background(reactor, &explode);
        into = std::to_string(never);
    } catch (const std::runtime_error& error) {
        into = error.what();
    }
}

} // namespace

TEST_CASE("work in the background hands its result to the awaiting task") {
    manual_reactor reactor;
    tactus::scope tasks(reactor.ready());
    std::string result;

    tasks.spawn("fetch", fetch(reactor, result));
    reactor.settle();

    CHECK(result == "done");
}

TEST_CASE("a task waits until its work in the background has ended") {
    manual_reactor reactor;
    reactor.hold_jobs();
    tactus::scope tasks(reactor.ready());
    std::string result;
    tasks.spawn("fetch", fetch(reactor, result));
    reactor.settle();
    CHECK(result.empty());

    CHECK(reactor.run_one_job());

    CHECK(result == "done");
}

TEST_CASE("a failure in the background is thrown where it is awaited") {
    manual_reactor reactor;
    tactus::scope tasks(reactor.ready());
    std::string told;

    tasks.spawn("catch", catch_failure(reactor, told));
    reactor.settle();

    CHECK(told == "out of paper");
}

TEST_CASE("a stop request does not free the memory that background work still uses") {
    manual_reactor reactor;
    reactor.hold_jobs();
    tactus::scope tasks(reactor.ready());
    std::string result;
    tasks.spawn("fetch", fetch(reactor, result));
    reactor.settle();

    tasks.request_stop();
    reactor.settle();
    CHECK(tasks.size() == 1);

    CHECK(reactor.run_one_job());
    CHECK(tasks.is_empty());
}
