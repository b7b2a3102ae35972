// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#include "plugins/midi/retry_wait.hpp"

using namespace std::chrono_literals;

TEST_CASE("each further wait is twice as long, up to a second, until something worked") {
    midi::retry_wait wait;
    for (const auto expected : {250ms, 500ms, 1000ms, 1000ms}) {
        CHECK(wait.next() == expected);
    }

    wait.reset();
    CHECK(wait.next() == 250ms);
}
