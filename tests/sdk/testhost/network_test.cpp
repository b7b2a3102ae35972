// SPDX-License-Identifier: MIT
// The network of the test host, by itself and beneath a host.
#include "tests/support/catch.hpp"
#include <tactus/testhost/host.hpp>

#include <set>
#include <string>
#include <vector>

using namespace tactus::testing;

namespace {

struct heard {
    tactus_op op{}; // first: `done` finds the rest by it
    std::vector<tactus_status> statuses;
    std::uint64_t result = 99;
};

void hear(tactus_op* op, tactus_status status, std::uint64_t result) noexcept {
    auto& to = *reinterpret_cast<heard*>(op);
    to.statuses.push_back(status);
    to.result = result;
}

} // namespace

TEST_CASE("no socket and no stream gets a number that another one had") {
    breach_list breaches;
    test_network network(breaches);
    std::set<tactus_id> numbers;
    for (int i = 0; i < 3; ++i) {
        const tactus_id socket = network.add_socket({});
        CHECK(numbers.insert(socket).second);
        network.sockets().erase(socket); // the plugin closes it
        CHECK(numbers.insert(network.add_stream("tcp://10.0.0.1:9").id).second);
    }
    CHECK(numbers.count(0) == 0); // the ABI's number of none
    CHECK(network.open_sockets() == 0);
    CHECK(network.open_streams() == 3);
}

TEST_CASE("a datagram for no socket and a peer for no listener are breaches") {
    breach_list breaches;
    test_network network(breaches);
    test_socket socket;
    socket.local = "udp://0.0.0.0:9";
    network.add_socket(socket);

    network.deliver("udp://0.0.0.0:9", {{1}});
    CHECK(breaches.breaches.empty());
    network.deliver("udp://0.0.0.0:10", {{1}});
    CHECK(breaches.breaches ==
          std::vector<std::string>{
              "the test delivered to a socket that is not open: udp://0.0.0.0:10"});

    network.connect_to("tcp://0.0.0.0:9").is_closed = true;
    CHECK(breaches.breaches.back() ==
          "the test connected to where nobody listens: tcp://0.0.0.0:9");
    CHECK(network.socket_at("udp://0.0.0.0:9")->inbound.size() == 1);
}

TEST_CASE("a look-up that is held ends at its time limit, and has found nothing") {
    heard ended; // outlives the host, which has the op
    test_host host;
    host.is_starting = true;
    host.names["desk"] = "10.0.0.1 10.0.0.2";
    host.is_resolve_held = true;
    const auto* const table =
        static_cast<const tactus_stream_0*>(host.raw()->get_interface(host.raw(), TACTUS_STREAM_0));
    ended.op.done = &hear;
    tactus_endpoint_text found[2]{};
    const std::string endpoint = "tcp://desk:9";
    const std::int64_t limit_ns = host.now_ns() + 1000;
    REQUIRE(table->resolve(host.raw(), &ended.op, {endpoint.data(), endpoint.size()}, found, 2,
                           limit_ns) == TACTUS_PENDING);

    host.advance_to(limit_ns - 1);
    CHECK(ended.statuses.empty());
    host.advance_to(limit_ns);

    CHECK(ended.statuses == std::vector<tactus_status>{TACTUS_E_TIMEOUT});
    CHECK(ended.result == 0);
    CHECK(std::string(found[0].text).empty());
    CHECK(host.breaches.empty());
}
