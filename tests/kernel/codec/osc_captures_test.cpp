// SPDX-License-Identifier: MIT
#include "kernel/codec/osc_captures.hpp"
#include "kernel/codec/osc_pattern.hpp"

#include "tests/support/catch.hpp"

#include <optional>
#include <random>
#include <string>

using namespace tactus::codec;
using strings = std::vector<std::string>;

namespace {

std::optional<strings> captured(std::string_view pattern, std::string_view address) {
    captures found;
    if (!capturing_pattern(pattern).match(address, found)) {
        return std::nullopt;
    }
    return strings(found.texts.begin(), found.texts.begin() + found.size);
}

std::string random_text(std::mt19937& random, std::string_view letters, std::size_t size_max) {
    std::string text;
    for (std::size_t size = random() % (size_max + 1); text.size() < size;) {
        text += letters[random() % letters.size()];
    }
    return text;
}

} // namespace

TEST_CASE("each wildcard takes its part of the address") {
    CHECK(captured("/synth/*/note", "/synth/left/note") == strings{"left"});
    CHECK(captured("/*/fader*", "/1/fader12") == strings{"1", "12"});
    CHECK(captured("/ch?/[a-c]*", "/ch4/bell") == strings{"4", "b", "ell"});
    CHECK(captured("/{left,right}/*", "/right/x") == strings{"right", "x"});
    CHECK(captured("/plain", "/plain") == strings{});
}

TEST_CASE("a star takes as little as it can, and nothing where that is enough") {
    CHECK(captured("/a*b*", "/axbxb") == strings{"x", "xb"});
    CHECK(captured("/a*", "/a") == strings{""});
    CHECK(captured("/*a", "/aaa") == strings{"aa"});
}

TEST_CASE("any levels take part and are not counted") {
    CHECK(captured("/a//*", "/a/b/c/d") == strings{"d"});
    CHECK(captured("//x/?", "/x/1") == strings{"1"});
}

TEST_CASE("what is captured begins and ends between characters") {
    CHECK(captured("/*/?", "/My Param/é") == strings{"My Param", "é"});
    CHECK(captured("/*?", "/日本") == strings{"日", "本"});
    CHECK(captured("/*??", "/日本") == strings{"", "日", "本"});
    CHECK(captured("/[à-ÿ]*", "/éa") == strings{"é", "a"});
    CHECK(captured("/{é,a}[!é]", "/é日") == strings{"é", "日"});
    CHECK_FALSE(captured("/*??", "/é"));
    CHECK_FALSE(captured("/[!日-本]", "/日"));
}

TEST_CASE("an address that does not match captures nothing") {
    CHECK_FALSE(captured("/synth/*/note", "/synth/a/b/note"));
    CHECK_FALSE(captured("/ch?", "/ch"));
    CHECK_FALSE(captured("/[!a]", "/a"));
    CHECK_FALSE(captured("/{a,b}", "/c"));
}

TEST_CASE("addresses up to the limit are captured, longer ones not") {
    const std::string longest = "/" + std::string(captured_size_max - 1, 'a');

    CHECK(captured("/*", longest) == strings{longest.substr(1)});
    CHECK_FALSE(captured("/*", longest + "a"));
}

TEST_CASE("patterns with more wildcards than can be captured are told") {
    std::string stars;
    for (std::size_t i = 0; i < captures_max; ++i) {
        stars += "/*";
    }

    CHECK(capturing_pattern::count(stars) == captures_max);
    CHECK(capturing_pattern::is_supported(stars));
    CHECK_FALSE(capturing_pattern::is_supported(stars + "/*"));
    std::string levels;
    for (int i = 0; i < 40; ++i) {
        levels += "//a";
    }
    CHECK_FALSE(capturing_pattern::is_supported(levels));
}

TEST_CASE("captures are found exactly where the pattern matches") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    int matched = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = "/" + random_text(random, "ab/*?*[a]{a,b}{,b}[!b]", 10);
        const std::string address = "/" + random_text(random, "ab/", 8);
        const auto pattern = osc_pattern::compile(text);
        if (!pattern || !capturing_pattern::is_supported(text)) {
            continue;
        }
        CAPTURE(text, address);
        const auto found = captured(text, address);
        REQUIRE(found.has_value() == pattern->matches(address));
        REQUIRE((!found || found->size() == capturing_pattern::count(text)));
        matched += found ? 1 : 0;
    }
    REQUIRE(matched > 100);
}
