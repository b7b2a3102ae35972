// SPDX-License-Identifier: MIT
// Runs limits.c in the test host: limits_host FILE. Breaches are what it is for.
#include <tactus/testhost/instance.hpp>

int main(int, char** argv) {
    tactus::testing::test_instance made(tactus::testing::load_entry(argv[1]), "tests.limits");
    if (made.start() != TACTUS_OK) {
        return 1;
    }
    made.host.advance_to(made.host.now_ns() + 50'000'000);
    made.stop();
    const bool has_stopped = made.host.stopped.has_value();
    static_cast<void>(made.end());
    return has_stopped ? 0 : 1;
}
