// SPDX-License-Identifier: MIT
#include "kernel/flow/ingress/token_bucket.hpp"

#include "tests/support/catch.hpp"

using tactus::flow::token_bucket;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t start_ns = 1000 * second_ns;

int take_all(token_bucket& bucket, std::int64_t now_ns, int most = 1000) {
    int taken = 0;
    while (taken < most && bucket.take(now_ns)) {
        ++taken;
    }
    return taken;
}

} // namespace

TEST_CASE("without a rate there is no limit") {
    token_bucket bucket(0);

    REQUIRE(take_all(bucket, start_ns, 100'000) == 100'000);
}

TEST_CASE("a second's worth may come at once, and not one more") {
    token_bucket bucket(10);

    REQUIRE(take_all(bucket, start_ns) == 10);
    REQUIRE_FALSE(bucket.take(start_ns));
}

TEST_CASE("tokens come back at the rate") {
    token_bucket bucket(10);
    static_cast<void>(take_all(bucket, start_ns));

    REQUIRE_FALSE(bucket.take(start_ns + second_ns / 10 - 1000));
    REQUIRE(take_all(bucket, start_ns + second_ns / 2) == 5);
}

TEST_CASE("a long silence saves up no more than a second's worth") {
    token_bucket bucket(10);
    static_cast<void>(take_all(bucket, start_ns));

    REQUIRE(take_all(bucket, start_ns + 3600 * second_ns) == 10);
}

TEST_CASE("a rate below one a second lets one through at first and later") {
    token_bucket bucket(0.5);

    REQUIRE(take_all(bucket, start_ns) == 1);
    REQUIRE(take_all(bucket, start_ns + second_ns) == 0);
    REQUIRE(take_all(bucket, start_ns + 2 * second_ns) == 1);
}

TEST_CASE("a stamp that goes back costs no tokens") {
    token_bucket bucket(10);
    REQUIRE(bucket.take(start_ns));

    REQUIRE(take_all(bucket, start_ns - 5 * second_ns) == 9);
}

TEST_CASE("stamps that go back and forth gain no tokens") {
    token_bucket bucket(10);
    static_cast<void>(take_all(bucket, start_ns));

    static_cast<void>(bucket.take(start_ns - 5 * second_ns));

    REQUIRE_FALSE(bucket.take(start_ns));
}
