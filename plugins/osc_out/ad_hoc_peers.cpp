// SPDX-License-Identifier: MIT
#include "ad_hoc_peers.hpp"

#include <tactus/cpp/network_interface.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace osc_out {
namespace {

using tactus::task;

constexpr std::string_view scheme = "udp://";

// "%eth0"; "" if there is no zone.
std::string zone_text(std::uint32_t number) {
    const std::string name = tactus::interface_name(number);
    return name.empty() ? "" : "%" + name;
}

// An address has many spellings; this is the canonical one.
std::string endpoint_of(const tactus_address& address) {
    std::array<char, INET6_ADDRSTRLEN> host{};
    if (address.size == sizeof(sockaddr_in)) {
        sockaddr_in four{};
        std::memcpy(&four, address.bytes, sizeof four);
        ::inet_ntop(AF_INET, &four.sin_addr, host.data(), host.size());
        return std::string(scheme) + host.data() + ":" + std::to_string(ntohs(four.sin_port));
    }
    sockaddr_in6 six{};
    std::memcpy(&six, address.bytes, sizeof six);
    ::inet_ntop(AF_INET6, &six.sin6_addr, host.data(), host.size());
    return std::string(scheme) + "[" + host.data() + zone_text(six.sin6_scope_id) +
           "]:" + std::to_string(ntohs(six.sin6_port));
}

} // namespace

tactus::port_answer ad_hoc_peers::admit(std::string_view name) {
    if (name.size() > name_bytes_max) {
        return tactus::port_answer::unknown;
    }
    const bool has_scheme = name.starts_with(scheme);
    const std::string as_asked = (has_scheme ? "" : std::string(scheme)) + std::string(name);
    try {
        const tactus_address address = tactus::udp_socket::parse(here_, as_asked);
        const std::string key = endpoint_of(address);
        if (!allowed_.contains(address) || answers_.are_sent_to(key)) {
            return tactus::port_answer::not_allowed;
        }
        // Events find a port by its key or its name: another spelling becomes its name.
        const std::string_view without_scheme = std::string_view(key).substr(scheme.size());
        const tactus::port_info port(key, as_asked == key ? without_scheme : name,
                                     tactus::port_state::by_name);
        const auto known = std::find_if(peers_.begin(), peers_.end(),
                                        [&](const auto& each) { return each.second.key == key; });
        if (known != peers_.end()) {
            here_.ports().update(known->first, port);
        } else {
            add(port);
        }
        return tactus::port_answer::made;
    } catch (const tactus::failure&) {
        return tactus::port_answer::unknown; // no endpoint, or none that this machine can send to
    }
}

// Errors: failure; then nothing has changed.
void ad_hoc_peers::add(const tactus::port_info& wanted) {
    auto socket = std::make_shared<rebinding_socket>(here_, std::string(wanted.key));
    socket->open();
    const std::uint32_t port = here_.ports().add(wanted);
    peers_[port] = {std::string(wanted.key), socket, ++uses_};
    if (peers_.size() > peers_max) {
        remove_oldest();
    }
    if (answers_.are_wanted()) {
        here_.spawn("osc_out ad-hoc peer", hear_replies(std::move(socket)));
    }
}

// Removes the peer with the oldest last send.
void ad_hoc_peers::remove_oldest() {
    const auto oldest =
        std::min_element(peers_.begin(), peers_.end(), [](const auto& a, const auto& b) {
            return a.second.used < b.second.used;
        });
    here_.ports().remove(oldest->first);
    oldest->second.socket->close();
    peers_.erase(oldest);
}

task<> ad_hoc_peers::hear_replies(std::shared_ptr<rebinding_socket> of) {
    co_await answers_.hear(of->socket());
}

void ad_hoc_peers::close() noexcept {
    for (auto& [port, each] : peers_) {
        each.socket->close();
    }
    peers_.clear();
}

rebinding_socket* ad_hoc_peers::find(std::uint32_t port) noexcept {
    const auto found = peers_.find(port);
    if (found == peers_.end()) {
        return nullptr;
    }
    found->second.used = ++uses_;
    return found->second.socket.get();
}

} // namespace osc_out
