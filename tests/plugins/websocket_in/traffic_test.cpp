// SPDX-License-Identifier: MIT
// 84 messages that Strudel played, as its JSON frames, and what its own bridge sent for them.
#include "plugins/websocket_in/text_reader.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <string>

using namespace websocket_in;

namespace {

std::vector<std::string> lines_of(const std::string& name) {
    std::ifstream file(std::string(TACTUS_TRAFFIC_DIR "/") + name);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    REQUIRE(lines.size() == 84);
    return lines;
}

struct datagrams final : text_sink {
    void event(const text_event& what) override {
        std::string hex;
        for (const std::uint8_t byte : what.bytes) {
            hex += "0123456789abcdef"[byte >> 4];
            hex += "0123456789abcdef"[byte & 15];
        }
        all.push_back(hex);
    }
    void ping(const clock_ping&) override { FAIL("a ping"); }
    void cancel(std::string_view /*tag*/) override { FAIL("a cancel"); }
    void tag(std::string_view /*tag*/) override { FAIL("a tag"); }
    void malformed(std::string_view why) override { FAIL(std::string(why)); }
    std::vector<std::string> all;
};

} // namespace

TEST_CASE("Strudel's frames become, byte by byte, what Strudel's own bridge sends") {
    const std::vector<std::string> expected = lines_of("strudel-osc-1.3.expected.hex");
    text_reader reader(65536);
    datagrams made;

    for (std::string line : lines_of("strudel-osc-1.3.jsonl")) {
        const std::size_t size = line.size();
        line.resize(size + 64);
        reader.read({reinterpret_cast<const std::uint8_t*>(line.data()), size}, made);
    }

    CHECK(made.all == expected);
}
