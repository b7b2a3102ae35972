// SPDX-License-Identifier: MIT
// The status page over HTTP: its headers, what is refused, and its stream of updates with readers
// that are slow, many, or gone.
#include "tests/kernel/metrics/page/page_fixture.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using namespace tactus::testing;
using tactus::metrics::page::updates;

namespace {

std::string between(const std::string& text, std::string_view from, std::string_view to) {
    const std::size_t begin = text.find(from) + from.size();
    return text.substr(begin, text.find(to, begin) - begin);
}

} // namespace

TEST_CASE("the page comes in one response that allows nothing but its own script and style") {
    page_fixture http;

    const std::string answer = http.ask_for("/").receive();

    CHECK(is_status(answer, 200));
    CHECK(contains(answer, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
    const std::string nonce = between(answer, "<script nonce=\"", "\"");
    CHECK(nonce.size() == 32);
    CHECK(between(answer, "\r\nContent-Security-Policy: ", "\r\n") ==
          "default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'nonce-" + nonce +
              "'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    CHECK(contains(answer, "changed on disk since")); // completed off the loop
    CHECK(contains(answer, "\r\nX-Content-Type-Options: nosniff\r\n"));
    CHECK(contains(answer, "\r\nReferrer-Policy: no-referrer\r\n"));
    CHECK(contains(answer, "\r\nCache-Control: no-store\r\n"));
    CHECK(between(http.ask_for("/").receive(), "<script nonce=\"", "\"") != nonce);
}

TEST_CASE("the other pages are where they were") {
    page_fixture http;
    CHECK(http.ask_for("/echo").receive().ends_with("\r\n\r\n/echo"));
}

TEST_CASE("a foreign host, another method and a body get no page and no stream") {
    page_fixture http;
    for (const std::string path : {"/", "/events", "/events/tap"}) {
        memory_client foreign = http.connect();
        foreign.send("GET " + path + " HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        memory_client post = http.connect();
        post.send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        http.reactor.settle();
        CHECK(is_status(foreign.receive(), 403));
        CHECK(is_status(post.receive(), 405));
    }
}

TEST_CASE("HEAD of a stream gets its head alone, and takes no place") {
    page_fixture http;
    memory_client client = http.connect();

    client.send("HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    http.reactor.settle();

    const std::string answer = client.receive();
    CHECK(is_status(answer, 200));
    CHECK(answer.ends_with("\r\n\r\n"));
    CHECK(client.is_closed());
}

TEST_CASE("a page of another origin cannot open a stream, in a browser") {
    page_fixture http;
    CHECK(is_status(http.ask_for("/events", "Sec-Fetch-Site: cross-site\r\n").receive(), 403));
    CHECK(is_status(http.ask_for("/events", "sec-fetch-site: same-site\r\n").receive(), 403));
    CHECK(is_status(http.ask_for("/events", "Sec-Fetch-Site: same-origin\r\n").receive(), 200));
    CHECK(is_status(http.ask_for("/", "Sec-Fetch-Site: cross-site\r\n").receive(), 200));
}

TEST_CASE("nor where browsers send no Sec-Fetch-Site, but only the page's Origin") {
    page_fixture http;
    for (const std::string origin :
         {"http://evil.example", "null", "", "http://localhost.evil.example", "localhost",
          "http://localhost:1", "file://"}) {
        CAPTURE(origin);
        const auto got = http.ask_for("/events", "Origin: " + origin + "\r\n").receive();
        CHECK(is_status(got, origin.empty() ? 200 : 403));
    }
    CHECK(is_status(http.ask_for("/events", "origin: http://LOCALHOST\r\n").receive(), 200));
    const std::string proxy = "Origin: https://example\r\nSec-Fetch-Site: same-origin\r\n";
    CHECK(is_status(http.ask_for("/events", proxy).receive(), 200));
}

TEST_CASE("a reader gets the version and the state at once, and then what changes") {
    page_fixture http;
    memory_client reader = http.ask_for("/events");

    const std::string first = reader.receive();
    CHECK(contains(first, "\r\nContent-Type: text/event-stream; charset=utf-8\r\n"));
    CHECK_FALSE(contains(first, "Content-Length"));
    CHECK(contains(first, "event: hello\ndata: 0.1.0-abc\n\n"));
    CHECK(contains(first, "event: state\ndata: <div id=\"live\""));

    http.reactor.advance_by(updates::period_ns);
    CHECK(reader.receive().empty());

    http.daemon.shown.inputs[0].per_s = 77;
    http.reactor.advance_by(updates::period_ns);
    CHECK(contains(reader.receive(), "77.0/s"));
}

TEST_CASE("while nothing changes a reader gets beats") {
    page_fixture http;
    memory_client reader = http.ask_for("/events");
    static_cast<void>(reader.receive());

    http.reactor.advance_by(4 * updates::beat_ns + updates::period_ns);

    const std::string beats = reader.receive();
    CHECK(count_of(beats, "event: beat\ndata: \n\n") == 4);
    CHECK(count_of(beats, "event: ") == 4);
}

TEST_CASE("all readers share what is collected and rendered") {
    page_fixture http;
    std::vector<memory_client> readers;
    for (std::size_t i = 0; i < updates::readers_max; ++i) {
        readers.push_back(http.ask_for("/events"));
    }
    http.reactor.advance_by(updates::period_ns);
    const int before = http.daemon.views;

    http.reactor.advance_by(10 * updates::period_ns);

    CHECK(http.daemon.views == before + 10);
}

TEST_CASE("more readers than may be are refused, until one goes") {
    page_fixture http;
    std::vector<memory_client> readers;
    for (std::size_t i = 0; i < updates::readers_max; ++i) {
        readers.push_back(http.ask_for("/events"));
    }
    for (int i = 0; i < 100; ++i) {
        const std::string answer = http.ask_for("/events").receive();
        REQUIRE(is_status(answer, 503));
        REQUIRE(contains(answer, "\r\nRetry-After: 5\r\n"));
    }
    CHECK(is_status(http.ask_for("/").receive(), 200));

    readers.front().finish();
    http.reactor.settle();

    CHECK(is_status(http.ask_for("/events").receive(), 200));
}

TEST_CASE("a slow reader skips updates, and is told how many") {
    page_fixture http;
    memory_client reader = http.ask_for("/events");
    static_cast<void>(reader.receive());
    reader.get_stuck();
    for (int i = 1; i <= 6; ++i) {
        http.daemon.shown.inputs[0].per_s = i;
        http.reactor.advance_by(updates::period_ns);
    }

    reader.get_stuck(false);
    http.reactor.advance_by(2 * updates::period_ns);

    const std::string late = reader.receive();
    CHECK(contains(late, "event: skipped\ndata: 5\n\n"));
    CHECK(count_of(late, "event: state\n") == 2); // the one that waited, and the newest
}

TEST_CASE("a reader that takes nothing is closed, and nothing is collected for it") {
    page_fixture http;
    memory_client reader = http.ask_for("/events");
    reader.get_stuck();
    http.daemon.shown.inputs[0].per_s = 1;

    http.reactor.advance_by(updates::write_limit_ns + 2 * updates::period_ns);

    CHECK(reader.is_closed());
    const int before = http.daemon.views;
    http.reactor.advance_by(10 * updates::period_ns);
    CHECK(http.daemon.views == before);
}

TEST_CASE("without a reader nothing is armed") {
    page_fixture http;
    memory_client reader = http.ask_for("/events");
    reader.finish();
    memory_client asked = http.ask_for("/");
    asked.finish();
    http.reactor.settle();

    CHECK(reader.is_closed());
    CHECK(http.reactor.timers_armed() == 0);
}

TEST_CASE("a reader that goes while its state is rendered leaves the others what they wait for") {
    page_fixture http;
    http.reactor.hold_jobs();
    memory_client first = http.ask_for("/events");
    memory_client second = http.ask_for("/events");
    first.finish();
    http.reactor.settle();

    while (http.reactor.run_one_job()) {
    }

    CHECK(first.is_closed());
    CHECK(contains(second.receive(), "event: state\n"));
}

TEST_CASE("the tap is a stream of its own, whole or only of what was lost") {
    page_fixture http;
    CHECK(http.ask_for("/events/tap").receive().ends_with("\r\n\r\ndata: {}\n\n"));
    CHECK_FALSE(http.daemon.was_lost_asked);
    CHECK(is_status(http.ask_for("/events/tap/lost").receive(), 200));
    CHECK(http.daemon.was_lost_asked);
    http.daemon.has_room = false;
    CHECK(is_status(http.ask_for("/events/tap").receive(), 503));
}

TEST_CASE("the tap is refused where the network can reach the pages") {
    page_fixture http;
    http.daemon.shown.has_tap = false;
    CHECK(is_status(http.ask_for("/events/tap").receive(), 403));
}
