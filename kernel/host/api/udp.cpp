// SPDX-License-Identifier: MIT
// "tactus.udp/0".
#include "kernel/host/api/interfaces.hpp"
#include "kernel/host/api/plugin_text.hpp"
#include "kernel/host/api/whole_table.hpp"
#include "kernel/host/instance.hpp"
#include "kernel/net/udp_socket.hpp"

#include <algorithm>
#include <cstring>

namespace tactus::host {
namespace {

tactus_status parse(const tactus_host*, tactus_str endpoint, tactus_address* address) noexcept {
    const result<net::stream_address> parsed = net::parse_datagram_endpoint(view_of(endpoint));
    if (address == nullptr || !is_text(endpoint) || (parsed && parsed->family() == AF_UNIX)) {
        return TACTUS_E_INVALID;
    }
    if (!parsed) {
        return parsed.error().kind == error_kind::not_found ? TACTUS_E_IO : TACTUS_E_INVALID;
    }
    *address = net::plugin_address(*parsed);
    return TACTUS_OK;
}

template <class Open>
tactus_status open_by(const tactus_host* host, tactus_id* socket, Open&& open) {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    if (socket == nullptr) {
        return TACTUS_E_INVALID;
    }
    if (!self.is_open()) {
        return TACTUS_E_CLOSED;
    }
    result<std::unique_ptr<net::udp_socket>> made = open(self.services().reactor);
    if (!made) {
        const bool is_invalid = made.error().kind == error_kind::invalid;
        const tactus_status status = is_invalid ? TACTUS_E_INVALID : TACTUS_E_IO;
        self.set_error(status, {}, made.error().text);
        return status;
    }
    *socket = self.sockets().add(std::move(*made));
    return TACTUS_OK;
}

tactus_status open(const tactus_host* host, const tactus_address* local,
                   const tactus_address* remote, tactus_id* socket) noexcept {
    return open_by(host, socket, [&](coro::reactor& reactor) {
        return net::udp_socket::open(reactor, local, remote);
    });
}

tactus_status open_with(const tactus_host* host, const tactus_udp_options* options,
                        tactus_id* socket) noexcept {
    if (options == nullptr || !is_whole(*options) || !is_text(options->local) ||
        !is_text(options->remote) || !is_text(options->device)) {
        return TACTUS_E_INVALID;
    }
    return open_by(host, socket, [&](coro::reactor& reactor) {
        instance_resources& self = resources_of(host);
        return net::udp_socket::open(
            reactor,
            net::udp_options{view_of(options->local), view_of(options->remote),
                             view_of(options->device), options->hops, options->mode},
            [&self](std::string_view what) { self.endpoints().multicast(what); });
    });
}

tactus_status local(const tactus_host* host, tactus_id socket, tactus_address* address) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    const net::udp_socket* found = self.sockets().find_udp(socket);
    if (found == nullptr) {
        return TACTUS_E_CLOSED;
    }
    if (address == nullptr) {
        return TACTUS_E_INVALID;
    }
    return found->local(*address) ? TACTUS_OK : TACTUS_E_IO;
}

// Begins an op that waits on a socket; `start` returns whether the socket accepts it.
template <class Start>
tactus_status begin_on(const tactus_host* host, tactus_op* op, tactus_id socket, Start&& start) {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    net::udp_socket* found = self.sockets().find_udp(socket);
    if (found == nullptr) {
        return TACTUS_E_CLOSED;
    }
    net::operation* begun = self.pending().begin(op, [](net::operation& waiting) noexcept {
        static_cast<net::udp_socket*>(waiting.subject)->abort(waiting);
        return true;
    });
    if (begun == nullptr) {
        return self.pending().refusal();
    }
    begun->subject = found;
    if (!start(*found, *begun)) {
        self.pending().forget(*begun);
        return TACTUS_E_INVALID;
    }
    return TACTUS_PENDING;
}

tactus_status recv(const tactus_host* host, tactus_op* op, tactus_id socket,
                   tactus_datagram* datagrams, std::uint32_t n) noexcept {
    return begin_on(host, op, socket, [&](net::udp_socket& found, net::operation& begun) {
        return found.start_receive(begun, datagrams, n);
    });
}

tactus_status writable(const tactus_host* host, tactus_op* op, tactus_id socket) noexcept {
    return begin_on(host, op, socket, [](net::udp_socket& found, net::operation& begun) {
        return found.start_writable(begun);
    });
}

tactus_status send(const tactus_host* host, tactus_id socket, const tactus_datagram* datagrams,
                   std::uint32_t n, std::uint32_t* sent) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    net::udp_socket* found = self.sockets().find_udp(socket);
    if (found == nullptr) {
        return TACTUS_E_CLOSED;
    }
    if (datagrams == nullptr || sent == nullptr) {
        return TACTUS_E_INVALID;
    }
    int failure = 0;
    const bool has_bytes = std::all_of(datagrams, datagrams + n, [](const tactus_datagram& each) {
        return each.bytes != nullptr || each.size == 0;
    });
    *sent = 0;
    const tactus_status status =
        has_bytes ? found->send(datagrams, n, *sent, failure) : TACTUS_E_INVALID;
    if (status == TACTUS_E_IO) {
        self.set_error(status, {},
                       std::string("A datagram was refused by the system: ") +
                           std::strerror(failure) + ".");
    }
    return status;
}

std::uint64_t overflows(const tactus_host* host, tactus_id socket) noexcept {
    instance_resources& self = resources_of(host);
    net::udp_socket* found = self.is_on_loop() ? self.sockets().find_udp(socket) : nullptr;
    return found != nullptr ? found->overflows() : 0;
}

tactus_status close(const tactus_host* host, tactus_id socket) noexcept {
    instance_resources& self = resources_of(host);
    if (!self.is_on_loop()) {
        return TACTUS_E_WRONG_THREAD;
    }
    return self.sockets().close_udp(socket) ? TACTUS_OK : TACTUS_E_CLOSED;
}

} // namespace

const tactus_udp_0 udp_table = {
    sizeof(tactus_udp_0), 0,      &parse,    &open, &local, &recv, &send, &writable,
    &overflows,           &close, &open_with};

} // namespace tactus::host
