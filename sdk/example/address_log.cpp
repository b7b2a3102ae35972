// SPDX-License-Identifier: MIT
// An output that writes the address of every OSC message into the log.
#include <tactus/cpp/plugin.hpp>

#include <string>
#include <utility>

namespace {

class address_log {
public:
    struct config {
        std::string prefix;
    };

    static constexpr tactus::plugin_info info{"org.example.address_log",
                                              "address_log",
                                              "1.0.0",
                                              "Example",
                                              "MIT",
                                              "Writes the address of each message into the log."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::prefix, "prefix", "\"heard \"", "The text before each address."));
    static constexpr std::uint32_t protocols = tactus::protocol_bit(TACTUS_PROTO_OSC);

    address_log(config settings, tactus::context& here)
        : here_(here), config_(std::move(settings)) {}

    tactus::task<> run(tactus::context& here) {
        here.ports().add(tactus::port_info("log", tactus::port_state::up));
        co_await here.until_stop();
    }

    tactus::send_result send(tactus::batch_view batch) {
        for (const tactus_event& event : batch) {
            // The kernel has checked the message: its address ends with a zero byte.
            here_.log().info(config_.prefix + reinterpret_cast<const char*>(event.bytes));
        }
        return tactus::send_result::all(batch);
    }

private:
    tactus::context& here_;
    config config_;
};

} // namespace

TACTUS_PLUGINS(address_log);
