// SPDX-License-Identifier: MIT
// "tactus.stream/0": who is at the other end.
#include "tests/kernel/host/stream_case.hpp"

#include <cstring>

#include <netinet/in.h>

namespace {

using namespace tactus;
using namespace tactus::testing;

int family_of(const tactus_address& address) {
    sa_family_t family = AF_UNSPEC;
    std::memcpy(&family, address.bytes, sizeof family);
    return family;
}

TEST_CASE_METHOD(connected_case, "a TCP stream knows who is at its other end") {
    connect();
    tactus_stream_peer who{};
    who.struct_size = sizeof who;

    REQUIRE(streams().peer(host(), here, &who) == TACTUS_OK);

    CHECK(std::string(who.endpoint.text).substr(0, 16) == "tcp://127.0.0.1:");
    CHECK(who.address.size == sizeof(sockaddr_in));
    CHECK(who.uid == 0xffffffff);
    CHECK(local(here) == local(door));
    who.struct_size = 8;
    CHECK(streams().peer(host(), here, &who) == TACTUS_E_INVALID);
}

TEST_CASE_METHOD(connected_case, "a unix stream knows whose process is at its other end") {
    connect("unix://" + dir.path("in.sock"));
    tactus_stream_peer who{};
    who.struct_size = sizeof who;

    REQUIRE(streams().peer(host(), here, &who) == TACTUS_OK);

    CHECK(who.uid == ::getuid());
    CHECK(who.address.size == sizeof(sa_family_t)); // so that it is not taken for unknown
    CHECK(family_of(who.address) == AF_UNIX);
    CHECK(std::string(who.endpoint.text) == "unix://");
}

TEST_CASE_METHOD(stream_case,
                 "who has reset the connection before it is taken is known all the same") {
    begin();
    const tactus_id door = listen(GENERATE("tcp://127.0.0.1:0", "tcp://[::1]:0"));
    const std::string at = local(door);
    raw_peer rude(raw_peer::connect(at));
    rude.write("to you");
    rude.reset(); // the loop has not turned since

    const tactus_id here = accept(door);
    tactus_stream_peer who{};
    who.struct_size = sizeof who;
    REQUIRE(streams().peer(host(), here, &who) == TACTUS_OK);

    const std::string host_and_colon = at.substr(0, at.rfind(':') + 1);
    CHECK(who.address.size != 0);
    CHECK_THAT(who.endpoint.text, Catch::StartsWith(host_and_colon));
    CHECK(read_text(here) == "to you"); // so it matters who it is
}

TEST_CASE_METHOD(stream_case, "whom a stream was connected to is known") {
    begin();
    const tactus_id door = listen("tcp://127.0.0.1:0");
    const std::string at = local(door);
    test_op op;
    REQUIRE(streams().connect(host(), op, str(at), 0) == TACTUS_PENDING);
    REQUIRE(wait(op) == TACTUS_OK);
    tactus_stream_peer who{};
    who.struct_size = sizeof who;

    REQUIRE(streams().peer(host(), op.result, &who) == TACTUS_OK);

    CHECK(who.endpoint.text == at);
    CHECK(family_of(who.address) == AF_INET);
}

} // namespace
