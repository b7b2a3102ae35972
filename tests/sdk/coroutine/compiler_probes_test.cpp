// SPDX-License-Identifier: MIT
// The coroutine patterns that our rules allow, each with as many destructions as constructions. GCC
// 12 breaks others (aggregates as temporaries, capturing lambda temporaries, operator co_await by
// reference); those are forbidden and not tested. A compiler that breaks one of these shows here.
// Each probe runs twice: with waits that suspend, and with waits that are done at once.
#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

/// An awaiter with a constructor, not copyable, that holds a counted value over the suspension.
class probe_awaiter {
public:
    probe_awaiter(bool suspends, counted kept) : suspends_(suspends), kept_(std::move(kept)) {}
    probe_awaiter(const probe_awaiter&) = delete;
    probe_awaiter& operator=(const probe_awaiter&) = delete;

    bool await_ready() const noexcept { return !suspends_; }
    template <tactus_promise Promise>
    void await_suspend(std::coroutine_handle<Promise> handle) noexcept {
        handle.promise().queue->push(handle.promise());
    }
    counted await_resume() { return std::move(kept_); }

private:
    bool suspends_;
    counted kept_;
};

/// A type whose operator co_await gives a non-copyable awaiter by value.
class probe_wait {
public:
    probe_wait(bool suspends, int value) : suspends_(suspends), kept_(value) {}
    probe_awaiter operator co_await() && { return probe_awaiter(suspends_, std::move(kept_)); }

private:
    bool suspends_;
    counted kept_;
};

class throwing_awaiter {
public:
    throwing_awaiter() noexcept {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) { throw std::runtime_error("await_suspend"); }
    void await_resume() const noexcept {}

private:
    counted kept_;
};

probe_awaiter wait(bool suspends, int value) {
    return probe_awaiter(suspends, counted(value));
}

task<counted> pass(bool suspends, counted value) {
    const counted got = co_await wait(suspends, value.value);
    co_return counted(got.value);
}
task<int> look(bool suspends, const counted& value) {
    const counted got = co_await wait(suspends, value.value);
    co_return got.value;
}
task<int> unbox(bool suspends, std::unique_ptr<counted> value) {
    const counted got = co_await wait(suspends, value->value);
    co_return got.value;
}
task<int> with_default(bool suspends, counted value = counted(8)) {
    const counted got = co_await wait(suspends, value.value);
    co_return got.value;
}
task<counted> fails(bool suspends, counted value) {
    const counted got = co_await wait(suspends, value.value);
    throw std::runtime_error("child " + std::to_string(got.value));
}

template <class Callable>
task<int> call(bool suspends, Callable callable) {
    const counted got = co_await wait(suspends, callable());
    co_return got.value;
}

template <class... Values>
task<int> sum(bool suspends, Values... values) {
    const counted got = co_await wait(suspends, (values.value + ... + 0));
    co_return got.value;
}

class member {
public:
    explicit member(int value) : kept_(value) {}
    task<int> read(bool suspends, counted extra) {
        const counted got = co_await wait(suspends, kept_.value + extra.value);
        co_return got.value;
    }

private:
    counted kept_;
};

// The probes: each gives the number that it was made for.
task<int> awaiter_temporary(bool suspends) {
    const counted got = co_await probe_awaiter(suspends, counted(1));
    co_return got.value;
}
task<int> awaiter_by_value(bool suspends) {
    const counted got = co_await probe_wait(suspends, 1);
    co_return got.value;
}
task<int> named_awaitable(bool suspends) {
    probe_wait later(suspends, 1);
    const counted got = co_await std::move(later);
    co_return got.value;
}
task<int> result_unused(bool suspends) {
    co_await wait(suspends, 5);
    co_return 1;
}
task<int> argument_temporary(bool suspends) {
    const counted got = co_await pass(suspends, counted(1));
    co_return got.value;
}
task<int> reference_to_temporary(bool suspends) {
    const int got = co_await look(suspends, counted(1));
    co_return got;
}
task<int> unique_ptr_argument(bool suspends) {
    const int got = co_await unbox(suspends, std::make_unique<counted>(1));
    co_return got;
}
task<int> default_argument(bool suspends) {
    const int got = co_await with_default(suspends);
    co_return got - 7;
}
task<int> argument_pack(bool suspends) {
    const int got = co_await sum(suspends, counted(1), counted(2), counted(-2));
    co_return got;
}
task<int> member_coroutine(bool suspends) {
    member object(0);
    const int got = co_await object.read(suspends, counted(1));
    co_return got;
}
task<int> named_lambda_moved_in(bool suspends) {
    auto callable = [kept = counted(1)] { return kept.value; };
    const int got = co_await call(suspends, std::move(callable));
    co_return got;
}
task<int> captureless_lambda(bool suspends) {
    const auto body = [](bool waits, counted value) -> task<int> {
        const counted got = co_await wait(waits, value.value);
        co_return got.value;
    };
    const int got = co_await body(suspends, counted(1));
    co_return got;
}
task<int> task_kept_in_variable(bool suspends) {
    auto work = pass(suspends, counted(1));
    const counted got = co_await std::move(work);
    co_return got.value;
}
task<int> loop_with_continue(bool suspends) {
    int total = 0;
    for (int at = 0; at < 10; ++at) {
        const counted local(at);
        const counted got = co_await pass(suspends, counted(at));
        if (got.value % 2 == 0) {
            continue;
        }
        const counted again = co_await wait(suspends, local.value);
        if (again.value == 7) {
            break;
        }
        ++total;
    }
    co_return total - 2;
}
task<int> range_for(bool suspends) {
    std::vector<counted> values(3);
    int total = 1;
    for (const counted& value : values) {
        const counted got = co_await pass(suspends, value);
        total += got.value;
    }
    co_return total;
}
task<int> branches(bool suspends) {
    const counted got = co_await wait(suspends, 1);
    if (got.value == 1) {
        const counted inner = co_await wait(suspends, 2);
        co_return inner.value - 1;
    }
    co_return 0;
}
task<int> switch_cases(bool suspends) {
    const counted got = co_await wait(suspends, 2);
    switch (got.value) {
    case 2: {
        const counted inner = co_await pass(suspends, counted(1));
        co_return inner.value;
    }
    default:
        co_return 0;
    }
}
task<int> exception_of_child(bool suspends) {
    const counted local(1);
    try {
        const counted never = co_await fails(suspends, counted(4));
        co_return never.value;
    } catch (const std::runtime_error&) {
    }
    const counted got = co_await wait(suspends, local.value); // awaiting after the handler
    co_return got.value;
}
task<int> exception_in_await_suspend(bool) {
    const counted local(1);
    try {
        co_await throwing_awaiter();
    } catch (const std::runtime_error&) {
        co_return local.value;
    }
    co_return 0;
}
task<int> exception_beside_arguments(bool suspends) {
    int caught = 0;
    for (int at = 0; at < 3; ++at) {
        try {
            const counted never = co_await fails(suspends, counted(at));
            caught += never.value;
        } catch (const std::runtime_error&) {
            ++caught;
        }
    }
    co_return caught - 2;
}
task<int> optional_result(bool suspends) {
    channel<counted> values(1);
    counted value(1);
    if (suspends) {
        co_await yield();
    }
    const bool is_taken = co_await values.push(std::move(value));
    const std::optional<counted> got = co_await values.pop();
    co_return is_taken ? got->value : 0;
}
task<int> local_array(bool suspends) {
    std::array<counted, 3> values{counted(0), counted(1), counted(2)};
    const counted got = co_await wait(suspends, values[1].value);
    co_return got.value;
}

struct probe {
    const char* pattern;
    task<int> (*run)(bool suspends);
};

constexpr probe probes[] = {
    {"awaiter temporary with a constructor", &awaiter_temporary},
    {"operator co_await gives a non-copyable awaiter by value", &awaiter_by_value},
    {"named awaitable, moved", &named_awaitable},
    {"result that nobody takes", &result_unused},
    {"argument temporary with a constructor, by value", &argument_temporary},
    {"argument temporary bound to a const reference", &reference_to_temporary},
    {"unique_ptr argument", &unique_ptr_argument},
    {"default argument", &default_argument},
    {"argument pack", &argument_pack},
    {"member coroutine", &member_coroutine},
    {"named lambda with captures, moved in", &named_lambda_moved_in},
    {"captureless lambda coroutine with parameters", &captureless_lambda},
    {"task kept in a variable", &task_kept_in_variable},
    {"loop with continue and break", &loop_with_continue},
    {"range-for", &range_for},
    {"branches", &branches},
    {"switch", &switch_cases},
    {"exception of a child", &exception_of_child},
    {"exception in await_suspend", &exception_in_await_suspend},
    {"exceptions in a loop, with arguments alive", &exception_beside_arguments},
    {"value through a channel", &optional_result},
    {"array of locals over a wait", &local_array},
};

} // namespace

TEST_CASE("the compiler destroys what it makes, in each pattern that our rules allow") {
    for (const probe& each : probes) {
        for (const bool suspends : {true, false}) {
            INFO(each.pattern << (suspends ? ", suspending" : ", at once"));
            counted::reset();
            {
                ready_queue queue;
                CHECK(drive(queue, each.run(suspends)) == 1);
            }
            CHECK(counted::made > 0);
            CHECK(counted::alive == 0);
        }
    }
}

TEST_CASE("the compiler destroys what it made in a frame that is destroyed at each suspension") {
    for (const probe& each : probes) {
        for (int turns = 0;; ++turns) {
            INFO(each.pattern << ", destroyed after " << turns << " turns");
            counted::reset();
            bool is_done = false;
            {
                ready_queue queue;
                int out = 0;
                const owned_root root(queue, keep(each.run(true), &out));
                for (int at = 0; at < turns; ++at) {
                    queue.run_one();
                }
                is_done = root.is_done();
            }
            CHECK(counted::alive == 0);
            if (is_done || turns == 1'000) {
                CHECK(turns < 1'000);
                break;
            }
        }
    }
}

TEST_CASE("parameters are destroyed where the coroutine is never started") {
    counted::reset();
    {
        auto callable = [kept = counted(1)] { return kept.value; };
        const auto first = pass(true, counted(1));
        const auto second = unbox(true, std::make_unique<counted>(2));
        const auto third = call(true, std::move(callable));
        const auto fourth = sum(true, counted(1), counted(2));
    }
    CHECK(counted::made > 0);
    CHECK(counted::alive == 0);
}

TEST_CASE("objects in frames are aligned to sixteen bytes") {
    struct alignas(16) aligned {
        std::array<char, 32> bytes{};
    };
    const auto check = []() -> task<void> {
        aligned object;
        co_await yield();
        const auto address = reinterpret_cast<std::uintptr_t>(&object);
        CHECK(address % 16 == 0);
    };
    ready_queue queue;
    for (int at = 0; at < 50; ++at) {
        drive(queue, check());
    }
}

} // namespace tactus::test
