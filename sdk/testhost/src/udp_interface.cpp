// SPDX-License-Identifier: MIT
#include "udp_interface.hpp"

#include "datagram_rules.hpp"
#include "endpoint_rules.hpp"
#include "tables.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

namespace tactus::testing {
namespace {

// Takes what udp.parse of the daemon takes.
tactus_status parse_endpoint(std::string_view text, const interface_numbers& scripted,
                             tactus_address* to) {
    *to = tactus_address{};
    const parsed_endpoint read = endpoint_of(text);
    if (read.kind != endpoint_kind::datagrams || !read.numeric.has_value()) {
        return TACTUS_E_INVALID;
    }
    if (is_zone_missing(read, scripted)) {
        return TACTUS_E_IO;
    }
    *to = to_address(*read.numeric, read.port, number_of_interface(read.numeric->zone(), scripted));
    return TACTUS_OK;
}

// Or none.
bool is_internet(const tactus_address* address) {
    if (address == nullptr || address->size == 0) {
        return true;
    }
    sa_family_t family = 0;
    std::memcpy(&family, address->bytes, sizeof family);
    return (family == AF_INET && address->size == sizeof(sockaddr_in)) ||
           (family == AF_INET6 && address->size == sizeof(sockaddr_in6));
}

void copy(const test_datagram& from, tactus_datagram& to) {
    to.size = std::min(static_cast<std::uint32_t>(from.bytes.size()), to.capacity);
    to.truncated = from.is_truncated || to.size < from.bytes.size() ? 1 : 0;
    to.received_ns = from.received_ns;
    to.peer = address_of(from.from);
    if (to.size != 0) {
        std::memcpy(to.bytes, from.bytes.data(), to.size);
    }
}

} // namespace

struct udp_interface::recv_op : pending_op {
    recv_op(udp_interface& by, tactus_id on, tactus_datagram* to, std::uint32_t room)
        : pending_op("recv", std::nullopt, on), of(by), datagrams(to), n(room) {}

    bool can_end(std::int64_t) override {
        test_socket* const from = of.find(socket);
        if (from == nullptr || from->inbound.empty()) {
            return false;
        }
        for (; result < n && !from->inbound.empty(); from->inbound.pop_front()) {
            copy(from->inbound.front(), datagrams[result++]);
        }
        return true;
    }

    udp_interface& of;
    tactus_datagram* datagrams;
    std::uint32_t n;
};

test_socket* udp_interface::find(tactus_id socket) {
    const auto found = network_.sockets().find(socket);
    return found != network_.sockets().end() ? &found->second : nullptr;
}

tactus_status udp_interface::start(const char* call, tactus_op* op,
                                   std::unique_ptr<pending_op> made) {
    if (gate_.is_on_loop() && find(made->socket) == nullptr) {
        return TACTUS_E_CLOSED;
    }
    return ops_.start(call, op, std::move(made));
}

tactus_status udp_interface::refused(tactus_status status) {
    errors_.set(status, "", "the host's reason");
    return status;
}

tactus_status udp_interface::parse(tactus_str endpoint, tactus_address* address) {
    const tactus_status status = gate_.answer_to("udp.parse");
    if (status == TACTUS_OK && (address == nullptr || !is_text(endpoint))) {
        return TACTUS_E_INVALID;
    }
    return status != TACTUS_OK ? status
                               : parse_endpoint(text_of(endpoint), network_.interfaces, address);
}

tactus_status udp_interface::open(const tactus_address* local, const tactus_address* remote,
                                  tactus_id* socket) {
    if (socket == nullptr) {
        return TACTUS_E_INVALID;
    }
    const tactus_status status = gate_.enter("udp.open");
    if (status != TACTUS_OK) {
        return refused(status);
    }
    if (!is_internet(local) || !is_internet(remote)) {
        errors_.set(TACTUS_E_INVALID, "", "A UDP address is neither IPv4 nor IPv6.");
        return TACTUS_E_INVALID;
    }
    test_socket made;
    made.local = text_of(local);
    made.remote = text_of(remote);
    made.own = local == nullptr ? network_.own_address : std::string();
    *socket = network_.add_socket(std::move(made));
    return status;
}

tactus_status udp_interface::open_with(const tactus_udp_options* options, tactus_id* socket) {
    if (!is_whole(options) || !is_text(options->local) || !is_text(options->remote) ||
        !is_text(options->device) || socket == nullptr) {
        return TACTUS_E_INVALID;
    }
    const tactus_status scripted = gate_.enter("udp.open");
    if (scripted == TACTUS_OK) {
        const datagram_answer answer = answer_to_options(*options, network_.interfaces);
        if (answer.status != TACTUS_OK) {
            errors_.set(answer.status, "", answer.reason);
            return answer.status;
        }
    }
    const bool is_unreachable = network_.unreachable.count(text_of(options->remote)) != 0;
    const tactus_status status = is_unreachable ? TACTUS_E_IO : scripted;
    if (status != TACTUS_OK) {
        return refused(status);
    }
    test_socket made;
    made.local = text_of(options->local);
    made.remote = text_of(options->remote);
    made.device = text_of(options->device);
    made.hops = options->hops;
    made.mode = options->mode;
    const bool only_sends = made.local.empty() && made.remote.starts_with("udp://");
    made.own = only_sends ? network_.own_address : std::string();
    *socket = network_.add_socket(std::move(made));
    return status;
}

tactus_status udp_interface::local(tactus_id socket, tactus_address* address) {
    const tactus_status status = gate_.enter("udp.local");
    const test_socket* const found = find(socket);
    if (status != TACTUS_OK || found == nullptr) {
        return status != TACTUS_OK ? status : tactus_status{TACTUS_E_CLOSED};
    }
    if (address == nullptr) {
        return TACTUS_E_INVALID;
    }
    *address = tactus_address{};
    static_cast<void>(parse_endpoint(found->own, network_.interfaces, address));
    return status;
}

tactus_status udp_interface::recv(tactus_op* op, tactus_id socket, tactus_datagram* datagrams,
                                  std::uint32_t n) {
    const auto has_no_room = [](const tactus_datagram& each) {
        return each.bytes == nullptr && each.capacity != 0;
    };
    if (gate_.is_on_loop() && find(socket) != nullptr &&
        (datagrams == nullptr || n == 0 || std::any_of(datagrams, datagrams + n, has_no_room))) {
        gate_.breach("udp.recv got no datagrams, or one without room");
        return TACTUS_E_INVALID;
    }
    return start("udp.recv", op, std::make_unique<recv_op>(*this, socket, datagrams, n));
}

tactus_status udp_interface::send(tactus_id id, const tactus_datagram* datagrams, std::uint32_t n,
                                  std::uint32_t* sent) {
    const tactus_status status = gate_.enter("udp.send");
    if (status != TACTUS_OK) {
        return status;
    }
    test_socket* const socket = find(id);
    if (socket == nullptr) {
        return TACTUS_E_CLOSED;
    }
    const auto has_bytes = [](const tactus_datagram& each) {
        return each.bytes != nullptr || each.size == 0;
    };
    if (datagrams == nullptr || sent == nullptr ||
        !std::all_of(datagrams, datagrams + n, has_bytes)) {
        gate_.breach("udp.send got no datagrams, no place for the count, or no bytes");
        return TACTUS_E_INVALID;
    }
    *sent = 0;
    ++socket->send_calls;
    if (!socket->own.empty() && socket->own != network_.own_address) {
        return TACTUS_E_IO;
    }
    const bool is_endless = socket->send_room == std::numeric_limits<std::uint32_t>::max();
    for (; *sent < n; ++*sent) {
        if (socket->send_room == 0) {
            return socket->send_status;
        }
        socket->send_room -= is_endless ? 0U : 1U;
        const tactus_datagram& out = datagrams[*sent];
        socket->sent.emplace_back(out.bytes, out.bytes + out.size);
    }
    return TACTUS_OK;
}

tactus_status udp_interface::writable(tactus_op* op, tactus_id socket) {
    return start("udp.writable", op,
                 std::make_unique<pending_op>("writable", std::nullopt, socket));
}

std::uint64_t udp_interface::overflows(tactus_id socket) {
    const test_socket* const found = find(socket);
    return found != nullptr ? found->overflows : 0;
}

tactus_status udp_interface::close(tactus_id socket) {
    const tactus_status status = gate_.enter("udp.close");
    if (status != TACTUS_OK || find(socket) == nullptr) {
        return status != TACTUS_OK ? status : tactus_status{TACTUS_E_CLOSED};
    }
    ops_.cancel_on(socket);
    network_.sockets().erase(socket);
    return status;
}

} // namespace tactus::testing
