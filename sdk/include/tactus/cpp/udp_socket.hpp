// SPDX-License-Identifier: MIT
// UDP in batches, over the host's sockets. udp_socket closes itself; datagram_ring holds a
// receiver's buffers and is reused for every batch. Names are not resolved: an endpoint is
// "udp://127.0.0.1:9100" or "udp://[fe80::1%eth0]:9100". Threads: loop.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tactus/cpp/byte_buffer.hpp>
#include <tactus/cpp/context.hpp>
#include <tactus/cpp/firewall.hpp>
#include <tactus/cpp/numeric_host.hpp>

namespace tactus {
inline namespace v0_1 {

/// Buffers for `count` datagrams of `size_max` bytes. Allocates at construction, never later.
/// `flags`: TACTUS_UDP_WITHOUT_PEER if the senders' addresses are not needed.
class datagram_ring {
public:
    datagram_ring(std::size_t count, std::uint32_t size_max, std::uint32_t flags = 0)
        : bytes_(count * size_max), datagrams_(count) {
        for (std::size_t i = 0; i < count; ++i) {
            datagrams_[i].bytes = bytes_.get() + i * size_max;
            datagrams_[i].capacity = size_max;
            datagrams_[i].flags = flags;
        }
    }
    datagram_ring(const datagram_ring&) = delete;
    datagram_ring& operator=(const datagram_ring&) = delete;

    std::span<tactus_datagram> all() noexcept { return datagrams_; }

private:
    detail::byte_buffer bytes_;
    std::vector<tactus_datagram> datagrams_;
};

/// The result of sending a batch: `sent` were sent, in order. TACTUS_OK: all; TACTUS_E_AGAIN: full,
/// see writable(); TACTUS_E_IO: number `sent` was refused, the caller may continue after it.
struct udp_sent {
    udp_sent(tactus_status send_status, std::uint32_t n) noexcept : status(send_status), sent(n) {}
    tactus_status status;
    std::uint32_t sent;
};

/// Properties of a socket beyond an address: multicast groups to receive from or to send to,
/// broadcast, unix datagrams. Endpoints are numeric: "udp://239.0.0.1:9000",
/// "unixgram:///run/x.sock".
struct udp_options {
    std::string_view local;  // to receive at, "" = none; a multicast address joins the group
    std::string_view remote; // to send to, "" = none
    std::string_view device; // a network interface for multicast, by name or IPv4 address
    std::uint32_t hops = 0;  // of sent multicast; 0 = 1
    std::uint32_t mode = 0;  // of a unix socket's file; 0 = 0660
};

namespace detail {

struct start_udp_recv {
    start_udp_recv(const tactus_host& on, const tactus_udp_0& by, tactus_id from,
                   std::span<tactus_datagram> into) noexcept
        : host(&on), table(&by), socket(from), ring(into) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return table->recv(host, op, socket, ring.data(), static_cast<std::uint32_t>(ring.size()));
    }
    const tactus_host* host;
    const tactus_udp_0* table;
    tactus_id socket;
    std::span<tactus_datagram> ring;
};

struct start_udp_writable {
    start_udp_writable(const tactus_host& on, const tactus_udp_0& by, tactus_id of) noexcept
        : host(&on), table(&by), socket(of) {}
    tactus_status operator()(tactus_op* op) const noexcept {
        return table->writable(host, op, socket);
    }
    const tactus_host* host;
    const tactus_udp_0* table;
    tactus_id socket;
};

/// `co_await` returns the received datagrams, at least one. Errors: canceled, failure.
class [[nodiscard]] udp_recv_wait : public op_awaiter<start_udp_recv> {
public:
    udp_recv_wait(const tactus_host& host, const start_udp_recv& start)
        : op_awaiter(start, cancel_by(&host)), ring_(start.ring) {}

    std::span<const tactus_datagram> await_resume() const {
        const op_result ended = op_awaiter::await_resume();
        const std::uint64_t filled = ended.value("receive from a UDP socket");
        return ring_.first(filled < ring_.size() ? filled : ring_.size());
    }

private:
    std::span<tactus_datagram> ring_;
};

} // namespace detail

inline std::span<const std::uint8_t> bytes_of(const tactus_datagram& datagram) noexcept {
    return {datagram.bytes, datagram.size};
}

/// Owns the socket. It must not outlive its context, and no wait on it may be pending at its end.
class udp_socket {
public:
    udp_socket() noexcept = default;
    udp_socket(udp_socket&& other) noexcept
        : host_(other.host_), udp_(other.udp_), id_(std::exchange(other.id_, 0)) {}
    udp_socket& operator=(udp_socket&& other) noexcept {
        std::swap(host_, other.host_);
        std::swap(udp_, other.udp_);
        std::swap(id_, other.id_);
        return *this;
    }
    ~udp_socket() { close(); }

    /// A receiver. Errors: failure{INVALID} if the endpoint is not valid; failure, with the host's
    /// reason, if the socket cannot be opened.
    static udp_socket bind(context& here, std::string_view endpoint) {
        const tactus_address local = parse(here, endpoint);
        return open(here, &local, nullptr, endpoint);
    }
    /// A sender to one peer, from any port. Errors: the same.
    static udp_socket connect(context& here, std::string_view endpoint) {
        const tactus_address remote = parse(here, endpoint);
        return open(here, nullptr, &remote, endpoint);
    }
    static udp_socket connect(context& here, const tactus_address& remote) {
        return open(here, nullptr, &remote, "the peer");
    }

    /// Errors: the same.
    static udp_socket open(context& here, const udp_options& options) {
        const tactus_udp_0& udp = here.interfaces_.udp.get();
        const tactus_udp_options raw{sizeof raw,
                                     0,
                                     to_str(options.local),
                                     to_str(options.remote),
                                     to_str(options.device),
                                     options.hops,
                                     options.mode};
        const std::string_view whose = options.local.empty() ? options.remote : options.local;
        return adopt(here, whose,
                     [&](tactus_id* id) { return udp.open_with(&here.host(), &raw, id); });
    }

    /// The numeric endpoint as an address. Errors: failure{INVALID}; {IO} if its network interface
    /// does not exist.
    static tactus_address parse(context& here, std::string_view endpoint) {
        const tactus_udp_0& udp = here.interfaces_.udp.get();
        tactus_address address{};
        const tactus_status status = udp.parse(&here.host(), to_str(endpoint), &address);
        if (status < 0) {
            throw failure(status, why(status, endpoint, endpoint));
        }
        return address;
    }

    /// Waits for datagrams. One such wait at a time; the host owns the ring's buffers until then.
    detail::udp_recv_wait recv(datagram_ring& ring) {
        return detail::udp_recv_wait(*host_,
                                     detail::start_udp_recv(*host_, *udp_, id_, ring.all()));
    }

    /// Sends now, without waiting or allocating.
    udp_sent send(std::span<const tactus_datagram> datagrams) noexcept {
        std::uint32_t sent = 0;
        if (id_ == 0) {
            return udp_sent(TACTUS_E_CLOSED, sent);
        }
        const tactus_status status = udp_->send(
            host_, id_, datagrams.data(), static_cast<std::uint32_t>(datagrams.size()), &sent);
        return udp_sent(status, sent);
    }

    /// Resumes when the socket accepts datagrams again.
    detail::plain_wait<detail::start_udp_writable> writable() {
        const detail::start_udp_writable start(*host_, *udp_, id_);
        return detail::plain_wait<detail::start_udp_writable>(*host_, start, "udp room");
    }

    /// The address that it is bound to. Errors: failure.
    tactus_address local() const {
        tactus_address address{};
        detail::check_status(udp_->local(host_, id_, &address), "ask for a socket's address");
        return address;
    }
    /// Datagrams that the system dropped because its buffer was full; only grows.
    std::uint64_t overflows() const noexcept { return id_ == 0 ? 0 : udp_->overflows(host_, id_); }

    bool is_open() const noexcept { return id_ != 0; }
    void close() noexcept {
        if (id_ != 0) {
            udp_->close(host_, std::exchange(id_, 0));
        }
    }

private:
    static udp_socket open(context& here, const tactus_address* local, const tactus_address* remote,
                           std::string_view whose) {
        const tactus_udp_0& udp = here.interfaces_.udp.get();
        return adopt(here, whose,
                     [&](tactus_id* id) { return udp.open(&here.host(), local, remote, id); });
    }
    static std::string why(tactus_status status, std::string_view tried, std::string_view whose) {
        const std::string missing = detail::missing_interface(whose);
        if (!missing.empty()) {
            return std::string(tried) + ": " + missing;
        }
        return status == TACTUS_E_IO ? std::string(tried) + ": the system refuses it; either no "
                                                            "network leads there, or it has no "
                                                            "socket left"
                                     : failure::of(status, tried).text();
    }
    template <class Open>
    static udp_socket adopt(context& here, std::string_view whose, Open&& opens) {
        udp_socket socket;
        const tactus_status status = opens(&socket.id_);
        if (status < 0) {
            socket.id_ = 0;
            throw host_failure(status,
                               why(status, "open a UDP socket for " + std::string(whose), whose));
        }
        socket.host_ = &here.host();
        socket.udp_ = &here.interfaces_.udp.get();
        return socket;
    }

    const tactus_host* host_ = nullptr;
    const tactus_udp_0* udp_ = nullptr;
    tactus_id id_ = 0;
};

} // namespace v0_1
} // namespace tactus
