// SPDX-License-Identifier: MIT
#include "kernel/host/stream_address.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tactus;
using namespace tactus::host;

TEST_CASE("an endpoint of streams reads back as it was written") {
    const char* const text =
        GENERATE("tcp://127.0.0.1:9000", "tcp://[::1]:1", "tcp://0.0.0.0:65535",
                 "udp://[fe80::1]:9", "udp://10.0.0.1:0", "unix:///run/tactus/in.sock");

    const std::optional<stream_endpoint> parsed = parse_stream_endpoint(text);

    REQUIRE(parsed.has_value());
    CHECK_FALSE(parsed->needs_lookup());
    CHECK(text_of(parsed->address, parsed->by) == text);
}

TEST_CASE("a name waits for its look-up") {
    const std::optional<stream_endpoint> parsed = parse_stream_endpoint("tcp://desk-1.lan:9000");

    REQUIRE(parsed.has_value());
    CHECK(parsed->needs_lookup());
    CHECK(parsed->host == "desk-1.lan");
    CHECK(parsed->port == 9000);
}

TEST_CASE("what is no endpoint of streams is refused") {
    const char* const text = GENERATE(
        "", "tcp://", "tcp://:9000", "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://127.0.0.1:65536",
        "tcp://127.0.0.1:9x", "tcp://127.0.0:9", "tcp://::1:9", "tcp://[::1:9", "tcp://[]:9",
        "tcp://a b:9", "http://127.0.0.1:9", "127.0.0.1:9", "unix://relative", "unix://", ":9",
        "udp://", "tcp:127.0.0.1:9");

    INFO(text);
    CHECK_FALSE(parse_stream_endpoint(text).has_value());
}

TEST_CASE("a path takes as many bytes as the system's address, and no NUL") {
    const std::string longest = "unix:///" + std::string(106, 'x');

    const std::optional<stream_endpoint> parsed = parse_stream_endpoint(longest);

    REQUIRE(parsed.has_value());
    CHECK(text_of(parsed->address) == longest);
    CHECK_FALSE(parse_stream_endpoint(longest + "x").has_value());
    CHECK_FALSE(parse_stream_endpoint(std::string("unix:///a\0b", 11)).has_value());
}

TEST_CASE("an end of a unix stream without a path says so") {
    stream_address none;
    none.bytes.ss_family = AF_UNIX;
    none.size = sizeof(sa_family_t);

    CHECK(text_of(none) == "unix://");
    CHECK(text_of(stream_address{}) == "unix://");
}
