// SPDX-License-Identifier: MIT
#include <tactus/testhost/instance.hpp>
#include <tactus/testhost/test.hpp>

#include <string>

using namespace tactus::testing;

namespace {
constexpr std::int64_t second_ns = 1'000'000'000;
}

TACTUS_TEST("it emits a message each period") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.plugin_name");
    made.config.set("period", "\"100ms\"");
    TACTUS_CHECK(made.start() == TACTUS_OK);
    made.host.advance_to(made.host.now_ns() + second_ns);

    TACTUS_CHECK(made.host.emitted.size() >= 10);
    for (const emitted_event& each : made.host.emitted) {
        TACTUS_CHECK(std::string(each.bytes.begin(), each.bytes.begin() + 6) == "/hello");
    }
    TACTUS_CHECK(made.end().empty());
}

TACTUS_TEST("it says so when it cannot start") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.plugin_name");
    made.host.failing["ports.add"] = TACTUS_E_NOMEM;
    TACTUS_CHECK(made.start() < TACTUS_OK);
}
