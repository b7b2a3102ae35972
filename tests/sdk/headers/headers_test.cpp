// SPDX-License-Identifier: MIT
#include "layout.h"

#include <type_traits>

#include "tests/support/catch.hpp"

extern "C" int tactus_layout_is_checked_in_c(void);
extern "C" int tactus_is_retried_in_c(tactus_status status);
const void* first_unit_name();
const void* second_unit_name();

TEST_CASE("the C compiler sees the layout and the status codes that were released") {
    CHECK(tactus_layout_is_checked_in_c() == 1);
}

TEST_CASE("in C a status is a constant, in C++ one of its own type") {
    CHECK(tactus_is_retried_in_c(TACTUS_E_AGAIN) == 1);
    CHECK(tactus_is_retried_in_c(TACTUS_E_DENIED) == 0);
    STATIC_REQUIRE(std::is_same_v<decltype(TACTUS_PENDING), const tactus_status>);
    STATIC_REQUIRE(std::is_same_v<decltype(TACTUS_E_AGAIN), const tactus_status>);
}

TEST_CASE("all headers in two units define everything once") {
    CHECK(first_unit_name() == second_unit_name());
}

TEST_CASE("calls across the border are noexcept in C++") {
    STATIC_REQUIRE(noexcept(static_cast<tactus_op*>(nullptr)->done(nullptr, 0, 0)));
    STATIC_REQUIRE(noexcept(static_cast<tactus_plugin*>(nullptr)->stop(nullptr)));
    STATIC_REQUIRE(std::is_trivially_copyable_v<tactus_event>);
}
