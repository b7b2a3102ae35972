// SPDX-License-Identifier: MIT
// The driver's thread is real, so the test waits for what it does, not for how long.
#include <tactus/testhost/instance.hpp>
#include <tactus/testhost/test.hpp>

#include <chrono>
#include <thread>

using namespace tactus::testing;

TACTUS_TEST("what the driver's thread delivers is emitted, with its port") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.driver_in");
    made.config.set("period", "\"1ms\"");
    TACTUS_CHECK(made.start() == TACTUS_OK);
    for (int i = 0; i < 10'000 && made.host.emitted.size() < 4; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        made.host.settle();
    }
    TACTUS_CHECK(made.host.emitted.size() >= 4);
    TACTUS_CHECK(made.host.emitted[0].source == 1);
    TACTUS_CHECK(made.host.emitted[0].bytes == byte_string({0x90, 60, 100}));
    TACTUS_CHECK(made.host.emitted[1].bytes == byte_string({0x90, 60, 0}));
    TACTUS_CHECK(made.end().empty()); // its thread is joined
}
