// SPDX-License-Identifier: MIT
// The network around the plugin of a test_host: sockets, listeners and streams in memory, whose
// other ends are the test's. It opens no real socket.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/tactus.h>
#include <tactus/testhost/breaches.hpp>
#include <tactus/testhost/stream.hpp>

namespace tactus::testing {

struct test_datagram {
    std::vector<std::uint8_t> bytes;
    std::int64_t received_ns = 0;
    bool is_truncated = false;
    std::string from = {}; // "udp://10.0.0.1:9"; the sender
};

struct test_socket {
    std::string local;  // as it was parsed; "" = any
    std::string remote; // "" = not connected
    std::string own;    // of one that only sends by UDP: the host's own_address when it was made
    std::string device; // of open_with
    std::uint32_t hops = 0;
    std::uint32_t mode = 0;
    std::deque<test_datagram> inbound;
    std::vector<std::vector<std::uint8_t>> sent;
    std::uint32_t send_calls = 0;
    std::uint32_t send_room = std::numeric_limits<std::uint32_t>::max();
    tactus_status send_status = TACTUS_OK; // the answer of a send after send_room datagrams
    std::uint64_t overflows = 0;
};

/// Threads: [loop]. References to sockets are valid until the plugin closes them, to streams as
/// long as the network lives.
class test_network {
public:
    /// `to` gets what a test asks of a socket that there is not.
    explicit test_network(breach_list& to) : breaches_(to) {}
    test_network(const test_network&) = delete;
    test_network& operator=(const test_network&) = delete;

    /// A datagram comes to an open socket of the plugin's. A breach where none is open there.
    void deliver(const std::string& local, test_datagram datagram);
    test_socket* socket_to(const std::string& remote);
    test_socket* socket_at(const std::string& local);
    std::size_t open_sockets() const { return sockets_.size(); }
    /// The open sockets, and all listeners and streams, also those that are closed.
    std::map<tactus_id, test_socket>& sockets() { return sockets_; }
    std::map<tactus_id, test_stream>& streams() { return streams_; }

    /// Somebody connects to a listener of the plugin's, which accepts in the next settle(). Where
    /// nobody listens, that is a breach, and the stream leads nowhere.
    test_stream& connect_to(const std::string& local,
                            const std::string& from = "tcp://127.0.0.1:50000");
    /// The peer sends, ends its side (still reads), or is gone.
    static void feed(test_stream& to, std::string_view bytes);
    static void end(test_stream& peer) { peer.is_ended = true; }
    static void reset(test_stream& peer) { peer.is_reset = true; }
    /// The latest stream that the plugin connected there; nullptr where there is none.
    test_stream* stream_to(const std::string& remote);
    test_stream* listener_at(const std::string& local); // nullptr where nobody listens
    std::size_t open_streams() const;                   // listeners too

    std::map<std::string, std::string> names; // for resolve: name -> addresses, a space between
    std::map<std::string, int>
        unreachable; // for connect, and for sockets: endpoint -> error number
    std::map<std::string, unsigned>
        interfaces; // network interfaces besides the machine's; read in any thread: name -> number
    bool is_connect_held = false;
    bool is_resolve_held = false;
    // This machine's. Once it is another one, sockets that only send and were opened before are
    // refused all that they send.
    std::string own_address = "udp://10.0.0.1:40000";

    /// Adds an end of the plugin's, with a number that no other has or had; for the host.
    tactus_id add_socket(test_socket made);
    test_stream& add_stream(const std::string& peer);

private:
    breach_list& breaches_;
    std::map<tactus_id, test_socket> sockets_;
    std::map<tactus_id, test_stream> streams_;
    tactus_id last_id_ = 0;
};

} // namespace tactus::testing
