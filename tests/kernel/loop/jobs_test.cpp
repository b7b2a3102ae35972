// SPDX-License-Identifier: MIT
// What other threads work for the loop.
#include "tests/kernel/loop/loop_under_test.hpp"
#include "tests/support/no_threads.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

using namespace tactus::loop::test;
using tactus::loop::job_pool;
using tactus::loop::loop;

namespace {

// Where a number of threads meet.
class meeting {
public:
    explicit meeting(std::size_t number) : missing_(number) {}
    void arrive_and_wait() {
        std::unique_lock lock(mutex_);
        if (missing_ > 0 && --missing_ == 0) {
            all_here_.notify_all();
        }
        all_here_.wait(lock, [this] { return missing_ == 0; });
    }

private:
    std::mutex mutex_;
    std::condition_variable all_here_;
    std::size_t missing_;
};

} // namespace

TEST_CASE("a job works on another thread and is done on this one") {
    loop_under_test test;
    const std::thread::id here = std::this_thread::get_id();
    std::vector<std::thread::id> worked(8);
    int done = 0;
    std::deque<call_job> jobs;
    for (std::thread::id& each : worked) {
        jobs.emplace_back([&each] { each = std::this_thread::get_id(); },
                          [&] {
                              REQUIRE(std::this_thread::get_id() == here);
                              if (++done == 8) {
                                  test.turned.stop();
                              }
                          });
        test.turned.start(jobs.back());
    }

    test.turned.run();

    for (const std::thread::id& each : worked) {
        REQUIRE(each != std::thread::id());
        REQUIRE(each != here);
    }
}

TEST_CASE("more jobs than threads wait for their turn, and all are done") {
    loop_under_test test;
    constexpr int jobs_count = 40;
    meeting all_threads(job_pool::threads_max); // the first ones end only together
    std::mutex mutex;
    std::vector<std::thread::id> workers;
    int done = 0;
    std::deque<call_job> jobs;
    for (int i = 0; i < jobs_count; ++i) {
        jobs.emplace_back(
            [&] {
                all_threads.arrive_and_wait();
                const std::lock_guard lock(mutex);
                workers.push_back(std::this_thread::get_id());
            },
            [&] {
                if (++done == jobs_count) {
                    test.turned.stop();
                }
            });
        test.turned.start(jobs.back());
    }

    test.turned.run();

    REQUIRE(workers.size() == jobs_count);
    std::sort(workers.begin(), workers.end());
    const auto distinct = std::unique(workers.begin(), workers.end()) - workers.begin();
    REQUIRE(static_cast<std::size_t>(distinct) == job_pool::threads_max);
}

TEST_CASE("a job may start another when it is done") {
    loop_under_test test;
    int worked = 0;
    std::optional<call_job> second;
    call_job first([&] { ++worked; }, [&] { test.turned.start(*second); });
    second.emplace([&] { ++worked; }, [&] { test.turned.stop(); });
    test.turned.start(first);

    test.turned.run();

    REQUIRE(worked == 2);
}

TEST_CASE("a loop that goes waits for the job that is under way, and does no more for it") {
    std::atomic<bool> may_end{false};
    std::atomic<bool> has_ended{false};
    bool is_done = false;
    meeting begun(2);
    call_job job(
        [&] {
            begun.arrive_and_wait();
            while (!may_end) {
                std::this_thread::yield();
            }
            has_ended = true;
        },
        [&] { is_done = true; });
    std::thread ends_it;
    {
        loop_under_test test;
        test.turned.start(job);
        begun.arrive_and_wait();
        ends_it = std::thread([&] { may_end = true; });
    }
    const bool had_ended = has_ended;
    ends_it.join();

    REQUIRE(had_ended);
    REQUIRE_FALSE(is_done);
}

TEST_CASE("where no further thread is to be had jobs wait for the one that there is") {
    loop_under_test test;
    std::vector<std::thread::id> workers;
    int done = 0;
    std::deque<call_job> jobs;
    const tactus::testing::no_threads now;
    for (int i = 0; i < 8; ++i) {
        jobs.emplace_back([&] { workers.push_back(std::this_thread::get_id()); },
                          [&] {
                              if (++done == 8) {
                                  test.turned.stop();
                              }
                          });
        test.turned.start(jobs.back());
    }

    test.turned.run();

    REQUIRE(workers.size() == 8);
    REQUIRE(std::equal(workers.begin() + 1, workers.end(), workers.begin())); // one and the same
}

TEST_CASE("where no thread is to be had at all it is said before there is a job") {
    const tactus::time::real_clock clock;
    loop turned(clock);
    {
        const tactus::testing::no_threads now;
        const auto begun = turned.begin_jobs();
        REQUIRE_FALSE(begun.has_value());
        REQUIRE(begun.error().kind == tactus::error_kind::limit);
        REQUIRE(begun.error().text.find("No thread") == 0);
    }

    REQUIRE(turned.begin_jobs().has_value()); // it may be tried again
}

TEST_CASE("signals are not handled on the threads for jobs") {
    loop_under_test test;
    sigset_t blocked;
    call_job job([&] { ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked); },
                 [&] { test.turned.stop(); });
    test.turned.start(job);

    test.turned.run();

    REQUIRE(::sigismember(&blocked, SIGTERM) == 1);
    REQUIRE(::sigismember(&blocked, SIGPIPE) == 1);
}
