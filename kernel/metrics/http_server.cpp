// SPDX-License-Identifier: MIT
#include "kernel/metrics/http_server.hpp"

#include <tactus/cpp/canceled.hpp>

#include <exception>
#include <utility>

namespace tactus::metrics {
namespace {

constexpr std::string_view one_host = "An HTTP/1.1 request must have exactly one Host header.";

unanswered reason_of(int status, std::string_view why) noexcept {
    switch (status) {
    case 408:
        return unanswered::slow;
    case 431:
        return unanswered::too_large;
    default:
        return why == one_host ? unanswered::host : unanswered::malformed;
    }
}

} // namespace

struct http_server::connection : coro::placed_connection {
    using placed_connection::placed_connection;

    // One that is being answered stays, since its deadline is short.
    [[nodiscard]] coro::stops standing() const noexcept {
        return in == phase::first_head  ? coro::stops::first
               : in == phase::answering ? coro::stops::never
                                        : coro::stops::by_silence;
    }

    phase in = phase::first_head;
    request_parser parser;
    std::array<char, 2048> chunk{};
    std::string_view unread; // of the chunk; the next request if clients pipeline
};

// status: 0 if a head is in the parser, closed if there is no client to answer.
struct http_server::head_outcome {
    static constexpr int ok = 0;
    static constexpr int closed = -1;

    explicit head_outcome(int with_status, std::string_view says = {}) noexcept
        : status(with_status), why(says) {}

    int status;
    std::string_view why;
};

http_server::http_server(coro::reactor& reactor, coro::acceptor& acceptor, endpoints& pages,
                         host_policy policy)
    : reactor_(reactor), pages_(pages), policy_(std::move(policy)),
      places_(reactor, acceptor, *this, "http connection", connections_max) {}

http_server::~http_server() = default;

tactus::task<void> http_server::run() {
    return places_.run();
}

std::size_t http_server::connections() const noexcept {
    return places_.size();
}

// Serves one exchange after the other, as long as both sides want.
tactus::task<void> http_server::serve(connection& client) {
    for (;;) {
        const bool goes_on = co_await exchange(client);
        if (!goes_on) {
            co_return;
        }
        client.in = phase::next_head;
        client.silent_since_ns = reactor_.clock().now_ns();
        places_.may_make_room(); // it could be stopped now
    }
}

// One request and its response; false if the connection ends with it.
tactus::task<bool> http_server::exchange(connection& client) {
    const head_outcome outcome = co_await read_head(client);
    if (outcome.status == head_outcome::closed) {
        co_return false;
    }
    client.in = phase::answering;
    if (outcome.status != head_outcome::ok) {
        report_refusal(reason_of(outcome.status, outcome.why));
        const bool refused = co_await refuse(client, outcome.status, outcome.why);
        co_return refused;
    }
    const request asked = client.parser.head();
    const response made = co_await answer(asked);
    const bool goes_on =
        asked.keeps_alive && !asked.has_body && made.status != 403 && made.stream == nullptr;
    std::string bytes = write_response(made, asked.method == "HEAD", goes_on);
    const auto written = co_await client.stream->write(std::move(bytes), in_ns(write_limit_ns));
    if (written.has_value() && made.stream != nullptr && asked.method == "GET") {
        tactus::task<void> streaming = made.stream->run(*client.stream);
        co_await std::move(streaming);
    } else if (written.has_value() && asked.has_body) {
        co_await linger(client);
    }
    co_return (goes_on && written.has_value());
}

// For an invalid request: its end is unknown, so the connection ends. Always returns false.
tactus::task<bool> http_server::refuse(connection& client, int status, std::string_view why) {
    std::string bytes = write_response(response::of_error(status, why), false, false);
    const auto written = co_await client.stream->write(std::move(bytes), in_ns(write_limit_ns));
    if (written.has_value() && status != 408) {
        co_await linger(client);
    }
    co_return false;
}

// The deadline counts from the first byte: a head that trickles in does not extend it. Pipelined
// bytes stay in the chunk and are parsed before more are read.
tactus::task<http_server::head_outcome> http_server::read_head(connection& client) {
    client.parser.reset();
    const bool is_first = client.in == phase::first_head;
    std::int64_t deadline_ns = in_ns(is_first ? head_limit_ns : idle_limit_ns);
    for (;;) {
        const bool had_begun = is_first || client.parser.has_begun();
        switch (client.parser.feed(client.unread)) {
        case request_parser::progress::complete:
            co_return head_outcome(head_outcome::ok);
        case request_parser::progress::malformed:
            co_return client.parser.lacks_one_host()
                ? head_outcome(400, one_host)
                : head_outcome(400, "This is not an HTTP/1.1 request.");
        case request_parser::progress::too_large:
            co_return head_outcome(431, "The request head is longer than 8192 bytes.");
        case request_parser::progress::unsupported_version:
            co_return head_outcome(505, "Only HTTP/1.0 and HTTP/1.1 are supported.");
        case request_parser::progress::incomplete:
            break;
        }
        if (!had_begun && client.parser.has_begun()) {
            deadline_ns = in_ns(head_limit_ns); // no longer idle
        }
        const auto got = co_await client.stream->read(client.chunk, deadline_ns);
        if (!got.has_value() && got.error().kind == error_kind::limit &&
            (is_first || client.parser.has_begun())) {
            co_return head_outcome(408, "Timed out waiting for the request headers (2 s).");
        }
        if (!got.has_value() || *got == 0) { // closed, or idle for too long
            co_return head_outcome(head_outcome::closed);
        }
        client.unread = std::string_view(client.chunk.data(), *got);
    }
}

// Checks the host first: a client that uses a wrong name learns nothing else.
tactus::task<response> http_server::answer(const request& asked) {
    if (!policy_.allows(asked.host)) {
        report_refusal(unanswered::host, asked.host);
        co_return response::of_error(403, "This host name is not allowed; see allowed_hosts.");
    }
    if (asked.method != "GET" && asked.method != "HEAD") {
        report_refusal(unanswered::method);
        co_return response::of_error(405, "Only GET and HEAD are allowed.");
    }
    if (asked.has_body) {
        report_refusal(unanswered::malformed);
        co_return response::of_error(413, "Requests with a body are not accepted.");
    }
    try {
        response made = co_await pages_.get(asked.path);
        // A foreign web page cannot read a stream, but could occupy all places for their readers.
        if (made.stream == nullptr || !asked.is_from_foreign_page) {
            co_return made;
        }
    } catch (const tactus::canceled&) {
        throw;
    } catch (const std::exception& failure) { // does not end the connection
        report_refusal(unanswered::failed, asked.path + ": " + failure.what());
        co_return response::of_error(500, "This page could not be generated.");
    }
    co_return response::of_error(403, "Only a page of this daemon may ask for this.");
}

// Reads until the client closes, within bounds in time and bytes.
tactus::task<void> http_server::linger(connection& client) {
    client.in = phase::lingering;
    client.silent_since_ns = reactor_.clock().now_ns();
    const std::int64_t deadline_ns = in_ns(linger_limit_ns);
    std::size_t taken = 0;
    while (taken < linger_bytes_max) {
        const auto got = co_await client.stream->read(client.chunk, deadline_ns);
        if (!got.has_value() || *got == 0) {
            co_return;
        }
        taken += *got;
    }
}

} // namespace tactus::metrics
