// SPDX-License-Identifier: MIT
#include "kernel/codec/osc_pattern.hpp"

#include "tests/support/catch.hpp"

#include <string>

using tactus::codec::osc_match;
using tactus::codec::osc_pattern;
using tactus::codec::osc_pattern_states_max;

namespace {

osc_pattern compiled(std::string_view text) {
    auto pattern = osc_pattern::compile(text);
    INFO(text);
    REQUIRE(pattern);
    return *pattern;
}

std::string error_of(std::string_view text) {
    const auto pattern = osc_pattern::compile(text);
    INFO(text);
    REQUIRE_FALSE(pattern);
    return pattern.error().text;
}

struct row {
    const char* pattern;
    const char* address;
    bool is_match;
};

} // namespace

TEST_CASE("an address pattern matches as OSC 1.0 says") {
    const auto [pattern, address, is_match] = GENERATE(values<row>({
        {"/a/b", "/a/b", true},        {"/a/b", "/a/bc", false},
        {"/a/b", "/a", false},         {"/a?c", "/abc", true},
        {"/a?c", "/ac", false},        {"/a?c", "/a/c", false},
        {"/a/*", "/a/b", true},        {"/a/*", "/a/", true},
        {"/a/*", "/a/b/c", false},     {"/*/c", "/a/c", true},
        {"/*/c", "/a/b/c", false},     {"/a*b*c", "/axxbxxc", true},
        {"/a*b*c", "/abc", true},      {"/a*b*c", "/axxcxxb", false},
        {"/**", "/abc", true},         {"/*", "/", true},
        {"/n[0-9]", "/n7", true},      {"/n[0-9]", "/nx", false},
        {"/n[0-9]", "/n", false},      {"/n[!0-9]", "/nx", true},
        {"/n[!0-9]", "/n7", false},    {"/n[!0-9]b", "/n/b", false},
        {"/n[abc]", "/nb", true},      {"/n[a-]", "/n-", true},
        {"/n[-a]", "/n-", true},       {"/n[a!]", "/n!", true},
        {"/n[a-cx-z]", "/ny", true},   {"/n[--0]", "/n.", true},
        {"/n[--0]x", "/n/x", false},   {"/{foo,bar}", "/foo", true},
        {"/{foo,bar}", "/bar", true},  {"/{foo,bar}", "/foobar", false},
        {"/{foo,bar}", "/fo", false},  {"/x{,y}z", "/xz", true},
        {"/x{,y}z", "/xyz", true},     {"/x{y,}", "/x", true},
        {"/{a,ab}c", "/abc", true},    {"/{a,ab}{c,bc}", "/abbc", true},
        {"/{a}", "/a", true},          {"/*{x,y}?", "/aaxz", true},
        {"/*{x,y}?", "/aaxy/", false}, {"/a*", "/b", false},
    }));

    INFO(pattern << " against " << address);
    CHECK(compiled(pattern).matches(address) == is_match);
}

TEST_CASE("two slashes match any number of levels") {
    const auto [pattern, address, is_match] = GENERATE(values<row>({
        {"//b", "/b", true},
        {"//b", "/a/b", true},
        {"//b", "/a/c/b", true},
        {"//b", "/ab", false},
        {"//b", "/a/bc", false},
        {"/a//b", "/a/b", true},
        {"/a//b", "/a/x/b", true},
        {"/a//b", "/a/x/y/b", true},
        {"/a//b", "/a/xb", false},
        {"/a//b", "/ab", false},
        {"/*//n?", "/q/r/s/n1", true},
        {"//a//b", "/x/a/y/b", true},
    }));

    INFO(pattern << " against " << address);
    CHECK(compiled(pattern).matches(address) == is_match);
}

TEST_CASE("a pattern without wildcards is literal") {
    CHECK(compiled("/a/b,c").is_literal());
    CHECK(compiled("/a/b,c").text() == "/a/b,c");
    CHECK_FALSE(compiled("/a?").is_literal());
    CHECK_FALSE(compiled("/a//b").is_literal());
}

TEST_CASE("wildcards in an incoming address are plain text") {
    CHECK_FALSE(compiled("/synth").matches("/*"));
    CHECK_FALSE(compiled("/{a,b}").matches("/?"));
    CHECK(compiled("/*").matches("/*"));
}

TEST_CASE("blanks and UTF-8 match literally, and a wildcard takes a character whole") {
    const auto [pattern, address, is_match] = GENERATE(values<row>({
        {"/My Param", "/My Param", true},
        {"/My Param", "/My_Param", false},
        {"/avatar/*", "/avatar/My Param", true},
        {"/a?b", "/a b", true},
        {"/[ -~]", "/#", true},
        {"/é", "/é", true},
        {"/é", "/è", false},
        {"/lumière/*", "/lumière/日本", true},
        {"/*/x", "/日 本/x", true},
        {"/?", "/é", true},
        {"/??", "/é", false},
        {"/?", "/🎹", true},
        {"/????", "/🎹", false},
        {"/*é", "/aéé", true},
        {"/*é?", "/aéé", true},
        {"/*è", "/aéé", false},
        {"/[é]", "/é", true},
        {"/[aé日]x", "/日x", true},
        {"/[aé日]x", "/本x", false},
        {"/[à-ÿ]", "/é", true},
        {"/[à-ÿ]", "/a", false},
        {"/[a-é]", "/z", true},
        {"/[à-èé-ÿa]", "/ê", true},
        {"/[!à-ÿ]", "/é", false},
        {"/[!à-ÿ]", "/日", true},
        {"/[!a]", "/日", true},
        {"/[!日a]", "/日", false},
        {"/{é,日本}", "/日本", true},
        {"/{é,日本}", "/日", false},
        {"/x//é", "/x/ü/é", true},
        {"/*", "/\x80", true}, // no UTF-8: each byte is a character
        {"/??", "/\xe9\x62", true},
        {"/[!a]", "/\xff", true},
        {"/[à-ÿ]", "/\xe9", false},
    }));

    INFO(pattern << " against " << address);
    CHECK(compiled(pattern).matches(address) == is_match);
}

TEST_CASE("a literal pattern may hold blanks and UTF-8") {
    CHECK(compiled("/a b/ü#,").is_literal());
    CHECK_FALSE(compiled("/ü?").is_literal());
}

TEST_CASE("a wrong pattern says where, and what was expected") {
    CHECK(error_of("") == "address pattern, character 1: an address pattern begins with '/'");
    CHECK(error_of("a") == "address pattern, character 1: an address pattern begins with '/'");
    CHECK(error_of("/a\x01") ==
          "address pattern, character 3: expected UTF-8 without control characters");
    CHECK(error_of("/é\xc2\x85") ==
          "address pattern, character 3: expected UTF-8 without control characters");
    CHECK(error_of("/\xe9") ==
          "address pattern, character 2: expected UTF-8 without control characters");
    CHECK(error_of("/é[ÿ-à]") == "address pattern, character 4: the range ÿ-à runs backwards");
    CHECK(error_of("/ab[c") ==
          "address pattern, character 4: '[' is not closed; expected text, then ']'");
    CHECK(error_of("/{a") ==
          "address pattern, character 2: '{' is not closed; expected text, then '}'");
    CHECK(error_of("/[]") ==
          "address pattern, character 2: '[' holds nothing; expected text, then ']'");
    CHECK(error_of("/[!]") ==
          "address pattern, character 4: expected a character or a range before ']'");
    CHECK(error_of("/[z-a]") == "address pattern, character 3: the range z-a runs backwards");
    CHECK(error_of("/[a/]") == "address pattern, character 4: a set never matches '/'");
    CHECK(error_of("/{a*}") ==
          "address pattern, character 4: expected plain text between '{' and '}'");
    CHECK(error_of("/{a/b}") ==
          "address pattern, character 4: expected plain text between '{' and '}'");
    CHECK(error_of("/a]") == "address pattern, character 3: this bracket closes nothing; "
                             "expected plain text or a wildcard");
    CHECK(error_of("/a//") == "address pattern, character 3: '//' must be followed by a name");
    CHECK(error_of("/a///b") == "address pattern, character 3: '//' must be followed by a name");
}

TEST_CASE("an error does not repeat control characters") {
    CHECK(error_of("/\x1b[31m").find('\x1b') == std::string::npos);
}

TEST_CASE("a pattern has as many states as the limit says and not one more") {
    const std::string full(osc_pattern_states_max - 2, '?');

    CHECK(compiled("/" + full).matches("/" + std::string(full.size(), 'x')));
    CHECK_FALSE(compiled("/" + full).matches("/" + std::string(full.size() - 1, 'x')));
    const auto over = osc_pattern::compile("/" + full + "?");
    REQUIRE_FALSE(over);
    CHECK(over.error().kind == tactus::error_kind::limit);
}

TEST_CASE("the packet that stops liblo for seconds costs a few hundred steps") {
    // 48 bytes with 14 '*', against 46 characters that almost match: 4.4 s in a backtracking
    // matcher.
    std::string hostile = "/";
    for (int star = 0; star < 14; ++star) {
        hostile += "*a";
    }
    hostile.resize(47, 'a');
    hostile += 'b';
    const std::string address = "/" + std::string(45, 'a');

    const osc_match answer = compiled(hostile).match(address);

    CHECK_FALSE(answer.is_match);
    CHECK(answer.steps <= hostile.size() * address.size()); // 2208; at 2 ns a step 4.4 us
}

TEST_CASE("no pattern costs more steps than states times characters") {
    std::string worst = "/";
    while (worst.size() < osc_pattern_states_max - 2) {
        worst += "*?";
    }
    const std::string address = "/" + std::string(1000, 'a');

    CHECK(compiled(worst).match(address).steps <= osc_pattern_states_max * address.size());
}
