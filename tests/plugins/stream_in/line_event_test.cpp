// SPDX-License-Identifier: MIT
// Lines as scripts write them; time and names are the test's own.
#include "plugins/stream_in/line_event.hpp"

#include <tactus/cpp/osc_address.hpp>
#include <tactus/cpp/osc_writer.hpp>

#include "tests/support/catch.hpp"

#include <array>
#include <map>
#include <vector>

using bytes = std::vector<std::uint8_t>;
using namespace std::chrono_literals;

namespace {

constexpr tactus::time_point arrived = tactus::time_at(5'000'000'000);
constexpr std::int64_t unix_start_ns = 1'700'000'000'000'000'000; // at host time 0

class fake_access : public stream_in::host_access {
public:
    tactus::time_point from_unix(std::int64_t unix_ns) override {
        return tactus::time_at(unix_ns - unix_start_ns);
    }
    std::uint32_t port(std::string_view name) override {
        if (is_full) {
            return 0;
        }
        return handles.try_emplace(std::string(name), handles.size() + 1).first->second;
    }
    std::map<std::string, std::uint32_t> handles;
    bool is_full = false;
};

struct answer {
    std::string error;
    std::vector<tactus_event> events;
    std::vector<bytes> payloads;
};

class reading {
public:
    answer read(std::string_view line) {
        tactus::batch_builder batch(stream_in::events_of_line, stream_in::bytes_for(line.size()));
        answer got{reader_.read(line, arrived, batch), {}, {}};
        for (const tactus_event& event : batch.view()) {
            got.events.push_back(event);
            got.payloads.emplace_back(event.bytes, event.bytes + event.size);
        }
        return got;
    }
    fake_access access;

private:
    stream_in::line_reader reader_{access};
};

answer read(std::string_view line) {
    reading fresh;
    return fresh.read(line);
}

template <class... Arguments>
bytes osc(std::string_view address, const Arguments&... arguments) {
    std::array<std::uint8_t, 512> buffer{};
    const std::size_t size = tactus::write_osc(buffer, address, arguments...);
    return bytes(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
}

} // namespace

TEST_CASE("a note has its bytes, its port and its moment, and its end after its length") {
    reading lines;

    const answer got = lines.read(R"({"at": "+250ms", "to": "organ", "note": 60, "velocity": 90,
                                      "channel": 2, "for": "500ms"})");

    CHECK(got.error.empty());
    REQUIRE(got.payloads == std::vector<bytes>{{0x91, 60, 90}, {0x81, 60, 64}});
    CHECK(got.events[0].due_ns == tactus::to_ns(arrived + 250ms));
    CHECK(got.events[1].due_ns == tactus::to_ns(arrived + 750ms));
    CHECK(got.events[0].port == lines.access.handles.at("organ"));
    CHECK(got.events[1].port == lines.access.handles.at("organ"));
    CHECK(got.events[0].protocol == TACTUS_PROTO_MIDI);
}

TEST_CASE("all of a line counts from when it came, however long it waits for room") {
    for (const std::string_view line :
         {R"({"note": 60, "for": "500ms"})", R"({"osc": "/a"})", R"({"midi": [248]})",
          R"({"at": "+250ms", "note": 60, "for": "500ms"})"}) {
        for (const tactus_event& each : read(line).events) {
            CHECK(each.received_ns == tactus::to_ns(arrived));
        }
    }
}

TEST_CASE("wildcards in an address are text, as in OSC that comes by the network") {
    for (const char* const address : {"/a*", "/a?", "/[a-c]/x", "/{a,b}", "/a]"}) {
        const answer got = read(std::string(R"({"osc": ")") + address + R"("})");

        CHECK(got.error.empty());
        CHECK(got.payloads == std::vector<bytes>{osc(address)});
    }
}

TEST_CASE("a note alone sounds at once, on the first channel, until it is ended") {
    const answer got = read(R"({"note": 60})");

    REQUIRE(got.payloads == std::vector<bytes>{{0x90, 60, 100}});
    CHECK(got.events[0].due_ns == 0);
    CHECK(got.events[0].port == 0);
    CHECK(read(R"({"note": 60, "velocity": 0})").payloads == std::vector<bytes>{{0x80, 60, 0}});
}

TEST_CASE("a moment since 1970 is mapped to the host clock") {
    const answer got = read(R"({"at": 1700000007.25, "midi": [248]})");

    REQUIRE(got.payloads == std::vector<bytes>{{0xF8}});
    CHECK(got.events[0].due_ns == 7'250'000'000);
    CHECK((got.events[0].flags & TACTUS_EVENT_TIMED) != 0);
}

TEST_CASE("each argument of an OSC message has the type that JSON gave it") {
    const answer got =
        read(R"({"osc": "/a/b", "args": [1, 2.5, "x", true, false, -3, 5000000000, "ü"]})");

    CHECK(got.error.empty());
    REQUIRE(got.payloads == std::vector<bytes>{osc("/a/b", 1, 2.5f, "x", true, false, -3,
                                                   std::int64_t{5'000'000'000}, "\xc3\xbc")});
    CHECK(got.events[0].protocol == TACTUS_PROTO_OSC);
    CHECK(read(R"({"osc": "/a"})").payloads == std::vector<bytes>{osc("/a")});
    CHECK(read(R"({"osc": "/a", "args": [3.4e38, 18446744073709552000.0]})").error.empty());
    CHECK(read(R"({"osc": "/a", "args": []})").payloads == std::vector<bytes>{osc("/a")});
}

TEST_CASE("a whole SysEx is one message") {
    CHECK(read(R"({"midi": [240, 126, 1, 247]})").payloads ==
          std::vector<bytes>{{0xF0, 0x7E, 1, 0xF7}});
}

TEST_CASE("a blank line is nothing") {
    CHECK(read("").error.empty());
    CHECK(read(" \t ").events.empty());
}

TEST_CASE("what is wrong with a line is said, and it makes no event") {
    const std::pair<const char*, const char*> table[] = {
        {"x", "not a JSON object"},
        {"[1]", "not a JSON object"},
        {R"({"note": 60)", "not a JSON object"},
        {R"({"note": 60} {"note": 61})", "not a JSON object"},
        {"{}", "expected one of"},
        {R"({"at": "+1s"})", "expected one of"},
        {R"({"note": 60, "midi": [248]})", "only one of"},
        {R"({"note": 128})", "0 to 127"},
        {R"({"note": 60.5})", "0 to 127"},
        {R"({"note": "60"})", "0 to 127"},
        {R"({"note": 60, "note": 61})", "twice"},
        {R"({"note": 60, "velocty": 1})", "unknown key \"velocty\""},
        {R"({"note": 60, "channel": 0})", "1 to 16"},
        {R"({"note": 60, "for": "-1s"})", "\"for\""},
        {R"({"note": 60, "for": true})", "\"for\""},
        {R"({"note": 60, "velocity": 0, "for": "1s"})", "ends a note"},
        {R"({"at": "250ms", "note": 60})", "\"at\""},
        {R"({"at": "+250", "note": 60})", "\"at\""},
        {R"({"at": -1, "note": 60})", "\"at\""},
        {R"({"at": 1e300, "note": 60})", "\"at\""},
        {R"({"to": "", "note": 60})", "\"to\""},
        {R"({"to": 5, "note": 60})", "\"to\""},
        {R"({"osc": "a"})", "begins with \"/\""},
        {R"({"osc": "/a\u007f"})", "control character"},
        {R"({"osc": "/a\u0085"})", "control character"},
        {R"({"osc": "/a\u0000"})", "OSC address"},
        {R"({"osc": "/a", "args": 1})", "a list"},
        {R"({"osc": "/a", "args": [[1]]})", "numbers, texts"},
        {R"({"osc": "/a", "args": [{}]})", "numbers, texts"},
        {R"({"osc": "/a", "args": [9223372036854775808]})", "below 2^63"},
        {R"({"osc": "/a", "args": [18446744073709552000]})", "beyond 64 bits"},
        {R"({"osc": "/a", "args": [1e400]})", "out of range"},
        {R"({"osc": "/a", "args": [-1e39]})", "up to 3.4e38"},
        {R"({"at": "+5d", "note": 60})", "ns us ms s m h"},
        {R"({"note": 60, "for": "5d"})", "ns us ms s m h"},
        {R"({"osc": "/a", "args": ["a\u0000b"]})", "zero byte"},
        {R"({"osc": "/a", "velocity": 1})", "need \"note\""},
        {R"({"note": 60, "args": [1]})", "needs \"osc\""},
        {R"({"midi": []})", "one complete MIDI message"},
        {R"({"midi": [144, 60]})", "one complete MIDI message"},
        {R"({"midi": [144, 60, 256]})", "one complete MIDI message"},
        {R"({"midi": [144, 60, -1]})", "one complete MIDI message"},
        {R"({"midi": "9060"})", "one complete MIDI message"},
    };
    for (const auto& [line, part] : table) {
        CAPTURE(line);
        const answer got = read(line);
        CHECK_THAT(got.error, Catch::Contains(part));
        CHECK(got.events.empty());
    }
}

TEST_CASE("a line has as many arguments as fit an event") {
    const auto line = [](std::size_t count) {
        std::string text = R"({"osc": "/a", "args": [1)";
        for (std::size_t i = 1; i < count; ++i) {
            text += ",1";
        }
        return text + "]}";
    };
    const answer many = read(line(13'000));
    CHECK(many.error.empty());
    REQUIRE(many.payloads.size() == 1);
    CHECK(many.payloads[0].size() == 4 + 13'004 + 4 * 13'000);
    CHECK_THAT(read(line(13'200)).error, Catch::Contains("more than 65536 bytes"));
}

TEST_CASE("an address may hold blanks, UTF-8 and signs") {
    for (const std::string address : {"/avatar/My Param", "/lumière/日本", "/#1, <a>"}) {
        CAPTURE(address);
        CHECK(read(R"({"osc": ")" + address + R"("})").payloads ==
              std::vector<bytes>{osc(address)});
    }
}

TEST_CASE("an address is as long as the kernel takes it and not one longer") {
    const std::string longest = "/" + std::string(tactus::osc_address_size_max - 1, 'a');

    CHECK(read("{\"osc\": \"" + longest + "\"}").error.empty());
    CHECK_THAT(read("{\"osc\": \"" + longest + "a\"}").error, Catch::Contains("1024 characters"));
}

TEST_CASE("a port that cannot be named is said") {
    reading lines;
    lines.access.is_full = true;

    CHECK_THAT(lines.read(R"({"to": "organ", "note": 60})").error, Catch::Contains("too many"));
}

TEST_CASE("a reader goes on after a line that was wrong") {
    reading lines;

    CHECK_FALSE(lines.read("{").error.empty());
    CHECK(lines.read(R"({"note": 60})").events.size() == 1);
}
