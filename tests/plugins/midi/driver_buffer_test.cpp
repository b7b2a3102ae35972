// SPDX-License-Identifier: MIT
// What /proc/asound says of a driver's buffer. The texts are those of Linux 6.1.
#include "plugins/midi/driver_buffer.hpp"

#include "tests/support/catch.hpp"

using midi::alsa_kind;
using midi::driver_buffer;
using fill = midi::driver_buffer::fill;

namespace {

constexpr std::string_view two_cables = R"(Lab MIDI

Output 0
  Tx bytes     : 4711
  Owner PID    : 345
  Mode         : native
  Buffer size  : 4096
  Avail        : 4000
Output 1
  Tx bytes     : 0
Input 0
  Rx bytes     : 12
  Owner PID    : 345
  Buffer size  : 4096
  Avail        : 7
  Overruns     : 0
)";

constexpr std::string_view virtual_card = R"(VirMIDI

Output 0
  Tx bytes     : 0
  Buffer size  : 4096
  Avail        : 4096
Input 0
  Rx bytes     : 12
  Buffer size  : 4096
  Avail        : 96
Input 1
  Rx bytes     : 12
  Buffer size  : 4096
  Avail        : 4090
)";

} // namespace

TEST_CASE("a device's buffer is found by its cable") {
    CHECK(driver_buffer::parse(two_cables, alsa_kind::hardware, 0) == fill{4096, 4000});
    CHECK(driver_buffer::parse(two_cables, alsa_kind::hardware, 1) == std::nullopt); // not open
    CHECK(driver_buffer::parse(two_cables, alsa_kind::hardware, 2) == std::nullopt);
}

TEST_CASE("a virtual raw device has as much room as the fullest of its readers") {
    CHECK(driver_buffer::parse(virtual_card, alsa_kind::virtual_raw, 0) == fill{4096, 6});
}

TEST_CASE("a text that says nothing of buffers gives nothing") {
    for (const std::string_view text : {"", "Output 0", "Output x\n  Avail  : 1\n", "  Avail : x\n",
                                        "Output 0\n  Buffer size  :\n  Avail\n"}) {
        CHECK(driver_buffer::parse(text, alsa_kind::hardware, 0) == std::nullopt);
    }
}

TEST_CASE("a buffer that cannot be seen empties at the speed of a MIDI cable") {
    midi::alsa_port nowhere;
    nowhere.kind = alsa_kind::hardware;
    nowhere.card = 31999; // there is no such card
    driver_buffer buffer(nowhere);
    const std::int64_t begin_ns = 1'000'000'000'000;

    REQUIRE(buffer.has_room(4096, begin_ns));
    buffer.count_written(4096);

    CHECK_FALSE(buffer.has_room(100, begin_ns + 99 * 320'000));
    CHECK(buffer.has_room(100, begin_ns + 100 * 320'000));
    CHECK_FALSE(buffer.has_room(1, begin_ns + 100 * 320'000, 0)); // 3996 bytes wait before it
    CHECK(buffer.has_room(1, begin_ns + 4096 * 320'000, 0));
}
