// SPDX-License-Identifier: MIT
#include "plugins/midi/running_status.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using midi::running_status;
using bytes = std::vector<std::uint8_t>;

namespace {

constexpr std::int64_t second = 1'000'000'000;

struct sender {
    running_status running;
    bytes sent;

    void send(const bytes& message, std::int64_t now_ns = 0) {
        const running_status::bytes_view part = running.shorten(message, now_ns);
        sent.insert(sent.end(), part.begin(), part.end());
    }
};

} // namespace

TEST_CASE("a status byte that is the one before is left out") {
    sender out;
    out.send({0x90, 60, 100});
    out.send({0x90, 60, 0});
    out.send({0x91, 60, 100});
    out.send({0xC1, 5});
    out.send({0xC1, 6});
    out.send({0x90, 62, 100});

    CHECK(out.sent == bytes{0x90, 60, 100, 60, 0, 0x91, 60, 100, 0xC1, 5, 6, 0x90, 62, 100});
}

TEST_CASE("real-time bytes do not end the running status") {
    sender out;
    out.send({0x90, 60, 100});
    out.send({0xF8});
    out.send({0xFE});
    out.send({0x90, 61, 100});

    CHECK(out.sent == bytes{0x90, 60, 100, 0xF8, 0xFE, 61, 100});
}

TEST_CASE("SysEx and system common messages end the running status") {
    for (const bytes& between :
         {bytes{0xF0, 1, 0xF7}, bytes{0xF2, 1, 2}, bytes{0xF6}, bytes{0xF7}, bytes{1, 2, 3}}) {
        sender out;
        out.send({0x90, 60, 100});
        out.sent.clear();
        out.send(between);
        CHECK(out.sent == between);
        out.sent.clear();
        out.send(between);
        CHECK(out.sent == between);
        out.sent.clear();
        out.send({0x90, 61, 100});
        CHECK(out.sent == bytes{0x90, 61, 100});
    }
}

TEST_CASE("the status byte is sent once a second at least") {
    sender out;
    out.send({0x90, 60, 100}, 5 * second);
    out.send({0x90, 61, 100}, 6 * second - 1);
    out.send({0x90, 62, 100}, 6 * second);
    out.send({0x90, 63, 100}, 7 * second - 1);

    CHECK(out.sent == bytes{0x90, 60, 100, 61, 100, 0x90, 62, 100, 63, 100});
}

TEST_CASE("after what may not have arrived the status byte is sent") {
    sender out;
    out.send({0x90, 60, 100});
    out.running.clear();
    out.send({0x90, 61, 100});

    CHECK(out.sent == bytes{0x90, 60, 100, 0x90, 61, 100});
}
