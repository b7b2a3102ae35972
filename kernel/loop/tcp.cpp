// SPDX-License-Identifier: MIT
#include "kernel/loop/tcp.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/loop/tcp_stream.hpp"

#include <tactus/cpp/event.hpp>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace tactus::loop {
namespace {

// "127.0.0.1:9464", "[::1]:9464"; nothing where it is neither.
std::optional<sockaddr_storage> parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view port_text = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto parsed = std::from_chars(port_text.begin(), port_text.end(), port);
    if (parsed.ec != std::errc() || parsed.ptr != port_text.end()) {
        return std::nullopt;
    }
    std::string host(text.substr(0, colon));
    const bool is_v6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
    sockaddr_storage address{};
    const int read =
        is_v6 ? uv_ip6_addr(host.substr(1, host.size() - 2).c_str(), port,
                            reinterpret_cast<sockaddr_in6*>(&address))
              : uv_ip4_addr(host.c_str(), port, reinterpret_cast<sockaddr_in*>(&address));
    return read == 0 ? std::optional(address) : std::nullopt;
}

std::string write_address(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> host{};
    const bool is_v6 = address.ss_family == AF_INET6;
    uv_ip_name(reinterpret_cast<const sockaddr*>(&address), host.data(), host.size());
    const std::uint16_t port = is_v6 ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port
                                     : reinterpret_cast<const sockaddr_in*>(&address)->sin_port;
    const std::string port_text = std::to_string(ntohs(port));
    return is_v6 ? "[" + std::string(host.data()) + "]:" + port_text
                 : std::string(host.data()) + ":" + port_text;
}

const char* advice_for(int error) noexcept {
    switch (error) {
    case UV_EADDRINUSE:
        return "another program has this port (\"ss -ltnp\" says which); choose another one";
    case UV_EACCES:
        return "ports below 1024 are for privileged programs; choose a higher one";
    case UV_EADDRNOTAVAIL:
        return "no network interface of this machine has this address";
    default:
        return "check the address and the system's limits";
    }
}

// The handle and what its callback tells; owns itself once it is closed.
struct listener {
    uv_tcp_t handle{};
    tactus::event arrived;
    bool has_connection = false; // libuv holds one at most, and stops until it is accepted
    int failure = 0;

    [[nodiscard]] uv_stream_t* stream() noexcept { return reinterpret_cast<uv_stream_t*>(&handle); }
    static void on_connection(uv_stream_t* stream, int status) noexcept {
        auto& self = *static_cast<listener*>(stream->data);
        self.has_connection = self.has_connection || status == 0;
        self.failure = status == 0 ? self.failure : status;
        self.arrived.set();
    }
};

struct close_listener {
    void operator()(listener* closed) const noexcept {
        uv_close(reinterpret_cast<uv_handle_t*>(&closed->handle),
                 [](uv_handle_t* handle) noexcept { delete static_cast<listener*>(handle->data); });
    }
};
using listener_owner = std::unique_ptr<listener, close_listener>;

class tcp_acceptor final : public coro::acceptor {
public:
    tcp_acceptor(loop& loop, listener_owner listener, std::string address)
        : loop_(loop), listener_(std::move(listener)), address_(std::move(address)) {}

    [[nodiscard]] tactus::task<result<std::unique_ptr<coro::byte_stream>>> accept() override {
        while (!listener_->has_connection && listener_->failure == 0) {
            listener_->arrived.reset();
            co_await listener_->arrived.wait();
        }
        int failure = std::exchange(listener_->failure, 0);
        if (listener_->has_connection) {
            auto accepted = std::make_unique<tcp_stream>(loop_);
            listener_->has_connection = false;
            failure = uv_accept(listener_->stream(), accepted->uv());
            if (failure == 0) {
                // An answer is one write: nothing is gained by waiting for more.
                uv_tcp_nodelay(reinterpret_cast<uv_tcp_t*>(accepted->uv()), 1);
                co_return std::unique_ptr<coro::byte_stream>(std::move(accepted));
            }
        }
        co_return fail(error_kind::io, "accepting a connection on " + address_ +
                                           " failed: " + uv_strerror(failure));
    }

    [[nodiscard]] std::string address() const override { return address_; }

private:
    loop& loop_;
    listener_owner listener_;
    std::string address_;
};

// libuv tells a port in use only when it listens. 0, or its error.
int bind_and_listen(listener& made, const sockaddr_storage& address) noexcept {
    const int bound = uv_tcp_bind(&made.handle, reinterpret_cast<const sockaddr*>(&address), 0);
    if (bound != 0) {
        return bound;
    }
    return uv_listen(made.stream(), tcp_backlog, &listener::on_connection);
}

} // namespace

result<std::unique_ptr<coro::acceptor>> listen_tcp(loop& loop, std::string_view address) {
    const std::optional<sockaddr_storage> wanted = parse_address(address);
    if (!wanted.has_value()) {
        return fail(error_kind::invalid, "cannot listen on \"" + std::string(address) +
                                             "\": this is not an address with a port such as "
                                             "\"127.0.0.1:9464\" or \"[::1]:9464\"");
    }
    auto raw = std::make_unique<listener>();
    raw->handle.data = raw.get();
    const int made = uv_tcp_init(loop.uv(), &raw->handle);
    TACTUS_ASSERT(made == 0);
    listener_owner owned(raw.release());
    const int failed = bind_and_listen(*owned, *wanted);
    if (failed != 0) {
        return fail(error_kind::io, "cannot listen on " + std::string(address) + ": " +
                                        uv_strerror(failed) + "; " + advice_for(failed));
    }
    sockaddr_storage bound{};
    int size = sizeof bound;
    uv_tcp_getsockname(&owned->handle, reinterpret_cast<sockaddr*>(&bound), &size);
    std::unique_ptr<coro::acceptor> acceptor =
        std::make_unique<tcp_acceptor>(loop, std::move(owned), write_address(bound));
    return acceptor;
}

} // namespace tactus::loop
