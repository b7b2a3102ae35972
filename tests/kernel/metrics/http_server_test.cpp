// SPDX-License-Identifier: MIT
// What is asked and what is answered; limits and misbehaving clients are in http_limits_test.cpp.
#include "tests/kernel/metrics/http_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace tactus::testing;

TEST_CASE("GET answers the page with its length and type") {
    http_fixture http;

    const std::string answer = http.ask(get("/echo"));

    CHECK(is_status(answer, 200));
    CHECK(contains(answer, "\r\nContent-Length: 5\r\n"));
    CHECK(contains(answer, "\r\nContent-Type: text/plain; charset=utf-8\r\n"));
    CHECK(contains(answer, "\r\nConnection: keep-alive\r\n"));
    CHECK(answer.ends_with("\r\n\r\n/echo"));
}

TEST_CASE("HEAD answers what GET would, without the body") {
    http_fixture http;

    const std::string answer = http.ask("HEAD /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");

    CHECK(is_status(answer, 200));
    CHECK(contains(answer, "\r\nContent-Length: 5\r\n"));
    CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("a connection serves one request after the other") {
    http_fixture http;
    memory_client client = http.connect();

    CHECK(http.ask(client, get("/one")).ends_with("/one"));
    CHECK(http.ask(client, get("/two")).ends_with("/two"));
    CHECK_FALSE(client.is_closed());
}

TEST_CASE("requests sent at once are answered in their order") {
    http_fixture http;
    memory_client client = http.connect();

    const std::string answers = http.ask(client, get("/one") + get("/two") + get("/three"));

    const std::size_t one = answers.find("\r\n\r\n/one");
    const std::size_t two = answers.find("\r\n\r\n/two");
    const std::size_t three = answers.find("\r\n\r\n/three");
    CHECK(one < two);
    CHECK(two < three);
    CHECK(three != std::string::npos);
}

TEST_CASE("a client that asks to close is answered and closed") {
    http_fixture http;
    memory_client client = http.connect();

    const std::string answer =
        http.ask(client, "GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    CHECK(is_status(answer, 200));
    CHECK(contains(answer, "\r\nConnection: close\r\n"));
    CHECK(client.is_closed());
}

TEST_CASE("a client that ends its side is answered before it is closed") {
    http_fixture http;
    memory_client client = http.connect();
    client.send(get("/echo"));
    client.finish();

    http.reactor.settle();

    CHECK(client.receive().ends_with("/echo"));
    CHECK(client.is_closed());
}

TEST_CASE("a page that does not exist leaves the connection as it is") {
    http_fixture http;
    memory_client client = http.connect();

    CHECK(is_status(http.ask(client, get("/none")), 404));
    CHECK(is_status(http.ask(client, get("/echo")), 200));
}

TEST_CASE("other methods are refused with those that are allowed") {
    http_fixture http;

    for (const std::string method : {"PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT"}) {
        const std::string target = method == "CONNECT" ? "localhost:80" : "/echo";
        const std::string answer =
            http.ask(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        INFO(method);
        CHECK(is_status(answer, 405));
        CHECK(contains(answer, "\r\nAllow: GET, HEAD\r\n"));
    }
}

TEST_CASE("a request with a body is refused, and the body is no second request") {
    http_fixture http;
    const std::string body = get("/echo");
    const std::string length = std::to_string(body.size());

    const std::string posted = http.ask("POST /echo HTTP/1.1\r\nHost: localhost\r\n"
                                        "Content-Length: " +
                                        length + "\r\n\r\n" + body);
    const std::string got = http.ask("GET /echo HTTP/1.1\r\nHost: localhost\r\n"
                                     "Content-Length: " +
                                     length + "\r\n\r\n" + body);

    CHECK(is_status(posted, 405));
    CHECK_FALSE(contains(posted, "200 OK"));
    CHECK(is_status(got, 413));
    CHECK_FALSE(contains(got, "200 OK"));
}

TEST_CASE("a host that is not ours is refused before anything else") {
    http_fixture http;
    memory_client client = http.connect();

    const std::string answer = http.ask(client, "GET /echo HTTP/1.1\r\nHost: evil.example\r\n\r\n");

    CHECK(is_status(answer, 403));
    CHECK_FALSE(contains(answer, "/echo"));
    CHECK(client.is_closed());
}

TEST_CASE("who gets no page is told of, with the host or the failure where that is why") {
    struct recorder final : tactus::metrics::refusal_observer {
        void refused(tactus::metrics::unanswered why, std::string_view host) noexcept override {
            seen.emplace_back(why, host);
        }
        std::vector<std::pair<tactus::metrics::unanswered, std::string>> seen;
    };
    using tactus::metrics::unanswered;
    http_fixture http;
    recorder told;
    http.server.set_observer(&told);
    const auto refused = [&](std::string_view request) {
        told.seen.clear();
        static_cast<void>(http.ask(request));
        REQUIRE(told.seen.size() == 1);
        return told.seen[0];
    };
    using seen = std::pair<unanswered, std::string>;

    CHECK(refused("GET / HTTP/1.1\r\nHost: tactus:9464\r\n\r\n") ==
          seen{unanswered::host, "tactus:9464"});
    CHECK(refused("GET / HTTP/1.1\r\n\r\n") == seen{unanswered::host, ""});
    CHECK(refused("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n") == seen{unanswered::host, ""});
    CHECK(refused("PUT / HTTP/1.1\r\nHost: localhost\r\n\r\n").first == unanswered::method);
    CHECK(refused("nonsense\r\n\r\n").first == unanswered::malformed);
    CHECK(refused("GET /" + std::string(9000, 'x') + " HTTP/1.1\r\n").first ==
          unanswered::too_large);
    CHECK(refused(get("/broken")) == seen{unanswered::failed, "/broken: broken"});
    told.seen.clear();
    CHECK(is_status(http.ask("GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"), 200));
    CHECK(told.seen.empty());
}

TEST_CASE("an absolute URL of a foreign host is refused, whatever the header says") {
    http_fixture http;

    CHECK(is_status(http.ask("GET http://evil.example/echo HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                    403));
}

TEST_CASE("names from the config and the bound literal are served") {
    http_fixture http;

    CHECK(is_status(http.ask("GET /echo HTTP/1.1\r\nHost: tactus.example\r\n\r\n"), 200));
    CHECK(is_status(http.ask("GET /echo HTTP/1.1\r\nHost: 127.0.0.1:9464\r\n\r\n"), 200));
}

TEST_CASE("garbage is answered with 400 and closed") {
    http_fixture http;

    for (const std::string_view bytes :
         {"\x16\x03\x01\x02\x03", "hello there\r\n\r\n", "GET /echo HTTP/1.1\r\n\r\n"}) {
        memory_client client = http.connect();
        const std::string answer = http.ask(client, bytes);
        client.finish();
        http.reactor.settle();
        CHECK(is_status(answer, 400));
        CHECK(contains(answer, "\r\nConnection: close\r\n"));
        CHECK(client.is_closed());
    }
}

TEST_CASE("another version of HTTP is answered with 505") {
    http_fixture http;

    CHECK(is_status(http.ask("GET /echo HTTP/2.0\r\nHost: localhost\r\n\r\n"), 505));
}

TEST_CASE("a page that fails is a 500, and the connection goes on") {
    http_fixture http;
    memory_client client = http.connect();

    CHECK(is_status(http.ask(client, get("/broken")), 500));
    CHECK(is_status(http.ask(client, get("/echo")), 200));
}

TEST_CASE("a slow page does not hold up another connection") {
    http_fixture http;
    memory_client slow = http.connect();
    CHECK(http.ask(slow, get("/slow")).empty());

    CHECK(is_status(http.ask(get("/echo")), 200));

    http.pages.may_answer.set();
    http.reactor.settle();
    CHECK(slow.receive().ends_with("/slow"));
}

TEST_CASE("a server that is stopped closes all its connections") {
    http_fixture http;
    memory_client idle = http.connect();
    memory_client slow = http.connect();
    CHECK(http.ask(slow, get("/slow")).empty());

    http.tasks.request_stop();
    http.reactor.settle();

    CHECK(idle.is_closed());
    CHECK(slow.is_closed());
    CHECK(http.tasks.is_empty());
    CHECK(http.server.connections() == 0);
}

TEST_CASE("a server whose acceptor is closed ends") {
    http_fixture http;

    http.acceptor.fail_next(tactus::error_kind::closed);
    http.reactor.settle();

    CHECK(http.tasks.is_empty());
}
