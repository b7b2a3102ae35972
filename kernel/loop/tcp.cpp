// SPDX-License-Identifier: MIT
#include "kernel/loop/tcp.hpp"

#include "kernel/coro/listening_fd.hpp"
#include "kernel/loop/tcp_stream.hpp"

#include <tactus/cpp/event.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tactus::loop {
namespace {

// The zone's interface, by name or number, which libuv omits; 0 if it does not exist.
unsigned interface_of(const std::string& zone) noexcept {
    std::array<char, IF_NAMESIZE> name{};
    const char* const end = zone.data() + zone.size();
    unsigned number = ::if_nametoindex(zone.c_str());
    const bool is_number = number == 0 && std::from_chars(zone.data(), end, number).ptr == end;
    return is_number && ::if_indextoname(number, name.data()) == nullptr ? 0 : number;
}

// The zone of "[fe80::1%eth0]:9464"; "" if there is none.
std::string zone_in(std::string_view text) {
    const std::size_t mark = text.find('%');
    const std::size_t end = text.find(']', mark);
    return mark == text.npos || end == text.npos
               ? ""
               : std::string(text.substr(mark + 1, end - mark - 1));
}

// "127.0.0.1:9464", "[::1]:9464"; nothing if it is neither. The zone is omitted.
std::optional<sockaddr_storage> parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || text.find("%]") != std::string_view::npos) {
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
    host = is_v6 ? host.substr(1, std::min(host.find('%'), host.size() - 1) - 1) : host;
    sockaddr_storage address{};
    const int read =
        is_v6 ? uv_ip6_addr(host.c_str(), port, reinterpret_cast<sockaddr_in6*>(&address))
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
    const unsigned scope =
        is_v6 ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_scope_id : 0;
    std::array<char, IF_NAMESIZE> zone{};
    const bool has_zone = scope != 0 && ::if_indextoname(scope, zone.data()) != nullptr;
    return is_v6 ? "[" + std::string(host.data()) +
                       (has_zone ? "%" + std::string(zone.data()) : "") + "]:" + port_text
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

// Returns a listening descriptor, or -1 with errno. "[::]" also listens on IPv4.
int open_and_listen(const sockaddr_storage& at) noexcept {
    const int fd = ::socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    const int on = 1;
    const int off = 0;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const bool is_v6 = at.ss_family == AF_INET6;
    if (is_v6) {
        ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
    const socklen_t size = is_v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&at), size) == 0 &&
        ::listen(fd, tcp_backlog) == 0) {
        return fd;
    }
    const int why = errno;
    ::close(fd);
    errno = why;
    return -1;
}

} // namespace

result<std::unique_ptr<coro::acceptor>> listen_tcp(loop& loop, std::string_view address) {
    std::optional<sockaddr_storage> wanted = parse_address(address);
    if (!wanted.has_value()) {
        return fail(error_kind::invalid, "cannot listen on \"" + std::string(address) +
                                             "\": this is not an address with a port such as "
                                             "\"127.0.0.1:9464\" or \"[::1]:9464\"");
    }
    if (const std::string zone = zone_in(address); !zone.empty()) {
        const unsigned number = interface_of(zone);
        if (number == 0) {
            return fail(error_kind::io, "cannot listen on " + std::string(address) +
                                            ": there is no network interface \"" + zone +
                                            "\"; \"ip link\" lists them");
        }
        reinterpret_cast<sockaddr_in6*>(&*wanted)->sin6_scope_id = number;
    }
    const int fd = open_and_listen(*wanted);
    if (fd < 0) {
        const int failed = uv_translate_sys_error(errno);
        return fail(error_kind::io, "cannot listen on " + std::string(address) + ": " +
                                        uv_strerror(failed) + "; " + advice_for(failed));
    }
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
    std::unique_ptr<coro::acceptor> acceptor =
        std::make_unique<tcp_acceptor>(loop, fd, write_address(bound));
    return acceptor;
}

} // namespace tactus::loop
