// SPDX-License-Identifier: MIT
#include "kernel/loop/tcp.hpp"

#include "kernel/coro/listening_fd.hpp"
#include "kernel/loop/tcp_stream.hpp"
#include "kernel/net/stream_address.hpp"

#include <tactus/cpp/event.hpp>

#include <cerrno>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace tactus::loop {
namespace {

constexpr std::string_view scheme = "tcp://"; // of endpoints; an address of [metrics] has none

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

class tcp_acceptor final : public coro::acceptor, private coro::fd_taker {
public:
    // Owns: fd, a listening socket that does not block.
    tcp_acceptor(loop& loop, int fd, std::string address)
        : loop_(loop), address_(std::move(address)), listening_(loop, *this, fd) {}
    ~tcp_acceptor() override {
        if (taken_ >= 0) {
            ::close(taken_);
        }
    }

    [[nodiscard]] tactus::task<result<std::unique_ptr<coro::byte_stream>>> accept() override {
        while (taken_ < 0) {
            listening_.want();
            arrived_.reset();
            co_await arrived_.wait();
        }
        const int fd = std::exchange(taken_, -1);
        auto accepted = std::make_unique<tcp_stream>(loop_);
        auto* const handle = reinterpret_cast<uv_tcp_t*>(accepted->uv());
        const int opened = uv_tcp_open(handle, fd);
        if (opened != 0) {
            ::close(fd);
            co_return fail(error_kind::io, "accepting a connection on " + address_ +
                                               " failed: " + uv_strerror(opened));
        }
        // A response is one write: delaying it gains nothing.
        uv_tcp_nodelay(handle, 1);
        co_return std::unique_ptr<coro::byte_stream>(std::move(accepted));
    }

    [[nodiscard]] std::string address() const override { return address_; }

private:
    [[nodiscard]] bool has_room() const noexcept override { return true; }
    void take(int fd, std::span<const std::uint8_t> /*peer*/) noexcept override {
        taken_ = fd;
        arrived_.set();
    }
    void shed() noexcept override {}
    void out_of_descriptors() noexcept override {}

    loop& loop_;
    std::string address_;
    tactus::event arrived_;
    int taken_ = -1; // for the next accept: the previous caller was stopped meanwhile
    coro::listening_fd listening_;
};

// Returns a listening descriptor, or -1 with errno.
int open_and_listen(const net::stream_address& at) noexcept {
    const int fd = ::socket(at.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at.family() == AF_INET6) {
        net::hear_both(fd, at);
    }
    if (::bind(fd, at.raw(), at.size) == 0 && ::listen(fd, tcp_backlog) == 0) {
        return fd;
    }
    const int why = errno;
    ::close(fd);
    errno = why;
    return -1;
}

// The address that it listens on: if the port was 0, the system has chosen one.
std::string bound_address(int fd) {
    net::stream_address bound;
    bound.size = sizeof bound.bytes;
    ::getsockname(fd, bound.raw(), &bound.size);
    return net::text_of(bound).substr(scheme.size());
}

} // namespace

result<std::unique_ptr<coro::acceptor>> listen_tcp(loop& loop, std::string_view address) {
    const std::string cannot = "cannot listen on " + std::string(address) + ": ";
    const result<net::stream_endpoint> wanted =
        net::parse_stream_endpoint(std::string(scheme) + std::string(address));
    if (!wanted && wanted.error().kind == error_kind::not_found) {
        return fail(error_kind::io,
                    cannot + "there is no such network interface; \"ip link\" lists them");
    }
    if (!wanted || wanted->needs_lookup()) {
        return fail(error_kind::invalid, "cannot listen on \"" + std::string(address) +
                                             "\": this is not an address with a port such as "
                                             "\"127.0.0.1:9464\" or \"[::1]:9464\"");
    }
    const int fd = open_and_listen(wanted->address);
    if (fd < 0) {
        const int failed = uv_translate_sys_error(errno);
        return fail(error_kind::io, cannot + uv_strerror(failed) + "; " + advice_for(failed));
    }
    std::unique_ptr<coro::acceptor> acceptor =
        std::make_unique<tcp_acceptor>(loop, fd, bound_address(fd));
    return acceptor;
}

} // namespace tactus::loop
