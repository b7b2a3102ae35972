// SPDX-License-Identifier: MIT
#include "plugins/websocket_in/admission.hpp"
#include "tests/plugins/websocket_in/client_frames.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace websocket_in;
using state = admission::state;

namespace {

const std::string token = "correct-horse-battery";
const std::string head =
    "GET / HTTP/1.1\r\nHost: localhost:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

struct visitor {
    explicit visitor(token_guard& guard, const std::string& required = token)
        : policy({"127.0.0.1", {}, {}, required}), entry(policy, guard, {}, out) {}

    void ask(const std::string& text, std::int64_t now_ns = 0) {
        std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()),
                                            text.size());
        entry.ask(bytes, now_ns);
        rest = bytes.size();
    }
    void prove(std::string text, std::int64_t now_ns = 0, opcode kind = opcode::text) {
        const std::size_t size = text.size();
        text.resize(size + frame_reader::padding);
        message got;
        got.kind = kind;
        got.bytes = {reinterpret_cast<std::uint8_t*>(text.data()), size};
        entry.prove(got, now_ns);
    }
    std::string take_out() {
        const std::string text(out.bytes().begin(), out.bytes().end());
        out.bytes().clear();
        return text;
    }

    access_policy policy;
    outbox out;
    admission entry;
    std::size_t rest = 0;
};

std::string saying(const std::string& with) {
    return R"({"tactus": "token", "token": ")" + with + "\"}";
}

} // namespace

TEST_CASE("admission: a request is read in pieces, up to the end of its head") {
    token_guard guard;
    visitor one(guard, "");
    one.ask(head);
    CHECK(one.entry.now() == state::asking);
    one.ask("\r\nmore");
    CHECK(one.entry.now() == state::admitted);
    CHECK(one.rest == 4);
    CHECK(one.take_out().starts_with("HTTP/1.1 101 "));
}

TEST_CASE("admission: a refused request has an answer, a reason and a sentence") {
    token_guard guard;
    visitor one(guard, "");
    one.ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    CHECK(one.entry.now() == state::refused);
    CHECK(one.take_out().starts_with("HTTP/1.1 4"));
    CHECK(one.entry.refusal() != nullptr);
    CHECK_FALSE(one.entry.why().empty());

    visitor slow(guard, "");
    slow.ask("GET");
    slow.entry.give_up();
    CHECK(slow.take_out().starts_with("HTTP/1.1 408 "));
    CHECK(slow.entry.refusal() == std::string("slow"));
}

TEST_CASE("admission: without a token in the request, the first message must be it") {
    token_guard guard;
    visitor right(guard);
    right.ask(head + "\r\n");
    REQUIRE(right.entry.now() == state::unproven);
    CHECK(right.take_out().starts_with("HTTP/1.1 101 "));
    right.prove(saying(token));
    CHECK(right.entry.now() == state::admitted);
    CHECK(right.take_out().find(R"({"tactus":"welcome"})") != std::string::npos);

    visitor wrong(guard);
    wrong.ask(head + "\r\n");
    wrong.take_out();
    SECTION("another text") {
        wrong.prove(saying("wrong-horse-battery"));
    }
    SECTION("no text") {
        wrong.prove("", 0, opcode::ping);
    }
    SECTION("none in time") {
        wrong.entry.give_up();
    }
    SECTION("one without end") {
        wrong.entry.wait_for_proof(1000);
        REQUIRE(wrong.entry.now() == state::unproven);
        wrong.entry.wait_for_proof(1000);
    }
    CHECK(wrong.entry.now() == state::refused);
    CHECK(wrong.entry.refusal() == std::string("token"));
    CHECK(wrong.take_out().find("This port asks for a token.") != std::string::npos);
}

TEST_CASE("admission: after a wrong token the next one of that address waits for its turn") {
    token_guard guard;
    visitor wrong(guard);
    wrong.ask(head + "\r\n");
    wrong.prove(saying("wrong-horse-battery"));

    const bool is_in_request = GENERATE(true, false);
    visitor next(guard);
    next.ask(head + (is_in_request ? "Sec-WebSocket-Protocol: token." + token + "\r\n" : "") +
             "\r\n");
    if (!is_in_request) {
        next.prove(saying(token));
    }
    REQUIRE(next.entry.now() == state::held);
    CHECK(next.entry.turn_ns() == token_guard::first_pause_ns);
    CHECK(next.take_out().starts_with(is_in_request ? "" : "HTTP/1.1 101 "));
    next.entry.go_on();
    CHECK(next.entry.now() == state::admitted);
    CHECK_FALSE(next.take_out().empty());
}
