// SPDX-License-Identifier: MIT
#include "kernel/base/log_line.hpp"

#include "tests/support/catch.hpp"

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <random>
#include <vector>

namespace base = tactus::base;
using base::kv;
using base::log_field;
using base::log_format;
using base::log_level;

namespace {

constexpr std::int64_t some_wall_ns = 1'795'438'800'123'456'789; // 2026-11-23 13:00:00.123 UTC

std::string line_of(log_format format, std::string_view text,
                    std::initializer_list<log_field> fields = {},
                    log_level level = log_level::warning) {
    return base::to_line(format, {some_wall_ns,
                                  level,
                                  base::log_event::page_refused,
                                  text,
                                  {fields.begin(), fields.size()}});
}

// One line: printable, and its only line end is its last byte.
bool is_one_clean_line(std::string_view line) {
    if (line.empty() || line.back() != '\n') {
        return false;
    }
    for (const char c : line.substr(0, line.size() - 1)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            return false;
        }
    }
    return true;
}

} // namespace

TEST_CASE("a line of text has the time, the level, the sentence and the fields") {
    REQUIRE(line_of(log_format::text, "The port is gone.",
                    {kv("instance", "osc_in"), kv("name", "x y"), kv("tries", 3)}) ==
            "2026-11-23T13:00:00.123Z warning The port is gone. instance=osc_in name=\"x y\" "
            "tries=3\n");
}

TEST_CASE("the levels stand in one column") {
    REQUIRE(line_of(log_format::text, "A.", {}, log_level::info) ==
            "2026-11-23T13:00:00.123Z info    A.\n");
    REQUIRE(line_of(log_format::text, "A.", {}, log_level::error) ==
            "2026-11-23T13:00:00.123Z error   A.\n");
    REQUIRE(line_of(log_format::text, "A.", {}, log_level::debug) ==
            "2026-11-23T13:00:00.123Z debug   A.\n");
}

TEST_CASE("a line for the journal has its priority and no time") {
    REQUIRE(line_of(log_format::journal, "A.", {kv("b", "c")}) == "<4>A. b=c\n");
    REQUIRE(line_of(log_format::journal, "A.", {}, log_level::debug) == "<7>A.\n");
    REQUIRE(line_of(log_format::journal, "A.", {}, log_level::info) == "<6>A.\n");
    REQUIRE(line_of(log_format::journal, "A.", {}, log_level::error) == "<3>A.\n");
}

TEST_CASE("a line of JSON is one object") {
    REQUIRE(line_of(log_format::json, R"(It said "no".)", {kv("path", R"(a\b)")}) ==
            R"({"time":"2026-11-23T13:00:00.123Z","level":"warning","event_id":"page_refused",)"
            R"("text":"It said \"no\".",)"
            R"("path":"a\\b"})"
            "\n");
}

TEST_CASE("numbers and truths are bare in JSON, texts that look like them are not") {
    REQUIRE(line_of(log_format::json, "A.",
                    {kv("a", -3), kv("b", std::uint64_t{18446744073709551615U}), kv("c", false),
                     kv("d", "3"), kv("e", "true"), base::kv_seconds("f", -1'500'000'000)})
                .ends_with(R"("text":"A.","a":-3,"b":18446744073709551615,"c":false,"d":"3",)"
                           R"("e":"true","f":-1.500000})"
                           "\n"));
}

TEST_CASE("seconds have microseconds and a sign") {
    CHECK(base::kv_seconds("s", 3'600'000'001'999).value == "3600.000001");
    CHECK(base::kv_seconds("s", -250'000'000).value == "-0.250000");
    CHECK(base::kv_seconds("s", -999).value == "0.000000");
    CHECK(base::kv_seconds("s", std::numeric_limits<std::int64_t>::min()).value ==
          "-9223372036.854775");
}

TEST_CASE("the journal gets the priority, the kind of line and each field, a line each") {
    const auto with = {kv("output", "synth"), kv("why", "a\nPRIORITY=0"), kv("count", 3),
                       kv("address", "/\xff\x1b[2J")};
    REQUIRE(base::to_journal_fields({some_wall_ns,
                                     log_level::error,
                                     base::log_event::output_loss,
                                     "A.",
                                     {with.begin(), with.size()}}) ==
            "PRIORITY=3\nSYSLOG_IDENTIFIER=tactus\nTACTUS_EVENT_ID=output_loss\n"
            "TACTUS_OUTPUT=synth\nTACTUS_WHY=a\\x0aPRIORITY=0\nTACTUS_COUNT=3\n"
            "TACTUS_ADDRESS=/\\xff\\x1b[2J\n");
}

TEST_CASE("the fields for the journal are bounded") {
    const std::vector<log_field> many(1000, kv("k", std::string(300, 'x')));
    const std::string all = base::to_journal_fields(
        {some_wall_ns, log_level::error, base::log_event::output_loss, "A.", many});
    CHECK(all.size() <= base::journal_fields_bytes_max);
    CHECK(all.size() > base::journal_fields_bytes_max / 2);
    CHECK(all.ends_with("x...\n"));
}

TEST_CASE("a time before 1970 is written as any other") {
    const std::string line =
        base::to_line(log_format::text, {-1, log_level::info, base::log_event::plugin, "A.", {}});

    REQUIRE(line == "1969-12-31T23:59:59.999Z info    A.\n");
}

TEST_CASE("values are quoted where they would not read back as one") {
    REQUIRE(line_of(log_format::journal, "A.",
                    {kv("a", ""), kv("b", "x=y"), kv("c", "say \"hi\""), kv("d", "\\"),
                     kv("e", true), kv("f", std::uint64_t{18446744073709551615U}), kv("g", -1)}) ==
            "<4>A. a=\"\" b=\"x=y\" c=\"say \\\"hi\\\"\" d=\"\\\\\" e=true "
            "f=18446744073709551615 g=-1\n");
}

TEST_CASE("letters of any language stay as they are") {
    REQUIRE(line_of(log_format::journal, "Gerät für 音楽 🎹.", {kv("name", "Öl")}) ==
            "<4>Gerät für 音楽 🎹. name=\"Öl\"\n");
}

TEST_CASE("foreign text cannot begin a line of its own") {
    const std::string evil = "x\n<0>The disk is on fire.\r\nlevel=error";

    for (const auto format : {log_format::text, log_format::journal, log_format::json}) {
        CHECK(is_one_clean_line(line_of(format, evil)));
        CHECK(is_one_clean_line(line_of(format, "A.", {kv("address", evil)})));
    }
    REQUIRE(line_of(log_format::journal, "a\nb") == "<4>a\\x0ab\n");
}

TEST_CASE("foreign text cannot end its quotes") {
    REQUIRE(line_of(log_format::journal, "A.", {kv("name", "x\" admin=\"yes")}) ==
            "<4>A. name=\"x\\\" admin=\\\"yes\"\n");
}

TEST_CASE("foreign text cannot speak to the terminal") {
    const std::string_view evil("a\x1b[2Jb\x7f\0c\xc2\x9b"
                                "d",
                                12);

    REQUIRE(line_of(log_format::journal, evil) == "<4>a\\x1b[2Jb\\x7f\\x00c\\xc2\\x9bd\n");
}

TEST_CASE("marks that turn the direction of writing are escaped") {
    REQUIRE(line_of(log_format::journal, "a\u202eb\u2028c\u2067d\ufeffe") ==
            "<4>a\\xe2\\x80\\xaeb\\xe2\\x80\\xa8c\\xe2\\x81\\xa7d\\xef\\xbb\\xbfe\n");
}

TEST_CASE("bytes that are not UTF-8 are escaped one by one") {
    REQUIRE(line_of(log_format::journal, "a\xff") == "<4>a\\xff\n");                 // never a byte
    REQUIRE(line_of(log_format::journal, "a\xc3") == "<4>a\\xc3\n");                 // cut short
    REQUIRE(line_of(log_format::journal, "\xc0\xaf") == "<4>\\xc0\\xaf\n");          // overlong "/"
    REQUIRE(line_of(log_format::journal, "\xed\xa0\x80") == "<4>\\xed\\xa0\\x80\n"); // a surrogate
    REQUIRE(line_of(log_format::journal, "\xf4\x90\x80\x80") ==
            "<4>\\xf4\\x90\\x80\\x80\n"); // beyond Unicode
    REQUIRE(line_of(log_format::json, "\xff", {}).find(R"("text":"\\xff")") != std::string::npos);
}

TEST_CASE("a text up to its limit stays whole, and is cut beyond") {
    const std::string whole(base::log_text_bytes_max, 'a');

    REQUIRE(line_of(log_format::journal, whole) == "<4>" + whole + "\n");
    REQUIRE(line_of(log_format::journal, whole + "a") ==
            "<4>" + whole.substr(0, whole.size() - 3) + "...\n");
}

TEST_CASE("a value up to its limit stays whole, and is cut beyond") {
    const std::string whole(base::log_value_bytes_max, 'a');

    REQUIRE(line_of(log_format::journal, "A.", {kv("k", whole)}) == "<4>A. k=" + whole + "\n");
    REQUIRE(line_of(log_format::journal, "A.", {kv("k", whole + "a")}) ==
            "<4>A. k=" + whole.substr(0, whole.size() - 3) + "...\n");
}

TEST_CASE("a cut never splits a letter or an escape") {
    std::string letters;
    for (int i = 0; i < 500; ++i) {
        letters += i % 2 == 0 ? "ü" : "\x01";
    }

    const std::string line = line_of(log_format::journal, "A.", {kv("k", letters)});

    REQUIRE((line.ends_with("ü...\"\n") || line.ends_with("\\x01...\"\n")));
}

TEST_CASE("fields that do not fit are counted, and the line stays whole") {
    const std::string value(base::log_value_bytes_max, 'v');
    const auto with = {kv("a", value), kv("b", value), kv("c", value),
                       kv("d", value), kv("e", value), kv("f", 1)};

    const std::string text = line_of(log_format::text, "A.", with);
    const std::string json = line_of(log_format::json, "A.", with);

    REQUIRE(text.size() <= base::log_line_bytes_max);
    REQUIRE(text.ends_with(" f=1 fields_left_out=1\n"));
    REQUIRE(json.size() <= base::log_line_bytes_max);
    REQUIRE(json.ends_with(R"(,"f":1,"fields_left_out":1})"
                           "\n"));
}

TEST_CASE("no bytes whatever break the line or its limit") {
    const std::uint32_t seed = 20261123;
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 500; ++i) {
        std::string bytes(random() % 900, '\0');
        for (char& c : bytes) {
            c = static_cast<char>(random());
        }
        for (const auto format : {log_format::text, log_format::journal, log_format::json}) {
            const std::string line =
                line_of(format, bytes, {kv("a", bytes), kv("b", bytes), kv("c", bytes)});
            REQUIRE(is_one_clean_line(line));
            REQUIRE(line.size() <= base::log_line_bytes_max);
        }
    }
}
