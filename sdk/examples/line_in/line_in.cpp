// SPDX-License-Identifier: MIT
// A client of a server that sends lines over TCP: "/address number" becomes an OSC message. If the
// server is not there, or goes, it connects again, after a pause that grows with each failure.
#include <tactus/cpp/plugin.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace std::chrono_literals;

constexpr std::size_t line_max = 1024; // bytes
constexpr std::uint32_t batch_max = 64;

class line_in {
public:
    struct config {
        std::string from;
    };

    static constexpr const char* const schemes[] = {"tcp", "unix", nullptr};
    static constexpr tactus::plugin_info info{
        "org.example.line_in", "line", "1.0.0", "Example", "MIT", "Reads lines."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::from, "from", nullptr, "The server, by its address.")
            .required()
            .endpoint(schemes));
    // Gives the instance its limits for connections, and counts them.
    static constexpr const char* interfaces[] = {TACTUS_STREAM_0, nullptr};

    explicit line_in(config settings) : config_(std::move(settings)) {}

    tactus::task<> run(tactus::context& here) {
        port_ = here.ports().add(tactus::port_info(config_.from, tactus::port_state::offline));
        tactus::back_off pause(500ms, 30s);
        for (;;) {
            tactus::connected server =
                co_await tactus::try_connect(here, config_.from, here.now() + 10s);
            if (server.is_ok()) {
                pause.reset();
                show(here, tactus::port_state::up);
                co_await read_lines(here, server.to);
                server.to.close();
                show(here, tactus::port_state::offline);
            } else {
                show(here, tactus::port_state::failed); // counts it
            }
            co_await here.sleep_for(pause.next());
        }
    }

private:
    void show(tactus::context& here, tactus::port_state state) const {
        here.ports().update(port_, tactus::port_info(config_.from, state));
    }

    tactus::task<> read_lines(tactus::context& here, tactus::stream& server) {
        std::array<std::uint8_t, 4096> bytes{};
        tactus::batch_builder batch(batch_max, batch_max * line_max);
        std::string unread;
        for (;;) {
            const tactus::stream_result got = co_await server.read(bytes);
            if (!got.has_bytes()) {
                co_return; // the end, or gone
            }
            unread.append(reinterpret_cast<const char*>(bytes.data()), got.size);
            while (take_lines(here, unread, batch)) {
                co_await here.emit(batch.view());
            }
            if (unread.size() > line_max) {
                here.reject(1, "too_large");
                co_return;
            }
        }
    }

    // Moves whole lines into the batch, as many as fit; false where there is none.
    static bool take_lines(tactus::context& here, std::string& unread,
                           tactus::batch_builder& batch) {
        std::size_t begin = 0;
        batch.clear();
        for (std::size_t end = 0;
             batch.size() < batch_max && (end = unread.find('\n', begin)) != std::string::npos;
             begin = end + 1) {
            if (!add(std::string_view(unread).substr(begin, end - begin), batch)) {
                here.reject(1, "malformed");
            }
        }
        unread.erase(0, begin);
        return !batch.empty();
    }

    static bool add(std::string_view line, tactus::batch_builder& batch) {
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        const std::size_t space = line.find(' ');
        const std::string_view number = line.substr(std::min(space, line.size()));
        float value = 0;
        const char* const end = number.data() + number.size();
        if (number.size() < 2 || line.size() > line_max ||
            std::from_chars(number.data() + 1, end, value).ptr != end) {
            return false;
        }
        const std::size_t size = tactus::write_osc(batch.room(), line.substr(0, space), value);
        return size != 0 && batch.commit(TACTUS_PROTO_OSC, size) != nullptr;
    }

    config config_;
    std::uint32_t port_ = 0;
};

} // namespace

TACTUS_PLUGINS(line_in);
