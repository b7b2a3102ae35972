// SPDX-License-Identifier: MIT
#include "tests/sdk/context/probe.hpp"

#include <array>
#include <cerrno>
#include <span>

using namespace tactus;
using namespace tactus::testing;
using namespace std::chrono_literals;

namespace {

constexpr const char* door_url = "tcp://127.0.0.1:9000";

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
std::string text_of(std::span<const std::uint8_t> bytes) {
    return {bytes.begin(), bytes.end()};
}

// Echoes, and notes how reading ended.
task<> echo(context& here, stream peer) {
    std::array<std::uint8_t, 8> buffer{};
    for (;;) {
        const stream_result got = co_await peer.read(buffer, here.now() + 2s);
        if (!got.has_bytes()) {
            probe::seen.push_back(got.is_end() ? "end" : std::string(name_of(got.status)));
            co_return;
        }
        const std::span<const std::uint8_t> part(buffer.data(), got.size);
        probe::seen.push_back(text_of(part));
        const stream_result went = co_await peer.write(part);
        if (!went.is_ok()) {
            probe::seen.push_back("not written: " + std::string(name_of(went.status)));
            co_return;
        }
    }
}

task<> serve(context& here) {
    listener door = listener::bind(here, door_url);
    for (;;) {
        stream peer = co_await door.accept();
        probe::seen.push_back("from " + peer.peer().endpoint);
        here.spawn("echo", echo(here, std::move(peer)));
    }
}

task<> connect_once(context& here) {
    try {
        stream to = co_await stream::connect(here, "tcp://desk:9000", here.now() + 1s);
        probe::seen.push_back("connected");
        co_await here.until_stop();
    } catch (const failure& why) {
        probe::seen.push_back(std::string(why.what()));
    }
}

} // namespace

TEST_CASE("a connection to a socket for datagrams is explained") {
    CHECK(tactus::detail::reason_of(TACTUS_E_IO, EPROTOTYPE).find("unixgram://") !=
          std::string::npos);
}

TEST_CASE("an attempt to connect that fails is a result, and the next one may follow") {
    probe_instance made([](context& here) -> task<> {
        const connected first = co_await try_connect(here, "tcp://desk:9000", here.now() + 1s);
        probe::seen.push_back(first.is_ok() ? "connected" : first.reason);
        connected second = co_await try_connect(here, "tcp://desk:9000", here.now() + 1s);
        probe::seen.push_back(second.is_ok() && second.to.is_open() ? "connected" : second.reason);
    });
    made.host.failing["stream.connect"] = TACTUS_E_NOMEM;
    made.start();
    CHECK(probe::seen.size() == 2);
    CHECK(probe::seen.front().find("TACTUS_STREAM_0") != std::string::npos);
}

TEST_CASE("a listener gives connections, which read and write until the peer ends") {
    probe_instance made(&serve);
    REQUIRE(made.start() == TACTUS_OK);

    test_stream& client = made.host.connect_to(door_url, "tcp://192.168.0.7:1234");
    made.host.feed(client, "hello there");
    made.host.end(client);
    made.host.settle();

    CHECK(probe::seen ==
          std::vector<std::string>{"from tcp://192.168.0.7:1234", "hello th", "ere", "end"});
    CHECK(client.text() == "hello there");
    CHECK(client.is_closed);
    CHECK(made.host.open_streams() == 1); // the listener
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a connection that is gone or silent ends a read without an exception") {
    probe_instance made(&serve);
    made.start();
    test_stream& gone = made.host.connect_to(door_url);
    test_stream& silent = made.host.connect_to(door_url);
    made.host.settle();
    probe::seen.clear();

    made.host.reset(gone);
    made.host.settle();
    made.host.advance_to(made.host.now_ns() + 2'000'000'000);

    CHECK(probe::seen == std::vector<std::string>{"closed", "timed out"});
    CHECK(silent.is_closed);
    CHECK_FALSE(made.host.stopped.has_value());
}

TEST_CASE("a write waits as long as the peer does not read") {
    probe_instance made(&serve);
    made.start();
    test_stream& client = made.host.connect_to(door_url);
    client.send_room = 3;
    made.host.feed(client, "12345");
    made.host.settle();
    CHECK(client.text() == "123");
    CHECK(made.host.pending("write") == 1);

    client.send_room = 100;
    made.host.settle();

    CHECK(client.text() == "12345");
    CHECK(made.host.pending("write") == 0);
}

TEST_CASE("a stop ends every wait on a stream and closes all") {
    probe_instance made(&serve);
    made.start();
    test_stream& reading = made.host.connect_to(door_url);
    test_stream& writing = made.host.connect_to(door_url);
    writing.send_room = 0;
    made.host.feed(writing, "x");
    made.host.settle();

    made.stop();

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(reading.is_closed);
    CHECK(writing.is_closed);
    CHECK(made.host.open_streams() == 0);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("try_write takes whole pieces as long as there is room") {
    probe_instance made([](context& here) -> task<> {
        stream to = co_await stream::connect(here, "unix:///run/x.sock");
        const std::array<tactus_chunk, 3> chunks{tactus_chunk{bytes_of("ab").data(), 2, 0},
                                                 tactus_chunk{bytes_of("cd").data(), 2, 0},
                                                 tactus_chunk{bytes_of("ef").data(), 2, 0}};
        co_await here.sleep_for(1s);
        const stream_result went = to.try_write(chunks);
        probe::seen.push_back(std::to_string(went.size) + " " + std::string(name_of(went.status)));
        const stream_result room = co_await to.writable();
        probe::seen.push_back(room.is_ok() ? "room" : "none");
        probe::seen.push_back(std::string(name_of(to.try_write(bytes_of("gh")))));
        const stream_result half = co_await to.shutdown();
        probe::seen.push_back(half.is_ok() ? "shut" : "not shut");
        to.refuse("slow");
        probe::seen.push_back(std::string(name_of(to.try_write(bytes_of("ij")))));
    });
    made.start();
    test_stream* const to = made.host.stream_to("unix:///run/x.sock");
    REQUIRE(to != nullptr);
    to->send_room = 5;
    made.host.advance_to(made.host.now_ns() + 1'000'000'000);
    to->send_room = 5;
    made.host.settle();

    CHECK(probe::seen == std::vector<std::string>{"2 full, try again later", "room",
                                                  "full, try again later", "shut", "closed"});
    CHECK(to->text() == "abcd");
    CHECK(to->refused == "slow");
}

TEST_CASE("a connection that cannot be had fails with the system's reason") {
    probe_instance made(&connect_once);
    made.host.unreachable["tcp://desk:9000"] = ECONNREFUSED;

    made.start();

    CHECK(probe::seen == std::vector<std::string>{"connect: Connection refused"});
    CHECK(made.host.open_streams() == 0);
}

TEST_CASE("a connection that is not there in time fails") {
    probe_instance made(&connect_once);
    made.host.is_connect_held = true;
    made.start();

    made.host.advance_to(made.host.now_ns() + 1'000'000'000);

    CHECK(probe::seen == std::vector<std::string>{"connect: timed out"});
}

TEST_CASE("a stop ends a connect") {
    probe_instance made(&connect_once);
    made.host.is_connect_held = true;
    made.start();

    made.stop();

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(probe::seen.empty());
    CHECK(made.host.breaches.empty());
}

TEST_CASE("resolve gives numeric endpoints, or says why there is none") {
    probe_instance made([](context& here) -> task<> {
        for (const char* const each :
             {"udp://desk:9", "tcp://[::1]:9", "unix:///x", "tcp://nowhere:9"}) {
            try {
                const std::vector<std::string> found = co_await resolve(here, each);
                probe::seen.push_back(found.at(0));
            } catch (const failure& why) {
                probe::seen.push_back(std::string(why.what()));
            }
        }
    });
    made.host.names["desk"] = "10.0.0.1";

    made.start();

    CHECK(probe::seen == std::vector<std::string>{"udp://10.0.0.1:9", "tcp://[::1]:9", "unix:///x",
                                                  "tcp://nowhere:9: Name or service not known"});
}

TEST_CASE("a listener that cannot be had keeps the host's own reason") {
    probe_instance made(&serve);
    made.host.failing["stream.listen"] = TACTUS_E_IO;

    CHECK(made.start() == TACTUS_E_IO);
    CHECK(made.host.error_text == "the host's reason");
}

TEST_CASE("an empty stream is closed, whatever is asked of it") {
    probe_instance made([](context& here) -> task<> {
        stream none;
        std::array<std::uint8_t, 1> buffer{};
        stream adopted = stream::adopt(here, 0);
        none = std::move(adopted);
        const stream_result nothing = co_await adopted.read(buffer);
        probe::seen.push_back(std::string(name_of(nothing.status)));
        probe::seen.push_back(none.is_open() && !adopted.is_open() ? "moved" : "not moved");
    });

    made.start();

    CHECK(probe::seen == std::vector<std::string>{"closed", "moved"});
}
