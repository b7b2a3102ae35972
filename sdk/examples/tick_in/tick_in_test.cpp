// SPDX-License-Identifier: MIT
#include <tactus/testhost/instance.hpp>
#include <tactus/testhost/test.hpp>

using namespace tactus::testing;

namespace {
constexpr std::int64_t ms = 1'000'000;
}

TACTUS_TEST("ticks come at their moments, ahead of time, with a number that grows") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.tick_in");
    made.config.set("period", "\"20ms\"");
    TACTUS_CHECK(made.start() == TACTUS_OK);
    const std::int64_t begin_ns = made.host.now_ns();
    made.host.advance_to(begin_ns + 100 * ms);

    TACTUS_CHECK(made.host.emitted.size() == 6);
    for (std::size_t i = 0; i < made.host.emitted.size(); ++i) {
        const emitted_event& tick = made.host.emitted[i];
        TACTUS_CHECK(tick.due_ns == begin_ns + 50 * ms + static_cast<std::int64_t>(i) * 20 * ms);
        TACTUS_CHECK(tick.bytes.size() == 16 && tick.bytes[15] == i && tick.source == 1);
    }
    TACTUS_CHECK(made.end().empty());
}

TACTUS_TEST("without a timer it refuses to start") {
    test_instance made(load_entry(TACTUS_PLUGIN_FILE), "org.example.tick_in");
    made.host.failing["timer"] = TACTUS_E_NOMEM;
    TACTUS_CHECK(made.start() < TACTUS_OK);
}
