// SPDX-License-Identifier: MIT
#include "kernel/cli/screen.hpp"

#include "tests/support/catch.hpp"

#include <cstdlib>
#include <vector>

namespace tactus::cli {
namespace {

using lines = std::vector<std::string>;

constexpr screen_style in_a_pipe{false, false, 80};
constexpr screen_style on_a_terminal{true, false, 12};

TEST_CASE("in a pipe, all are plain lines") {
    REQUIRE(frame(lines{"a", "b"}, lines{"figures"}, in_a_pipe) == "a\nb\nfigures\n");
    REQUIRE(frame(lines{}, lines{}, in_a_pipe).empty());
}

TEST_CASE("on a terminal, figures stand below an empty line, where the cursor rests") {
    REQUIRE(frame(lines{"a"}, lines{"one", "two"}, on_a_terminal) ==
            "\r\x1b[Ja\n\none\ntwo\n\x1b[3A\r");
}

TEST_CASE("without figures the old ones are wiped and nothing else moves") {
    REQUIRE(frame(lines{"a"}, lines{}, on_a_terminal) == "\r\x1b[Ja\n");
    REQUIRE(frame(lines{}, lines{}, on_a_terminal) == "\r\x1b[J");
}

TEST_CASE("figures never wrap, lines may") {
    const std::string wide(30, 'w');
    const std::string drawn = frame(lines{wide}, lines{wide}, on_a_terminal);
    REQUIRE(drawn.find(wide + "\n\n" + std::string(12, 'w') + "\n") != std::string::npos);
}

TEST_CASE("colour ends where the line ends") {
    const screen_style painted{true, true, 12};
    REQUIRE(frame(lines{}, lines{"one"}, painted).find("\x1b[1mone\x1b[0m\n") != std::string::npos);
}

TEST_CASE("colour is for terminals whose user has nothing against it") {
    ::setenv("TERM", "xterm", 1);
    ::unsetenv("NO_COLOR");
    REQUIRE(wants_colour(true));
    REQUIRE_FALSE(wants_colour(false));
    ::setenv("NO_COLOR", "", 1);
    REQUIRE(wants_colour(true)); // set, but empty: https://no-color.org
    ::setenv("NO_COLOR", "1", 1);
    REQUIRE_FALSE(wants_colour(true));
    ::unsetenv("NO_COLOR");
    ::setenv("TERM", "dumb", 1);
    REQUIRE_FALSE(wants_colour(true));
    ::unsetenv("TERM");
    REQUIRE_FALSE(wants_colour(true));
}

} // namespace
} // namespace tactus::cli
