// SPDX-License-Identifier: MIT
// An input that emits the OSC message "/hello" each `period`.
#include <tactus/cpp/plugin.hpp>

#include <array>
#include <chrono>

namespace {

class plugin_name {
public:
    struct config {
        std::chrono::nanoseconds period{0};
    };

    static constexpr tactus::plugin_info info{
        "org.example.plugin_name", "plugin_type", "0.1.0", "Your name", "MIT", "Says hello."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::period, "period", "\"100ms\"", "From one message to the next.")
            .range("\"1ms\"", "\"1m\""));

    explicit plugin_name(config settings) : config_(settings) {}

    tactus::task<> run(tactus::context& here) {
        here.ports().add(tactus::port_info("hello", tactus::port_state::up));
        std::array<std::uint8_t, 64> bytes{};
        tactus::batch_builder batch(1);
        auto due = here.now();
        for (;;) { // until the daemon stops: every wait then throws
            const std::size_t size = tactus::write_osc(bytes, "/hello", std::int32_t{1});
            batch.clear();
            batch.add_borrowed(TACTUS_PROTO_OSC, {bytes.data(), size});
            co_await here.emit(batch.view());
            due += config_.period;
            co_await here.sleep_until(due);
        }
    }

private:
    config config_;
};

} // namespace

TACTUS_PLUGINS(plugin_name);
