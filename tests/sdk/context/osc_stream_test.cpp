// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#include <tactus/cpp/osc_stream.hpp>

#include <algorithm>
#include <string>
#include <vector>

using framing = tactus::osc_framing;
using tactus::osc_stream;
using verdict = osc_stream::verdict;

namespace {

constexpr std::size_t packet_max = 32;

// What came out: each packet's bytes, "!" for malformed, "too large", "foreign".
std::vector<std::string> drain(osc_stream& reader) {
    std::vector<std::string> out;
    for (;;) {
        const osc_stream::found found = reader.next();
        switch (found.what) {
        case verdict::more:
            return out;
        case verdict::packet:
            out.emplace_back(found.packet.begin(), found.packet.end());
            break;
        case verdict::malformed:
            out.emplace_back("!");
            break;
        case verdict::too_large:
            out.emplace_back("too large");
            return out;
        case verdict::foreign:
            out.emplace_back("foreign");
            return out;
        }
    }
}

bool is_over(const std::vector<std::string>& out) {
    return !out.empty() && (out.back() == "too large" || out.back() == "foreign");
}

void feed(osc_stream& reader, const std::string& bytes, std::vector<std::string>& out) {
    std::size_t at = 0;
    while (at < bytes.size() && !is_over(out)) {
        const std::span<std::uint8_t> room = reader.room();
        REQUIRE_FALSE(room.empty());
        const std::size_t n = std::min(room.size(), bytes.size() - at);
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), n, room.begin());
        reader.took(n);
        at += n;
        const std::vector<std::string> more = drain(reader);
        out.insert(out.end(), more.begin(), more.end());
    }
}

// Fed in pieces, cut at those places.
std::vector<std::string> read(framing expected, const std::string& bytes,
                              const std::vector<std::size_t>& cuts) {
    osc_stream reader(expected, packet_max);
    std::vector<std::string> out;
    std::size_t from = 0;
    for (const std::size_t cut : cuts) {
        feed(reader, bytes.substr(from, cut - from), out);
        from = cut;
    }
    feed(reader, bytes.substr(from), out);
    return out;
}

std::string sized(const std::string& packet) {
    const std::size_t n = packet.size();
    std::string out;
    for (const int shift : {24, 16, 8, 0}) {
        out += static_cast<char>(n >> shift & 0xff);
    }
    return out + packet;
}

struct row {
    const char* name;
    framing expected;
    std::string bytes;
    std::vector<std::string> found;
};

const std::string a("/a\0\0,\0\0\0", 8);
const std::string b("/bcd\0\0\0\0,i\0\0\0\0\0\x01", 16);
const std::string special("/x\0\0,b\0\0\0\0\0\x04\xc0\xdb\xdc\xdd", 16);
const std::string special_slip("/x\0\0,b\0\0\0\0\0\x04\xdb\xdc\xdb\xdd\xdc\xdd", 18);
const std::string end("\xc0");

const std::vector<row>& table() {
    static const std::vector<row> rows = {
        {"one by size", framing::size, sized(a), {a}},
        {"two by size, told", framing::automatic, sized(a) + sized(b), {a, b}},
        {"a size of 0", framing::size, sized("") + sized(a), {"!", a}},
        {"the longest by size", framing::size, sized(std::string(32, 'x')), {std::string(32, 'x')}},
        {"one too long by size",
         framing::size,
         sized(a) + sized(std::string(33, 'x')),
         {a, "too large"}},
        {"a size of 4 GB", framing::automatic, "\xff\xff\xff\xff", {"too large"}},
        {"one in SLIP", framing::slip, end + a + end, {a}},
        {"two in SLIP, told", framing::automatic, end + a + end + end + b + end, {a, b}},
        {"one END between", framing::slip, end + a + end + b + end, {a, b}},
        {"SLIP without the first END, told", framing::automatic, a + end + b + end, {a, b}},
        {"a bundle in SLIP, told", framing::automatic, "#bundle" + end, {"#bundle"}},
        {"nothing but ENDs", framing::automatic, end + end + end + end + end, {}},
        {"escapes", framing::slip, end + special_slip + end, {special}},
        {"a wrong escape, then a right packet",
         framing::slip,
         end +
             "ab\xdb"
             "c" +
             end + a + end,
         {"!", a}},
        {"an escape before END", framing::slip, end + "abc\xdb" + end + a + end, {"!", a}},
        {"the longest in SLIP, all escaped",
         framing::slip,
         [] {
             std::string raw;
             for (int i = 0; i < 32; ++i) {
                 raw += "\xdb\xdc";
             }
             return end + raw + end;
         }(),
         {std::string(32, '\xc0')}},
        {"one too long in SLIP", framing::slip, end + std::string(33, 'x') + end, {"too large"}},
        {"SLIP without END", framing::slip, end + std::string(100, 'x'), {"too large"}},
        {"junk before the first END", framing::slip, "xyz" + end + a + end, {"foreign"}},
        {"an escape as the first byte", framing::slip, "\xdb\xdc" + end + a + end, {"foreign"}},
        {"sizes to SLIP", framing::slip, sized(a) + sized(b), {"foreign"}},
        {"junk after an END is one packet, and the kernel's to refuse",
         framing::slip,
         end + "xyz" + end + a + end,
         {"xyz", a}},
        {"SLIP to size", framing::size, end + a + end, {"foreign"}},
        {"an address to size", framing::size, a + end, {"foreign"}},
        {"a bundle to size", framing::size, "#bundle" + end, {"foreign"}},
        {"HTTP to auto", framing::automatic, "POST /a HTTP/1.1\r\n\r\n", {"foreign"}},
        {"HTTP to SLIP", framing::slip, "GET / HTTP/1.1\r\n" + end + a + end, {"foreign"}},
        {"HTTP to size", framing::size, "OPTIONS * HTTP/1.1\r\n", {"foreign"}},
        {"TLS", framing::automatic, std::string("\x16\x03\x01\x02\x00\x01", 6), {"foreign"}},
    };
    return rows;
}

} // namespace

TEST_CASE("packets come out of a stream whatever pieces it comes in") {
    for (const row& each : table()) {
        CAPTURE(each.name);
        CHECK(read(each.expected, each.bytes, {}) == each.found);
        for (std::size_t cut = 1; cut < each.bytes.size(); ++cut) {
            CAPTURE(cut);
            CHECK(read(each.expected, each.bytes, {cut}) == each.found);
        }
        std::vector<std::size_t> every;
        for (std::size_t cut = 1; cut < each.bytes.size(); ++cut) {
            every.push_back(cut);
        }
        CHECK(read(each.expected, each.bytes, every) == each.found);
    }
}

TEST_CASE("a long stream needs no more room than two packets") {
    osc_stream reader(framing::automatic, packet_max);
    std::vector<std::string> out;
    for (int i = 0; i < 1000; ++i) {
        feed(reader, sized(b) + sized(a).substr(0, 7), out);
        feed(reader, sized(a).substr(7), out);
    }

    CHECK(out.size() == 2000);
    CHECK(out.back() == a);
}

TEST_CASE("part of a packet is told from what stands between packets") {
    struct begun {
        framing expected;
        std::string bytes;
        bool is_in_packet;
    };
    const std::vector<begun> rows = {
        {framing::automatic, "", false},
        {framing::automatic, end, false},
        {framing::automatic, end + end + end, false},
        {framing::automatic, end + end + end + end + end, false},
        {framing::automatic, "/", true},
        {framing::automatic, end + "/", true},
        {framing::automatic, std::string(1, '\0'), true},
        {framing::size, sized(a).substr(0, 3), true},
        {framing::size, sized(a).substr(0, 11), true},
        {framing::size, sized(a), false},
        {framing::size, sized(a) + std::string(1, '\0'), true},
        {framing::size, sized(""), false},
        {framing::slip, end + a, true},
        {framing::slip, end + a + end, false},
        {framing::slip, end + a + end + end, false},
        {framing::slip, end + a + end + end + "/", true},
        {framing::slip, end + a + end + "\xdb", true},
    };
    for (const begun& each : rows) {
        CAPTURE(each.bytes, each.bytes.size());
        osc_stream reader(each.expected, packet_max);
        std::vector<std::string> out;
        feed(reader, each.bytes, out);
        CHECK(reader.is_in_packet() == each.is_in_packet);
    }
}

TEST_CASE("a stream that begins as no OSC does says what it is") {
    const auto why = [](framing expected, const std::string& bytes) {
        osc_stream reader(expected, packet_max);
        std::vector<std::string> out;
        feed(reader, bytes, out);
        CHECK(out == std::vector<std::string>{"foreign"});
        return std::string(reader.why_foreign());
    };
    CHECK(why(framing::slip, "GET /").find("HTTP") != std::string::npos);
    CHECK(why(framing::slip, sized(a)).find("framing = \"size\"") != std::string::npos);
    CHECK(why(framing::size, end + a).find("framing = \"slip\"") != std::string::npos);
}
