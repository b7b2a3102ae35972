// SPDX-License-Identifier: MIT
// "tactus.stream/0": listeners and connecting.
#include "tests/kernel/host/stream_case.hpp"
#include "tests/support/no_descriptors.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>

namespace {

using namespace tactus;
using namespace tactus::testing;
using Catch::Matchers::Contains;

mode_t mode_of(const std::string& path) {
    struct stat file {};
    return ::lstat(path.c_str(), &file) == 0 ? file.st_mode : 0;
}

TEST_CASE_METHOD(stream_case, "connections beyond the limit are closed and counted") {
    limits.connections_max = 2;
    begin();
    const tactus_id door = listen("tcp://127.0.0.1:0");
    const raw_peer first(raw_peer::connect(local(door)));
    const raw_peer second(raw_peer::connect(local(door)));
    const tactus_id one_of_them = accept(door);
    accept(door);
    fixture.log.set_format(base::log_format::json);
    const raw_peer third(raw_peer::connect(local(door)));
    test_op op;
    REQUIRE(streams().accept(host(), op, door) == TACTUS_PENDING);

    CHECK(turn_until([&] { return third.is_at_end(); }));
    CHECK(op.dones == 0);
    CHECK(refused(base::refused::limit) == 1);
    CHECK_THAT(fixture.pipe.read_line(),
               Contains(R"("event_id":"connection_refused","text":"A connection was refused: )"
                        R"(connections_max of them are open.","input":"one","type":"scripted",)"
                        R"("reason":"limit"})"));
    CHECK(one->connections().open == 2);
    CHECK(one->connections().accepted == 2);

    streams().close(host(), one_of_them);
    const raw_peer fourth(raw_peer::connect(local(door)));
    CHECK(wait(op) == TACTUS_OK);
}

TEST_CASE_METHOD(stream_case, "without a descriptor left who comes is shed, and nothing spins") {
    begin();
    const tactus_id door = listen("tcp://127.0.0.1:0");
    test_op op;
    REQUIRE(streams().accept(host(), op, door) == TACTUS_PENDING);
    turn_until([] { return true; });
    raw_peer early(raw_peer::connect(local(door)));
    {
        const no_descriptors now;

        CHECK(turn_until([&] { return early.is_at_end(); }));
        CHECK(refused(base::refused::limit) == 1);
        const std::uint64_t before = turns.read_statistics().iterations;
        const std::int64_t until_ns = clock.now_ns() + 20'000'000;
        turn_until([&] { return clock.now_ns() >= until_ns; }); // looks every 0.2 ms
        CHECK(turns.read_statistics().iterations - before < 500);
    }
    CHECK(op.dones == 0);

    const raw_peer later(raw_peer::connect(local(door)));
    CHECK(wait(op) == TACTUS_OK);
}

TEST_CASE_METHOD(stream_case, "an address that is taken says so") {
    begin();
    const tactus_id door = listen("tcp://127.0.0.1:0");

    CHECK(try_listen(local(door)) == TACTUS_E_IO);

    CHECK_THAT(one->last_error().text, Contains(local(door)) && Contains("Address already in use"));
}

TEST_CASE_METHOD(stream_case, "only numeric addresses and paths can be listened on") {
    begin();

    CHECK(try_listen(GENERATE("tcp://localhost:0", "udp://127.0.0.1:0", "nonsense", "unix://x",
                              "tcp://127.0.0.1")) == TACTUS_E_INVALID);
    CHECK_THAT(one->last_error().text, Contains("expected a numeric address"));
}

TEST_CASE_METHOD(stream_case, "a unix socket's file has the wanted mode, and goes at close") {
    begin();
    const std::string path = dir.path("in.sock");
    const std::uint32_t asked = GENERATE(0U, 0600U);
    const mode_t got = asked == 0 ? 0660 : asked;

    const tactus_id door = listen("unix://" + path, asked);

    CHECK(mode_of(path) == (S_IFSOCK | got));
    CHECK(streams().close(host(), door) == TACTUS_OK);
    CHECK(mode_of(path) == 0);
}

TEST_CASE_METHOD(stream_case, "a unix socket's file goes when the instance ends") {
    begin();
    const std::string path = dir.path("in.sock");
    listen("unix://" + path);

    wind_up();

    CHECK(mode_of(path) == 0);
}

TEST_CASE_METHOD(stream_case, "a unix socket that a killed process left is replaced") {
    begin();
    const std::string path = dir.path("in.sock");
    {
        const auto left = net::parse_stream_endpoint("unix://" + path);
        const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(::bind(fd, left->address.raw(), left->address.size) == 0);
        ::close(fd);
    }
    REQUIRE(mode_of(path) != 0);

    const tactus_id door = listen("unix://" + path);

    const raw_peer peer(raw_peer::connect("unix://" + path));
    accept(door);
}

TEST_CASE_METHOD(stream_case, "a file that is no socket is left alone, and said to be none") {
    begin();
    const std::string path = dir.write("in.sock", "somebody's text");

    CHECK(try_listen("unix://" + path) == TACTUS_E_IO);

    CHECK_THAT(one->last_error().text, Contains("A file that is not a socket is there"));
    wind_up();
    CHECK(mode_of(path) != 0);
}

TEST_CASE_METHOD(stream_case, "a unix socket that somebody listens on is left alone") {
    begin();
    const std::string path = dir.path("in.sock");
    const tactus_id door = listen("unix://" + path);

    CHECK(try_listen("unix://" + path) == TACTUS_E_IO);

    CHECK_THAT(one->last_error().text, Contains("Another program listens there"));
    const raw_peer peer(raw_peer::connect("unix://" + path));
    accept(door);
}

TEST_CASE_METHOD(stream_case, "a file that is no socket is never removed") {
    begin();
    const std::string path = dir.write("notes.txt", "precious");

    CHECK(try_listen("unix://" + path) == TACTUS_E_IO);

    std::stringstream left;
    left << std::ifstream(path).rdbuf();
    CHECK(left.str() == "precious");
}

TEST_CASE_METHOD(stream_case, "closing does not remove a file that another has put there") {
    begin();
    const std::string path = dir.path("in.sock");
    const tactus_id door = listen("unix://" + path);
    ::unlink(path.c_str());
    dir.write("in.sock", "another's");

    streams().close(host(), door);

    CHECK(mode_of(path) != 0);
}

TEST_CASE_METHOD(stream_case, "an accept can be cancelled, is alone, and ends with its listener") {
    begin();
    const tactus_id door = listen("tcp://127.0.0.1:0");
    test_op op;
    test_op second;
    REQUIRE(streams().accept(host(), op, door) == TACTUS_PENDING);
    CHECK(streams().accept(host(), second, door) == TACTUS_E_INVALID);

    CHECK(host()->cancel(host(), op) == TACTUS_OK);
    CHECK(wait(op) == TACTUS_E_CANCELED);

    REQUIRE(streams().accept(host(), second, door) == TACTUS_PENDING);
    CHECK(streams().close(host(), door) == TACTUS_OK);
    CHECK(wait(second) == TACTUS_E_CANCELED);
    CHECK(streams().accept(host(), op, door) == TACTUS_E_CLOSED);
}

TEST_CASE_METHOD(stream_case, "connecting gives a stream, by address, path and name") {
    begin();
    const int which = GENERATE(0, 1, 2);
    const tactus_id door =
        listen(which == 1 ? "unix://" + dir.path("in.sock") : std::string("tcp://127.0.0.1:0"));
    const std::string at = local(door);
    const std::string to = which == 2 ? "tcp://localhost" + at.substr(at.rfind(':')) : at;
    test_op op;

    REQUIRE(streams().connect(host(), op, str(to), 0) == TACTUS_PENDING);
    const tactus_id there = accept(door);
    REQUIRE(wait(op) == TACTUS_OK);

    CHECK(send(op.result, "hello") == TACTUS_OK);
    CHECK(read_text(there) == "hello");
    CHECK(one->connections().open == 2);
    CHECK(one->connections().accepted == 1);
}

// What this process has of an option on each end of its TCP connections.
std::vector<int> on_connections(int option) {
    std::vector<int> found;
    for (int fd = 0; fd < 1024; ++fd) {
        net::stream_address peer;
        peer.size = sizeof peer.bytes;
        int value = 0;
        socklen_t size = sizeof value;
        if (::getpeername(fd, peer.raw(), &peer.size) == 0 && peer.family() == AF_INET &&
            ::getsockopt(fd, IPPROTO_TCP, option, &value, &size) == 0) {
            found.push_back(value);
        }
    }
    return found;
}

TEST_CASE_METHOD(stream_case, "a peer gone without a word has a minute, sent to or not") {
    begin();
    const tactus_id door = listen("tcp://127.0.0.1:0");
    test_op op;
    REQUIRE(streams().connect(host(), op, str(local(door)), 0) == TACTUS_PENDING);
    accept(door);
    REQUIRE(wait(op) == TACTUS_OK);

    CHECK(on_connections(TCP_USER_TIMEOUT) == std::vector<int>(2, 60'000));
    CHECK(on_connections(TCP_KEEPIDLE) == std::vector<int>(2, 30));
    CHECK(on_connections(TCP_KEEPINTVL) == std::vector<int>(2, 10));
    CHECK(on_connections(TCP_KEEPCNT) == std::vector<int>(2, 3));
}

TEST_CASE_METHOD(stream_case, "a connection that is refused says why") {
    begin();
    const tactus_id door = listen("tcp://127.0.0.1:0");
    const std::string at = local(door);
    streams().close(host(), door);
    test_op op;

    REQUIRE(streams().connect(host(), op, str(at), 0) == TACTUS_PENDING);
    CHECK(wait(op) == TACTUS_E_IO);
    CHECK(op.result == ECONNREFUSED);

    REQUIRE(streams().connect(host(), op, str("unix:///nowhere/x"), 0) == TACTUS_PENDING);
    op.dones = 0;
    CHECK(wait(op) == TACTUS_E_IO);
    CHECK(op.result == ENOENT);
}

TEST_CASE_METHOD(stream_case, "connecting counts for the limit of connections") {
    limits.connections_max = 1;
    begin();
    const tactus_id door = listen("tcp://127.0.0.1:0");
    test_op op;
    test_op second;
    REQUIRE(streams().connect(host(), op, str(local(door)), 0) == TACTUS_PENDING);

    CHECK(streams().connect(host(), second, str(local(door)), 0) == TACTUS_E_NOMEM);

    REQUIRE(wait(op) == TACTUS_OK);
    CHECK(streams().connect(host(), second, str(local(door)), 0) == TACTUS_E_NOMEM);
    streams().close(host(), op.result);
    REQUIRE(streams().connect(host(), second, str(local(door)), 0) == TACTUS_PENDING);
    CHECK(wait(second) == TACTUS_OK);
}

// A listener whose queue is full: whoever connects now waits.
struct crowded {
    crowded() {
        fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const auto any = net::parse_stream_endpoint("tcp://127.0.0.1:0");
        REQUIRE(::bind(fd, any->address.raw(), any->address.size) == 0);
        REQUIRE(::listen(fd, 0) == 0);
        net::stream_address bound;
        bound.size = sizeof bound.bytes;
        REQUIRE(::getsockname(fd, bound.raw(), &bound.size) == 0);
        at = net::text_of(bound);
        waiting = std::make_unique<raw_peer>(raw_peer::connect(at));
    }
    crowded(const crowded&) = delete;
    crowded& operator=(const crowded&) = delete;
    ~crowded() { ::close(fd); }
    int fd = -1;
    std::string at;
    std::unique_ptr<raw_peer> waiting;
};

TEST_CASE_METHOD(stream_case,
                 "a connect ends at its deadline, by a cancel, and with the instance") {
    begin();
    const crowded full;
    test_op late;
    test_op cancelled;
    test_op left;
    REQUIRE(streams().connect(host(), late, str(full.at), clock.now_ns() + 1'000'000) ==
            TACTUS_PENDING);
    REQUIRE(streams().connect(host(), cancelled, str(full.at), 0) == TACTUS_PENDING);
    REQUIRE(streams().connect(host(), left, str(full.at), 0) == TACTUS_PENDING);

    CHECK(wait(late) == TACTUS_E_TIMEOUT);
    CHECK(host()->cancel(host(), cancelled) == TACTUS_OK);
    CHECK(wait(cancelled) == TACTUS_E_CANCELED);

    wind_up();
    CHECK(left.status == TACTUS_E_CANCELED);
}

TEST_CASE_METHOD(stream_case, "what is no endpoint is not connected to") {
    begin();
    test_op op;

    CHECK(streams().connect(host(), op, str(GENERATE("", "udp://127.0.0.1:9", "tcp://:9")), 0) ==
          TACTUS_E_INVALID);
    CHECK(op.dones == 0);
}

TEST_CASE_METHOD(stream_case, "the end of the instance closes all") {
    begin();
    const tactus_id door = listen("tcp://127.0.0.1:0");
    const raw_peer peer(raw_peer::connect(local(door)));
    const tactus_id id = accept(door);
    test_op reading;
    test_op accepting;
    REQUIRE(read(reading, id) == TACTUS_PENDING);
    REQUIRE(streams().accept(host(), accepting, door) == TACTUS_PENDING);

    wind_up();

    CHECK(reading.status == TACTUS_E_CANCELED);
    CHECK(accepting.status == TACTUS_E_CANCELED);
    CHECK(peer.is_at_end());
}

} // namespace
