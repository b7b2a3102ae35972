// SPDX-License-Identifier: MIT
#include <tactus/testhost/test.hpp>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <vector>

namespace tactus::testing {
namespace {

const test_case* last_case = nullptr;
int failures = 0;

void run(const test_case& each) {
    const int before = failures;
    try {
        each.body();
    } catch (const std::exception& error) {
        ++failures;
        std::printf("  threw: %s\n", error.what());
    } catch (...) {
        ++failures;
        std::printf("  threw\n");
    }
    std::printf("%s  %s\n", failures == before ? "passed" : "FAILED", each.name);
}

} // namespace

test_case::test_case(const char* called, void (*code)())
    : name(called), body(code), next(last_case) {
    last_case = this;
}

void check(bool is_good, const char* what, const char* file, int line) {
    if (!is_good) {
        ++failures;
        std::printf("  %s:%d: not so: %s\n", file, line, what);
    }
}

int run_cases(const char* part) {
    std::vector<const test_case*> cases;
    for (const test_case* each = last_case; each != nullptr; each = each->next) {
        if (std::strstr(each->name, part) != nullptr) {
            cases.push_back(each);
        }
    }
    std::reverse(cases.begin(), cases.end());
    for (const test_case* each : cases) {
        run(*each);
    }
    std::printf("%zu cases, %d failures\n", cases.size(), failures);
    return failures != 0 || cases.empty() ? 1 : 0;
}

} // namespace tactus::testing
