// SPDX-License-Identifier: MIT
// "tactus.udp/0" over the loopback interface.
#include "tests/kernel/host/udp_case.hpp"

#include <algorithm>
#include <utility>

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;

TEST_CASE_METHOD(udp_case, "a datagram goes from one socket to another, with its sender and time") {
    const char* const any = GENERATE("udp://127.0.0.1:0", "udp://[::1]:0");
    const tactus_id to = bind(any);
    const tactus_id from = connect(where(to));
    inbox in;
    REQUIRE(udp().recv(host(), in.op, to, in.datagrams.data(), 100) == TACTUS_PENDING);
    const std::int64_t before_ns = clock.now_ns();

    CHECK(send(from, {"hello"}) == 1);
    REQUIRE(turn_until([&] { return in.op.dones > 0; }));

    CHECK(in.op.status == TACTUS_OK);
    CHECK(in.op.result == 1);
    CHECK(in.text(0) == "hello");
    CHECK(in.datagrams[0].truncated == 0);
    CHECK(in.datagrams[0].received_ns >= before_ns);
    CHECK(in.datagrams[0].received_ns <= clock.now_ns());
    const tactus_address sender = where(from);
    CHECK(in.datagrams[0].peer.size == sender.size);
    CHECK(std::equal(sender.bytes, sender.bytes + 4, in.datagrams[0].peer.bytes));
}

TEST_CASE_METHOD(udp_case, "who does not ask for the sender is not told") {
    const tactus_id to = bind("udp://127.0.0.1:0");
    const tactus_id from = connect(where(to));
    inbox in;
    in.datagrams[0].flags = TACTUS_UDP_WITHOUT_PEER;
    in.datagrams[0].peer.size = 99;
    REQUIRE(udp().recv(host(), in.op, to, in.datagrams.data(), 100) == TACTUS_PENDING);

    CHECK(send(from, {"hello", "again"}) == 2);
    REQUIRE(turn_until([&] { return in.op.dones > 0; }));

    REQUIRE(in.op.result == 2);
    CHECK(in.text(0) == "hello");
    CHECK(in.datagrams[0].peer.size == 0);
    CHECK(in.datagrams[1].peer.size == where(from).size);
}

TEST_CASE_METHOD(udp_case, "many datagrams come 64 at a time, in order") {
    const tactus_id to = bind("udp://127.0.0.1:0");
    const tactus_id from = connect(where(to));
    std::vector<std::string> texts;
    for (int i = 0; i < 100; ++i) {
        texts.push_back(std::to_string(i));
    }
    CHECK(send(from, texts) == 100);

    inbox in;
    std::vector<std::uint64_t> batches;
    std::vector<std::string> got;
    while (got.size() < 100) {
        in.op.dones = 0;
        REQUIRE(udp().recv(host(), in.op, to, in.datagrams.data(), 100) == TACTUS_PENDING);
        REQUIRE(turn_until([&] { return in.op.dones > 0; }));
        batches.push_back(in.op.result);
        for (std::size_t i = 0; i < in.op.result; ++i) {
            got.push_back(in.text(i));
        }
    }

    CHECK(batches.front() == net::udp_socket::batch_max);
    CHECK(got == texts);
}

TEST_CASE_METHOD(udp_case, "where datagrams are large, each comes alone") {
    const std::size_t size =
        GENERATE(as<std::size_t>{}, std::size_t{net::udp_socket::large_bytes}, 100);
    const tactus_id socket = bind("udp://127.0.0.1:0");
    const tactus_id from = connect(where(socket));
    std::vector<std::string> buffers(8, std::string(size, 0));
    std::vector<tactus_datagram> datagrams(buffers.size());
    for (std::size_t i = 0; i < buffers.size(); ++i) {
        datagrams[i].bytes = reinterpret_cast<std::uint8_t*>(buffers[i].data());
        datagrams[i].capacity = static_cast<std::uint32_t>(size);
    }
    const auto receive = [&] {
        test_op op;
        REQUIRE(udp().recv(host(), op, socket, datagrams.data(), 8) == TACTUS_PENDING);
        REQUIRE(turn_until([&] { return op.dones == 1; }));
        return op.result;
    };

    REQUIRE(send(from, {std::string(size, 'a')}) == 1);
    REQUIRE(receive() == 1);
    REQUIRE(send(from, std::vector<std::string>(3, std::string(size, 'b'))) == 3);

    CHECK(receive() == (size == 100 ? 3 : 1));
}

TEST_CASE_METHOD(udp_case, "a datagram that is too long for its buffer is cut and said to be") {
    const tactus_id to = bind("udp://127.0.0.1:0");
    const tactus_id from = connect(where(to));
    send(from, {std::string(33, 'x'), std::string(32, 'y'), ""});
    inbox in;
    REQUIRE(udp().recv(host(), in.op, to, in.datagrams.data(), 100) == TACTUS_PENDING);
    REQUIRE(turn_until([&] { return in.op.dones > 0; }));

    REQUIRE(in.op.result == 3);
    CHECK(in.datagrams[0].truncated == 1);
    CHECK(in.datagrams[0].size == 32);
    CHECK(in.datagrams[1].truncated == 0);
    CHECK(in.datagrams[1].size == 32);
    CHECK(in.datagrams[2].size == 0);
}

TEST_CASE_METHOD(udp_case, "sockets do not hear each other's datagrams") {
    const tactus_id first = bind("udp://127.0.0.1:0");
    const tactus_id second = bind("udp://127.0.0.1:0");
    CHECK(first != second);
    inbox in_first;
    inbox in_second;
    REQUIRE(udp().recv(host(), in_first.op, first, in_first.datagrams.data(), 9) == TACTUS_PENDING);
    REQUIRE(udp().recv(host(), in_second.op, second, in_second.datagrams.data(), 9) ==
            TACTUS_PENDING);

    send(connect(where(second)), {"two"});
    REQUIRE(turn_until([&] { return in_second.op.dones > 0; }));

    CHECK(in_second.text(0) == "two");
    CHECK(in_first.op.dones == 0);
    wind_up();
}

TEST_CASE_METHOD(udp_case, "an unconnected socket sends to whom each datagram names") {
    const tactus_id to = bind("udp://127.0.0.1:0");
    const tactus_id from = bind("udp://127.0.0.1:0");
    std::string text = "named";
    tactus_datagram named{};
    named.bytes = reinterpret_cast<std::uint8_t*>(text.data());
    named.size = 5;
    named.peer = where(to);
    std::uint32_t sent = 0;
    CHECK(udp().send(host(), from, &named, 1, &sent) == TACTUS_OK);
    inbox in;
    REQUIRE(udp().recv(host(), in.op, to, in.datagrams.data(), 9) == TACTUS_PENDING);
    REQUIRE(turn_until([&] { return in.op.dones > 0; }));

    CHECK(in.text(0) == "named");
}

TEST_CASE_METHOD(udp_case, "a peer that is not there is no error, neither for send nor for recv") {
    const tactus_id gone = bind("udp://127.0.0.1:0");
    const tactus_address nobody = where(gone);
    REQUIRE(udp().close(host(), gone) == TACTUS_OK);
    const tactus_id from = connect(nobody);
    inbox in;
    REQUIRE(udp().recv(host(), in.op, from, in.datagrams.data(), 9) == TACTUS_PENDING);

    for (int i = 0; i < 50; ++i) {
        CHECK(send(from, {"a", "b", "c"}) == 3);
    }
    bool turned = false;
    REQUIRE(turn_until([&] { return std::exchange(turned, true); }));
    CHECK(in.op.dones == 0);

    // Someone listens there at last.
    tactus_id back = 0;
    REQUIRE(udp().open(host(), &nobody, nullptr, &back) == TACTUS_OK);
    inbox heard;
    REQUIRE(udp().recv(host(), heard.op, back, heard.datagrams.data(), 9) == TACTUS_PENDING);
    send(from, {"at last"});
    REQUIRE(turn_until([&] { return heard.op.dones > 0; }));
    CHECK(heard.text(0) == "at last");
    wind_up();
}

TEST_CASE_METHOD(udp_case, "what the system refuses is said, and the next may go on") {
    const tactus_id to = bind("udp://127.0.0.1:0");
    const tactus_id from = connect(where(to));
    std::string huge(70'000, 'x');
    std::string fine = "fine";
    std::array<tactus_datagram, 3> all{};
    for (auto& each : all) {
        each.bytes = reinterpret_cast<std::uint8_t*>(fine.data());
        each.size = 4;
    }
    all[1].bytes = reinterpret_cast<std::uint8_t*>(huge.data());
    all[1].size = 70'000;
    std::uint32_t sent = 0;

    CHECK(udp().send(host(), from, all.data(), 3, &sent) == TACTUS_E_IO);

    CHECK(sent == 1);
    CHECK_THAT(one->last_error().text, Contains("refused") && Contains("long"));
    CHECK(udp().send(host(), from, all.data() + 2, 1, &sent) == TACTUS_OK);
}

TEST_CASE_METHOD(udp_case, "an address that is taken is named with the reason") {
    const tactus_address taken = where(bind("udp://127.0.0.1:0"));
    tactus_id socket = 0;

    CHECK(udp().open(host(), &taken, nullptr, &socket) == TACTUS_E_IO);

    CHECK_THAT(one->last_error().text, Contains("udp://127.0.0.1:") && Contains("in use"));
}

TEST_CASE_METHOD(udp_case, "closing ends what is pending, later and as cancelled") {
    const tactus_id socket = bind("udp://127.0.0.1:0");
    inbox in;
    REQUIRE(udp().recv(host(), in.op, socket, in.datagrams.data(), 9) == TACTUS_PENDING);

    CHECK(udp().close(host(), socket) == TACTUS_OK);
    CHECK(in.op.dones == 0);
    CHECK(host()->cancel(host(), in.op) == TACTUS_OK); // the buffers are not yet the plugin's
    REQUIRE(turn_until([&] { return in.op.dones > 0; }));

    CHECK(in.op.dones == 1);
    CHECK(in.op.status == TACTUS_E_CANCELED);
    CHECK(udp().close(host(), socket) == TACTUS_E_CLOSED);
}

TEST_CASE_METHOD(udp_case, "a cancelled recv leaves the socket usable, and nothing is lost") {
    const tactus_id to = bind("udp://127.0.0.1:0");
    inbox first;
    REQUIRE(udp().recv(host(), first.op, to, first.datagrams.data(), 9) == TACTUS_PENDING);
    CHECK(host()->cancel(host(), first.op) == TACTUS_OK);
    send(connect(where(to)), {"kept"});
    REQUIRE(turn_until([&] { return first.op.dones > 0; }));
    CHECK(first.op.status == TACTUS_E_CANCELED);

    inbox second;
    REQUIRE(udp().recv(host(), second.op, to, second.datagrams.data(), 9) == TACTUS_PENDING);
    REQUIRE(turn_until([&] { return second.op.dones > 0; }));
    CHECK(second.text(0) == "kept");
}

TEST_CASE_METHOD(udp_case, "inside done the socket may be closed, and received from again") {
    const tactus_id to = bind("udp://127.0.0.1:0");
    const tactus_id from = connect(where(to));
    inbox in;
    in.op.then = [&] {
        if (in.op.dones == 1) {
            CHECK(udp().recv(host(), in.op, to, in.datagrams.data(), 9) == TACTUS_PENDING);
        } else {
            CHECK(udp().close(host(), to) == TACTUS_OK);
        }
    };
    REQUIRE(udp().recv(host(), in.op, to, in.datagrams.data(), 1) == TACTUS_PENDING);
    send(from, {"1", "2"});

    REQUIRE(turn_until([&] { return in.op.dones == 2; }));
    CHECK(udp().close(host(), to) == TACTUS_E_CLOSED);
}

TEST_CASE_METHOD(udp_case, "a socket that takes datagrams is writable") {
    const tactus_id from = connect(where(bind("udp://127.0.0.1:0")));
    test_op op;
    test_op second;
    REQUIRE(udp().writable(host(), op, from) == TACTUS_PENDING);
    CHECK(udp().writable(host(), second, from) == TACTUS_E_INVALID);

    REQUIRE(turn_until([&] { return op.dones > 0; }));
    CHECK(op.status == TACTUS_OK);
}

TEST_CASE_METHOD(udp_case, "every datagram is received or counted as dropped by the system") {
    const tactus_id to = bind("udp://127.0.0.1:0");
    const tactus_id from = connect(where(to));
    CHECK(udp().overflows(host(), to) == 0);
    const std::vector<std::string> big(64, std::string(30'000, 'x'));
    std::uint32_t sent = 0;
    while (sent < 6400) { // 192 MB: more than any buffer that we are given
        sent += send(from, big);
    }
    const std::uint64_t lost = udp().overflows(host(), to);
    CHECK(lost > 0);

    inbox in;
    std::uint64_t received = 0;
    while (received + lost < sent) {
        in.op.dones = 0;
        REQUIRE(udp().recv(host(), in.op, to, in.datagrams.data(), 64) == TACTUS_PENDING);
        REQUIRE(turn_until([&] { return in.op.dones > 0; }));
        received += in.op.result;
    }

    CHECK(received + udp().overflows(host(), to) == sent);
    CHECK(udp().overflows(host(), 999) == 0);
}

TEST_CASE_METHOD(udp_case, "an instance that ends with a recv pending leaves no socket") {
    tactus_id socket = bind("udp://127.0.0.1:0");
    const tactus_address local = where(socket);
    inbox in;
    REQUIRE(udp().recv(host(), in.op, socket, in.datagrams.data(), 1) == TACTUS_PENDING);

    wind_up();
    CHECK(in.op.status == TACTUS_E_CANCELED);
    start();

    CHECK(udp().open(host(), &local, nullptr, &socket) == TACTUS_OK); // free again
}

} // namespace
