// SPDX-License-Identifier: MIT
#include "kernel/flow/route/translate/expression.hpp"

#include "tests/kernel/codec/wire.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tactus::flow;
using wire::operator+;

namespace {

// $1 = 2, $2 = 0.5, $3 = "bd"; a MIDI note-on of note 60 where there is no OSC.
const wire::bytes message = wire::raw("/a/b\0\0\0\0,ifs\0\0\0") + wire::big_endian(2, 4) +
                            wire::hex("3F000000") + wire::raw("bd\0");
const wire::bytes note = wire::hex("92 3C 64");

value run(std::string_view text, bool is_midi = false) {
    const auto compiled = expression::compile(text);
    INFO(text);
    REQUIRE(compiled.has_value());
    const tactus::codec::osc_message osc = tactus::codec::split_message(message);
    event_scope scope;
    scope.osc = is_midi ? nullptr : &osc;
    scope.midi = note;
    scope.input = "desk";
    scope.port = "bus 1";
    return compiled->run(scope);
}

double number(std::string_view text, bool is_midi = false) {
    const value found = as_number(run(text, is_midi));
    INFO(text);
    REQUIRE(found.why == fault::none);
    return found.number;
}

fault fault_of(std::string_view text) {
    return run(text).why;
}

expression_error error_of(std::string_view text) {
    const auto compiled = expression::compile(text);
    INFO(text);
    REQUIRE_FALSE(compiled.has_value());
    return compiled.error();
}

} // namespace

TEST_CASE("operators bind as they do in arithmetic") {
    CHECK(number("1 + 2 * 3") == 7);
    CHECK(number("(1 + 2) * 3") == 9);
    CHECK(number("10 - 4 - 3") == 3);
    CHECK(number("24 / 4 / 2") == 3);
    CHECK(number("-2 * -3") == 6);
    CHECK(number("--2") == 2);
    CHECK(number("7 % 3") == 1);
    CHECK(number("-1 % 12") == 11);
    CHECK(number("1 + 1 == 2 and 3 > 2 or 1 == 0") == 1);
    CHECK(number("not 1 == 2") == 1);
    CHECK(number("not not 5 > 3") == 1);
    CHECK(number("1 == 2 ? 10 : 2 == 2 ? 20 : 30") == 20);
    CHECK(number(".5+.25") == 0.75);
}

TEST_CASE("every comparison is there") {
    CHECK(number("1 != 2") == 1);
    CHECK(number("2 <= 2") == 1);
    CHECK(number("2 >= 3") == 0);
    CHECK(number("2 < 3") == 1);
    CHECK(number("2 > 3") == 0);
}

TEST_CASE("every function is there") {
    CHECK(number("round(2.5)") == 3);
    CHECK(number("floor(-2.5)") == -3);
    CHECK(number("ceil(2.1)") == 3);
    CHECK(number("abs(-2)") == 2);
    CHECK(number("min(3, 1, 2)") == 1);
    CHECK(number("max(3, 1, 2)") == 3);
    CHECK(number("clamp(5, 0, 3)") == 3);
    CHECK(number("clamp(-5, 0, 3)") == 0);
    CHECK(number("scale(5, 0, 10, 100, 200)") == 150);
    CHECK(number("scale(20, 0, 10, 100, 200)") == 300);
    CHECK(number("scale(0, 0, 10, 127, 0)") == 127);
    CHECK(number("pow(2, 10)") == 1024);
    CHECK(number("int(2.5) + long(1) + float(0.5) + double(0.25)") == 4.75);
}

TEST_CASE("variables are resolved in OSC") {
    CHECK(number("$1 * 2") == 4);
    CHECK(number("$2") == 0.5);
    CHECK(run("$3").text == "bd");
    CHECK(run("$address").text == "/a/b");
    CHECK(run("$input").text == "desk");
    CHECK(run("$port").text == "bus 1");
    CHECK(number("$3 == 'bd'") == 1);
    CHECK(number("$3 != 'bd'") == 0);
}

TEST_CASE("variables are resolved in MIDI") {
    CHECK(number("$note + $channel * 1000", true) == 3060);
    CHECK(run("$type", true).text == "note_on");
    CHECK(run("$1", true).why == fault::missing);
    CHECK(run("$cc", true).why == fault::missing);
    CHECK(run("$address", true).why == fault::missing);
}

TEST_CASE("what is missing is missing until something replaces it") {
    CHECK(fault_of("$4 + 1") == fault::missing);
    CHECK(fault_of("$nothing") == fault::missing);
    CHECK(fault_of("$*1") == fault::missing);
    CHECK(number("$4 + 1 ?? 7") == 7);
    CHECK(number("$4 ?? $5 ?? 8") == 8);
    CHECK(number("$1 ?? 8") == 2);
    CHECK(fault_of("1 / 0 ?? 7") == fault::division_by_zero);
    CHECK(number("$4 == 1 and 1 == 2") == 0);
    CHECK(number("1 == 1 or $4 == 1") == 1);
    CHECK(fault_of("1 == 1 and $4 == 1") == fault::missing);
}

TEST_CASE("each fault has its reason, and the variable that it began with") {
    CHECK(fault_of("1 / 0") == fault::division_by_zero);
    CHECK(fault_of("1 % 0") == fault::division_by_zero);
    CHECK(fault_of("scale($1, 1, 1, 0, 1)") == fault::division_by_zero);
    CHECK(fault_of("$3 + 1") == fault::wrong_type);
    CHECK(fault_of("$3 < 'a'") == fault::wrong_type);
    CHECK(fault_of("2147483647 + 1") == fault::out_of_range);
    CHECK(fault_of("pow(10.0, 400)") == fault::out_of_range);
    CHECK(fault_of("pow(-1, 0.5)") == fault::out_of_range);
    CHECK(fault_of("int(3000000000.0)") == fault::out_of_range);

    const auto compiled = expression::compile("$1 + $9 * $8");
    const tactus::codec::osc_message osc = tactus::codec::split_message(message);
    event_scope scope;
    scope.osc = &osc;
    const value found = compiled->run(scope);
    CHECK(compiled->about(found.about).text() == "$9");
}

TEST_CASE("an argument that is not finite cannot be computed with") {
    const wire::bytes nan = wire::raw("/a\0\0,f\0") + wire::hex("7FC00000");
    const tactus::codec::osc_message osc = tactus::codec::split_message(nan);
    event_scope scope;
    scope.osc = &osc;

    CHECK(expression::compile("$1 + 1")->run(scope).why == fault::out_of_range);
    CHECK(expression::compile("$1")->run(scope).is_original);
}

TEST_CASE("a text is a number only where all of it is written as one") {
    CHECK(number("'12' + 1") == 13);
    CHECK(number("'-0.5' * 2") == -1);
    for (const char* const bad : {"'12a'", "''", "' 1'", "'0x10'", "'1e3'", "'inf'", "'nan'"}) {
        CAPTURE(bad);
        CHECK(fault_of(std::string(bad) + " + 1") == fault::wrong_type);
    }
}

TEST_CASE("an error says where it is") {
    CHECK(error_of("1 + ").offset == 4);
    CHECK(error_of("1 + ) 2").offset == 4);
    CHECK(error_of("rond(1)").offset == 0);
    CHECK(error_of("rond(1)").length == 4);
    CHECK(error_of("1 2").offset == 2);
    CHECK(error_of("$").offset == 0);
    CHECK(error_of("$0").offset == 0);
    CHECK(error_of("'a").length == 2);
    CHECK(error_of("$1 = 2").hint == "write ==");
    CHECK(error_of("\x01").offset == 0);
    CHECK(error_of("$1 == \xc3\xa4").offset == 6);
}

TEST_CASE("expressions are bounded in length, depth and size") {
    const auto nested = [](std::size_t times) {
        return std::string(times, '(') + "1" + std::string(times, ')');
    };
    CHECK(expression::compile(nested(expression::nesting_max - 1)).has_value());
    CHECK_FALSE(expression::compile(nested(expression::nesting_max)).has_value());

    std::string long_sum = "1";
    while (long_sum.size() < 2 * 63) {
        long_sum += "+1";
    }
    CHECK(expression::compile(long_sum).has_value());
    CHECK_FALSE(expression::compile(long_sum + "+1+1").has_value());
    // append, not +: GCC 12 warns of its own std::string (-Warray-bounds) for arm64 at -O1.
    CHECK_FALSE(expression::compile(std::string(expression::size_max, ' ').append("1")));
    CHECK(error_of(std::string(100'000, '(')).message.find("long") != std::string::npos);
    CHECK_FALSE(expression::compile(std::string(400, '-').append("1")));
}

TEST_CASE("an argument far back is found, with and without an index") {
    // 16,000 arguments, among brackets: 1 2 [ 3 ] 4 5 [ 6 ] ...
    std::string types = ",";
    wire::bytes numbers;
    for (std::uint32_t i = 1; i <= 16'000; ++i) {
        const bool is_number = i % 2 == 0 || i == 15'999;
        types += i % 3 == 0 ? "[" : "";
        types += is_number ? "i" : "T";
        types += i % 3 == 0 ? "]" : "";
        if (is_number) {
            numbers = numbers + wire::big_endian(i, 4);
        }
    }
    types.resize(types.size() / 4 * 4 + 4);
    const wire::bytes message =
        wire::raw("/a\0") + wire::bytes(types.begin(), types.end()) + numbers;
    const tactus::codec::osc_message osc = tactus::codec::split_message(message);
    argument_index index;
    const auto at = [&](std::uint16_t number, argument_index* with) {
        event_scope scope;
        scope.osc = &osc;
        scope.index = with;
        variable wanted;
        wanted.number = number;
        return scope.of(wanted);
    };

    for (const int each : {1, 2, 63, 64, 65, 66, 127, 128, 1000, 1024, 1026, 15'998, 16'000}) {
        const auto number = static_cast<std::uint16_t>(each);
        CAPTURE(number);
        const value found = at(number, &index);
        REQUIRE_FALSE(found.is_fault());
        CHECK(found.number == (number % 2 == 0 ? number : 1));
        CHECK(at(number, nullptr).number == found.number);
    }
    CHECK(at(15'999, &index).number == 15'999);
    CHECK(at(16'001, &index).why == fault::missing);
    CHECK(at(65'535, &index).why == fault::missing);
}

TEST_CASE("arguments are counted up to the most that a packet holds") {
    CHECK(run("$65535 ?? 7").number == 7);
    CHECK(error_of("$65536").message.find("from $1 to $65535") != std::string::npos);
}
