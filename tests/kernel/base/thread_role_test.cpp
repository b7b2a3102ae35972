// SPDX-License-Identifier: MIT
#include "kernel/base/start_thread.hpp"
#include "kernel/base/thread_role.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/no_threads.hpp"

#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <unistd.h>

using tactus::base::role_of_thread;
using tactus::base::thread_role;
using tactus::base::thread_role_holder;

TEST_CASE("a thread has a role while it holds one") {
    CHECK_FALSE(role_of_thread(::gettid()));
    {
        const thread_role_holder held(thread_role::loop);
        CHECK(role_of_thread(::gettid()) == thread_role::loop);
    }
    CHECK_FALSE(role_of_thread(::gettid()));
}

TEST_CASE("a thread that the system refuses is named, with the limit to raise") {
    const tactus::testing::no_threads none;
    std::string why;
    try {
        static_cast<void>(tactus::base::start_without_signals(
            thread_role::job, "tactus-job", [](void*) {}, nullptr));
    } catch (const std::system_error& refused) {
        why = refused.what();
    }

    CHECK_THAT(why, Catch::Matchers::Contains("no thread for tactus-job") &&
                        Catch::Matchers::Contains("TasksMax=") &&
                        Catch::Matchers::Contains("ulimit -u"));
}

TEST_CASE("each thread has its own role") {
    const thread_role_holder held(thread_role::loop);
    std::int32_t id = 0;
    std::thread([&id] {
        const thread_role_holder its(thread_role::worker);
        id = ::gettid();
        CHECK(role_of_thread(id) == thread_role::worker);
    }).join();

    CHECK_FALSE(role_of_thread(id));
    CHECK(role_of_thread(::gettid()) == thread_role::loop);
}

TEST_CASE("where there are too many threads, the last ones hold no role") {
    std::vector<std::unique_ptr<thread_role_holder>> all;
    for (std::size_t i = 0; i < thread_role_holder::roles_max; ++i) {
        all.push_back(std::make_unique<thread_role_holder>(thread_role::job));
    }
    std::thread([] {
        const thread_role_holder late(thread_role::worker);
        CHECK_FALSE(role_of_thread(::gettid()));
    }).join();
    all.clear();

    CHECK_FALSE(role_of_thread(::gettid()));
}
