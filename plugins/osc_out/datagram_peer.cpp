// SPDX-License-Identifier: MIT
// A peer reached by UDP, multicast, broadcast or unix datagrams. liblo parses the URL; the kernel
// resolves the name, and the SDK's sockets carry the bytes: liblo handles no traffic.
#include "datagram_peer.hpp"

#include "rebinding_socket.hpp"

#include <tactus/cpp/decimal.hpp>
#include <tactus/cpp/endpoint_parts.hpp>
#include <tactus/cpp/localhost.hpp>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include <lo/lo.h>

namespace osc_out {
namespace {

using tactus::context;
using tactus::failure;
using tactus::task;
using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds first_pause = 1s; // between two look-ups of the peer
constexpr std::chrono::nanoseconds longest_pause = 30s;

struct peer_name {
    std::string host;
    std::string port;
};

std::string taken(char* text) {
    const std::unique_ptr<char, void (*)(void*)> owned(text, &std::free);
    return owned != nullptr ? std::string(owned.get()) : std::string();
}

// Parsed by liblo, whose URLs begin with osc.udp. Except the port: for an IPv6 address without
// "::", liblo returns a part of the address (liblo 0.31: 2 for "[1:2:3:4:5:6:7:8]:9000").
peer_name parse_url(const std::string& to) {
    const std::string url = "osc." + to + "/";
    const std::string_view rest = tactus::detail::split_scheme(to).rest;
    return {taken(lo_url_get_hostname(url.c_str())),
            std::string(tactus::detail::split_authority(rest).port)};
}

// An address, or a text that the kernel accepts as a name: not "127.1".
bool is_host(const std::string& text) {
    return tactus::numeric_host::parse(text).has_value() || tactus::detail::is_host_name(text);
}

// localhost also has an IPv6 address, usually first, but most OSC programs listen on IPv4 only, and
// sending to IPv6 would fail unnoticed: here localhost therefore means IPv4. "" for other hosts.
std::string four_of_localhost(const std::string& to) {
    const peer_name name = parse_url(to);
    return tactus::is_in_localhost(name.host) ? "udp://127.0.0.1:" + name.port : "";
}

} // namespace

bool is_network_peer(const std::string& to) {
    const std::string url = "osc." + to + "/";
    const int protocol = lo_url_get_protocol_id(url.c_str());
    const peer_name name = parse_url(to);
    const bool is_port = tactus::decimal(name.port, 65535).value_or(0) != 0;
    return (protocol == LO_UDP || protocol == LO_TCP) && is_host(name.host) && is_port;
}

task<> datagram_peer::run(context& here) {
    std::vector<task<>> all;
    all.push_back(keep_connected(here));
    all.push_back(await_room(here));
    // A sender of unix datagrams has no name to reply to.
    if (settings_.answers.are_wanted() && !is_local()) {
        all.push_back(hear_replies());
    }
    co_await tactus::when_all(std::move(all));
}

// Resolves the peer until it has an address, and again after a failed send: a name may have moved,
// or this machine. The old socket is used until then: one refused datagram costs no other.
task<> datagram_peer::keep_connected(context& here) {
    auto pause = first_pause;
    for (;;) {
        bool was_reached = false;
        try {
            const std::vector<std::string> found = co_await find(here);
            connect_to_any(here, found);
            was_reached = true;
            pause = first_pause;
            const tactus::time_point earliest = here.now() + first_pause;
            has_failed_.reset();
            co_await has_failed_.wait();
            co_await here.sleep_until(earliest);
        } catch (const failure& failed) {
            miss(here, failed);
        }
        if (!was_reached) {
            co_await here.sleep_for(pause);
            pause = is_local() ? first_pause : std::min(2 * pause, longest_pause);
        }
    }
}

// The socket of a peer on this machine is its file: without the file there is no receiver. For UDP
// that is unknown, and the old socket stays in use.
void datagram_peer::miss(context& here, const failure& why) {
    const bool is_known = is_local() && is_missed_; // retried each second, possibly for months
    if (is_local()) {
        socket_ = {};
        observer_.changed(false);
    }
    observer_.failed();
    is_missed_ = true;
    if (!is_known) {
        const std::string text = is_local() ? "no program receives there" : why.text();
        here.log().warning("The peer " + settings_.to + " is not reached: " + text +
                           ". It is tried again.");
    }
}

// The peer's numeric endpoints, best first, at least one. Errors: failure; canceled.
task<std::vector<std::string>> datagram_peer::find(context& here) {
    if (is_local()) {
        co_return std::vector<std::string>{settings_.to};
    }
    if (const std::string by_four = four_of_localhost(settings_.to); !by_four.empty()) {
        co_return std::vector<std::string>{by_four};
    }
    std::vector<std::string> found = co_await tactus::resolve(here, settings_.to);
    co_return found;
}

// Connects to the first endpoint that the system can send to. That excludes a link-local address
// without its interface, and a protocol without a route. Errors: failure.
void datagram_peer::connect_to_any(context& here, const std::vector<std::string>& found) {
    for (const std::string& each : found) {
        if (settings_.answers.are_sent_to(each)) {
            throw failure(TACTUS_E_INVALID,
                          "reply_to names it, and it would receive its own replies");
        }
        try {
            connect(here, each);
            return;
        } catch (const failure&) {
            if (&each == &found.back()) {
                throw;
            }
        }
    }
}

void datagram_peer::connect(context& here, const std::string& address) {
    const tactus::udp_options options{{}, address, settings_.interface, settings_.hops, 0};
    tactus::udp_socket fresh = tactus::udp_socket::open(here, options);
    if (!is_local() && socket_.is_open() && address == address_ &&
        !is_outdated(socket_, fresh, address)) {
        return;
    }
    socket_ = std::move(fresh); // the old one is closed at the end of the scope
    address_ = address;
    is_new_.set();
    is_missed_ = false;
    observer_.changed(true);
}

task<> datagram_peer::hear_replies() {
    for (;;) {
        co_await is_new_.wait();
        is_new_.reset();
        co_await settings_.answers.hear(socket_);
    }
}

// After a send found the socket full: reports when there is room.
task<> datagram_peer::await_room(context& here) {
    for (;;) {
        co_await is_full_.wait();
        is_full_.reset();
        try {
            co_await socket_.writable();
        } catch (const tactus::canceled&) {
            if (here.stop_token().stop_requested()) {
                throw;
            } // otherwise the socket was replaced, and the new one has room
        } catch (const failure& failed) {
            here.log().warning("Waiting for room in the socket failed: " + failed.text() + ".");
        }
        observer_.has_room();
    }
}

peer_sent datagram_peer::send(std::span<const tactus_datagram> packets) noexcept {
    const tactus::udp_sent went = socket_.send(packets);
    if (went.status == TACTUS_E_AGAIN) {
        is_full_.set();
    } else if (went.status == TACTUS_E_IO) {
        has_failed_.set();
    }
    return {went.status, went.sent,
            went.status == TACTUS_E_AGAIN ? "it does not read, and its socket is full"
                                          : "the system refuses to send them"};
}

} // namespace osc_out
