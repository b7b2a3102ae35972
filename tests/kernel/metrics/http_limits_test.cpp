// SPDX-License-Identifier: MIT
// Every bound of the HTTP server, met by clients that are slow, silent or many.
#include "tests/kernel/metrics/http_fixture.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <vector>

using namespace tactus::testing;
using tactus::metrics::http_server;
using tactus::metrics::request_parser;

namespace {

constexpr std::string_view half_request = "GET /echo HTT";

std::vector<memory_client> connect_many(http_fixture& http, std::size_t count,
                                        std::string_view bytes) {
    std::vector<memory_client> made;
    for (std::size_t i = 0; i < count; ++i) {
        made.push_back(http.connect());
        made.back().send(bytes);
    }
    http.reactor.settle();
    return made;
}

std::ptrdiff_t count_closed(const std::vector<memory_client>& clients) {
    return std::ranges::count_if(clients, [](const auto& each) { return each.is_closed(); });
}

} // namespace

TEST_CASE("200 half requests do not hold up another one") {
    http_fixture http;
    const auto slow = connect_many(http, 200, half_request);

    const std::int64_t asked_ns = http.reactor.now_ns();
    CHECK(is_status(http.ask(get("/echo")), 200));

    CHECK(http.reactor.now_ns() == asked_ns);
    CHECK(count_closed(slow) == 0);
}

TEST_CASE("half requests in all places and twice as many in line do not lock a scrape out") {
    http_fixture http;
    const auto slow = connect_many(http, 3 * http_server::connections_max, half_request);

    const std::int64_t asked_ns = http.reactor.now_ns();
    CHECK(is_status(http.ask(get("/echo")), 200));

    CHECK(http.reactor.now_ns() == asked_ns);
    CHECK(http.acceptor.backlog() == 0);
}

TEST_CASE("all places can be taken, and one more makes the oldest half request leave") {
    http_fixture http;
    auto slow = connect_many(http, http_server::connections_max, half_request);
    CHECK(count_closed(slow) == 0);
    CHECK(http.server.connections() == http_server::connections_max);

    memory_client late = http.connect();

    CHECK(count_closed(slow) == 1);
    CHECK(slow.front().is_closed());
    CHECK_FALSE(late.is_closed());
    CHECK(http.server.connections() == http_server::connections_max);
}

TEST_CASE("who was answered before keeps its place while half requests are there") {
    http_fixture http;
    memory_client scraper = http.connect();
    CHECK(is_status(http.ask(scraper, get("/echo")), 200));
    const auto slow = connect_many(http, 2 * http_server::connections_max, half_request);

    CHECK_FALSE(scraper.is_closed());
    CHECK(is_status(http.ask(scraper, get("/echo")), 200));
}

TEST_CASE("when all are idle, the one that was silent longest makes room") {
    http_fixture http;
    auto idle = connect_many(http, http_server::connections_max, get("/echo"));
    http.reactor.advance_by(1000);
    CHECK(is_status(http.ask(idle.front(), get("/echo")), 200)); // the oldest, but lively

    CHECK(is_status(http.ask(get("/echo")), 200));

    CHECK(count_closed(idle) == 1);
    CHECK(idle[1].is_closed());
}

TEST_CASE("when all are being answered, the next waits until one has its answer") {
    http_fixture http;
    auto busy = connect_many(http, http_server::connections_max, get("/slow"));
    memory_client waiting = http.connect();
    CHECK(http.ask(waiting, get("/echo")).empty());
    CHECK(count_closed(busy) == 0);

    http.pages.may_answer.set();
    http.reactor.settle();

    CHECK(is_status(busy.back().receive(), 200));
    CHECK(is_status(waiting.receive(), 200));
}

TEST_CASE("a request head that is not there in time is answered with 408") {
    http_fixture http;
    memory_client silent = http.connect();
    memory_client half = http.connect();
    CHECK(http.ask(half, half_request).empty());

    http.reactor.advance_by(http_server::head_limit_ns - 1);
    CHECK_FALSE(silent.is_closed());
    CHECK_FALSE(half.is_closed());

    http.reactor.advance_by(1);
    CHECK(is_status(silent.receive(), 408));
    CHECK(is_status(half.receive(), 408));
    CHECK(silent.is_closed());
    CHECK(half.is_closed());
}

TEST_CASE("headers that trickle in do not move the deadline") {
    http_fixture http;
    memory_client client = http.connect();
    CHECK(http.ask(client, "GET /echo HTTP/1.1\r\n").empty());
    for (int i = 0; i < 4; ++i) {
        CHECK_FALSE(client.is_closed());
        client.send("X-Slow: 1\r\n");
        http.reactor.advance_by(http_server::head_limit_ns / 4);
    }

    CHECK(is_status(client.receive(), 408));
    CHECK(client.is_closed());
}

TEST_CASE("an idle connection is closed without a word after its time") {
    http_fixture http;
    memory_client client = http.connect();
    CHECK(is_status(http.ask(client, get("/echo")), 200));

    http.reactor.advance_by(http_server::idle_limit_ns - 1);
    CHECK_FALSE(client.is_closed());

    http.reactor.advance_by(1);
    CHECK(client.is_closed());
    CHECK(client.receive().empty());
}

TEST_CASE("a second request has as much time for its head as the first") {
    http_fixture http;
    memory_client client = http.connect();
    CHECK(is_status(http.ask(client, get("/echo")), 200));
    http.reactor.advance_by(http_server::head_limit_ns * 5);
    CHECK(http.ask(client, half_request).empty());

    http.reactor.advance_by(http_server::head_limit_ns - 1);
    CHECK_FALSE(client.is_closed());

    http.reactor.advance_by(1);
    CHECK(is_status(client.receive(), 408));
    CHECK(client.is_closed());
}

TEST_CASE("a head above the limit is answered with 431") {
    http_fixture http;
    memory_client client = http.connect();

    const std::string answer =
        http.ask(client, "GET /echo HTTP/1.1\r\nHost: localhost\r\nX: " +
                             std::string(request_parser::head_bytes_max, 'x'));

    CHECK(is_status(answer, 431));
    client.finish();
    http.reactor.settle();
    CHECK(client.is_closed());
}

TEST_CASE("a client that goes on sending after an error is closed after a while") {
    http_fixture http;
    memory_client client = http.connect();
    CHECK(is_status(http.ask(client, "garbage"), 400));
    CHECK_FALSE(client.is_closed()); // else the answer might be lost

    http.reactor.advance_by(http_server::linger_limit_ns);

    CHECK(client.is_closed());
}

TEST_CASE("a client that sends without end after an error is closed at once") {
    http_fixture http;
    memory_client client = http.connect();

    CHECK(is_status(
        http.ask(client, "garbage" + std::string(http_server::linger_bytes_max * 2, 'x')), 400));

    CHECK(client.is_closed());
}

TEST_CASE("a client that does not read its answer is closed after its time") {
    http_fixture http;
    memory_client client = http.connect();
    client.get_stuck();
    CHECK(http.ask(client, get("/echo")).empty());

    http.reactor.advance_by(http_server::write_limit_ns - 1);
    CHECK_FALSE(client.is_closed());

    http.reactor.advance_by(1);
    CHECK(client.is_closed());
}

TEST_CASE("a failed accept is followed by a pause, not by a spin") {
    http_fixture http;
    http.acceptor.fail_next(tactus::error_kind::limit);
    http.reactor.settle();
    memory_client client = http.connect();
    CHECK(http.ask(client, get("/echo")).empty());

    http.reactor.advance_by(http_server::accept_pause_ns);

    CHECK(is_status(client.receive(), 200));
}

TEST_CASE("a client that leaves in the middle of a request frees its place") {
    http_fixture http;
    memory_client client = http.connect();
    CHECK(http.ask(client, half_request).empty());
    CHECK(http.server.connections() == 1);

    client.finish();
    http.reactor.settle();

    CHECK(http.server.connections() == 0);
}
