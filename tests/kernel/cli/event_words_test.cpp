// SPDX-License-Identifier: MIT
#include "kernel/cli/event_words.hpp"

#include "tests/support/catch.hpp"

#include <vector>

using namespace tactus;
using namespace tactus::cli;
using Catch::Matchers::Contains;

namespace {

std::string member(const std::vector<std::string>& words) {
    const result<std::string> made = osc_member(words);
    return made ? *made : "error: " + made.error().text;
}

} // namespace

TEST_CASE("an argument is an integer, a float or a text, whichever it looks like") {
    CHECK(member({"/a"}) == R"("osc":["/a"])");
    CHECK(member({"/a", "1", "-1", "+7", "2.5", "1e3", "text", "", "1x", "true", "false", "nil"}) ==
          R"("osc":["/a",1,-1,7,2.5,1000.0,"text","","1x",true,false,null])");
    CHECK(member({"/a", "5000000000", "a:b", "/x", "\"q\""}) ==
          R"("osc":["/a",5000000000,"a:b","/x","\"q\""])");
    CHECK(member({"/a", "inf", "nan"}) == R"("osc":["/a","inf","nan"])");
}

TEST_CASE("a type can be forced") {
    CHECK(member({"/a", "i:1", "f:1", "d:2", "h:3", "s:4", "S:x", "s:true", "s:i:1"}) ==
          R"("osc":["/a",{"i":1},{"f":1.0},{"d":2.0},{"h":3},{"s":"4"},{"S":"x"},{"s":"true"},)"
          R"({"s":"i:1"}])");
    CHECK(member({"/a", "b:0a ff", "m:00903c64"}) ==
          R"("osc":["/a",{"b":"0a ff"},{"m":"00903c64"}])");
}

TEST_CASE("words that make no event are refused with what was expected") {
    CHECK_THAT(member({}), Contains("must begin with an address") || Contains("begins with"));
    CHECK_THAT(member({"a"}), Contains("begins with \"/\""));
    CHECK_THAT(member({"/a", "i:x"}), Contains("\"i:x\" is not a number") && Contains("i:60"));
    CHECK_THAT(member({"/a", "i:2.5"}), Contains("is not a number"));
    CHECK_THAT(member({"/a", "m:1"}), Contains("the type \"m\""));
    CHECK(midi_member("90 3c 64").value() == R"("midi":"90 3c 64")");
    CHECK_THAT(midi_member("90").error().text, Contains("not one complete MIDI message"));
}
