// SPDX-License-Identifier: MIT
#include "layout.h"

#include <type_traits>

#include "tests/support/catch.hpp"

extern "C" int tactus_layout_is_checked_in_c(void);
const void* first_unit_name();
const void* second_unit_name();

TEST_CASE("the C compiler sees the layout and the status codes that were released") {
    CHECK(tactus_layout_is_checked_in_c() == 1);
}

TEST_CASE("all headers in two units define everything once") {
    CHECK(first_unit_name() == second_unit_name());
}

TEST_CASE("calls across the border are noexcept in C++") {
    STATIC_REQUIRE(noexcept(static_cast<tactus_op*>(nullptr)->done(nullptr, 0, 0)));
    STATIC_REQUIRE(noexcept(static_cast<tactus_plugin*>(nullptr)->stop(nullptr)));
    STATIC_REQUIRE(std::is_trivially_copyable_v<tactus_event>);
}
