// SPDX-License-Identifier: MIT
// An output that is compiled with libc++, and throws where exceptions are easiest to lose: inside a
// function of its own, in work on its worker, and out of send, to the layer.
#include <tactus/cpp/plugin.hpp>

#include <stdexcept>
#include <string>

namespace {

class libcxx_out {
public:
    struct config {
        bool fails = false;
    };

    static constexpr tactus::plugin_info info{
        "org.example.libcxx", "libcxx_out", "1.0.0", "Example", "MIT", "Throws, and catches."};
    static constexpr auto options =
        tactus::options(tactus::option(&config::fails, "fails", "false", "Whether send throws."));
    static constexpr std::uint32_t protocols = tactus::protocol_bit(TACTUS_PROTO_OSC);

    libcxx_out(config settings, tactus::context& here) : here_(here), config_(settings) {}

    tactus::task<> run(tactus::context& here) {
        here.ports().add(tactus::port_info("it", tactus::port_state::up));
        std::string said;
        try {
            auto parse = [] { return std::stoi("no number"); };
            co_await here.work(parse);
        } catch (const std::invalid_argument& thrown) {
            said = thrown.what();
        }
        here.log().info("the worker threw " + said);
        co_await here.until_stop();
    }

    tactus::send_result send(tactus::batch_view batch) {
        try {
            static_cast<void>(std::string("short").at(batch.size() + 5));
        } catch (const std::out_of_range&) {
            here_.log().info("caught");
        }
        if (config_.fails) {
            throw std::runtime_error("the cable is out");
        }
        return tactus::send_result::all(batch);
    }

private:
    tactus::context& here_;
    config config_;
};

} // namespace

TACTUS_PLUGINS(libcxx_out);
