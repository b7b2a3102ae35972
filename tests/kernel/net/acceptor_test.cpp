// SPDX-License-Identifier: MIT
// TCP over real loopback sockets: the test turns the loop until a condition holds, never for a
// duration. The clients are plain sockets of the system.
#include "kernel/net/acceptor.hpp"
#include "tests/kernel/net/tcp_client.hpp"
#include "tests/support/catch.hpp"

#include <tactus/cpp/scope.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <vector>

using namespace tactus::testing;
namespace coro = tactus::coro;
using tactus::error_kind;
using tactus::result;

namespace {

constexpr std::int64_t no_deadline = std::numeric_limits<std::int64_t>::max();

using accepted = result<std::unique_ptr<coro::byte_stream>>;

// What a task found out; `ended` in every case, `canceled` where it was asked to stop.
template <class T>
struct told {
    std::optional<T> outcome;
    bool canceled = false;
    [[nodiscard]] bool ended() const { return outcome.has_value() || canceled; }
};

template <class T>
tactus::task<void> tell(tactus::task<T> work, told<T>& into) {
    try {
        T outcome = co_await std::move(work);
        into.outcome.emplace(std::move(outcome));
    } catch (const tactus::canceled&) {
        into.canceled = true;
    }
}

struct tcp_fixture : loop_fixture {
    std::unique_ptr<coro::acceptor> listen(std::string_view address = "127.0.0.1:0") {
        auto listening = tactus::net::listen_tcp(loop, address);
        REQUIRE(listening.has_value());
        return std::move(*listening);
    }
    template <class T>
    T wait_for(tactus::task<T> work) {
        told<T> into;
        tasks.spawn("waited for", tell(std::move(work), into));
        turn_until([&] { return into.ended(); });
        REQUIRE(into.outcome.has_value());
        return std::move(*into.outcome);
    }
    std::unique_ptr<coro::byte_stream> accept(coro::acceptor& from) {
        accepted got = wait_for(from.accept());
        REQUIRE(got.has_value());
        return std::move(*got);
    }
    // What the stream has, at most 1024 bytes of it.
    std::string read(coro::byte_stream& from) {
        std::array<char, 1024> into{};
        const result<std::size_t> got = wait_for(from.read(into, no_deadline));
        REQUIRE(got.has_value());
        return std::string(into.data(), *got);
    }
};

} // namespace

TEST_CASE("listening on port 0 takes a free port and tells it") {
    tcp_fixture tcp;

    const auto v4 = tcp.listen("127.0.0.1:0");
    const auto v6 = tcp.listen("[::1]:0");

    CHECK(v4->address().starts_with("127.0.0.1:"));
    CHECK_FALSE(v4->address().ends_with(":0"));
    CHECK(v6->address().starts_with("[::1]:"));
}

TEST_CASE("a port in use is refused with a text that helps") {
    tcp_fixture tcp;
    const auto first = tcp.listen();

    const auto second = tactus::net::listen_tcp(tcp.loop, first->address());

    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().kind == error_kind::io);
    CHECK(second.error().text.find(first->address() + ": address already in use") !=
          std::string::npos);
    CHECK(second.error().text.find("ss -ltnp") != std::string::npos);
}

TEST_CASE("an address of another machine is refused") {
    tcp_fixture tcp;

    const auto listening = tactus::net::listen_tcp(tcp.loop, "192.0.2.1:0");

    REQUIRE_FALSE(listening.has_value());
    CHECK(listening.error().kind == error_kind::io);
    CHECK(listening.error().text.find("no network interface") != std::string::npos);
}

TEST_CASE("an IPv6 address is on the interface that it names, where that is there") {
    tcp_fixture tcp;
    CHECK(tcp.listen("[::1%lo]:0")->address().starts_with("[::1]:"));

    const auto none = tactus::net::listen_tcp(tcp.loop, "[fe80::1%nosuch0]:9464");
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().kind == error_kind::io);
    CHECK(none.error().text == "cannot listen on [fe80::1%nosuch0]:9464: there is no such network "
                               "interface; \"ip link\" lists them");
}

TEST_CASE("what is not an address with a port is refused") {
    const std::string_view wrong = GENERATE(
        as<std::string_view>{}, "", ":", "127.0.0.1", "127.0.0.1:", ":9464", "127.0.0.1:65536",
        "127.0.0.1:-1", "127.0.0.1:9464x", "127.0.0.1: 9464", "127.0.0:9464", "::1:9464", "[::1]",
        "[::1]9464", "[]:9464", "localhost:9464", "[::1]x:9464", "[fe80::1%]:9464");
    tcp_fixture tcp;
    INFO(wrong);

    const auto listening = tactus::net::listen_tcp(tcp.loop, wrong);

    REQUIRE_FALSE(listening.has_value());
    CHECK(listening.error().kind == error_kind::invalid);
    CHECK(listening.error().text.find('"' + std::string(wrong) + '"') != std::string::npos);
}

TEST_CASE("a connection carries bytes both ways") {
    tcp_fixture tcp;
    const std::string_view address = GENERATE(as<std::string_view>{}, "127.0.0.1:0", "[::1]:0");
    const auto acceptor = tcp.listen(address);
    tcp_client client(acceptor->address());
    const auto stream = tcp.accept(*acceptor);

    client.send("ping");
    CHECK(tcp.read(*stream) == "ping");

    CHECK(tcp.wait_for(stream->write("pong", no_deadline)).has_value());
    tcp.turn_until([&] { return client.receive() == "pong"; });
}

TEST_CASE("connections are accepted in the order in which they came") {
    tcp_fixture tcp;
    const auto acceptor = tcp.listen();
    tcp_client first(acceptor->address());
    tcp_client second(acceptor->address());
    first.send("first");
    second.send("second");

    const auto one = tcp.accept(*acceptor);
    const auto two = tcp.accept(*acceptor);

    CHECK(tcp.read(*one) == "first");
    CHECK(tcp.read(*two) == "second");
}

TEST_CASE("the end of the stream reads as 0, as often as one asks") {
    tcp_fixture tcp;
    const auto acceptor = tcp.listen();
    tcp_client client(acceptor->address());
    const auto stream = tcp.accept(*acceptor);
    client.send("last");
    client.finish();

    CHECK(tcp.read(*stream) == "last");
    CHECK(tcp.read(*stream).empty());
    CHECK(tcp.read(*stream).empty());
    CHECK(tcp.wait_for(stream->write("still open", no_deadline)).has_value());
    tcp.turn_until([&] { return client.receive() == "still open"; });
}

TEST_CASE("a reset by the peer is told as closed") {
    tcp_fixture tcp;
    const auto acceptor = tcp.listen();
    tcp_client client(acceptor->address());
    const auto stream = tcp.accept(*acceptor);
    client.reset();

    std::array<char, 16> into{};
    const result<std::size_t> got = tcp.wait_for(stream->read(into, no_deadline));

    REQUIRE_FALSE(got.has_value());
    CHECK(got.error().kind == error_kind::closed);
}

TEST_CASE("a read ends with its deadline, and the next one reads on") {
    tcp_fixture tcp;
    const auto acceptor = tcp.listen();
    tcp_client client(acceptor->address());
    const auto stream = tcp.accept(*acceptor);
    std::array<char, 16> into{};
    const std::int64_t deadline_ns = tcp.clock.now_ns() + 1'000'000;

    const result<std::size_t> late = tcp.wait_for(stream->read(into, deadline_ns));

    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().kind == error_kind::limit);
    CHECK(tcp.clock.now_ns() >= deadline_ns);
    client.send("late");
    CHECK(tcp.read(*stream) == "late");
}

TEST_CASE("a reader that is asked to stop is canceled, and its memory is left alone") {
    tcp_fixture tcp;
    const auto acceptor = tcp.listen();
    tcp_client client(acceptor->address());
    const auto stream = tcp.accept(*acceptor);
    told<result<std::size_t>> outcome;
    {
        std::array<char, 16> into{};
        tactus::scope readers(tcp.loop.ready());
        readers.spawn("reader", tell(stream->read(into, no_deadline), outcome));
        tcp.turn_until([&] { return tcp.loop.ready().is_empty(); });
        readers.request_stop();
        tcp.turn_until([&] { return readers.is_empty(); });
    }

    client.send("too late for that one");

    CHECK(outcome.canceled);
    CHECK(tcp.read(*stream) == "too late for that one");
}

TEST_CASE("who waits for a connection can be asked to stop") {
    tcp_fixture tcp;
    const auto acceptor = tcp.listen();
    told<accepted> outcome;
    tactus::scope waiting(tcp.loop.ready());
    waiting.spawn("acceptor", tell(acceptor->accept(), outcome));
    tcp.turn_until([&] { return tcp.loop.ready().is_empty(); });

    waiting.request_stop();
    tcp.turn_until([&] { return waiting.is_empty(); });

    CHECK(outcome.canceled);
}

TEST_CASE("a large write arrives whole and in order at a slow reader") {
    tcp_fixture tcp;
    const auto acceptor = tcp.listen();
    tcp_client client(acceptor->address());
    const auto stream = tcp.accept(*acceptor);
    std::string sent(8 << 20, '\0');
    for (std::size_t i = 0; i < sent.size(); ++i) {
        sent[i] = static_cast<char>(i * 31 / 7);
    }
    told<result<void>> outcome;
    tcp.tasks.spawn("writer", tell(stream->write(sent, no_deadline), outcome));

    std::string received;
    tcp.turn_until([&] {
        received += client.receive();
        return received.size() >= sent.size();
    });

    CHECK(received == sent);
    tcp.turn_until([&] { return outcome.ended(); });
    CHECK(outcome.outcome->has_value());
}

TEST_CASE("a write to a peer that does not read ends with its deadline and breaks the stream") {
    tcp_fixture tcp;
    const auto acceptor = tcp.listen();
    tcp_client client(acceptor->address());
    auto stream = tcp.accept(*acceptor);

    const result<void> stuck =
        tcp.wait_for(stream->write(std::string(64 << 20, 'x'), tcp.clock.now_ns() + 10'000'000));
    const result<void> after = tcp.wait_for(stream->write("more", no_deadline));

    REQUIRE_FALSE(stuck.has_value());
    CHECK(stuck.error().kind == error_kind::limit);
    REQUIRE_FALSE(after.has_value());
    CHECK(after.error().kind == error_kind::closed);
    stream.reset(); // with the bytes still under way: nothing leaks, ASan says
    tcp.turn_until([&] { return client.drain(); });
}

TEST_CASE("a stream that ends closes the connection") {
    tcp_fixture tcp;
    const auto acceptor = tcp.listen();
    tcp_client client(acceptor->address());
    auto stream = tcp.accept(*acceptor);

    stream.reset();

    tcp.turn_until([&] { return client.drain(); });
}

TEST_CASE("an acceptor that ends frees its port") {
    tcp_fixture tcp;
    auto first = tcp.listen();
    const std::string address = first->address();
    first.reset();
    std::unique_ptr<coro::acceptor> second;

    tcp.turn_until([&] {
        auto listening = tactus::net::listen_tcp(tcp.loop, address);
        if (listening.has_value()) {
            second = std::move(*listening);
        }
        return second != nullptr;
    });

    CHECK(second->address() == address);
}

TEST_CASE("as many connections as the backlog holds are all accepted") {
    tcp_fixture tcp;
    const auto acceptor = tcp.listen();
    std::vector<std::unique_ptr<tcp_client>> clients;
    for (int i = 0; i < 200; ++i) {
        clients.push_back(std::make_unique<tcp_client>(acceptor->address()));
    }

    std::vector<std::unique_ptr<coro::byte_stream>> streams;
    for (std::size_t i = 0; i < clients.size(); ++i) {
        streams.push_back(tcp.accept(*acceptor));
    }
    streams.clear();

    tcp.turn_until(
        [&] { return std::ranges::all_of(clients, [](auto& c) { return c->drain(); }); });
}
