// SPDX-License-Identifier: MIT
#include "plugins/websocket_in/text_reader.hpp"
#include "tests/support/catch.hpp"

#include <tactus/cpp/osc_writer.hpp>

#include <cmath>
#include <limits>

using namespace websocket_in;

namespace {

using byte_string = std::vector<std::uint8_t>;

struct seen_event {
    std::uint16_t protocol;
    byte_string bytes;
    std::size_t head_size;
    std::optional<double> timestamp_ms;
    double offset_ms;
    std::string port;
};

struct recorder final : text_sink {
    void event(const text_event& what) override {
        events.push_back({what.protocol,
                          {what.bytes.begin(), what.bytes.end()},
                          what.head_size,
                          what.timestamp_ms,
                          what.offset_ms,
                          std::string(what.port)});
    }
    void ping(const clock_ping& what) override { pings.push_back(what); }
    void cancel(std::string_view tag) override {
        ++cancels;
        tags += "-" + std::string(tag);
    }
    void tag(std::string_view tag) override { tags += "+" + std::string(tag); }
    void malformed(std::string_view why) override { wrong.emplace_back(why); }

    std::vector<seen_event> events;
    std::vector<clock_ping> pings;
    int cancels = 0;
    std::string tags; // set with +, cancelled with -
    std::vector<std::string> wrong;
};

void read_into(recorder& seen, std::string text) {
    static text_reader reader(65536);
    const std::size_t size = text.size();
    text.resize(size + 64, '~'); // what stands behind must not matter
    reader.read({reinterpret_cast<const std::uint8_t*>(text.data()), size}, seen);
}

seen_event only_event(const std::string& text) {
    recorder seen;
    read_into(seen, text);
    CAPTURE(text, seen.wrong);
    REQUIRE(seen.wrong.empty());
    REQUIRE(seen.events.size() == 1);
    return seen.events.front();
}

std::string only_complaint(const std::string& text) {
    recorder seen;
    read_into(seen, text);
    CAPTURE(text);
    REQUIRE(seen.wrong.size() == 1);
    CHECK(seen.events.empty());
    return seen.wrong.front();
}

template <class... Arguments>
byte_string osc(std::string_view address, const Arguments&... arguments) {
    byte_string bytes(1024);
    bytes.resize(tactus::write_osc(bytes, address, arguments...));
    return bytes;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("numbers are floats, also whole ones, and texts are strings") {
    const seen_event got =
        only_event(R"({"address": "/dirt/play", "args": ["s", "bd", "n", 3, "gain", 0.7, -1e2]})");

    using namespace std::string_view_literals;
    CHECK(got.protocol == TACTUS_PROTO_OSC);
    CHECK(got.bytes == osc("/dirt/play", "s"sv, "bd"sv, "n"sv, 3.0F, "gain"sv, 0.7F, -100.0F));
    CHECK(got.head_size == 0);
    CHECK_FALSE(got.timestamp_ms.has_value());
    CHECK(got.port.empty());
}

TEST_CASE("true, false and null are arguments without bytes") {
    const seen_event got = only_event(R"({"args": [true, 1, false, null], "address": "/a"})");

    CHECK(got.bytes ==
          byte_string{'/', 'a', 0, 0, ',', 'T', 'f', 'F', 'N', 0, 0, 0, 0x3F, 0x80, 0, 0});
}

TEST_CASE("arguments may be none, or one without brackets") {
    CHECK(only_event(R"({"address": "/a"})").bytes == byte_string{'/', 'a', 0, 0, ',', 0, 0, 0});
    CHECK(only_event(R"({"address": "/a", "args": []})").bytes ==
          byte_string{'/', 'a', 0, 0, ',', 0, 0, 0});
    CHECK(only_event(R"({"address": "/a", "args": 0.5})").bytes == osc("/a", 0.5F));
}

TEST_CASE("a number out of a float's range is infinite, as in a browser") {
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(only_event(R"({"address": "/a", "args": [1e39, -1e39, 18446744073709551615]})").bytes ==
          osc("/a", infinity, -infinity, 18446744073709551615.0F));
}

TEST_CASE("a message with a timestamp is a bundle with its time tag") {
    const seen_event got =
        only_event(R"({"address": "/a", "args": [1], "timestamp": 1795408201412.9998})");

    REQUIRE(got.head_size == 20);
    CHECK(byte_string(got.bytes.begin() + 20, got.bytes.end()) == osc("/a", 1.0F));
    CHECK(byte_string(got.bytes.begin(), got.bytes.begin() + 20) ==
          byte_string{'#',  'b',  'u',  'n',  'd',  'l',  'e', 0, 0xEE, 0xAE,
                      0x3F, 0xC9, 0x69, 0xBA, 0x5C, 0x00, 0,   0, 0,    12});
    CHECK(got.timestamp_ms == 1795408201412.9998);
}

TEST_CASE("a timestamp of 0 or null is none, as in Strudel's own bridge") {
    const auto stamp = GENERATE(as<std::string>(), "0", "null", "-1");
    CHECK(only_event(R"({"address": "/a", "timestamp": )" + stamp + "}").head_size == 0);
}

TEST_CASE("time tags round up into the next second, and into the next era") {
    CHECK(time_tag_of(0) == 2208988800ULL << 32);
    CHECK(time_tag_of(500) == (2208988800ULL << 32 | 0x80000000U));
    CHECK(time_tag_of(999.99999999) == 2208988801ULL << 32);
    CHECK(time_tag_of(2085978496000.0) == 2); // 2036-02-07: 0 would mean immediately
    CHECK(time_tag_of(2085978495999.9999999) >= 2);
    CHECK(time_tag_of(2085978496500.0) == 0x80000000U);
}

TEST_CASE("a host and port name the peer as osc_out does") {
    CHECK(only_event(R"({"address": "/a", "host": "10.0.0.7", "port": 9000})").port ==
          "udp://10.0.0.7:9000");
    CHECK(only_event(R"({"address": "/a", "host": "localhost", "port": 9000})").port ==
          "udp://127.0.0.1:9000");
    CHECK(only_event(R"({"address": "/a", "host": "Synth.localhost", "port": 9000})").port ==
          "udp://127.0.0.1:9000");
    CHECK(only_event(R"({"address": "/a", "port": 9000})").port == "udp://127.0.0.1:9000");
    CHECK(only_event(R"({"address": "/a", "host": "::1"})").port == "udp://[::1]:57120");
    CHECK(only_event(R"({"address": "/a", "host": "[::1]"})").port == "udp://[::1]:57120");
    CHECK(only_event(R"({"address": "/a", "host": "stage"})").port == "udp://stage:57120");
}

TEST_CASE("the desktop bridge's MIDI: bytes, an offset and a port") {
    const auto text = GENERATE(
        as<std::string>(),
        R"([{"message": [144, 60, 100], "offset": 34, "requestedport": "synth"}])",
        R"({"sendmidi": [{"message": [144, 60, 100], "offset": 34, "requestedport": "synth"}]})",
        R"({"cmd": "sendmidi", "callback": 1, "messagesfromjs":
            [{"requestedport": "synth", "offset": 34, "message": [144, 60, 100]}]})");

    const seen_event got = only_event(text);

    CHECK(got.protocol == TACTUS_PROTO_MIDI);
    CHECK(got.bytes == byte_string{144, 60, 100});
    CHECK(got.offset_ms == 34);
    CHECK(got.port == "synth");
}

TEST_CASE("without offset and port MIDI is for now and as routed") {
    const seen_event got = only_event(R"([{"message": [248], "requestedport": null}])");

    CHECK(got.offset_ms == 0);
    CHECK(got.port.empty());
}

TEST_CASE("the desktop bridge's OSC: pairs of names and values") {
    const seen_event got = only_event(R"([{"target": "/dirt/play", "timestamp": 1000, "params": [
        {"name": "s", "value": "bd", "valueisnumber": false},
        {"name": "n", "value": "3", "valueisnumber": true},
        {"name": "gain", "value": 0.5, "valueisnumber": true},
        {"name": "pan", "value": 1},
        {"name": "vowel", "value": "a"}]}])");

    using namespace std::string_view_literals;
    REQUIRE(got.head_size == 20);
    CHECK(byte_string(got.bytes.begin() + 20, got.bytes.end()) ==
          osc("/dirt/play", "s"sv, "bd"sv, "n"sv, 3.0F, "gain"sv, 0.5F, "pan"sv, 1.0F, "vowel"sv,
              "a"sv));
    CHECK(got.timestamp_ms == 1000);
}

TEST_CASE("elements of a list are taken one by one; a wrong one costs itself only") {
    recorder seen;
    read_into(seen, R"([{"message": [144, 60, 100]}, {"message": [300]}, 7, {"params": 1},
                        {"target": "/a", "params": []}, {"nothing": 1}])");

    CHECK(seen.events.size() == 2);
    CHECK(seen.wrong.size() == 4);
}

TEST_CASE("pings and cancels are for us") {
    recorder seen;
    read_into(seen, R"({"tactus": "ping", "client": 1234.5})");
    read_into(seen, R"({"tactus": "ping", "client": 2234.5, "received": 1240})");
    read_into(seen, R"({"tactus": "cancel"})");
    read_into(seen, R"({"tactus": "tag", "tag": "drums"})");
    read_into(seen, R"({"tactus": "cancel", "tag": "drums"})");
    read_into(seen, R"({"tactus": "tag"})");

    REQUIRE(seen.pings.size() == 2);
    CHECK(seen.pings[0].client_ms == 1234.5);
    CHECK_FALSE(seen.pings[0].received_ms.has_value());
    CHECK(seen.pings[1].received_ms == 1240);
    CHECK(seen.cancels == 2);
    CHECK(seen.tags == "-+drums-drums+");
    CHECK(seen.wrong.empty());
}

TEST_CASE("what is wrong is said") {
    struct complaint {
        const char* text;
        const char* part;
    };
    const auto one = GENERATE(values<complaint>({
        {"", "not JSON"},
        {"{", "not JSON"},
        {R"({"address": "/a"} x)", "not JSON"},
        {R"({"address": "/a",})", "not JSON"},
        {R"({'address': '/a'})", "not JSON"},
        {R"({"address": "/a", "args": [NaN]})", "not JSON"},
        {R"({"address": "/a", "args": [18446744073709552000]})", "more than 64 bits"},
        {R"({"address": "/a", "args": [1e400]})", "out of range"},
        {R"([[[[[[[[[[[[]]]]]]]]]]]])", "not JSON"},
        {"{\"address\": \"/\xED\xA0\x80\"}", "not JSON"},
        {"17", "object or a list"},
        {"\"/a\"", "object or a list"},
        {"{}", "no \"address\""},
        {R"({"address": 7})", "\"address\""},
        {R"({"address": "a"})", "\"address\""},
        {R"({"address": "/a", "args": [[1]]})", "\"args\""},
        {R"({"address": "/a", "args": {"x": 1}})", "\"args\""},
        {R"({"address": "/a", "args": ["zero \u0000 byte"]})", "zero byte"},
        {R"({"address": "/a\u0000b"})", "\"address\""},
        {R"({"address": "/a\u0001b"})", "\"address\""},
        {R"({"address": "/a", "timestamp": "soon"})", "\"timestamp\""},
        {R"({"address": "/a", "timestamp": 1e30})", "\"timestamp\""},
        {R"({"address": "/a", "port": 0})", "\"host\""},
        {R"({"address": "/a", "port": 65536})", "\"host\""},
        {R"({"address": "/a", "port": "9000"})", "\"host\""},
        {R"({"address": "/a", "host": ""})", "\"host\""},
        {R"({"address": "/a", "host": ["x"]})", "\"host\""},
        {R"([{"message": []}])", "empty"},
        {R"([{"message": "abc"}])", "bytes"},
        {R"([{"message": [-1]}])", "byte from 0 to 255"},
        {R"([{"message": [1.5]}])", "byte from 0 to 255"},
        {R"([{"message": [144, 60, 100], "offset": "34"}])", "\"offset\""},
        {R"([{"message": [144, 60, 100], "offset": 1e12}])", "\"offset\""},
        {R"([{"message": [144, 60, 100], "requestedport": 7}])", "\"requestedport\""},
        {R"([{"params": []}])", "\"target\""},
        {R"([{"target": "x", "params": []}])", "\"target\""},
        {R"([{"target": "/a", "params": {}}])", "\"params\""},
        {R"([{"target": "/a", "params": [{"name": "n", "value": "x", "valueisnumber": true}]}])",
         "valueisnumber"},
        {R"([{"target": "/a", "params": [{"name": "n", "value": 1, "valueisnumber": false}]}])",
         "valueisnumber"},
        {R"([{"target": "/a", "params": [{"name": "n"}]}])", "\"value\""},
        {R"([{"target": "/a", "params": [{"value": 1}]}])", "\"name\""},
        {R"({"tactus": "reboot"})", "\"ping\" nor \"cancel\""},
        {R"({"tactus": "tag", "tag": 7})", "255 bytes"},
        {R"({"tactus": 1})", "\"ping\" nor \"cancel\""},
        {R"({"tactus": "ping"})", "\"client\""},
        {R"({"tactus": "ping", "client": "now"})", "\"client\""},
        {R"({"tactus": "ping", "client": 1, "received": "x"})", "\"client\""},
    }));

    CAPTURE(one.text);
    CHECK(has(only_complaint(one.text), one.part));
}

TEST_CASE("a message that is longer in OSC than an event may be is refused") {
    std::string text = R"({"address": "/a", "args": [)";
    for (int i = 0; i < 20000; ++i) {
        text += "1,";
    }
    CHECK(has(only_complaint(text + "1]}"), "too long"));
}
