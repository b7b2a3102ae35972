// SPDX-License-Identifier: MIT
// "tactus.udp/0" of test_host: sockets in memory, whose other end is the test.
#include "endpoint_rules.hpp"
#include "tables.hpp"

#include <tactus/testhost/host.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace tactus::testing {
namespace {

test_host& of(const tactus_host* host) {
    return *static_cast<test_host*>(host->impl);
}

// Takes what udp.parse of the daemon takes.
tactus_status parse_endpoint(std::string_view text, tactus_address* to) {
    *to = tactus_address{};
    const parsed_endpoint read = endpoint_of(text);
    if (read.kind != endpoint_kind::datagrams || !read.numeric.has_value()) {
        return TACTUS_E_INVALID;
    }
    if (read.numeric->is_zone_missing()) {
        return TACTUS_E_IO;
    }
    *to = to_address(*read.numeric, read.port);
    return TACTUS_OK;
}

} // namespace

std::string test_host::text_of(const tactus_address* address) {
    if (address == nullptr || address->size == 0) {
        return "";
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address->size == sizeof(sockaddr_in)) {
        sockaddr_in v4{};
        std::memcpy(&v4, address->bytes, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
        return "udp://" + std::string(text.data()) + ":" + std::to_string(ntohs(v4.sin_port));
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, address->bytes, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    const std::string name = interface_name(v6.sin6_scope_id); // none if it is gone
    const std::string zone = v6.sin6_scope_id == 0 ? ""
                             : name.empty()        ? "%" + std::to_string(v6.sin6_scope_id)
                                                   : "%" + name;
    return "udp://[" + std::string(text.data()) + zone + "]:" + std::to_string(ntohs(v6.sin6_port));
}

tactus_status test_host::own_address_of(tactus_id socket, tactus_address* to) {
    const tactus_status status = enter("udp.local");
    const auto found = sockets().find(socket);
    if (status != TACTUS_OK || found == sockets().end()) {
        return status != TACTUS_OK ? status : tactus_status{TACTUS_E_CLOSED};
    }
    if (to == nullptr) {
        return TACTUS_E_INVALID;
    }
    *to = tactus_address{};
    static_cast<void>(parse_endpoint(found->second.own, to));
    return status;
}

tactus_status host_tables::open_with(const tactus_host* h, const tactus_udp_options* options,
                                     tactus_id* socket) noexcept {
    if (!is_whole(options) || !is_text(options->local) || !is_text(options->remote) ||
        !is_text(options->device) || socket == nullptr) {
        return TACTUS_E_INVALID;
    }
    const tactus_status scripted = of(h).enter("udp.open");
    const bool is_refused = of(h).unreachable.count(text_of(options->remote)) != 0;
    const tactus_status status = is_refused ? TACTUS_E_IO : scripted;
    if (status != TACTUS_OK) {
        h->set_error(h, status, tactus_str{nullptr, 0}, tactus_str{"the host's reason", 17});
        return status;
    }
    test_socket made;
    made.local = text_of(options->local);
    made.remote = text_of(options->remote);
    made.device = text_of(options->device);
    made.hops = options->hops;
    made.mode = options->mode;
    made.own =
        made.local.empty() && made.remote.starts_with("udp://") ? of(h).own_address : std::string();
    *socket = of(h).add_socket(std::move(made));
    return status;
}

tactus_status host_tables::recv(const tactus_host* h, tactus_op* op, tactus_id socket,
                                tactus_datagram* datagrams, std::uint32_t n) noexcept {
    const auto has_no_room = [](const tactus_datagram& each) {
        return each.bytes == nullptr && each.capacity != 0;
    };
    if (of(h).is_on_loop() && of(h).sockets().count(socket) != 0 &&
        (datagrams == nullptr || n == 0 || std::any_of(datagrams, datagrams + n, has_no_room))) {
        of(h).breach("udp.recv got no datagrams, or one without room");
        return tactus_status{TACTUS_E_INVALID};
    }
    test_host::pending_op made{nullptr, "recv"};
    made.socket = socket;
    made.datagrams = datagrams;
    made.n = n;
    return of(h).start_on_socket("udp.recv", op, made);
}

const tactus_udp_0& host_tables::udp() {
    static const auto open = [](const tactus_host* h, const tactus_address* local,
                                const tactus_address* remote, tactus_id* socket) noexcept {
        if (socket == nullptr) {
            return tactus_status{TACTUS_E_INVALID};
        }
        const tactus_status status = of(h).enter("udp.open");
        if (status != TACTUS_OK) {
            h->set_error(h, status, tactus_str{nullptr, 0}, tactus_str{"the host's reason", 17});
            return status;
        }
        test_socket made;
        made.local = test_host::text_of(local);
        made.remote = test_host::text_of(remote);
        made.own = local == nullptr ? of(h).own_address : std::string();
        *socket = of(h).add_socket(std::move(made));
        return status;
    };
    static const auto writable = [](const tactus_host* h, tactus_op* op,
                                    tactus_id socket) noexcept {
        test_host::pending_op made{nullptr, "writable"};
        made.socket = socket;
        return of(h).start_on_socket("udp.writable", op, made);
    };
    static const auto close = [](const tactus_host* h, tactus_id socket) noexcept {
        const tactus_status status = of(h).enter("udp.close");
        if (status != TACTUS_OK || of(h).sockets().count(socket) == 0) {
            return status != TACTUS_OK ? status : tactus_status{TACTUS_E_CLOSED};
        }
        for (auto& each : of(h).ops_) {
            if (each.socket == socket && !each.is_ended) {
                each.is_ended = true;
                each.status = TACTUS_E_CANCELED;
            }
        }
        of(h).sockets().erase(socket);
        return status;
    };
    static const tactus_udp_0 table{
        sizeof table,
        0,
        [](const tactus_host* h, tactus_str endpoint, tactus_address* address) noexcept {
            const tactus_status status = of(h).answer_to("udp.parse");
            if (status == TACTUS_OK && (address == nullptr || !is_text(endpoint))) {
                return tactus_status{TACTUS_E_INVALID};
            }
            return status != TACTUS_OK ? status : parse_endpoint(text_of(endpoint), address);
        },
        open,
        [](const tactus_host* h, tactus_id socket, tactus_address* address) noexcept {
            return of(h).own_address_of(socket, address);
        },
        &recv,
        [](const tactus_host* h, tactus_id socket, const tactus_datagram* datagrams,
           std::uint32_t n,
           std::uint32_t* sent) noexcept { return of(h).send(socket, datagrams, n, sent); },
        writable,
        [](const tactus_host* h, tactus_id socket) noexcept {
            const auto found = of(h).sockets().find(socket);
            return found != of(h).sockets().end() ? found->second.overflows : 0;
        },
        close,
        &open_with};
    return table;
}

} // namespace tactus::testing
