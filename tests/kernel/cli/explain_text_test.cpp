// SPDX-License-Identifier: MIT
#include "kernel/cli/explain_text.hpp"

#include "tests/support/catch.hpp"

using namespace tactus;
using namespace tactus::cli;

namespace {

std::string shown(std::string_view json) {
    const result<control::explain_report> read = control::read_explanation(json);
    REQUIRE(read.has_value());
    return explain_text(*read);
}

} // namespace

TEST_CASE("an explanation has a line for each route, and one for each output of a taken one") {
    CHECK(
        shown(R"({"input":"desk","event":{"osc":["/synth/note",60,100]},"routes":[)"
              R"({"route":"route 1","line":12,"takes":false,)"
              R"("why":"`from`: it takes events of keys"},)"
              R"({"route":"drums","line":20,"takes":true,"makes":{"midi":"99 3c 64"},"for_s":0.5,)"
              R"("may_hold_back":true,"outputs":[{"output":"organ","gets":{"midi":"99 3c 64"}},)"
              R"({"output":"fx","why":"it is not up, and its protocols are unknown"}]}]})") ==
        "desk  /synth/note 60 100\n"
        "  route 1 (line 12)  does not take it: `from`: it takes events of keys\n"
        "  drums (line 20)    takes it, and makes  note on  channel 10  note 60  velocity 100, "
        "ended after 0.5 s; `throttle` or `dedupe` may hold it back\n"
        "    organ  gets  note on  channel 10  note 60  velocity 100\n"
        "    fx     nothing is sent: it is not up, and its protocols are unknown\n");
}

TEST_CASE("an explanation says if no route takes the event, or none is asked") {
    CHECK(shown(R"({"input":"desk","event":{"midi":"f8"},"routes":[)"
                R"({"route":"route 1","line":3,"takes":false,"why":"no"}]})") ==
          "desk  clock\n  route 1 (line 3)  does not take it: no\nNo route takes it.\n");
    CHECK(
        shown(
            R"({"input":"desk","event":{"osc":["/panic"]},"why":"It is a panic.","routes":[]})") ==
        "desk  /panic\n  It is a panic.\n");
    CHECK_FALSE(control::read_explanation("[]").has_value());
}
