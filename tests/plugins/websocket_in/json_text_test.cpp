// SPDX-License-Identifier: MIT
#include "plugins/websocket_in/json_text.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using websocket_in::json_text;

TEST_CASE("texts of any language pass as they are, and JSON's own characters are escaped") {
    const std::vector<std::string> known = {"M\xc3\xbcller", "\xe3\x83\x94\xe3\x82\xa2\xe3\x83\x8e",
                                            "a\"b\\c\n\x7f"};
    CHECK(json_text("x").texts("known", known).done() ==
          "{\"tactus\":\"x\",\"known\":[\"M\xc3\xbcller\",\"\xe3\x83\x94\xe3\x82\xa2\xe3\x83\x8e\","
          "\"a\\\"b\\\\c\\u000a\\u007f\"]}");
}

TEST_CASE("a text that is no UTF-8 keeps its ASCII") {
    CHECK(json_text("x").text("why", "M\xfcller").done() ==
          R"({"tactus":"x","why":"M\ufffdller"})");
    CHECK(json_text("x").text("why", "cut \xc3").done() == R"({"tactus":"x","why":"cut \ufffd"})");
}
