// SPDX-License-Identifier: MIT
#include "plugins/stream_in/line_splitter.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace {

constexpr std::size_t line_max = 8;

struct seen {
    std::uint64_t number;
    std::string line;
    bool is_too_long;
    bool operator==(const seen&) const = default;
};

// The text in pieces of so many bytes.
std::vector<seen> split(std::string_view text, std::size_t piece) {
    stream_in::line_splitter splitter(line_max);
    std::vector<seen> lines;
    const auto keep = [&](const std::optional<stream_in::line_splitter::line>& one) {
        if (one.has_value()) {
            lines.push_back({one->number, std::string(one->text), one->is_too_long});
        }
        return one.has_value();
    };
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
        std::string_view bytes = text.substr(0, piece);
        while (keep(splitter.next(bytes))) {
        }
        CHECK(bytes.empty());
    }
    keep(splitter.finish());
    return lines;
}

} // namespace

TEST_CASE("lines are the same however the stream is cut") {
    const std::string text = "one\r\n\n12345678\r\n123456789\nlast";
    const std::vector<seen> expected{{1, "one", false},
                                     {2, "", false},
                                     {3, "12345678", false},
                                     {4, "", true},
                                     {5, "last", false}};

    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        INFO(piece);
        CHECK(split(text, piece) == expected);
    }
}

TEST_CASE("a line without an end takes no more memory than the longest line, and is told of once") {
    const std::string endless(1000, 'x');

    CHECK(split(endless, 7) == std::vector<seen>{{1, "", true}});
    CHECK(split(endless + "\nok\n", 7) == std::vector<seen>{{1, "", true}, {2, "ok", false}});
}

TEST_CASE("a carriage return within a line belongs to it") {
    CHECK(split("a\rb\r\r\n", 3) == std::vector<seen>{{1, "a\rb\r", false}});
}

TEST_CASE("nothing is no line") {
    CHECK(split("", 1).empty());
    CHECK(split("a\n", 1).size() == 1);
}
