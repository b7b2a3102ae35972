// SPDX-License-Identifier: MIT
// Lists and rings of the coroutine layer against plain models, in random orders: what is taken out
// of the middle, what comes after it, what two waiters of one moment get.
#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <vector>

#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

// Set TACTUS_SEED to repeat one run.
std::mt19937 seeded() {
    const char* const given = std::getenv("TACTUS_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::atoi(given)) : std::random_device{}();
    UNSCOPED_INFO("TACTUS_SEED=" << seed);
    return std::mt19937(seed);
}

struct noted {
    std::vector<int>* order;
    int number;
};
void note(void* context) noexcept {
    const auto& it = *static_cast<noted*>(context);
    it.order->push_back(it.number);
}

task<void> log_turns(std::vector<int>* log, int number, int turns) {
    for (int at = 0; at < turns; ++at) {
        log->push_back(number);
        co_await yield();
    }
}

task<void> give(channel<int>* into, int value, std::vector<int>* taken, std::vector<int>* refused) {
    bool is_taken = false;
    try {
        is_taken = co_await into->push(value);
    } catch (const canceled&) {
        refused->push_back(-value);
        throw;
    }
    (is_taken ? taken : refused)->push_back(value);
}

task<void> take(channel<int>* from, std::vector<int>* log) {
    const std::optional<int> value = co_await from->pop();
    log->push_back(value.value_or(-1));
}

task<void> wait_for(event* gate) {
    co_await gate->wait();
}

} // namespace

TEST_CASE("stop callbacks are called in the order of arming, whatever was disarmed meanwhile") {
    std::mt19937 random = seeded();
    for (int round = 0; round < 200; ++round) {
        stop_source source;
        std::vector<int> order;
        std::vector<int> model;
        std::array<stop_registration, 6> all;
        std::array<noted, 6> numbers;
        for (int i = 0; i < 6; ++i) {
            numbers[static_cast<std::size_t>(i)] = {&order, i};
        }
        for (int step = 0; step < 20; ++step) {
            const std::size_t at = random() % all.size();
            const int number = static_cast<int>(at);
            if (all[at].is_armed()) {
                all[at].disarm();
                std::erase(model, number);
            } else {
                all[at].arm(source.token(), &note, &numbers[at]);
                model.push_back(number);
            }
        }
        REQUIRE(source.request_stop());
        REQUIRE(order == model);
        for (stop_registration& each : all) {
            REQUIRE_FALSE(each.is_armed());
        }
        REQUIRE_FALSE(source.request_stop());
        REQUIRE(order == model);
    }
}

TEST_CASE("a ready coroutine that is torn down leaves the others in their order") {
    std::mt19937 random = seeded();
    for (int round = 0; round < 100; ++round) {
        ready_queue queue;
        std::vector<int> log;
        std::vector<int> model;
        std::vector<std::pair<int, std::unique_ptr<owned_root>>> roots;
        int next = 0;
        for (int step = 0; step < 12; ++step) {
            if (roots.empty() || random() % 3 != 0) {
                roots.emplace_back(next,
                                   std::make_unique<owned_root>(queue, log_turns(&log, next, 1)));
                ++next;
            } else {
                roots.erase(roots.begin() + static_cast<std::ptrdiff_t>(random() % roots.size()));
            }
        }
        for (const auto& [number, root] : roots) {
            model.push_back(number);
        }
        CHECK(queue.is_empty() == roots.empty());

        settle(queue);

        REQUIRE(log == model);
        REQUIRE(queue.is_empty());
    }
}

TEST_CASE("the number of live tasks is right, whichever have ended") {
    static constexpr std::size_t most = 8;
    std::mt19937 random = seeded();
    for (int round = 0; round < 100; ++round) {
        ready_queue queue;
        scope root(queue);
        std::array<event, most> gates;
        std::array<bool, most> is_live{};
        for (int step = 0; step < 24; ++step) {
            const std::size_t at = random() % most;
            if (is_live[at]) {
                gates[at].set();
            } else {
                gates[at].reset();
                root.spawn("waits", wait_for(&gates[at]));
            }
            is_live[at] = !is_live[at];
            settle(queue);
            const auto live =
                static_cast<std::size_t>(std::count(is_live.begin(), is_live.end(), true));
            REQUIRE(root.size() == live);
            REQUIRE(queue.live_tasks() == live);
        }
        for (event& each : gates) {
            each.set();
        }
        settle(queue);
        REQUIRE(queue.live_tasks() == 0);
    }
}

TEST_CASE("push_and_run resumes at once, tells of what is left, and never nests") {
    struct hooked {
        int wakes = 0;
    } told;
    ready_queue queue([](void* to) noexcept { ++static_cast<hooked*>(to)->wakes; }, &told);
    std::vector<int> log;
    owned_root first(queue, log_turns(&log, 1, 3));
    CHECK(told.wakes == 1);
    settle(queue);
    CHECK(log == std::vector<int>{1, 1, 1});

    event gate;
    scope root(queue);
    root.spawn("waits", wait_for(&gate));
    CHECK(told.wakes == 2);
    settle(queue);
    root.spawn("turns", log_turns(&log, 2, 5));
    CHECK(told.wakes == 3);
    CHECK(queue.run(2));
    CHECK(log.size() == 5);
    queue.wake();
    CHECK(told.wakes == 4);
    gate.set();
    settle(queue);
}

TEST_CASE("a channel gives each value once, in order, to takers in their order") {
    std::mt19937 random = seeded();
    for (int round = 0; round < 200; ++round) {
        ready_queue queue;
        scope root(queue);
        const std::size_t capacity = 1 + random() % 4;
        channel<int> values(capacity);
        std::deque<int> model;  // in the ring, then with waiting givers
        std::size_t takers = 0; // that wait
        std::vector<int> wanted;
        std::vector<int> got;
        std::vector<int> taken;
        std::vector<int> refused;
        int next = 1;
        for (int step = 0; step < 40; ++step) {
            switch (random() % 4) {
            case 0: // who may wait
                root.spawn("give", give(&values, next, &taken, &refused));
                model.push_back(next++);
                break;
            case 1:
                root.spawn("take", take(&values, &got));
                ++takers;
                break;
            case 2: { // who may not
                const int value = next;
                const bool has_room = model.size() < capacity || takers > 0;
                REQUIRE(values.try_push(value) == has_room);
                if (has_room) {
                    model.push_back(next++);
                }
                break;
            }
            default: {
                const std::optional<int> value = values.try_pop();
                REQUIRE(value.has_value() == !model.empty());
                if (value) {
                    REQUIRE(*value == model.front());
                    model.pop_front();
                }
                break;
            }
            }
            settle(queue);
            while (takers > 0 && !model.empty()) {
                wanted.push_back(model.front());
                model.pop_front();
                --takers;
            }
            REQUIRE(got == wanted);
            REQUIRE(values.size() == std::min(model.size(), capacity));
            REQUIRE(values.is_full() == (model.size() >= capacity));
            REQUIRE(values.is_empty() == model.empty());
        }
        values.close();
        settle(queue);
        REQUIRE(root.is_empty());
        REQUIRE(got.size() == wanted.size() + takers); // each of them learns of the end
        REQUIRE(std::count(got.begin(), got.end(), -1) == static_cast<std::ptrdiff_t>(takers));
        for (std::size_t i = 0; i < std::min(model.size(), capacity); ++i) {
            REQUIRE(values.try_pop() == model[i]);
        }
        REQUIRE_FALSE(values.try_pop().has_value());
        REQUIRE(refused.size() == (model.size() > capacity ? model.size() - capacity : 0));
        REQUIRE_FALSE(values.try_push(7));
        REQUIRE(values.capacity() == capacity);
    }
}

TEST_CASE(
    "a giver that is stopped while it waits takes its value along, the others keep their turn") {
    ready_queue queue;
    channel<int> values(1);
    REQUIRE(values.try_push(0));
    std::vector<int> taken;
    std::vector<int> refused;
    scope others(queue);
    scope stopped(queue);
    others.spawn("first", give(&values, 1, &taken, &refused));
    settle(queue);
    stopped.spawn("second", give(&values, 2, &taken, &refused));
    settle(queue);
    others.spawn("third", give(&values, 3, &taken, &refused));
    settle(queue);

    stopped.request_stop();
    settle(queue);

    CHECK(refused == std::vector<int>{-2});
    for (const int wanted : {0, 1, 3}) {
        CHECK(values.try_pop() == wanted);
        settle(queue);
    }
    CHECK(taken == std::vector<int>{1, 3});
    CHECK(stopped.is_empty());
    CHECK(others.is_empty());
}

TEST_CASE("when_any tells the place of the winner, whichever it is") {
    for (std::size_t winner = 0; winner < 3; ++winner) {
        ready_queue queue;
        scope root(queue);
        std::array<event, 3> gates;
        std::optional<std::size_t> index;
        const auto after = [](event* gate, int value) -> task<int> {
            co_await gate->wait();
            co_return value;
        };
        const auto race = [](task<any_result<int>> work, std::optional<std::size_t>* to,
                             int* value) -> task<void> {
            any_result<int> won = co_await std::move(work);
            *to = won.index;
            *value = won.value;
        };
        int value = 0;
        root.spawn("race",
                   race(when_any(after(&gates[0], 10), after(&gates[1], 11), after(&gates[2], 12)),
                        &index, &value));
        settle(queue);
        CHECK_FALSE(index.has_value());

        gates[winner].set();
        settle(queue);

        CHECK(index == winner);
        CHECK(value == static_cast<int>(10 + winner));
        CHECK(root.is_empty());
    }
}

TEST_CASE("when_any of two that end in the same turn gives the one that ended first") {
    ready_queue queue;
    const auto at_once = [](int value) -> task<int> { co_return value; };
    const any_result<int> won = [&] {
        std::optional<any_result<int>> out;
        const auto race = [](task<any_result<int>> work,
                             std::optional<any_result<int>>* to) -> task<void> {
            any_result<int> result = co_await std::move(work);
            to->emplace(std::move(result));
        };
        drive(queue, race(when_any(at_once(1), at_once(2)), &out));
        return *out;
    }();
    CHECK(won.index == 0);
    CHECK(won.value == 1);
}

TEST_CASE("when_all of a vector that is stopped is canceled, though all its tasks ended well") {
    ready_queue queue;
    stop_source source;
    scope root(queue, source.token());
    event gate;
    bool has_ended = false;
    bool was_canceled = false;
    const auto all = [](event* from, bool* ended, bool* canceled_too) -> task<void> {
        std::vector<task<void>> each;
        each.push_back(shield(wait_for(from)));
        each.push_back(shield(wait_for(from)));
        try {
            co_await when_all(std::move(each));
        } catch (const canceled&) {
            *canceled_too = true;
            throw;
        }
        *ended = true;
    };
    root.spawn("all", all(&gate, &has_ended, &was_canceled));
    settle(queue);

    source.request_stop();
    settle(queue);
    CHECK_FALSE(was_canceled); // they are waited for
    gate.set();
    settle(queue);

    CHECK(was_canceled);
    CHECK_FALSE(has_ended);
    CHECK(root.is_empty());
}
TEST_CASE("a turn is as many steps as it says, not one more") {
    ready_queue queue;
    scope root(queue);
    channel<int> closed(1);
    closed.close();
    std::size_t waits = 0;
    const auto wait_on = [](channel<int>* from, std::size_t* count) -> task<void> {
        for (int at = 0; at < 2000; ++at) {
            ++*count;
            const std::optional<int> none = co_await from->pop();
            CHECK_FALSE(none.has_value());
        }
    };
    root.spawn("waits", wait_on(&closed, &waits));
    CHECK(queue.run(1)); // its start is a step, too
    std::size_t before = waits;
    for (int turn = 0; turn < 3; ++turn) {
        CHECK(queue.run(1));
        CHECK(waits - before == ready_queue::turn_steps);
        before = waits;
    }
    settle(queue);
    CHECK(root.is_empty());
}

} // namespace tactus::test
