// SPDX-License-Identifier: MIT
// OSC in, over UDP, TCP and unix sockets. Each packet is passed to the kernel unchanged: the
// kernel's ingress validates it, unpacks bundles and applies their time tags. Every transport
// therefore has the same decoder and the same limits. This file moves bytes, checks who sends them,
// and prevents listening on the network by mistake.
#include <tactus/cpp/gone_senders.hpp>
#include <tactus/cpp/loss_log.hpp>
#include <tactus/cpp/plugin.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

namespace {

using tactus::context;
using tactus::osc_stream;
using tactus::task;
using tactus::udp_socket;

constexpr std::uint32_t batch_max = 64;

class osc_input {
public:
    struct config {
        std::vector<std::string> listen;
        bool open = false;
        std::vector<std::string> allow;
        tactus::byte_count datagram_max;
        tactus::osc_framing framing = tactus::osc_framing::automatic;
        std::string interface;
        std::string socket_mode;
        std::chrono::nanoseconds packet_timeout{0};
        std::optional<bool> sysex;
        std::optional<tactus::when_gone> when_gone; // unset: end
        std::chrono::nanoseconds gone_grace{0};
    };

    static constexpr const char* const schemes[] = {"udp", "tcp", "unix", "unixgram", nullptr};
    static constexpr const char* const framings[] = {"auto", "size", "slip", nullptr};
    static constexpr tactus::plugin_info info{
        "osc_in", "osc", "0.2.0",
        "tactus", "MIT", "Receives OSC messages and bundles over UDP, TCP and unix sockets."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::listen, "listen", "\"udp://127.0.0.1:9100\"",
                       "Where to listen: one numeric endpoint or a list of them; a multicast "
                       "address joins its group.")
            .endpoint(schemes),
        tactus::option(
            &config::open, "open", "false",
            "Whether everyone on the network may send to an endpoint that the network can reach."),
        tactus::option(&config::allow, "allow", nullptr,
                       "Addresses and networks that may send, like \"192.168.0.0/16\"; unset: "
                       "everyone who can reach the endpoint."),
        tactus::option(&config::datagram_max, "datagram_max", "\"64KiB\"",
                       "The longest packet that is accepted, in bytes.")
            .range("16", "\"64KiB\""),
        tactus::option(&config::framing, "framing", "\"auto\"",
                       "How packets are framed on TCP and unix:// connections; \"auto\" detects it "
                       "from the first bytes.")
            .choices(framings),
        tactus::option(&config::interface, "interface", "\"\"",
                       "The network interface on which multicast groups are joined, by name or "
                       "IPv4 address; \"\": as the system routes."),
        tactus::option(&config::socket_mode, "socket_mode", "\"0660\"",
                       "The permissions of a unix socket's file, in octal."),
        tactus::option(&config::packet_timeout, "packet_timeout",
                       tactus::packet_deadline::default_toml,
                       "On connections: how long a packet may take from its first byte to its "
                       "last, else the connection is closed; \"0s\": no limit.")
            .range("\"0s\"", "\"24h\""),
        tactus::option(&config::sysex, "sysex", nullptr,
                       "Whether messages may become SysEx at a MIDI output, which can rewrite an "
                       "instrument's memory; unset: those that only this machine can send."),
        tactus::option(&config::when_gone, "when_gone", nullptr,
                       "When a connection ends: \"end\" ends the notes that it left sounding and "
                       "takes back what it has scheduled; \"keep\" does nothing; unset: \"end\".")
            .choices(tactus::when_gone_words),
        tactus::option(&config::gone_grace, "gone_grace", "\"0s\"",
                       "With when_gone = \"end\": how long after the end of a connection.")
            .range("\"0s\"", "\"1h\""));
    static constexpr const char* const interfaces[] = {TACTUS_UDP_0, TACTUS_STREAM_0,
                                                       TACTUS_PORTS_0};

    explicit osc_input(config settings)
        : config_(std::move(settings)), allowed_(config_.allow, "allow") {}

    static void check(const config& settings) {
        if (settings.listen.empty()) {
            throw tactus::config_error("listen", "there is no endpoint to listen on.");
        }
        for (const std::string& url : settings.listen) {
            check_endpoint(settings, url);
        }
        const tactus::allow_list checked(settings.allow, "allow");
        check_interface(settings.interface);
        check_gone(settings);
        mode_of(settings);
    }

    /// Opens all sockets or none, then runs a task for each.
    task<> run(context& here) {
        std::vector<udp_socket> sockets;
        std::vector<tactus::listener> doors;
        for (const std::string& url : config_.listen) {
            if (tactus::endpoint(url, "listen").is_stream()) {
                doors.push_back(tactus::listener::bind(here, url, mode_of(config_)));
            } else {
                sockets.push_back(
                    udp_socket::open(here, {url, {}, config_.interface, 0, mode_of(config_)}));
            }
        }
        refusals_ = std::make_unique<tactus::loss_log>(here);
        here.spawn("osc_in refusals", refusals_->run());
        gone_ = std::make_unique<tactus::gone_senders>(here, wanted(config_), config_.gone_grace);
        here.spawn("osc_in gone", gone_->run());
        auto socket = sockets.begin();
        auto door = doors.begin();
        for (const std::string& url : config_.listen) {
            const door_info door_of{
                here.ports().add(tactus::port_info(url, tactus::port_state::up)), flags_of(url)};
            if (tactus::endpoint(url, "listen").is_stream()) {
                here.spawn("osc_in accept", accept(here, std::move(*door++), door_of));
            } else {
                here.spawn("osc_in receive", receive(here, std::move(*socket++), door_of));
            }
        }
        co_return;
    }

private:
    static void check_endpoint(const config& settings, const std::string& url) {
        const tactus::endpoint where(url, "listen");
        where.require_numeric("listen");
        if (where.is_multicast() && where.is_stream()) {
            throw tactus::config_error("listen", "\"" + url +
                                                     "\" is a multicast group; only udp:// has "
                                                     "groups.");
        }
        if (!where.is_loopback() && !settings.open && settings.allow.empty()) {
            throw tactus::config_error(
                "listen",
                "\"" + url +
                    "\" can be reached from the network, but this input accepts everyone; list the "
                    "allowed senders in allow, listen on 127.0.0.1 or [::1], or set open = true.");
        }
        if (std::count(settings.listen.begin(), settings.listen.end(), url) > 1) {
            throw tactus::config_error("listen", "\"" + url + "\" is listed twice.");
        }
    }

    static void check_gone(const config& settings) {
        const bool has_connections =
            std::any_of(settings.listen.begin(), settings.listen.end(), [](const auto& url) {
                return tactus::endpoint(url, "listen").is_stream();
            });
        const auto refuse = [&](bool is_set, const char* key) {
            if (is_set && !has_connections) {
                throw tactus::config_error(
                    key, "this is for connections, and every endpoint in listen takes datagrams, "
                         "whose senders come and go unseen; listen on tcp:// or unix://, or leave "
                         "this out.");
            }
        };
        refuse(settings.when_gone.has_value(), "when_gone");
        refuse(settings.gone_grace != settings.gone_grace.zero(), "gone_grace");
        tactus::gone_senders::check(wanted(settings), settings.gone_grace);
    }
    static tactus::when_gone wanted(const config& settings) noexcept {
        return settings.when_gone.value_or(tactus::when_gone::end);
    }

    static void check_interface(const std::string& name) {
        in_addr address{};
        if (!name.empty() && ::inet_pton(AF_INET, name.c_str(), &address) != 1 &&
            ::if_nametoindex(name.c_str()) == 0) {
            throw tactus::config_error("interface", "there is no network interface \"" + name +
                                                        "\" (\"ip link\" lists them).");
        }
    }

    static std::uint32_t mode_of(const config& settings) {
        char* end = nullptr;
        const unsigned long mode = std::strtoul(settings.socket_mode.c_str(), &end, 8);
        if (settings.socket_mode.empty() || *end != '\0' || mode == 0 || mode > 0777) {
            throw tactus::config_error(
                "socket_mode", "\"" + settings.socket_mode +
                                   "\" is not a file mode; expected octal digits like \"0660\".");
        }
        return static_cast<std::uint32_t>(mode);
    }

    /// What the events of an endpoint state about it.
    struct door_info {
        std::uint32_t port;
        std::uint16_t flags;
    };

    /// Datagrams cannot wait: those without room are refused and counted.
    task<> receive(context& here, udp_socket socket, door_info door) {
        tactus::datagram_ring ring(batch_max,
                                   static_cast<std::uint32_t>(config_.datagram_max.value),
                                   allowed_.is_empty() ? TACTUS_UDP_WITHOUT_PEER : 0);
        tactus::batch_builder batch(batch_max);
        std::uint64_t lost = 0;
        for (;;) {
            const auto datagrams = co_await socket.recv(ring);
            batch.clear();
            for (const tactus_datagram& datagram : datagrams) {
                add(here, batch, datagram, door);
            }
            co_await here.emit(batch.view().as_droppable());
            const std::uint64_t lost_by_now = socket.overflows();
            if (lost_by_now > lost) {
                here.reject(lost_by_now - lost, "overrun");
                lost = lost_by_now;
            }
        }
    }

    void add(context& here, tactus::batch_builder& batch, const tactus_datagram& datagram,
             const door_info& door) const noexcept {
        if (!allowed_.allows(datagram.peer)) {
            here.reject(1, "address");
            return;
        }
        if (datagram.truncated != 0) {
            here.reject(1, "too_large");
            return;
        }
        tactus_event* event = batch.add_borrowed(TACTUS_PROTO_OSC, tactus::bytes_of(datagram));
        if (event == nullptr) { // of no bytes; the ring is not longer than the batch
            here.reject(1, "malformed");
            return;
        }
        event->received_ns = datagram.received_ns;
        event->source = door.port;
        event->flags = door.flags;
    }

    task<> accept(context& here, tactus::listener door, door_info about) {
        for (;;) {
            tactus::stream peer = co_await door.accept();
            if (allowed_.allows(peer.peer().address)) {
                here.spawn("osc_in connection", serve(here, std::move(peer), about));
            } else {
                refuse(peer, "address", "its address is not in `allow`");
            }
        }
    }

    struct connection {
        connection(tactus::stream from, const config& by, door_info of_door, std::uint32_t as_group)
            : peer(std::move(from)), frames(by.framing, by.datagram_max.value), batch(batch_max),
              door(of_door), group(as_group), rest_until(by.packet_timeout) {}

        tactus::stream peer;
        osc_stream frames;
        tactus::batch_builder batch;
        door_info door;
        std::uint32_t group; // identifies its share of the input's room, and its scheduled events
        tactus::packet_deadline rest_until; // for the packet that has begun
        std::int64_t received_ns = 0;
        bool has_ended_one = false; // a packet, in the last read
    };

    /// A connection can wait: while the kernel has no room it is not read, and its peer waits too.
    task<> serve(context& here, tactus::stream peer, door_info by) {
        constexpr std::uint32_t group_max = 0xFFFFFF;
        last_group_ = last_group_ % group_max + 1;
        connection one(std::move(peer), config_, by, last_group_);
        while (one.peer.is_open()) {
            const tactus::stream_result got =
                co_await one.peer.read(one.frames.room(), one.rest_until.at());
            if (!got.has_bytes()) {
                end(here, one, got.status);
                break;
            }
            one.frames.took(got.size);
            one.received_ns = tactus::to_ns(here.now());
            one.has_ended_one = false;
            bool is_more = true;
            while (is_more) {
                is_more = collect(here, one);
                if (gone_->ends()) {
                    const bool stays =
                        co_await tactus::emit_while_open(here, one.peer, one.batch.view());
                    if (!stays) {
                        one.peer.close();
                        break;
                    }
                } else {
                    co_await here.emit(one.batch.view());
                }
            }
            // After the wait for room, which the peer did not cause.
            one.rest_until.update(here.now(), one.frames.is_in_packet(), one.has_ended_one);
        }
        gone_->gone(one.group); // even if it was refused
    }

    /// The stream has ended: an unfinished packet was cut off by the peer.
    void end(context& here, connection& of, tactus_status why) {
        if (of.frames.is_in_packet()) {
            here.reject(1, "malformed");
        }
        if (why == TACTUS_E_TIMEOUT) {
            refuse(of.peer, "slow", "a packet that it had begun did not end within packet_timeout");
        }
    }

    /// Adds the next packets to the batch. Returns false if there are no more, or the peer was
    /// refused.
    bool collect(context& here, connection& from) {
        from.batch.clear();
        for (std::uint32_t i = 0; i < batch_max; ++i) {
            const osc_stream::found found = from.frames.next();
            from.has_ended_one |= found.what == osc_stream::verdict::packet ||
                                  found.what == osc_stream::verdict::malformed;
            switch (found.what) {
            case osc_stream::verdict::packet:
                add(from, found.packet);
                break;
            case osc_stream::verdict::malformed:
                here.reject(1, "malformed");
                break;
            case osc_stream::verdict::too_large:
                here.reject(1, "too_large");
                refuse(from.peer, "too_large", "a packet is longer than datagram_max");
                return false;
            case osc_stream::verdict::foreign:
                refuse(from.peer, "protocol", from.frames.why_foreign());
                return false;
            case osc_stream::verdict::more:
                return false;
            }
        }
        return true;
    }

    void refuse(tactus::stream& peer, const char* reason, const char* why) {
        refusals_->say("A connection from " + peer.peer().endpoint + " was closed: " + why);
        peer.refuse(reason);
    }

    void add(connection& from, std::span<const std::uint8_t> packet) const noexcept {
        tactus_event* const event = from.batch.add_borrowed(TACTUS_PROTO_OSC, packet);
        event->received_ns = from.received_ns;
        event->source = from.door.port;
        event->group = from.group;
        event->flags = from.door.flags;
    }
    /// Only the kernel knows what a message becomes; the flags state what it must not become.
    std::uint16_t flags_of(const std::string& url) const {
        const bool takes = config_.sysex.value_or(tactus::endpoint(url, "listen").is_loopback());
        return takes ? 0 : TACTUS_EVENT_NO_SYSEX;
    }

    config config_;
    tactus::allow_list allowed_;
    std::unique_ptr<tactus::loss_log> refusals_;
    std::unique_ptr<tactus::gone_senders> gone_;
    std::uint32_t last_group_ = 0;
};

} // namespace

TACTUS_PLUGINS(osc_input);
