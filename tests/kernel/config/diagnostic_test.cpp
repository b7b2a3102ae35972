// SPDX-License-Identifier: MIT
#include "kernel/config/diagnostic.hpp"

#include "tests/support/catch.hpp"

#include <vector>

namespace tactus::config {
namespace {

const std::vector<source_text> two_lines{{"/etc/a.toml", "name = 1\nlatancy = 2\n"}};

TEST_CASE("a diagnostic is shown in GNU form with its line, carets, hint and help") {
    const std::vector<diagnostic> found{{{2, 1}, "unknown", "did you mean?", "read on", 7}};

    CHECK(render(found, two_lines, "nothing was started") == "/etc/a.toml:2:1: error: unknown\n"
                                                             "    2 | latancy = 2\n"
                                                             "      | ^^^^^^^ did you mean?\n"
                                                             "   help: read on\n"
                                                             "1 error; nothing was started\n");
}

TEST_CASE("a diagnostic without a place quotes nothing") {
    const std::vector<diagnostic> found{{{}, "there is no input"}};

    CHECK(render(found, two_lines, "stop") ==
          "/etc/a.toml: error: there is no input\n1 error; stop\n");
}

TEST_CASE("nothing wrong is nothing said") {
    CHECK(render({}, two_lines, "stop").empty());
}

TEST_CASE("warnings alone have no consequence") {
    const std::vector<diagnostic> found{{{1, 1}, "odd", {}, {}, 1, severity::warning}};

    CHECK(render(found, two_lines, "stop") ==
          "/etc/a.toml:1:1: warning: odd\n    1 | name = 1\n      | ^\n1 warning\n");
}

TEST_CASE("carets end with the line, and a place behind its end gets one") {
    const std::vector<source_text> source{{"a", "ab"}};
    const std::vector<diagnostic> found{{{1, 2}, "long", {}, {}, 99}, {{1, 3}, "behind"}};

    CHECK(render(found, source, "x") == "a:1:2: error: long\n    1 | ab\n      |  ^\n"
                                        "a:1:3: error: behind\n    1 | ab\n      |   ^\n"
                                        "2 errors; x\n");
}

TEST_CASE("tabs and unprintable characters keep the carets under their text") {
    const std::vector<source_text> source{{"a", "\tx\x1b\u00fcy"}};
    const std::vector<diagnostic> found{{{1, 5}, "here"}};

    CHECK(render(found, source, "x") ==
          "a:1:5: error: here\n    1 |  x?\u00fcy\n      |     ^\n1 error; x\n");
}

TEST_CASE("a place outside the text is survived") {
    const std::vector<diagnostic> found{{{99, 99}, "far"}};

    CHECK(render(found, two_lines, "x").find("far") != std::string::npos);
}

TEST_CASE("at most a hundred diagnostics are shown, all are counted") {
    const std::vector<diagnostic> found(diagnostics_shown_max + 1, diagnostic{{}, "wrong"});

    const std::string text = render(found, two_lines, "x");

    CHECK(text.ends_with("... and 1 more\n101 errors; x\n"));
}

TEST_CASE("JSON holds every field, escaped") {
    const std::vector<diagnostic> found{{{2, 1}, "say \"it\"", "h", "l", 1},
                                        {{}, "w", {}, {}, 1, severity::warning}};

    CHECK(render_json(found, two_lines) ==
          "{\"file\":\"/etc/a.toml\",\"errors\":1,\"warnings\":1,\"found\":["
          "{\"file\":\"/etc/a.toml\",\"line\":2,\"column\":1,\"level\":\"error\",\"message\":\"say "
          "\\\"it\\\"\","
          "\"hint\":\"h\",\"help\":\"l\"},"
          "{\"file\":\"/etc/"
          "a.toml\",\"line\":0,\"column\":0,\"level\":\"warning\",\"message\":\"w\",\"hint\":\"\","
          "\"help\":\"\"}]}");
}

} // namespace
} // namespace tactus::config
