// SPDX-License-Identifier: MIT
// What /proc/asound says of what a driver had no room for. The text is that of Linux 6.1.
#include "plugins/midi/driver_losses.hpp"

#include "tests/support/catch.hpp"

using midi::driver_losses;
using status = midi::driver_losses::status;

namespace {

constexpr std::string_view two_cables = R"(Lab MIDI

Output 0
  Tx bytes     : 4711
  Owner PID    : 345
  Mode         : native
  Buffer size  : 4096
  Avail        : 4000
Input 0
  Rx bytes     : 52144
  Owner PID    : 345
  Buffer size  : 4096
  Avail        : 7
  Overruns     : 7856
Input 1
  Rx bytes     : 0
)";

} // namespace

TEST_CASE("what a device's driver had no room for is found by its cable") {
    CHECK(driver_losses::parse(two_cables, 0) == status{7856, 7, 4096});
    CHECK(driver_losses::parse(two_cables, 1) == std::nullopt); // nobody has it open
    CHECK(driver_losses::parse(two_cables, 2) == std::nullopt);
}

TEST_CASE("where /proc/asound says nothing, nothing is taken for lost") {
    midi::alsa_port nowhere;
    nowhere.card = 99;
    driver_losses losses(nowhere);
    CHECK_FALSE(losses.has_lost_before(100'000));
    CHECK(losses.is_drained());
}
