// SPDX-License-Identifier: MIT
// What "tactus.udp/0" takes for an endpoint.
#include "kernel/host/udp_socket.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace tactus;

TEST_CASE("only numeric endpoints are parsed") {
    tactus_address address{};
    for (const char* good :
         {"udp://127.0.0.1:9100", "udp://0.0.0.0:0", "udp://[::1]:9100", "udp://[::]:65535"}) {
        CAPTURE(good);
        CHECK(host::parse_endpoint(good, address));
    }
    for (const char* bad :
         {"", "udp://", "127.0.0.1:9100", "tcp://127.0.0.1:9100", "udp://127.0.0.1",
          "udp://127.0.0.1:", "udp://127.0.0.1:65536", "udp://127.0.0.1:-1", "udp://127.0.0.1:9x",
          "udp://localhost:9100", "udp://[::1]", "udp://::1:9100", "udp://[]:1", "udp://[:1",
          "udp://1.2.3:80", "udp://[127.0.0.1]:80", "udp://127.0.0.1:9100/"}) {
        CAPTURE(bad);
        CHECK_FALSE(host::parse_endpoint(bad, address));
    }
    CHECK_FALSE(host::parse_endpoint(std::string_view("udp://127.0.0.1\0x:80", 20), address));
}

} // namespace
