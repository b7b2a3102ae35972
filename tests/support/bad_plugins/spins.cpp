// SPDX-License-Identifier: MIT
// An output that waits, in a loop, for a moment that is over: each call is short, and there is no
// end of them.
#include <tactus/cpp/plugin.hpp>

#include <chrono>

namespace {

class spins {
public:
    static constexpr tactus::plugin_info info{
        "tests.spins", "spins", "1", "tests", "MIT", "Waits for what is always ready."};
    static constexpr std::uint32_t protocols = tactus::protocol_bit(TACTUS_PROTO_OSC);

    tactus::task<> run(tactus::context& here) {
        here.ports().add(tactus::port_info("p", tactus::port_state::up));
        for (;;) {
            co_await here.sleep_for(std::chrono::nanoseconds(0));
        }
    }
    tactus::send_result send(tactus::batch_view batch) { return tactus::send_result::all(batch); }
};

} // namespace

TACTUS_PLUGINS(spins);
