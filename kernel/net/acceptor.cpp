// SPDX-License-Identifier: MIT
#include "kernel/net/acceptor.hpp"

#include "kernel/coro/event_deadline.hpp"
#include "kernel/net/operation_awaiter.hpp"
#include "kernel/net/stream_listener.hpp"
#include "kernel/net/stream_socket.hpp"

#include <tactus/cpp/endpoint_parts.hpp>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tactus::net {
namespace {

// The system's reason, and what to do about it.
std::string reason_of(int failure) {
    switch (failure) {
    case EADDRINUSE:
        return "address already in use; another program has this port (\"ss -ltnp\" says which); "
               "choose another one";
    case EACCES:
        return "permission denied; ports below 1024 are for privileged programs; choose a higher "
               "one";
    case EADDRNOTAVAIL:
        return "address not available; no network interface of this machine has this address";
    default:
        break;
    }
    std::string text = std::strerror(failure);
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text + "; check the address and the system's limits";
}

// For an operation, where 0 is no deadline.
std::int64_t deadline_of(std::int64_t deadline_ns) noexcept {
    return deadline_ns == coro::event_deadline::never_ns ? 0 : deadline_ns;
}

unexpected<error> failure_of(tactus_status status, const std::string& what) {
    TACTUS_ASSERT(status != TACTUS_E_INVALID); // a second reader or writer
    return status == TACTUS_E_TIMEOUT
               ? fail(error_kind::limit, what + " did not end before the deadline")
               : fail(error_kind::closed, what + " failed: the connection is over");
}

result<void> give_to_group(const std::string& path, const std::string& name) {
    const group* const found = ::getgrnam(name.c_str()); // before the loop runs: one thread
    if (found == nullptr) {
        return fail(error_kind::invalid, "There is no group \"" + name +
                                             "\" on this machine; \"getent group\" lists them.");
    }
    if (::chown(path.c_str(), static_cast<uid_t>(-1), found->gr_gid) != 0) {
        return fail(error_kind::invalid,
                    path + " cannot be given to the group \"" + name +
                        "\": " + std::strerror(errno) +
                        ". The user that runs tactus must be a member of it; as a "
                        "service of systemd it also needs PrivateUsers=no.");
    }
    return {};
}

error_kind kind_of(int failure, const std::string& path) noexcept {
    switch (failure) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        return error_kind::io;
    default:
        break;
    }
    struct stat file {};
    const bool is_socket = ::lstat(path.c_str(), &file) == 0 && S_ISSOCK(file.st_mode);
    return failure == EADDRINUSE && is_socket ? error_kind::limit : error_kind::unsupported;
}

class socket_stream final : public coro::byte_stream {
public:
    // Owns: fd.
    socket_stream(coro::reactor& reactor, int fd, const stream_address& peer)
        : pending_(reactor),
          socket_(reactor, {fd, stream_socket::kind::connection, peer}, {}, counts_) {
        pending_.open();
    }

    [[nodiscard]] tactus::task<result<std::size_t>> read(std::span<char> into,
                                                         std::int64_t deadline_ns) override {
        auto start = [this, into, deadline_ns](operation& op) noexcept {
            return socket_.start_read(op, reinterpret_cast<std::uint8_t*>(into.data()),
                                      static_cast<std::uint32_t>(into.size()),
                                      deadline_of(deadline_ns));
        };
        operation_awaiter reading(pending_, socket_, start);
        const tactus::op_result got = co_await reading;
        if (!got.is_ok()) {
            co_return failure_of(got.status, "a read");
        }
        co_return static_cast<std::size_t>(got.result);
    }

    [[nodiscard]] tactus::task<result<void>> write(std::string bytes,
                                                   std::int64_t deadline_ns) override {
        TACTUS_ASSERT(bytes.size() <= std::numeric_limits<std::uint32_t>::max());
        auto start = [this, &bytes, deadline_ns](operation& op) noexcept {
            return socket_.start_write(op, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                       static_cast<std::uint32_t>(bytes.size()),
                                       deadline_of(deadline_ns));
        };
        operation_awaiter writing(pending_, socket_, start);
        const tactus::op_result went = co_await writing;
        if (!went.is_ok()) {
            co_return failure_of(went.status, "a write");
        }
        co_return result<void>();
    }

    [[nodiscard]] std::uint32_t peer_user() const noexcept override { return socket_.peer_user(); }
    [[nodiscard]] int duplicate() const noexcept override { return socket_.duplicate(); }

private:
    base::connection_counts counts_; // not shown anywhere
    operations pending_;
    stream_socket socket_;
};

class socket_acceptor final : public coro::acceptor, private connection_taker {
public:
    explicit socket_acceptor(coro::reactor& reactor) : reactor_(reactor), pending_(reactor) {
        pending_.open();
    }
    ~socket_acceptor() override {
        if (taken_ >= 0) {
            ::close(taken_);
        }
    }

    // Called once, first. Errors: io, with the system's errno.
    [[nodiscard]] result<void> listen(const stream_address& at, std::uint32_t mode = 0) {
        result<std::unique_ptr<stream_listener>> made =
            stream_listener::open(reactor_, *this, at, mode);
        if (!made) {
            return unexpected<error>(made.error());
        }
        listener_ = std::move(*made);
        return {};
    }

    [[nodiscard]] tactus::task<result<std::unique_ptr<coro::byte_stream>>> accept() override {
        auto start = [this](operation& op) noexcept {
            return listener_->start_accept(op) ? TACTUS_PENDING : TACTUS_E_INVALID;
        };
        operation_awaiter accepting(pending_, *listener_, start);
        const tactus::op_result ended = co_await accepting;
        TACTUS_ASSERT(ended.is_ok());
        auto accepted = std::make_unique<socket_stream>(reactor_, taken_, peer_);
        taken_ = -1;
        co_return std::unique_ptr<coro::byte_stream>(std::move(accepted));
    }

    [[nodiscard]] std::string address() const override {
        stream_address bound;
        const std::string text = listener_->local(bound) ? text_of(bound) : std::string();
        return std::string(detail::split_scheme(text).rest); // as [metrics] writes it
    }

private:
    [[nodiscard]] bool has_room() const noexcept override { return true; }
    tactus_id take(int fd, const stream_address& peer) override {
        taken_ = fd;
        peer_ = peer;
        return 0;
    }
    void refused(base::refused /*why*/) noexcept override {}
    void out_of_descriptors() noexcept override {}

    coro::reactor& reactor_;
    operations pending_;
    int taken_ = -1; // until the accept that waited for it continues
    stream_address peer_;
    std::unique_ptr<stream_listener> listener_;
};

} // namespace

result<std::unique_ptr<coro::acceptor>> listen_tcp(coro::reactor& reactor,
                                                   std::string_view address) {
    const std::string cannot = "cannot listen on " + std::string(address) + ": ";
    const result<stream_endpoint> wanted = parse_stream_endpoint("tcp://" + std::string(address));
    if (!wanted && wanted.error().kind == error_kind::not_found) {
        return fail(error_kind::io,
                    cannot + "there is no such network interface; \"ip link\" lists them");
    }
    if (!wanted || wanted->needs_lookup()) {
        return fail(error_kind::invalid, "cannot listen on \"" + std::string(address) +
                                             "\": this is not an address with a port such as "
                                             "\"127.0.0.1:9464\" or \"[::1]:9464\"");
    }
    auto made = std::make_unique<socket_acceptor>(reactor);
    if (!made->listen(wanted->address)) {
        return fail(error_kind::io, cannot + reason_of(errno));
    }
    return std::unique_ptr<coro::acceptor>(std::move(made));
}

result<std::unique_ptr<coro::acceptor>> listen_unix(coro::reactor& reactor, const std::string& path,
                                                    const socket_permissions& with) {
    const result<stream_endpoint> wanted = parse_stream_endpoint("unix://" + path);
    if (!wanted) {
        return unexpected<error>(wanted.error());
    }
    auto made = std::make_unique<socket_acceptor>(reactor);
    if (result<void> listening = made->listen(wanted->address, with.mode); !listening) {
        const error_kind kind = kind_of(errno, path); // before anything changes it
        return fail(kind, listening.error().text);
    }
    if (!with.group.empty()) {
        if (result<void> given = give_to_group(path, with.group); !given) {
            return unexpected<error>(given.error());
        }
    }
    return std::unique_ptr<coro::acceptor>(std::move(made));
}

} // namespace tactus::net
