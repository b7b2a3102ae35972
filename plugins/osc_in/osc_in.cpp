// SPDX-License-Identifier: MIT
// OSC over UDP, in. Each datagram is handed to the kernel as it came: the kernel's ingress
// validates it, takes bundles apart and honours their time tags, so that every transport has the
// same decoder and the same limits. This file only moves bytes, and refuses to listen to the
// network by mistake.
#include <tactus/cpp/plugin.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

using tactus::context;
using tactus::task;
using tactus::udp_socket;

constexpr std::uint32_t batch_max = 64;

class osc_in {
public:
    struct config {
        std::vector<std::string> listen;
        bool open = false;
        tactus::byte_count datagram_max;
    };

    static constexpr const char* const schemes[] = {"udp", nullptr};
    static constexpr tactus::plugin_info info{
        "osc_in", "osc", "0.1.0", "tactus", "MIT", "Receives OSC messages and bundles over UDP."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::listen, "listen", "\"udp://127.0.0.1:9100\"",
                       "Where to listen: one numeric endpoint or a list of them.")
            .endpoint(schemes),
        tactus::option(&config::open, "open", "false",
                       "Whether an endpoint may be one that the network can reach."),
        tactus::option(&config::datagram_max, "datagram_max", "\"64KiB\"",
                       "The longest datagram that is taken, in bytes.")
            .range("16", "\"64KiB\""));
    static constexpr const char* const interfaces[] = {TACTUS_UDP_0, TACTUS_PORTS_0};

    explicit osc_in(config settings) : config_(std::move(settings)) {}

    static void check(const config& settings) {
        if (settings.listen.empty()) {
            throw tactus::config_error("listen", "there is no endpoint to listen on.");
        }
        for (const std::string& url : settings.listen) {
            check_endpoint(settings, url);
        }
    }

    /// Opens all sockets or none, then one task receives for each.
    task<> run(context& here) {
        std::vector<udp_socket> sockets;
        for (const std::string& url : config_.listen) {
            sockets.push_back(udp_socket::bind(here, url));
        }
        for (std::size_t i = 0; i < sockets.size(); ++i) {
            here.ports().add(tactus::port_info(config_.listen[i], tactus::port_state::up));
            here.spawn("osc_in receive",
                       receive(here, std::move(sockets[i]), config_.datagram_max.value));
        }
        co_return;
    }

private:
    static void check_endpoint(const config& settings, const std::string& url) {
        const tactus::endpoint where(url, "listen");
        if (!where.is_numeric()) {
            throw tactus::config_error("listen",
                                       "\"" + url +
                                           "\" is no numeric address; expected one like "
                                           "\"udp://127.0.0.1:9100\" or \"udp://[::1]:9100\".");
        }
        if (!where.is_loopback() && !settings.open) {
            throw tactus::config_error(
                "listen", "\"" + url +
                              "\" can be reached from the network, but this input accepts "
                              "everyone; listen on 127.0.0.1 or [::1], or say open = "
                              "true.");
        }
        if (std::count(settings.listen.begin(), settings.listen.end(), url) > 1) {
            throw tactus::config_error("listen", "\"" + url + "\" is listed twice.");
        }
    }

    static task<> receive(context& here, udp_socket socket, std::uint64_t size_max) {
        tactus::datagram_ring ring(batch_max, static_cast<std::uint32_t>(size_max),
                                   TACTUS_UDP_WITHOUT_PEER);
        tactus::batch_builder batch(batch_max);
        std::uint64_t lost = 0;
        for (;;) {
            const auto datagrams = co_await socket.recv(ring);
            batch.clear();
            for (const tactus_datagram& datagram : datagrams) {
                add(here, batch, datagram);
            }
            co_await here.emit(batch.view().as_droppable());
            const std::uint64_t lost_by_now = socket.overflows();
            if (lost_by_now > lost) {
                here.reject(lost_by_now - lost, "rate");
                lost = lost_by_now;
            }
        }
    }

    static void add(context& here, tactus::batch_builder& batch,
                    const tactus_datagram& datagram) noexcept {
        if (datagram.truncated != 0) {
            here.reject(1, "too_large");
            return;
        }
        tactus_event* event = batch.add_borrowed(TACTUS_PROTO_OSC, tactus::bytes_of(datagram));
        if (event == nullptr) { // of no bytes; the ring is no longer than the batch
            here.reject(1, "malformed");
            return;
        }
        event->received_ns = datagram.received_ns;
    }

    config config_;
};

} // namespace

TACTUS_PLUGINS(osc_in);
