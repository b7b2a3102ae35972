// SPDX-License-Identifier: MIT
#include "plugins/stream_in/span_text.hpp"

#include "tests/support/catch.hpp"

#include <limits>

using namespace std::chrono_literals;
using stream_in::read_span;
using stream_in::span_of;

TEST_CASE("spans are read in each unit, whole and broken") {
    CHECK(read_span("250ms") == 250ms);
    CHECK(read_span("1.5s") == 1500ms);
    CHECK(read_span("20us") == 20us);
    CHECK(read_span("2min") == 2min);
    CHECK(read_span("2m") == 2min);
    CHECK(read_span("1.5h") == 90min);
    CHECK(read_span("24h") == 24h);
    CHECK(read_span("7ns") == 7ns);
    CHECK(read_span("0s") == 0ns);
    CHECK(read_span("0.1us") == 100ns);
    CHECK(read_span("1440min") == 24h);
}

TEST_CASE("what is no span is none") {
    for (const char* const text :
         {"", "ms", "5", "5 ms", "5d", "5M", "5hours", "25h", "-5ms", "+5ms", "1e3ms", "0x5ms",
          "5ms ", "infs", "nan", ".5s", "1.2.3s", "1441min", "99999999999999999999999s"}) {
        CAPTURE(text);
        CHECK_FALSE(read_span(text).has_value());
    }
}

TEST_CASE("a number is a span in seconds") {
    CHECK(span_of(0.25) == 250ms);
    CHECK_FALSE(span_of(-0.001).has_value());
    CHECK_FALSE(span_of(86'401).has_value());
    CHECK_FALSE(span_of(std::numeric_limits<double>::quiet_NaN()).has_value());
}
