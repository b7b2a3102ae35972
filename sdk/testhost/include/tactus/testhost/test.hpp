// SPDX-License-Identifier: MIT
// Test cases without a framework: for plugins that have none of their own. The library has main().
//
//   TACTUS_TEST("it sends what it is handed") {
//       TACTUS_CHECK(1 + 1 == 2);
//   }
//
// A program runs all cases, or those whose name has its first argument in it. It prints what
// failed, and exits with 0 if nothing did, else with 1. With Catch2 or the like, leave this header
// out, and put main() into a source of yours: it comes before the library's. One in a library that
// is linked later does not.
#pragma once

#include <tactus/cpp/compiler.hpp>

namespace tactus::testing {

struct test_case {
    test_case(const char* name, void (*body)());

    const char* name;
    void (*body)();
    const test_case* next; // in the reverse order of their making
};

/// Counts a failure of the case that runs, and prints it. From its thread only.
void check(bool is_good, const char* what, const char* file, int line);

} // namespace tactus::testing

#define TACTUS_TEST_JOIN2(a, b) a##b
#define TACTUS_TEST_JOIN(a, b) TACTUS_TEST_JOIN2(a, b)
#define TACTUS_TEST(name)                                                                          \
    static void TACTUS_TEST_JOIN(tactus_test_body_, __LINE__)();                                   \
    static const ::tactus::testing::test_case TACTUS_TEST_JOIN(tactus_test_case_, __LINE__)(       \
        name, &TACTUS_TEST_JOIN(tactus_test_body_, __LINE__));                                     \
    static void TACTUS_TEST_JOIN(tactus_test_body_, __LINE__)()
#define TACTUS_CHECK(...)                                                                          \
    ::tactus::testing::check(static_cast<bool>(__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__)
