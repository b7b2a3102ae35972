// SPDX-License-Identifier: MIT
// OSC over UDP, out, to one peer: each event is one datagram, or with bundle = true those that
// leave together are. With timetags = "bundle" events go out early, in bundles that carry their due
// time, for receivers that schedule by themselves. liblo takes the configured URL apart; the name
// is resolved on the worker, the bytes travel on the SDK's sockets, and a bundle's 20 bytes of head
// are the SDK's: liblo sees nothing of the traffic.
#include <tactus/cpp/plugin.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <lo/lo.h>
#include <netdb.h>
#include <sys/socket.h>

namespace {

using namespace std::chrono_literals;
using tactus::context;
using tactus::failure;
using tactus::send_result;
using tactus::task;

constexpr std::size_t datagrams_max = 64; // a send call
constexpr std::size_t arena_size = 256 * 1024;
constexpr std::size_t bundle_max = 1400; // bytes, of more than one message: no network splits it
constexpr std::chrono::nanoseconds first_pause = 1s; // between two look-ups of the peer
constexpr std::chrono::nanoseconds longest_pause = 30s;

enum class time_tags { none, bundle };

/// The peer, as the URL names it.
struct peer_name {
    std::string host;
    std::string port;
};

std::string taken(char* text) {
    const std::unique_ptr<char, void (*)(void*)> owned(text, &std::free);
    return owned != nullptr ? std::string(owned.get()) : std::string();
}

/// By liblo, whose URLs say osc.udp. Errors: config_error.
peer_name parse_url(const std::string& to) {
    const std::string url = "osc." + to + "/";
    peer_name peer{taken(lo_url_get_hostname(url.c_str())), taken(lo_url_get_port(url.c_str()))};
    const bool is_port = !peer.port.empty() && peer.port.size() <= 5 &&
                         std::strtoul(peer.port.c_str(), nullptr, 10) - 1 < 65535;
    if (lo_url_get_protocol_id(url.c_str()) != LO_UDP || peer.host.empty() || !is_port) {
        throw tactus::config_error("to", "\"" + to +
                                             "\" names no peer; expected one like "
                                             "\"udp://127.0.0.1:57120\".");
    }
    return peer;
}

/// Asks the system, which may take seconds. Threads: work. Errors: failure.
tactus_address resolve(const peer_name& peer) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_DGRAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* first = nullptr;
    const int error = getaddrinfo(peer.host.c_str(), peer.port.c_str(), &wanted, &first);
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(first, &freeaddrinfo);
    tactus_address address{};
    if (error != 0 || first == nullptr || first->ai_addrlen > sizeof address.bytes) {
        throw failure(TACTUS_E_IO, "\"" + peer.host + "\" could not be resolved: " +
                                       (error != 0 ? gai_strerror(error) : "no address") + ".");
    }
    std::memcpy(address.bytes, first->ai_addr, first->ai_addrlen);
    address.size = first->ai_addrlen;
    return address;
}

bool is_same(const tactus_address& a, const tactus_address& b) noexcept {
    return a.size == b.size && std::memcmp(a.bytes, b.bytes, a.size) == 0;
}

class osc_out {
public:
    struct config {
        std::string to;
        time_tags timetags = time_tags::none;
        std::chrono::nanoseconds ahead{0};
        bool bundle = false;
    };

    static constexpr const char* const schemes[] = {"udp", nullptr};
    static constexpr const char* const tag_words[] = {"none", "bundle", nullptr};
    static constexpr tactus::plugin_info info{"osc_out", "osc", "0.1.0",
                                              "tactus",  "MIT", "Sends OSC messages over UDP."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::to, "to", nullptr, "The peer, as \"udp://host:port\".")
            .endpoint(schemes)
            .required(),
        tactus::option(&config::timetags, "timetags", "\"none\"",
                       "\"none\": messages leave at their due time; \"bundle\": they leave ahead "
                       "of it, in bundles that carry it.")
            .choices(tag_words),
        tactus::option(&config::ahead, "ahead", "\"200ms\"",
                       "How long before its due time a bundle leaves; only with timetags = "
                       "\"bundle\".")
            .range("\"0ms\"", "\"10s\""),
        tactus::option(&config::bundle, "bundle", "false",
                       "Messages that leave at the same moment share a datagram, as a bundle."));
    static constexpr const char* const interfaces[] = {TACTUS_UDP_0, TACTUS_PORTS_0, TACTUS_TIMER_0,
                                                       TACTUS_CLOCK_0};
    static constexpr std::uint32_t protocols = tactus::protocol_bit(TACTUS_PROTO_OSC);

    osc_out(config settings, context& here)
        : here_(here), config_(std::move(settings)),
          arena_(config_.bundle || config_.timetags == time_tags::bundle ? arena_size : 0) {}

    static void check(const config& settings) { parse_url(settings.to); }

    std::chrono::nanoseconds ahead() const {
        return config_.timetags == time_tags::bundle ? config_.ahead : 0ns;
    }

    task<> run(context& here);
    send_result send(tactus::batch_view batch) noexcept;

private:
    task<> keep_connected(context& here);
    task<> await_room(context& here);
    bool connect(const tactus_address& address);
    std::size_t prepare(tactus::batch_view batch) noexcept;
    std::uint32_t count_joined(tactus::batch_view batch) const noexcept;
    bool wrap(tactus::batch_view batch, tactus_datagram& into) noexcept;
    void update_port(tactus::port_state state) {
        here_.ports().update(port_, tactus::port_info(config_.to, state));
    }

    context& here_;
    config config_;
    tactus::udp_socket socket_;
    tactus_address peer_{};
    std::uint32_t port_ = 0;
    tactus::event has_failed_;
    tactus::event is_full_;
    std::array<tactus_datagram, datagrams_max> datagrams_{};
    std::array<std::uint32_t, datagrams_max> events_in_{}; // by datagram
    std::vector<std::uint8_t> arena_;                      // of the bundles of one send call
    std::size_t arena_used_ = 0;
};

/// The socket is closed before the instance ends, however it ends.
task<> osc_out::run(context& here) {
    struct closer {
        explicit closer(tactus::udp_socket& owned) noexcept : socket(owned) {}
        ~closer() { socket.close(); }
        tactus::udp_socket& socket;
    };
    const closer at_end(socket_);
    port_ = here.ports().add(tactus::port_info(config_.to, tactus::port_state::offline));
    co_await tactus::when_all(keep_connected(here), await_room(here));
}

/// Resolves the peer until it has an address, and again after a send failed: a name may have moved.
/// The old socket serves until then, so that one refused datagram costs no other.
task<> osc_out::keep_connected(context& here) {
    const peer_name peer = parse_url(config_.to);
    auto pause = first_pause;
    for (;;) {
        auto look_up = [&peer] { return resolve(peer); };
        try {
            const tactus_address address = co_await here.work(look_up);
            if (connect(address)) {
                update_port(tactus::port_state::up);
            }
            pause = first_pause;
            has_failed_.reset();
            co_await has_failed_.wait();
        } catch (const failure& failed) {
            here.log().warning("The peer of this output is not reached: " + failed.text() +
                               " It is tried again.");
        }
        co_await here.sleep_for(pause);
        pause = std::min(2 * pause, longest_pause);
    }
}

/// False where the peer is at that address already.
bool osc_out::connect(const tactus_address& address) {
    if (socket_.is_open() && is_same(address, peer_)) {
        return false;
    }
    socket_ = tactus::udp_socket::connect(here_, address);
    peer_ = address;
    return true;
}

/// After a send that found the socket full: tells the kernel when there is room.
task<> osc_out::await_room(context& here) {
    for (;;) {
        co_await is_full_.wait();
        is_full_.reset();
        try {
            co_await socket_.writable();
        } catch (const tactus::canceled&) {
            if (here.stop_token().stop_requested()) {
                throw;
            } // else the socket was replaced, and the new one has room
        } catch (const failure& failed) {
            here.log().warning("Waiting for room in the socket failed: " + failed.text() + ".");
        }
        here.ports().writable(port_);
    }
}

send_result osc_out::send(tactus::batch_view batch) noexcept {
    std::uint32_t done = 0;
    while (done < batch.size()) {
        const tactus::batch_view rest = batch.without_first(done);
        const std::size_t prepared = prepare(rest);
        if (prepared == 0) {
            return send_result(done, TACTUS_E_INVALID);
        }
        const tactus::udp_sent sent = socket_.send(std::span(datagrams_).first(prepared));
        done += std::accumulate(events_in_.begin(), events_in_.begin() + sent.sent, 0U);
        if (sent.status == TACTUS_E_AGAIN) {
            is_full_.set();
        } else if (sent.status == TACTUS_E_IO) {
            has_failed_.set();
        }
        if (sent.status != TACTUS_OK) {
            return send_result(done, sent.status);
        }
    }
    return send_result(done, TACTUS_OK);
}

/// Fills datagrams_ with the batch's first events; how many. None: the first one fits no datagram.
std::size_t osc_out::prepare(tactus::batch_view batch) noexcept {
    std::size_t count = 0;
    arena_used_ = 0;
    while (batch.size() > 0 && count < datagrams_.size()) {
        const std::uint32_t joined = count_joined(batch);
        tactus_datagram& out = datagrams_[count];
        out = tactus_datagram{};
        if (joined == 1 && config_.timetags == time_tags::none) {
            out.bytes = const_cast<std::uint8_t*>(batch[0].bytes); // send only reads it
            out.size = batch[0].size;
        } else if (!wrap(batch.first(joined), out)) {
            break;
        }
        events_in_[count++] = joined;
        batch = batch.without_first(joined);
    }
    return count;
}

/// How many events from the front share a datagram.
std::uint32_t osc_out::count_joined(tactus::batch_view batch) const noexcept {
    std::uint32_t count = 1;
    std::size_t size = tactus::osc_bundle_head_size + batch[0].size;
    for (; config_.bundle && count < batch.size(); ++count) {
        const tactus_event& next = batch[count];
        size += sizeof(std::uint32_t) + next.size;
        const bool has_its_time =
            config_.timetags == time_tags::none || next.due_ns == batch[0].due_ns;
        if (size > bundle_max || !has_its_time) {
            break;
        }
    }
    return count;
}

/// All of the batch in one bundle, in the arena. False where that has no room left.
bool osc_out::wrap(tactus::batch_view batch, tactus_datagram& into) noexcept {
    constexpr std::uint64_t at_once = 1;
    const std::span<std::uint8_t> room = std::span(arena_).subspan(arena_used_);
    const bool is_timed = config_.timetags == time_tags::bundle && batch[0].due_ns != 0;
    const std::uint64_t tag = is_timed ? here_.to_ntp(tactus::time_at(batch[0].due_ns)) : at_once;
    std::size_t size = 0;
    for (const tactus_event& event : batch) {
        const std::span<std::uint8_t> rest = room.subspan(size);
        if (rest.size() < tactus::osc_bundle_head_size + event.size) {
            return false;
        }
        size += size == 0 ? tactus::write_osc_bundle_head(rest, tag, event.size)
                          : tactus::write_osc_element_head(rest, event.size);
        std::memcpy(room.data() + size, event.bytes, event.size);
        size += event.size;
    }
    into.bytes = room.data();
    into.size = static_cast<std::uint32_t>(size);
    arena_used_ += size;
    return true;
}

} // namespace

TACTUS_PLUGINS(osc_out);
