// SPDX-License-Identifier: MIT
// Long chains of awaits that complete at once. Without the transfer budget each of these overflows
// the stack at -O0 and -O1 and under the sanitizers, so the file is built at several levels.
#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

constexpr long chain_length = 2'000'000;

task<long> one() {
    co_return 1;
}

task<long> sum(long count) {
    long total = 0;
    for (long at = 0; at < count; ++at) {
        const long next = co_await one();
        total += next;
    }
    co_return total;
}

task<long> nested(long depth) {
    if (depth == 0) {
        co_return 0;
    }
    const long below = co_await nested(depth - 1);
    co_return below + 1;
}

task<void> throwing() {
    throw failure(TACTUS_E_IO, "always");
    co_return;
}

task<long> failures(long count) {
    long caught = 0;
    for (long at = 0; at < count; ++at) {
        try {
            co_await throwing();
        } catch (const failure&) {
            ++caught;
        }
    }
    co_return caught;
}

task<void> pass(channel<long>& values, long count) {
    for (long at = 0; at < count; ++at) {
        const bool is_taken = co_await values.push(1);
        if (!is_taken) {
            co_return;
        }
        const std::optional<long> value = co_await values.pop();
        if (!value) {
            co_return;
        }
    }
}

} // namespace

TEST_CASE("two million tasks that complete at once do not overflow the stack") {
    ready_queue queue;

    CHECK(drive(queue, sum(chain_length)) == chain_length);
}

TEST_CASE("tasks nested fifty thousand deep start and end on a bounded stack") {
    ready_queue queue;

    CHECK(drive(queue, nested(50'000)) == 50'000);
}

TEST_CASE("twenty thousand tasks that throw at once are caught one by one") {
    ready_queue queue;

    CHECK(drive(queue, failures(20'000)) == 20'000);
}

TEST_CASE("a loop over an always ready channel lets other tasks run") {
    ready_queue queue;
    channel<long> values(1);
    scope root(queue);
    root.spawn("pass", pass(values, chain_length));
    const bool is_work_left = queue.run(1);

    CHECK(is_work_left);
    CHECK(root.size() == 1);

    settle(queue);
    CHECK(root.is_empty());
}

TEST_CASE("a turn of the queue is 128 awaits long") {
    ready_queue queue;
    scope root(queue);
    long total = 0;
    root.spawn("sum", keep(sum(12'800), &total));
    std::size_t turns = 0;
    while (queue.run_one()) {
        ++turns;
    }

    CHECK(total == 12'800);
    CHECK(turns >= 100);
    CHECK(turns <= 102);
}

} // namespace tactus::test
