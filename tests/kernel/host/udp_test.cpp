// SPDX-License-Identifier: MIT
// "tactus.udp/0" over the loopback interface.
#include "kernel/host/udp_socket.hpp"
#include "tests/kernel/host/loop_case.hpp"

#include <array>
#include <string>
#include <vector>

#include <netinet/in.h>
#include <unistd.h>

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;

struct udp_case : loop_instance {
    udp_case() { start(); }
    const tactus_udp_0& udp() const { return table<tactus_udp_0>(TACTUS_UDP_0); }

    tactus_address parse(std::string_view text) const {
        tactus_address address{};
        REQUIRE(udp().parse(host(), str(text), &address) == TACTUS_OK);
        return address;
    }
    tactus_id bind(std::string_view text) const {
        const tactus_address local = parse(text);
        tactus_id socket = 0;
        REQUIRE(udp().open(host(), &local, nullptr, &socket) == TACTUS_OK);
        return socket;
    }
    tactus_address where(tactus_id socket) const {
        tactus_address address{};
        REQUIRE(udp().local(host(), socket, &address) == TACTUS_OK);
        return address;
    }
    tactus_id connect(const tactus_address& peer) const {
        tactus_id socket = 0;
        REQUIRE(udp().open(host(), nullptr, &peer, &socket) == TACTUS_OK);
        return socket;
    }
    // To a connected peer.
    std::uint32_t send(tactus_id socket, const std::vector<std::string>& texts) const {
        std::vector<tactus_datagram> all(texts.size());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            all[i].bytes = reinterpret_cast<std::uint8_t*>(const_cast<char*>(texts[i].data()));
            all[i].size = static_cast<std::uint32_t>(texts[i].size());
        }
        std::uint32_t sent = 0;
        CHECK(udp().send(host(), socket, all.data(), static_cast<std::uint32_t>(all.size()),
                         &sent) == TACTUS_OK);
        return sent;
    }
};

// Buffers for a recv.
struct inbox {
    std::array<std::array<std::uint8_t, 32>, 100> buffers{};
    std::array<tactus_datagram, 100> datagrams{};
    test_op op;

    inbox() {
        for (std::size_t i = 0; i < buffers.size(); ++i) {
            datagrams[i].bytes = buffers[i].data();
            datagrams[i].capacity = 32;
        }
    }
    [[nodiscard]] std::string text(std::size_t i) const {
        return {reinterpret_cast<const char*>(datagrams[i].bytes), datagrams[i].size};
    }
};

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

    CHECK(batches.front() == host::udp_socket::batch_max);
    CHECK(got == texts);
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

TEST_CASE_METHOD(udp_case, "what the system drops is counted") {
    const tactus_id to = bind("udp://127.0.0.1:0");
    const tactus_id from = connect(where(to));
    CHECK(udp().overflows(host(), to) == 0);
    const std::vector<std::string> big(64, std::string(30'000, 'x'));
    std::uint32_t sent = 0;
    while (sent < 6400) { // 192 MB: more than any buffer that we are given
        sent += send(from, big);
    }

    // The count comes with a datagram that was queued after the loss.
    inbox in;
    std::uint64_t received = 0;
    while (udp().overflows(host(), to) == 0 && received < sent) {
        in.op.dones = 0;
        REQUIRE(udp().recv(host(), in.op, to, in.datagrams.data(), 64) == TACTUS_PENDING);
        REQUIRE(turn_until([&] { return in.op.dones > 0; }));
        received += in.op.result;
        send(from, {"a word"});
    }

    CHECK(udp().overflows(host(), to) > 0);
    CHECK(udp().overflows(host(), 999) == 0);
}

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
    CHECK(udp().open(host(), nullptr, nullptr, &socket) == TACTUS_E_INVALID);
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
    CHECK(udp().parse(host(), str("udp://127.0.0.1:1"), nullptr) == TACTUS_E_INVALID);
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
