// SPDX-License-Identifier: MIT
#include "kernel/codec/osc_dispatch.hpp"

#include "tests/support/catch.hpp"

#include <string>

using namespace tactus::codec;

namespace {

struct row {
    const char* pattern;
    const char* address;
    bool is_match;
};

bool matches(std::string_view pattern, std::string_view address) {
    INFO(pattern);
    REQUIRE(is_dispatch_pattern(pattern));
    return match_dispatched(pattern, address, osc_dispatch_steps_max).is_match;
}

} // namespace

TEST_CASE("an incoming pattern matches addresses as OSC 1.0 says") {
    const auto [pattern, address, is_match] = GENERATE(values<row>({
        {"/press/bank/1/*", "/press/bank/1/3", true},
        {"/press/bank/1/*", "/press/bank/2/3", false},
        {"/press/bank/1/*", "/press/bank/1/3/x", false},
        {"/a?c", "/abc", true},
        {"/a?c", "/a/c", false},
        {"/a?c", "/ac", false},
        {"/*/c", "/a/c", true},
        {"/*/c", "/a/b/c", false},
        {"/a*b*c", "/axxbxxc", true},
        {"/a*b*c", "/axxcxxb", false},
        {"/a*", "/a", true},
        {"/**", "/abc", true},
        {"/n[0-9]", "/n7", true},
        {"/n[!0-9]", "/n7", false},
        {"/n[!0-9]", "/n/", false},
        {"/n[--0]x", "/n/x", false},
        {"/n[a-]", "/n-", true},
        {"/{foo,bar}/x", "/bar/x", true},
        {"/{foo,bar}", "/foobar", false},
        {"/x{,y}z", "/xz", true},
        {"/{a,ab}{c,bc}", "/abbc", true},
        {"/*{x,y}?", "/aaxz", true},
        {"/?", "/é", true},
        {"/??", "/é", false},
        {"/*??", "/é", false},
        {"/*??", "/日本", true},
        {"/[à-ÿ]", "/é", true},
        {"/My *", "/My Param", true},
        {"/a//*", "/a//b", true}, // two slashes are text
        {"/a//*", "/a/x/b", false},
    }));

    INFO(pattern << " against " << address);
    CHECK(matches(pattern, address) == is_match);
}

TEST_CASE("what is no well-formed pattern is none") {
    const auto* const text = GENERATE("/a", "/a,b", "/[", "/]", "/{", "/}", "/[]", "/[!]", "/{}",
                                      "/{a*}", "/{a/b}", "/a]b*", "/{[a]}", "/*]", "");
    CHECK_FALSE(is_dispatch_pattern(text));
}

TEST_CASE("the prefix of a pattern ends at its first wildcard") {
    CHECK(literal_prefix("/press/*/1") == "/press/");
    CHECK(literal_prefix("/a{b,c}") == "/a");
    CHECK(literal_prefix("/a") == "/a");
}

TEST_CASE("a hostile pattern costs as many steps as it may, and not many more") {
    const std::string address = "/" + std::string(1000, 'a');
    std::string stars = "/";
    std::string braces = "/*{";
    std::string sets = "/*";
    for (int i = 0; i < 250; ++i) {
        stars += "*a";
        braces += "ab,";
        sets += "[a]";
    }
    const std::string pattern =
        GENERATE_COPY(stars + "b", braces + "c}", sets + "b", "/*[" + std::string(900, 'b') + "]",
                      "/*" + std::string(500, '?') + "b");

    const osc_match answer = match_dispatched(pattern, address, osc_dispatch_steps_max);

    CHECK_FALSE(answer.is_match);
    CHECK(answer.steps > osc_dispatch_steps_max);
    CHECK(answer.steps < osc_dispatch_steps_max + 2100);      // what one element may still cost
    CHECK_FALSE(match_dispatched("/*", address, 3).is_match); // it matches, and costs more
}
