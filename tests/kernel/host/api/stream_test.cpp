// SPDX-License-Identifier: MIT
// "tactus.stream/0": one connection, from accept to its end.
#include "tests/kernel/host/stream_case.hpp"

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;

std::string any_place(const stream_case& test, int which) {
    return which == 0   ? "tcp://127.0.0.1:0"
           : which == 1 ? "tcp://[::1]:0"
                        : "unix://" + test.dir.path("in.sock");
}

TEST_CASE_METHOD(connected_case, "bytes go both ways over both families and a unix socket") {
    connect(any_place(*this, GENERATE(0, 1, 2)));

    peer->write("to you");
    CHECK(read_text(here) == "to you");
    test_op op;
    CHECK(write(op, here, "to me") == TACTUS_OK);

    CHECK(turn_until([&] { return peer->read_some() == "to me"; }));
}

TEST_CASE_METHOD(connected_case, "a peer that ends its side can still be written to") {
    connect();
    peer->write("last");
    peer->end();

    CHECK(read_text(here) == "last");
    CHECK(read_text(here).empty());
    CHECK(read_text(here).empty());

    CHECK(send(here, "answer") == TACTUS_OK);
    CHECK(turn_until([&] { return peer->read_some() == "answer"; }));
}

TEST_CASE_METHOD(connected_case,
                 "a half-close comes after all that was sent, and reading goes on") {
    connect("tcp://127.0.0.1:0", 4096);
    const std::size_t sent = fill(here);
    test_op op;
    REQUIRE(streams().shutdown(host(), op, here, 0) == TACTUS_PENDING);
    CHECK(send(here, "too late") == TACTUS_E_INVALID);

    std::size_t got = 0;
    REQUIRE(turn_until([&] {
        got += peer->read_some().size();
        return op.dones > 0 && got == sent;
    }));

    CHECK(op.status == TACTUS_OK);
    CHECK(turn_until([&] { return peer->is_at_end(); }));
    peer->write("heard");
    CHECK(read_text(here) == "heard");
    test_op again;
    CHECK(streams().shutdown(host(), again, here, 0) == TACTUS_OK);
}

TEST_CASE_METHOD(connected_case, "what a peer does not read is bounded by buffer_max") {
    limits.buffer_max = 300'000;
    connect("tcp://127.0.0.1:0", 4096);
    const std::string piece(10'000, 'x');
    const std::size_t sent = fill(here);

    CHECK(send(here, piece) == TACTUS_E_AGAIN);
    CHECK(send(here, std::string(300'001, 'y')) == TACTUS_E_INVALID);
    test_op op;
    REQUIRE(streams().writable(host(), op, here, 0) == TACTUS_PENDING);
    test_op second;
    CHECK(streams().writable(host(), second, here, 0) == TACTUS_E_INVALID);

    std::size_t got = 0;
    REQUIRE(turn_until([&] {
        got += peer->read_some().size();
        return op.dones > 0;
    }));
    CHECK(op.status == TACTUS_OK);
    CHECK(send(here, piece) == TACTUS_OK);
    CHECK(turn_until([&] {
        got += peer->read_some().size();
        return got == sent + piece.size();
    }));
    CHECK(streams().writable(host(), op, here, 0) == TACTUS_OK);
}

TEST_CASE_METHOD(connected_case, "chunks arrive whole and in order, also those that waited") {
    connect("tcp://127.0.0.1:0", 4096);
    std::vector<std::string> texts;
    std::vector<tactus_chunk> chunks;
    std::string all;
    for (int i = 0; i < 3000; ++i) {
        texts.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i % 700), '.'));
        all += texts.back();
    }
    for (const std::string& each : texts) {
        chunks.push_back({reinterpret_cast<const std::uint8_t*>(each.data()),
                          static_cast<std::uint32_t>(each.size()), 0});
    }
    std::size_t at = 0;
    std::string got;

    REQUIRE(turn_until([&] {
        std::uint32_t sent = 0;
        const tactus_status status =
            streams().send(host(), here, chunks.data() + at,
                           static_cast<std::uint32_t>(chunks.size() - at), &sent);
        CHECK((status == TACTUS_OK || status == TACTUS_E_AGAIN));
        at += sent;
        got += peer->read_some();
        return got.size() == all.size();
    }));

    CHECK(got == all);
}

TEST_CASE_METHOD(connected_case, "a write waits for a slow reader and then is whole") {
    connect("tcp://127.0.0.1:0", 4096);
    const std::string all(20'000'000, 'w');
    test_op op;
    REQUIRE(write(op, here, all) == TACTUS_PENDING);
    test_op second;
    CHECK(write(second, here, "x") == TACTUS_E_INVALID);
    CHECK(send(here, "x") == TACTUS_E_INVALID);

    std::size_t got = 0;
    REQUIRE(turn_until([&] {
        got += peer->read_some().size();
        return op.dones > 0;
    }));
    CHECK(op.status == TACTUS_OK);
    CHECK(turn_until([&] {
        got += peer->read_some().size();
        return got == all.size();
    }));
    CHECK(write(second, here, "x") == TACTUS_OK);
}

TEST_CASE_METHOD(connected_case, "a write comes after what was sent before it") {
    connect("tcp://127.0.0.1:0", 4096);
    const std::size_t sent = fill(here);
    test_op op;
    REQUIRE(write(op, here, "the end") == TACTUS_PENDING);

    std::string got;
    REQUIRE(turn_until([&] {
        got += peer->read_some();
        return got.size() == sent + 7;
    }));

    CHECK(got.substr(sent) == "the end");
    CHECK(wait(op) == TACTUS_OK);
}

TEST_CASE_METHOD(connected_case, "a reset ends what waits, and all that comes after it") {
    connect("tcp://127.0.0.1:0", 4096);
    test_op reading;
    test_op writing;
    const std::string much(20'000'000, 'w');
    REQUIRE(read(reading, here) == TACTUS_PENDING);
    REQUIRE(write(writing, here, much) == TACTUS_PENDING);

    peer->reset();

    CHECK(wait(reading) == TACTUS_E_CLOSED);
    CHECK(wait(writing) == TACTUS_E_CLOSED);
    test_op op;
    CHECK(read(op, here) == TACTUS_E_CLOSED);
    CHECK(write(op, here, "x") == TACTUS_E_CLOSED);
    CHECK(send(here, "x") == TACTUS_E_CLOSED);
    CHECK(streams().writable(host(), op, here, 0) == TACTUS_E_CLOSED);
    CHECK(streams().shutdown(host(), op, here, 0) == TACTUS_E_CLOSED);
    CHECK(one->connections().open == 0);
    CHECK(streams().close(host(), here) == TACTUS_OK);
    CHECK(streams().close(host(), here) == TACTUS_E_CLOSED);
}

TEST_CASE_METHOD(connected_case, "a peer that is gone is found by sending") {
    connect();
    peer->reset();

    CHECK(turn_until([&] { return send(here, "x") == TACTUS_E_CLOSED; }));
}

TEST_CASE_METHOD(connected_case, "closing ends what waits as cancelled, and tells the peer") {
    connect("tcp://127.0.0.1:0", 4096);
    fill(here);
    test_op reading;
    test_op room;
    test_op shutting;
    REQUIRE(read(reading, here) == TACTUS_PENDING);
    REQUIRE(streams().writable(host(), room, here, 0) == TACTUS_PENDING);
    REQUIRE(streams().shutdown(host(), shutting, here, 0) == TACTUS_PENDING);

    CHECK(streams().close(host(), here) == TACTUS_OK);
    CHECK(reading.dones == 0); // never inside another call

    CHECK(wait(reading) == TACTUS_E_CANCELED);
    CHECK(wait(room) == TACTUS_E_CANCELED);
    CHECK(wait(shutting) == TACTUS_E_CANCELED);
    CHECK(turn_until([&] { return peer->read_some().empty() && peer->is_at_end(); }));
}

TEST_CASE_METHOD(connected_case, "closing inside done of a read is allowed") {
    connect();
    test_op op;
    op.then = [this] { streams().close(host(), here); };
    REQUIRE(read(op, here) == TACTUS_PENDING);

    peer->write("x");

    CHECK(wait(op) == TACTUS_OK);
    CHECK(turn_until([&] { return peer->is_at_end(); }));
}

TEST_CASE_METHOD(connected_case, "every wait can be cancelled, and the stream can be read again") {
    connect("tcp://127.0.0.1:0", 4096);
    fill(here);
    test_op reading;
    test_op room;
    test_op shutting;
    REQUIRE(read(reading, here) == TACTUS_PENDING);
    REQUIRE(streams().writable(host(), room, here, 0) == TACTUS_PENDING);
    REQUIRE(streams().shutdown(host(), shutting, here, 0) == TACTUS_PENDING);

    for (test_op* const each : {&reading, &room, &shutting}) {
        CHECK(host()->cancel(host(), *each) == TACTUS_OK);
        CHECK(wait(*each) == TACTUS_E_CANCELED);
    }

    peer->write("still here");
    CHECK(read_text(here) == "still here");
}

TEST_CASE_METHOD(connected_case, "a write that is cut short leaves a stream that only reads") {
    connect("tcp://127.0.0.1:0", 4096);
    const std::string much(20'000'000, 'w');
    test_op op;
    const bool by_deadline = GENERATE(false, true);
    REQUIRE(write(op, here, much, by_deadline ? clock.now_ns() + 1'000'000 : 0) == TACTUS_PENDING);
    if (!by_deadline) {
        CHECK(host()->cancel(host(), op) == TACTUS_OK);
    }

    CHECK(wait(op) == (by_deadline ? TACTUS_E_TIMEOUT : TACTUS_E_CANCELED));

    CHECK(send(here, "x") == TACTUS_E_CLOSED);
    peer->write("y");
    CHECK(read_text(here) == "y");
}

TEST_CASE_METHOD(connected_case,
                 "a read that comes to nothing in time leaves the stream as it was") {
    connect();
    test_op op;
    REQUIRE(read(op, here, clock.now_ns() + 1'000'000) == TACTUS_PENDING);

    CHECK(wait(op) == TACTUS_E_TIMEOUT);

    peer->write("late");
    CHECK(read_text(here) == "late");
}

TEST_CASE_METHOD(connected_case, "only one read waits at a time, and it needs memory") {
    connect();
    test_op op;
    test_op second;
    REQUIRE(read(op, here) == TACTUS_PENDING);

    CHECK(read(second, here) == TACTUS_E_INVALID);
    CHECK(streams().read(host(), second, here, nullptr, 5, 0) == TACTUS_E_INVALID);
    CHECK(streams().read(host(), second, here, into, 0, 0) == TACTUS_E_INVALID);

    peer->write("x");
    CHECK(wait(op) == TACTUS_OK);
}

TEST_CASE_METHOD(connected_case, "a read without room is refused, and leaves no read behind") {
    connect();
    test_op op;

    CHECK(streams().read(host(), op, here, into, 0, 0) == TACTUS_E_INVALID);
    CHECK(streams().read(host(), op, here, nullptr, 5, 0) == TACTUS_E_INVALID);

    REQUIRE(read(op, here) == TACTUS_PENDING);
    peer->write("x");
    CHECK(wait(op) == TACTUS_OK);
}

TEST_CASE_METHOD(connected_case, "a connection without traffic is ended and counted") {
    limits.idle_timeout_ns = 30'000'000;
    const std::int64_t begun_ns = clock.now_ns(); // before: the machine may pause here
    connect();
    test_op op;
    const tactus_status waiting = read(op, here);

    CHECK((waiting == TACTUS_PENDING ? wait(op) : waiting) == TACTUS_E_CLOSED);

    CHECK(clock.now_ns() - begun_ns >= 30'000'000);
    CHECK(refused(base::refused::idle) == 1);
    CHECK(one->connections().open == 0);
    CHECK(peer->is_at_end());
}

TEST_CASE_METHOD(connected_case, "a byte either way keeps a connection from being idle") {
    // Where the machine itself pauses for as long, that says nothing, and a longer limit is tried.
    for (const std::int64_t idle_ns : {40'000'000, 400'000'000, 2'000'000'000}) {
        limits.idle_timeout_ns = idle_ns;
        std::int64_t before_ns = clock.now_ns();
        connect();
        const std::int64_t until_ns = before_ns + 3 * idle_ns;
        std::int64_t longest_ns = 0;

        bool is_open = true;
        while (is_open && clock.now_ns() < until_ns) {
            const std::int64_t begin_ns = clock.now_ns();
            peer->write("x");
            test_op op;
            is_open = read(op, here) == TACTUS_PENDING && wait(op) == TACTUS_OK;
            longest_ns = std::max(longest_ns, clock.now_ns() - before_ns);
            before_ns = begin_ns;
            turn_until([&] { return clock.now_ns() >= begin_ns + idle_ns / 4; });
        }

        if (std::max(longest_ns, clock.now_ns() - before_ns) < idle_ns) {
            CHECK(refused(base::refused::idle) == 0);
            CHECK(send(here, "y") == TACTUS_OK);
            return;
        }
        wind_up();
    }
    FAIL("the machine paused for two seconds, three times");
}

TEST_CASE_METHOD(connected_case, "refusing a peer closes it, counts why and says so") {
    connect();
    tactus_stream_peer from{};
    from.struct_size = sizeof from;
    REQUIRE(streams().peer(host(), here, &from) == TACTUS_OK);
    fixture.log.set_format(base::log_format::json);

    CHECK(streams().refuse(host(), here, "origin") == TACTUS_OK);

    CHECK_THAT(fixture.pipe.read_line(),
               Contains(R"("event_id":"connection_refused","text":"A connection was refused.",)"
                        R"("input":"one","type":"scripted","reason":"origin","peer":")" +
                        std::string(from.endpoint.text) + "\""));
    CHECK(refused(base::refused::origin) == 1);
    CHECK(one->connections().open == 0);
    CHECK(turn_until([&] { return peer->is_at_end(); }));
    CHECK(streams().refuse(host(), here, "origin") == TACTUS_E_CLOSED);
    CHECK(refused(base::refused::origin) == 1);
}

TEST_CASE_METHOD(connected_case, "a reason that nobody knows counts as protocol") {
    connect();

    CHECK(streams().refuse(host(), here, GENERATE("bad manners", nullptr)) == TACTUS_OK);

    CHECK(refused(base::refused::protocol) == 1);
}

TEST_CASE_METHOD(connected_case, "streams are the loop's alone") {
    connect();
    test_op op;
    std::uint32_t sent = 0;
    tactus_endpoint_text text{};

    CHECK(elsewhere([&] { return read(op, here); }) == TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return write(op, here, "x"); }) == TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return streams().send(host(), here, nullptr, 0, &sent); }) ==
          TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return streams().accept(host(), op, door); }) == TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return streams().connect(host(), op, str("tcp://x:1"), 0); }) ==
          TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return streams().local(host(), here, &text); }) == TACTUS_E_WRONG_THREAD);
    CHECK(elsewhere([&] { return streams().close(host(), here); }) == TACTUS_E_WRONG_THREAD);
}

} // namespace
