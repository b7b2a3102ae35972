// SPDX-License-Identifier: MIT
// An instance with streams on a real loop, and a peer that is nothing but a system's socket, so
// that it can be as rude as it likes. For the tests of "tactus.stream/0".
#pragma once

#include "kernel/net/stream_address.hpp"
#include "kernel/net/stream_set.hpp"
#include "tests/kernel/host/loop_case.hpp"
#include "tests/support/temp_dir.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tactus::testing {

// The test's own end: blocking, and closed at the end of its life.
class raw_peer {
public:
    explicit raw_peer(int fd) : fd_(fd) {}
    raw_peer(const raw_peer&) = delete;
    raw_peer& operator=(const raw_peer&) = delete;
    ~raw_peer() { close(); }

    static int connect(const std::string& to, int buffer_bytes = 0) {
        const auto parsed = net::parse_stream_endpoint(to);
        REQUIRE(parsed.has_value());
        const int fd = ::socket(parsed->address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(fd >= 0);
        if (buffer_bytes != 0) {
            ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
        }
        REQUIRE(::connect(fd, parsed->address.raw(), parsed->address.size) == 0);
        return fd;
    }
    void write(std::string_view text) const {
        REQUIRE(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(text.size()));
    }
    // What is there now, without waiting.
    [[nodiscard]] std::string read_some() const {
        std::string text(256 * 1024, '\0');
        const ssize_t n = ::recv(fd_, text.data(), text.size(), MSG_DONTWAIT);
        text.resize(static_cast<std::size_t>(n > 0 ? n : 0));
        return text;
    }
    // The other side has ended it, in order or not.
    [[nodiscard]] bool is_at_end() const {
        char one = 0;
        const ssize_t n = ::recv(fd_, &one, 1, MSG_DONTWAIT | MSG_PEEK);
        return n == 0 || (n < 0 && errno == ECONNRESET);
    }
    void end() const { ::shutdown(fd_, SHUT_WR); }
    void reset() {
        const linger at_once{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close();
    }
    void close() {
        if (fd_ >= 0) {
            ::close(std::exchange(fd_, -1));
        }
    }

private:
    int fd_;
};

struct stream_case : loop_instance {
    net::stream_limits limits;
    test::temp_dir dir;

    stream_case() = default;
    ~stream_case() override { wind_up(); } // what is pending uses what is below
    void begin() { start(host::role::input, limits); }
    const tactus_stream_0& streams() const { return table<tactus_stream_0>(TACTUS_STREAM_0); }

    tactus_id listen(std::string_view at, std::uint32_t mode = 0) {
        const tactus_listen wanted{sizeof wanted, mode, str(at)};
        tactus_id id = 0;
        INFO(one->last_error().text);
        REQUIRE(streams().listen(host(), &wanted, &id) == TACTUS_OK);
        return id;
    }
    tactus_status try_listen(std::string_view at) {
        const tactus_listen wanted{sizeof wanted, 0, str(at)};
        tactus_id id = 0;
        return streams().listen(host(), &wanted, &id);
    }
    std::string local(tactus_id id) const {
        tactus_endpoint_text text{};
        REQUIRE(streams().local(host(), id, &text) == TACTUS_OK);
        return text.text;
    }
    // Somebody connects, and is accepted.
    tactus_id accept(tactus_id listener) {
        test_op op;
        REQUIRE(streams().accept(host(), op, listener) == TACTUS_PENDING);
        REQUIRE(turn_until([&] { return op.dones > 0; }));
        REQUIRE(op.status == TACTUS_OK);
        return op.result;
    }
    // Turns the loop until the op has ended; how.
    tactus_status wait(test_op& op) {
        REQUIRE(turn_until([&] { return op.dones > 0; }));
        return op.status;
    }
    tactus_status read(test_op& op, tactus_id id, std::int64_t deadline_ns = 0) {
        return streams().read(host(), op, id, into, sizeof into, deadline_ns);
    }
    // What comes next; "" at the end.
    std::string read_text(tactus_id id) {
        test_op op;
        REQUIRE(read(op, id) == TACTUS_PENDING);
        REQUIRE(wait(op) == TACTUS_OK);
        return {reinterpret_cast<const char*>(into), op.result};
    }
    tactus_status write(test_op& op, tactus_id id, std::string_view text,
                        std::int64_t deadline_ns = 0) {
        return streams().write(host(), op, id, reinterpret_cast<const std::uint8_t*>(text.data()),
                               static_cast<std::uint32_t>(text.size()), deadline_ns);
    }
    // One chunk.
    tactus_status send(tactus_id id, std::string_view text) {
        const tactus_chunk chunk{reinterpret_cast<const std::uint8_t*>(text.data()),
                                 static_cast<std::uint32_t>(text.size()), 0};
        std::uint32_t sent = 0;
        return streams().send(host(), id, &chunk, 1, &sent);
    }
    // Fills all there is between here and a peer that does not read; how much went.
    std::size_t fill(tactus_id id) {
        const std::string piece(10'000, 'x');
        std::size_t n = 0;
        while (send(id, piece) == TACTUS_OK) {
            n += piece.size();
        }
        return n;
    }
    std::uint64_t refused(base::refused why) const {
        return one->connections().refused_by[static_cast<std::size_t>(why)];
    }
    std::uint8_t into[256 * 1024]{};
};

// One accepted connection and its peer.
struct connected_case : stream_case {
    tactus_id door = 0;
    tactus_id here = 0;
    std::unique_ptr<raw_peer> peer;

    void connect(const std::string& at = "tcp://127.0.0.1:0", int peer_buffer = 0) {
        begin();
        door = listen(at);
        peer = std::make_unique<raw_peer>(raw_peer::connect(local(door), peer_buffer));
        here = accept(door);
    }
};

} // namespace tactus::testing
