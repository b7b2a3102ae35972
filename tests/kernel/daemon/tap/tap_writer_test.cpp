// SPDX-License-Identifier: MIT
// The clients of a tap: order, filters, and what a slow one is told.
#include "kernel/daemon/tap/tap_writer.hpp"

#include "kernel/flow/ledger.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

using namespace tactus;
using namespace tactus::daemon;
using Catch::Matchers::Contains;

namespace {

// Both ends of a connection, the daemon's with little room.
struct connection {
    connection() {
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds.data()) == 0);
        const int size = 4096;
        ::setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection() { close(); }

    void close() {
        if (fds[1] >= 0) {
            ::close(fds[1]);
            fds[1] = -1;
        }
    }
    // Everything that is there now.
    std::string take() {
        std::string all;
        std::array<char, 4096> chunk;
        for (;;) {
            const ssize_t got = ::recv(fds[1], chunk.data(), chunk.size(), MSG_DONTWAIT);
            if (got <= 0) {
                return all;
            }
            all.append(chunk.data(), static_cast<std::size_t>(got));
        }
    }
    std::array<int, 2> fds{-1, -1}; // the first is owned by the tap_reader
};

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) {
        ++count;
    }
    return count;
}

flow::observed_event numbered(std::int64_t number) {
    flow::observed_event one;
    one.output = 0;
    one.at_ns = number * 1'000'000'000;
    return one;
}

std::uint64_t missed_in(const std::string& text) {
    constexpr std::string_view before = "\"missed\",\"params\":{\"count\":";
    std::uint64_t sum = 0;
    for (std::size_t at = 0; (at = text.find(before, at)) != std::string::npos;) {
        at += before.size();
        sum += std::stoull(text.substr(at));
    }
    return sum;
}

constexpr const char* one_event = "\"method\":\"event\"";

} // namespace

TEST_CASE("a reader that does not read loses lines, and is told how many, once it reads") {
    connection peer;
    tap_reader reader(peer.fds[0], {});
    const std::string line(1000, 'x');
    const std::size_t lines = 2 * tap_reader::buffer_max / line.size();

    for (std::size_t i = 0; i < lines; ++i) {
        reader.add(line + '\n');
        reader.flush();
    }
    std::string got;
    while (reader.has_unsent()) { // as the thread does: it flushes only who has something
        got += peer.take();
        reader.flush();
    }
    got += peer.take();

    const std::size_t kept = count_of(got, line);
    CHECK(kept < lines);
    CHECK(kept + missed_in(got) == lines);
    CHECK_FALSE(reader.has_unsent());
}

TEST_CASE("a reader that is a little too slow gets what it missed told between its lines") {
    connection peer;
    tap_reader reader(peer.fds[0], {});
    const std::string line(1000, 'x');
    std::size_t added = 0;
    std::string got;
    for (int round = 0; round < 50; ++round) {
        for (int i = 0; i < 100; ++i, ++added) {
            reader.add(line + '\n');
        }
        reader.flush();
        got += peer.take();
    }
    for (std::string more = peer.take(); !more.empty() || reader.has_unsent(); more = peer.take()) {
        got += more;
        reader.flush();
    }

    CHECK(count_of(got, "\"missed\"") > 1);
    CHECK(count_of(got, line) + missed_in(got) == added);
}

TEST_CASE("a connection that is over is noticed, and takes nothing more") {
    connection peer;
    tap_reader reader(peer.fds[0], {});
    peer.close();
    reader.add("line\n");
    reader.flush();

    CHECK(reader.is_gone());
    CHECK_FALSE(reader.takes(numbered(1), {}));
}

TEST_CASE("every client gets the events that its filter takes, in their order") {
    tap_writer writer({{}, {"synth"}, {}});
    connection all;
    connection none;
    tap_filter of_another;
    of_another.output = "organ";
    writer.add(1, std::make_unique<tap_reader>(all.fds[0], tap_filter()));
    writer.add(2, std::make_unique<tap_reader>(none.fds[0], of_another));
    for (int i = 1; i <= 3; ++i) {
        writer.push(numbered(i));
    }
    writer.wake();

    std::string got;
    REQUIRE(test::eventually([&] {
        got += all.take();
        return count_of(got, one_event) == 3;
    }));
    CHECK(got.find("\"at\":1.000000") < got.find("\"at\":2.000000"));
    CHECK(got.find("\"at\":2.000000") < got.find("\"at\":3.000000"));
    CHECK(none.take().empty());
}

TEST_CASE("the words of a plugin go with the event that failed, and with no other") {
    tap_writer writer({{}, {"synth"}, {}});
    connection all;
    writer.add(1, std::make_unique<tap_reader>(all.fds[0], tap_filter()));
    const std::array<std::uint8_t, 3> note = {0x90, 60, 100};
    flow::observed_event failed = numbered(1);
    failed.what = flow::observed::dropped;
    failed.reason = static_cast<std::uint8_t>(flow::dropped::output_error);
    failed.protocol = TACTUS_PROTO_MIDI;
    failed.bytes = note;
    failed.detail = "The lamp is off.";
    writer.push(failed);
    failed.at_ns = 2'000'000'000;
    failed.detail = {};
    writer.push(failed);
    writer.wake();

    std::string got;
    REQUIRE(test::eventually([&] {
        got += all.take();
        return count_of(got, one_event) == 2;
    }));
    CHECK(count_of(got, "\"midi\":\"90 3c 64\"") == 2);
    CHECK(count_of(got, "\"detail\":\"The lamp is off.\"") == 1);
    CHECK(got.find("The lamp is off.") < got.find("\"at\":2.000000"));
}

TEST_CASE("a client gets exactly what happens from its beginning to its end") {
    tap_writer writer({{}, {"synth"}, {}});
    connection peer;
    writer.push(numbered(1));
    writer.add(1, std::make_unique<tap_reader>(peer.fds[0], tap_filter()));
    writer.push(numbered(2));
    writer.remove(1);
    writer.push(numbered(3));
    writer.wake();

    std::string got;
    std::array<char, 4096> chunk;
    for (ssize_t size = 1; size > 0;) {
        size = ::read(peer.fds[1], chunk.data(), chunk.size());
        got.append(chunk.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
    CHECK(count_of(got, one_event) == 1);
    CHECK_THAT(got, Contains("\"at\":2.000000"));
}

TEST_CASE("a client that was removed gets its end") {
    tap_writer writer({{}, {"synth"}, {}});
    connection peer;
    writer.add(1, std::make_unique<tap_reader>(peer.fds[0], tap_filter()));
    writer.remove(1);

    char byte = 0;
    CHECK(::read(peer.fds[1], &byte, 1) == 0);
}

TEST_CASE("what the ring had no room for is told to every client") {
    tap_writer writer({{}, {"synth"}, {}});
    connection peer;
    writer.add(1, std::make_unique<tap_reader>(peer.fds[0], tap_filter()));
    const std::vector<std::uint8_t> large(65'536, 0xF0);
    flow::observed_event one = numbered(1);
    one.bytes = large;
    one.protocol = TACTUS_PROTO_OSC; // told by its first bytes
    constexpr std::size_t events = 2 * tap_writer::ring_bytes / 65'536;
    for (std::size_t i = 0; i < events; ++i) {
        writer.push(one);
    }
    writer.wake();

    std::string got;
    CHECK(test::eventually([&] {
        got += peer.take();
        return count_of(got, one_event) + missed_in(got) == events;
    }));
    CHECK(missed_in(got) > 0);
}

TEST_CASE("a page gets each line, and what it missed, as a server-sent event") {
    connection peer;
    tap_reader reader(peer.fds[0], {}, tap_framing::server_sent);

    reader.add("{\"one\":1}\n");
    reader.add_missed(7);
    reader.add("{\"two\":2}\n");
    reader.flush();

    CHECK(peer.take() ==
          "data: {\"one\":1}\n\n"
          "data: {\"jsonrpc\":\"2.0\",\"method\":\"missed\",\"params\":{\"count\":7}}\n\n"
          "data: {\"two\":2}\n\n");
}
