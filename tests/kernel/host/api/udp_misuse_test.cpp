// SPDX-License-Identifier: MIT
// "tactus.udp/0", called as it should not be: answered, and nothing else happens.
#include "tests/kernel/host/udp_case.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;

TEST_CASE_METHOD(udp_case, "one recv at a time, and none without buffers") {
    const tactus_id socket = bind("udp://127.0.0.1:0");
    inbox in;
    inbox more;
    CHECK(udp().recv(host(), in.op, socket, in.datagrams.data(), 0) == TACTUS_E_INVALID);
    CHECK(udp().recv(host(), in.op, socket, nullptr, 9) == TACTUS_E_INVALID);
    tactus_datagram nowhere{};
    nowhere.capacity = 100;
    CHECK(udp().recv(host(), in.op, socket, &nowhere, 1) == TACTUS_E_INVALID);
    REQUIRE(udp().recv(host(), in.op, socket, in.datagrams.data(), 9) == TACTUS_PENDING);

    CHECK(udp().recv(host(), more.op, socket, more.datagrams.data(), 9) == TACTUS_E_INVALID);
    wind_up();
    CHECK(more.op.dones == 0);
}

TEST_CASE_METHOD(udp_case, "handles that are none or stale answer closed") {
    const tactus_id stale = bind("udp://127.0.0.1:0");
    REQUIRE(udp().close(host(), stale) == TACTUS_OK);
    const tactus_id fresh = bind("udp://127.0.0.1:0");
    CHECK(fresh != stale);
    inbox in;
    std::uint32_t sent = 0;
    tactus_address address{};
    for (const tactus_id id : {tactus_id{0}, stale, tactus_id{1} << 60}) {
        CHECK(udp().recv(host(), in.op, id, in.datagrams.data(), 1) == TACTUS_E_CLOSED);
        CHECK(udp().writable(host(), in.op, id) == TACTUS_E_CLOSED);
        CHECK(udp().send(host(), id, in.datagrams.data(), 1, &sent) == TACTUS_E_CLOSED);
        CHECK(udp().local(host(), id, &address) == TACTUS_E_CLOSED);
    }
}

TEST_CASE_METHOD(udp_case, "bad arguments are refused") {
    const tactus_address good = parse("udp://127.0.0.1:0");
    tactus_address bad = good;
    tactus_id socket = 0;
    std::uint32_t sent = 0;
    CHECK(udp().open(host(), &good, nullptr, nullptr) == TACTUS_E_INVALID);
    bad.size = 1000;
    CHECK(udp().open(host(), &bad, nullptr, &socket) == TACTUS_E_INVALID);
    bad.size = 3;
    CHECK(udp().open(host(), &bad, nullptr, &socket) == TACTUS_E_INVALID);
    bad = good;
    bad.bytes[0] = 77;
    CHECK(udp().open(host(), &good, &bad, &socket) == TACTUS_E_INVALID);
    const tactus_id open = bind("udp://127.0.0.1:0");
    CHECK(udp().local(host(), open, nullptr) == TACTUS_E_INVALID);
    CHECK(udp().send(host(), open, nullptr, 1, &sent) == TACTUS_E_INVALID);
    tactus_datagram without_bytes{};
    without_bytes.size = 8;
    without_bytes.peer = good;
    CHECK(udp().send(host(), open, &without_bytes, 1, &sent) == TACTUS_E_INVALID);
    CHECK(udp().parse(host(), {nullptr, 9}, &bad) == TACTUS_E_INVALID);
    tactus_udp_options options{};
    options.struct_size = sizeof options;
    options.local = {nullptr, 5};
    CHECK(udp().open_with(host(), &options, &socket) == TACTUS_E_INVALID);
    CHECK(udp().parse(host(), str("udp://127.0.0.1:1"), nullptr) == TACTUS_E_INVALID);
}

TEST_CASE_METHOD(udp_case, "a socket without addresses is for sending") {
    const tactus_id hears = bind("udp://127.0.0.1:0");
    inbox in;
    REQUIRE(udp().recv(host(), in.op, hears, in.datagrams.data(), 1) == TACTUS_PENDING);
    tactus_id socket = 0;
    REQUIRE(udp().open(host(), nullptr, nullptr, &socket) == TACTUS_OK);
    std::uint8_t bytes[] = {'a', 'b'};
    tactus_datagram made{};
    made.bytes = bytes;
    made.size = sizeof bytes;
    REQUIRE(udp().local(host(), hears, &made.peer) == TACTUS_OK);
    std::uint32_t sent = 0;
    CHECK(udp().send(host(), socket, &made, 1, &sent) == TACTUS_OK);
    REQUIRE(turn_until([&] { return in.op.dones == 1; }));
    CHECK(in.datagrams[0].size == 2);
}

TEST_CASE_METHOD(udp_case, "sockets belong to the loop") {
    const tactus_address local = parse("udp://127.0.0.1:0");
    const tactus_id socket = bind("udp://127.0.0.1:0");
    inbox in;
    tactus_id made = 0;
    std::uint32_t sent = 0;
    tactus_address address{};
    CHECK(elsewhere([&] { return udp().open(host(), &local, nullptr, &made); }) ==
          TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return udp().recv(host(), in.op, socket, in.datagrams.data(), 1); }) ==
          TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return udp().writable(host(), in.op, socket); }) ==
          TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return udp().send(host(), socket, in.datagrams.data(), 1, &sent); }) ==
          TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return udp().local(host(), socket, &address); }) ==
          TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return udp().close(host(), socket); }) == TACTUS_E_WRONG_THREAD);
}

} // namespace
