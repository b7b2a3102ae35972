// SPDX-License-Identifier: MIT
#include "kernel/config/quantity.hpp"

#include "tests/support/catch.hpp"

#include <string>

namespace tactus::config {
namespace {

std::int64_t duration(std::string_view text) {
    const auto parsed = parse_duration(text);
    INFO(std::string(text));
    REQUIRE(parsed.has_value());
    return *parsed;
}

std::string duration_hint(std::string_view text) {
    const auto parsed = parse_duration(text);
    INFO(std::string(text));
    REQUIRE_FALSE(parsed.has_value());
    return parsed.error().hint;
}

TEST_CASE("a duration has each of the units") {
    CHECK(duration("7ns") == 7);
    CHECK(duration("50us") == 50'000);
    CHECK(duration("250ms") == 250'000'000);
    CHECK(duration("2s") == 2'000'000'000);
    CHECK(duration("10m") == 600'000'000'000);
    CHECK(duration("1h") == 3'600'000'000'000);
}

TEST_CASE("a duration with decimals is exact") {
    CHECK(duration("0.1s") == 100'000'000);
    CHECK(duration("1.5ms") == 1'500'000);
    CHECK(duration("0.000000001s") == 1);
    CHECK(duration("2.50000000000000s") == 2'500'000'000);
}

TEST_CASE("a duration finer than a nanosecond is refused") {
    CHECK_FALSE(parse_duration("0.5ns").has_value());
    CHECK_FALSE(parse_duration("0.0000000001s").has_value());
}

TEST_CASE("a duration may be negative, if little else") {
    CHECK(duration("-20ms") == -20'000'000);
    CHECK_FALSE(parse_duration("--1s").has_value());
    CHECK_FALSE(parse_duration("+1s").has_value());
    CHECK_FALSE(parse_duration("1e3s").has_value());
}

TEST_CASE("a duration up to the largest 64-bit number of nanoseconds is taken, none above") {
    CHECK(duration("9223372036854775807ns") == INT64_MAX);
    CHECK_FALSE(parse_duration("9223372036854775808ns").has_value());
    CHECK_FALSE(parse_duration("9999999999h").has_value());
    CHECK_FALSE(parse_duration("99999999999999999999999999999999999999s").has_value());
}

TEST_CASE("what is no duration is refused") {
    for (const char* const text :
         {"", "ms", "10", "1.ms", ".5s", "10 ms", "10ms ", "ten minutes", "-", "1.2.3s", "10d"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text).has_value());
    }
}

TEST_CASE("a usual misspelling of a unit gets a hint") {
    CHECK(duration_hint("10 ms") == "did you mean \"10ms\"?");
    CHECK(duration_hint("10sec") == "did you mean \"10s\"?");
    CHECK(duration_hint("1.5 minutes") == "did you mean \"1.5m\"?");
    CHECK(duration_hint("-3 hours") == "did you mean \"-3h\"?");
    CHECK(duration_hint("5\u00b5s") == "did you mean \"5us\"?");
    CHECK(duration_hint("ten minutes").empty());
}

TEST_CASE("a size has binary units and none") {
    CHECK(*parse_size("0") == 0);
    CHECK(*parse_size("4096") == 4096);
    CHECK(*parse_size("10B") == 10);
    CHECK(*parse_size("64KiB") == 65536);
    CHECK(*parse_size("2MiB") == 2097152);
    CHECK(*parse_size("3GiB") == 3221225472);
}

TEST_CASE("what is no size is refused, also one that does not fit") {
    for (const char* const text : {"", "KiB", "-1", "1.5KiB", "64 KiB", "64KB", "1e6", "0x10",
                                   "9223372036854775808", "8589934592GiB"}) {
        INFO(text);
        CHECK_FALSE(parse_size(text).has_value());
    }
}

TEST_CASE("a decimal unit of size gets the binary one as a hint") {
    CHECK(parse_size("64MB").error().hint == "did you mean \"64MiB\"?");
    CHECK(parse_size("4 k").error().hint == "did you mean \"4KiB\"?");
}

TEST_CASE("a rate is a number a second, also where it is written by the minute or the hour") {
    CHECK(*parse_rate("2000/s") == 2000.0);
    CHECK(*parse_rate("0.5/s") == 0.5);
    CHECK(*parse_rate("120/m") == 2.0);
    CHECK(*parse_rate("3600/h") == 1.0);
}

TEST_CASE("what is no rate is refused, with a hint where it is nearly one") {
    CHECK(parse_rate("2000").error().hint == "did you mean \"2000/s\"?");
    CHECK(parse_rate("44100 Hz").error().hint == "did you mean \"44100/s\"?");
    CHECK(parse_rate("10/min").error().hint == "did you mean \"10/m\"?");
    CHECK(parse_rate("fast").error().hint.empty());
    CHECK_FALSE(parse_rate("-1/s").has_value());
    CHECK_FALSE(parse_rate("1/0s").has_value());
    CHECK_FALSE(parse_rate("0.0000001/s").has_value());
}

} // namespace
} // namespace tactus::config
