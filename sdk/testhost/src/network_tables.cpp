// SPDX-License-Identifier: MIT
// The C tables of "tactus.stream/0" and "tactus.udp/0".
#include "parts.hpp"
#include "tables.hpp"

namespace tactus::testing {

const tactus_stream_0& stream_table() {
    static const tactus_stream_0 table{
        sizeof table,
        0,
        [](const tactus_host* h, tactus_op* op, tactus_str endpoint, tactus_endpoint_text* found,
           std::uint32_t n, std::int64_t due_ns) noexcept {
            return parts_of(h).streams.resolve(op, endpoint, found, n, due_ns);
        },
        [](const tactus_host* h, const tactus_listen* wanted, tactus_id* listener) noexcept {
            return parts_of(h).streams.listen(wanted, listener);
        },
        [](const tactus_host* h, tactus_op* op, tactus_id id) noexcept {
            return parts_of(h).streams.start(op, {"accept", id});
        },
        [](const tactus_host* h, tactus_op* op, tactus_str endpoint, std::int64_t due_ns) noexcept {
            return parts_of(h).streams.connect(op, endpoint, due_ns);
        },
        [](const tactus_host* h, std::int32_t fd, tactus_id* id) noexcept {
            return parts_of(h).streams.adopt(fd, id);
        },
        [](const tactus_host* h, tactus_op* op, tactus_id id, std::uint8_t* bytes, std::uint32_t n,
           std::int64_t due_ns) noexcept {
            return parts_of(h).streams.start(op, {"read", id, bytes, n, due_ns});
        },
        [](const tactus_host* h, tactus_op* op, tactus_id id, const std::uint8_t* bytes,
           std::uint32_t n, std::int64_t due_ns) noexcept {
            return parts_of(h).streams.write(op, id, bytes, n, due_ns);
        },
        [](const tactus_host* h, tactus_id id, const tactus_chunk* chunks, std::uint32_t n,
           std::uint32_t* sent) noexcept { return parts_of(h).streams.send(id, chunks, n, sent); },
        [](const tactus_host* h, tactus_op* op, tactus_id id, std::int64_t due_ns) noexcept {
            return parts_of(h).streams.start(op, {"stream_writable", id, nullptr, 0, due_ns});
        },
        [](const tactus_host* h, tactus_op* op, tactus_id id, std::int64_t due_ns) noexcept {
            return parts_of(h).streams.start(op, {"shutdown", id, nullptr, 0, due_ns});
        },
        [](const tactus_host* h, tactus_id id, tactus_endpoint_text* to) noexcept {
            return parts_of(h).streams.local(id, to);
        },
        [](const tactus_host* h, tactus_id id, tactus_stream_peer* to) noexcept {
            return parts_of(h).streams.peer(id, to);
        },
        [](const tactus_host* h, tactus_id id, const char* reason) noexcept {
            return parts_of(h).streams.refuse(id, reason);
        },
        [](const tactus_host* h, tactus_id id) noexcept { return parts_of(h).streams.close(id); },
        [](const tactus_host* h, tactus_op* op, tactus_id id) noexcept {
            return parts_of(h).streams.start(op, {"ended", id});
        }};
    return table;
}

const tactus_udp_0& udp_table() {
    static const tactus_udp_0 table{
        sizeof table,
        0,
        [](const tactus_host* h, tactus_str endpoint, tactus_address* address) noexcept {
            return parts_of(h).udp.parse(endpoint, address);
        },
        [](const tactus_host* h, const tactus_address* local, const tactus_address* remote,
           tactus_id* socket) noexcept { return parts_of(h).udp.open(local, remote, socket); },
        [](const tactus_host* h, tactus_id socket, tactus_address* address) noexcept {
            return parts_of(h).udp.local(socket, address);
        },
        [](const tactus_host* h, tactus_op* op, tactus_id socket, tactus_datagram* datagrams,
           std::uint32_t n) noexcept { return parts_of(h).udp.recv(op, socket, datagrams, n); },
        [](const tactus_host* h, tactus_id socket, const tactus_datagram* datagrams,
           std::uint32_t n, std::uint32_t* sent) noexcept {
            return parts_of(h).udp.send(socket, datagrams, n, sent);
        },
        [](const tactus_host* h, tactus_op* op, tactus_id socket) noexcept {
            return parts_of(h).udp.writable(op, socket);
        },
        [](const tactus_host* h, tactus_id socket) noexcept {
            return parts_of(h).udp.overflows(socket);
        },
        [](const tactus_host* h, tactus_id socket) noexcept {
            return parts_of(h).udp.close(socket);
        },
        [](const tactus_host* h, const tactus_udp_options* options, tactus_id* socket) noexcept {
            return parts_of(h).udp.open_with(options, socket);
        }};
    return table;
}

} // namespace tactus::testing
