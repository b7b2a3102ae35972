// SPDX-License-Identifier: MIT
#include "plugins/midi/sequencer.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <filesystem>

#include <poll.h>

namespace {

bool is_readable(int fd) {
    pollfd asked{fd, POLLIN, 0};
    return poll(&asked, 1, 0) == 1;
}

} // namespace

TEST_CASE("a device that comes makes the watch readable, until it is drained") {
    const tactus::test::temp_dir devices;
    midi::device_watch watch(devices.path().c_str());
    REQUIRE(watch.fd() >= 0);
    REQUIRE_FALSE(is_readable(watch.fd()));

    devices.write("midiC1D0", "");
    CHECK(is_readable(watch.fd()));

    watch.drain();
    CHECK_FALSE(is_readable(watch.fd()));
}

TEST_CASE("a device that goes makes the watch readable") {
    const tactus::test::temp_dir devices;
    const std::string device = devices.write("midiC1D0", "");
    midi::device_watch watch(devices.path().c_str());

    std::filesystem::remove(device);

    CHECK(is_readable(watch.fd()));
}

TEST_CASE("many changes are drained at once") {
    const tactus::test::temp_dir devices;
    midi::device_watch watch(devices.path().c_str());
    for (int i = 0; i < 500; ++i) {
        devices.write("midiC1D" + std::to_string(i), "");
    }

    watch.drain();

    CHECK_FALSE(is_readable(watch.fd()));
}

TEST_CASE("where there is no folder of devices nothing is watched") {
    const midi::device_watch watch("/nonexistent/snd");

    CHECK(watch.fd() == -1);
}
