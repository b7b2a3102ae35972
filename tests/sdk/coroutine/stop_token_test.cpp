// SPDX-License-Identifier: MIT
#include <memory>
#include <optional>
#include <vector>

#include "tests/sdk/coroutine/drive.hpp"

namespace tactus::test {
namespace {

void increment(void* number) noexcept {
    ++*static_cast<int*>(number);
}

} // namespace

TEST_CASE("a token without a source never stops") {
    const stop_token token;
    CHECK_FALSE(token.stop_possible());
    CHECK_FALSE(token.stop_requested());
    int calls = 0;
    stop_registration registration;
    registration.arm(token, &increment, &calls);
    CHECK_FALSE(registration.is_armed());
    CHECK(calls == 0);
}

TEST_CASE("a stop is requested once and its callbacks are called once") {
    stop_source source;
    int calls = 0;
    stop_registration registration;
    registration.arm(source.token(), &increment, &calls);

    CHECK(source.request_stop());
    CHECK_FALSE(source.request_stop());

    CHECK(source.token().stop_requested());
    CHECK(calls == 1);
    CHECK_FALSE(registration.is_armed());
}

TEST_CASE("callbacks are called in the order in which they were armed") {
    stop_source source;
    std::vector<int> order;
    const auto note = [&order](int number) {
        return [&order, number]() noexcept { order.push_back(number); };
    };
    const stop_callback first(source.token(), note(1));
    const stop_callback second(source.token(), note(2));
    const stop_callback third(source.token(), note(3));

    source.request_stop();

    CHECK(order == std::vector<int>{1, 2, 3});
}

TEST_CASE("arming after the request calls at once") {
    stop_source source;
    source.request_stop();
    int calls = 0;
    stop_registration registration;

    registration.arm(source.token(), &increment, &calls);

    CHECK(calls == 1);
    CHECK_FALSE(registration.is_armed());
}

TEST_CASE("a disarmed callback is not called, wherever it stood in the list") {
    for (int disarmed = 0; disarmed < 3; ++disarmed) {
        stop_source source;
        int calls[3] = {0, 0, 0};
        stop_registration registrations[3];
        for (int at = 0; at < 3; ++at) {
            registrations[at].arm(source.token(), &increment, &calls[at]);
        }
        registrations[disarmed].disarm();
        registrations[disarmed].disarm(); // twice is allowed

        source.request_stop();

        for (int at = 0; at < 3; ++at) {
            CHECK(calls[at] == (at == disarmed ? 0 : 1));
        }
    }
}

TEST_CASE("a callback may end itself and others while it is called") {
    struct group {
        std::optional<stop_registration> first, second, third;
        int calls = 0;
    };
    stop_source source;
    group all;
    const auto end_all = [](void* context) noexcept {
        auto& registrations = *static_cast<group*>(context);
        ++registrations.calls;
        registrations.first.reset();
        registrations.second.reset();
        registrations.third.reset();
    };
    for (auto* each : {&all.first, &all.second, &all.third}) {
        each->emplace();
        (*each)->arm(source.token(), end_all, &all);
    }

    source.request_stop();

    CHECK(all.calls == 1);
}

TEST_CASE("a callback that arms another during the request has it called at once") {
    struct pair {
        stop_source source;
        stop_registration second;
        int calls = 0;
    };
    pair both;
    const auto arm_second = [&both]() noexcept {
        both.second.arm(both.source.token(), &increment, &both.calls);
    };
    const stop_callback first(both.source.token(), arm_second);

    both.source.request_stop();

    CHECK(both.calls == 1);
}

TEST_CASE("a linked source is requested with its parent and not the other way round") {
    stop_source parent;
    stop_source child(parent.token());
    stop_source grandchild(child.token());
    stop_source sibling(parent.token());

    child.request_stop();
    CHECK(grandchild.stop_requested());
    CHECK_FALSE(parent.stop_requested());
    CHECK_FALSE(sibling.stop_requested());

    parent.request_stop();
    CHECK(sibling.stop_requested());
}

TEST_CASE("a source linked to a requested token is requested from the start") {
    stop_source parent;
    parent.request_stop();
    const stop_source child(parent.token());
    CHECK(child.stop_requested());
}

TEST_CASE("a linked source may end before its parent is requested") {
    stop_source parent;
    { const stop_source child(parent.token()); }
    CHECK(parent.request_stop());
}

TEST_CASE("stop callables are destroyed as often as they are made") {
    counted::reset();
    stop_source source;
    {
        auto holds = [kept = counted(1)]() noexcept { (void)kept; };
        const stop_callback callback(source.token(), std::move(holds));
        source.request_stop();
    }
    CHECK(counted::made > 0);
    CHECK(counted::alive == 0);
}

} // namespace tactus::test
