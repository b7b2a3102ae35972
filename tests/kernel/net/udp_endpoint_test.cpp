// SPDX-License-Identifier: MIT
// What "tactus.udp/0" takes for an endpoint.
#include "kernel/net/stream_address.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace tactus;

TEST_CASE("only numeric endpoints are parsed") {
    for (const char* good :
         {"udp://127.0.0.1:9100", "udp://0.0.0.0:0", "udp://[::1]:9100", "udp://[::]:65535",
          "udp://[::1%lo]:9100", "udp://[fe80::1%lo]:9", "unixgram:///run/x.sock"}) {
        CAPTURE(good);
        CHECK(net::parse_datagram_endpoint(good).has_value());
    }
    for (const char* bad : {"",
                            "udp://",
                            "127.0.0.1:9100",
                            "tcp://127.0.0.1:9100",
                            "udp://127.0.0.1",
                            "udp://127.0.0.1:",
                            "udp://127.0.0.1:65536",
                            "udp://127.0.0.1:-1",
                            "udp://127.0.0.1:9x",
                            "udp://localhost:9100",
                            "udp://[::1]",
                            "udp://::1:9100",
                            "udp://[]:1",
                            "udp://[:1",
                            "udp://1.2.3:80",
                            "udp://[127.0.0.1]:80",
                            "udp://127.0.0.1:9100/",
                            "udp://[::1]x:9",
                            "udp://[::1%]:9",
                            "unix:///run/x.sock",
                            "unixgram://x.sock"}) {
        CAPTURE(bad);
        const auto parsed = net::parse_datagram_endpoint(bad);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().kind == error_kind::invalid);
    }
    CHECK_FALSE(
        net::parse_datagram_endpoint(std::string_view("udp://127.0.0.1\0x:80", 20)).has_value());
}

} // namespace
