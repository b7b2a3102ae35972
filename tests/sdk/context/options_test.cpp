// SPDX-License-Identifier: MIT
#include <tactus/cpp/options.hpp>

#include "tests/support/catch.hpp"
#include <tactus/testhost/config.hpp>

using namespace tactus;
using namespace tactus::testing;
using namespace std::chrono_literals;

namespace {

enum class mode { none, bundle };

struct inner {
    std::string certificate;
    static constexpr auto options =
        tactus::options(option(&inner::certificate, "certificate", "\"none.pem\"", "A file."));
};

struct everything {
    bool flag = false;
    std::uint16_t port = 0;
    std::int64_t wide = -1;
    double gain = 0;
    std::string text;
    std::chrono::milliseconds wait{0};
    byte_count buffer;
    event_rate limit;
    mode how = mode::none;
    std::vector<std::string> listen;
    std::optional<std::int8_t> shift;
    inner tls;
    int untold = 7;
};

constexpr const char* const words[] = {"none", "bundle", nullptr};
constexpr const char* const schemes[] = {"udp", nullptr};

constexpr auto table = tactus::options(
    option(&everything::flag, "flag", "true", "A flag."),
    option(&everything::port, "port", "9000", "A port."),
    option(&everything::wide, "wide", nullptr, "Wide.").range("-5", nullptr),
    option(&everything::gain, "gain", "0.5", "Gain."),
    option(&everything::text, "text", nullptr, "Text.").required().secret(),
    option(&everything::wait, "wait", "\"250ms\"", "Wait."),
    option(&everything::buffer, "buffer", "\"64KiB\"", "Bytes."),
    option(&everything::limit, "limit", "\"2000/s\"", "Rate."),
    option(&everything::how, "how", "\"bundle\"", "How.").choices(words),
    option(&everything::listen, "listen", "\"udp://127.0.0.1:1\"", "Where.").endpoint(schemes),
    option(&everything::shift, "shift", nullptr, "Shift."),
    option(&everything::tls, "tls", nullptr, "Files."),
    option(&everything::untold, "untold", nullptr, "Number."));

const tactus_option& row(std::string_view key) {
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        if (key == table.raw()[i].key) {
            return table.raw()[i];
        }
    }
    throw std::invalid_argument("no such option");
}

} // namespace

TEST_CASE("the table is a constant of the compiler") {
    static_assert(table.size() == 13);
    static_assert(table.raw()[1].type == TACTUS_OPT_INT);
    SUCCEED();
}

TEST_CASE("each member's type says its option's type") {
    CHECK(row("flag").type == TACTUS_OPT_BOOL);
    CHECK(row("gain").type == TACTUS_OPT_FLOAT);
    CHECK(row("text").type == TACTUS_OPT_STRING);
    CHECK(row("wait").type == TACTUS_OPT_DURATION);
    CHECK(row("buffer").type == TACTUS_OPT_BYTES);
    CHECK(row("limit").type == TACTUS_OPT_RATE);
    CHECK(row("how").type == TACTUS_OPT_CHOICE);
    CHECK(row("listen").type == TACTUS_OPT_ENDPOINT);
    CHECK(row("listen").flags == TACTUS_OPT_ARRAY);
    CHECK(row("shift").type == TACTUS_OPT_INT);
    CHECK(row("tls").type == TACTUS_OPT_TABLE);
}

TEST_CASE("flags, ranges and choices are what was said, or what the type holds") {
    CHECK(row("text").flags == (TACTUS_OPT_REQUIRED | TACTUS_OPT_SECRET));
    CHECK(std::string(row("port").min_toml) == "0");
    CHECK(std::string(row("port").max_toml) == "65535");
    CHECK(std::string(row("shift").min_toml) == "-128");
    CHECK(std::string(row("wide").min_toml) == "-5");
    CHECK(row("wide").max_toml == nullptr);
    CHECK(std::string(row("how").choices[1]) == "bundle");
    CHECK(std::string(row("listen").choices[0]) == "udp");
    CHECK(row("tls").n_children == 1);
    CHECK(std::string(row("tls").children[0].key) == "certificate");
}

TEST_CASE("defaults fill the struct, and what is unset keeps the struct's own value") {
    const test_config config(table.raw(), table.size());

    const everything read = table.read(config.raw());

    CHECK(read.flag);
    CHECK(read.port == 9000);
    CHECK(read.wide == -1);
    CHECK(read.gain == 0.5);
    CHECK(read.text.empty());
    CHECK(read.wait == 250ms);
    CHECK(read.buffer.value == 65536);
    CHECK(read.limit.per_second == 2000);
    CHECK(read.how == mode::bundle);
    CHECK(read.listen == std::vector<std::string>{"udp://127.0.0.1:1"});
    CHECK_FALSE(read.shift.has_value());
    CHECK(read.tls.certificate.empty());
    CHECK(read.untold == 7);
}

TEST_CASE("values that are set are read, lists whole and tables within") {
    test_config config(table.raw(), table.size());
    config.set("flag", "false").set("how", "\"none\"").set("shift", "-3").set("text", "\"\"");
    config.add("listen", "\"udp://[::1]:1\"").add("listen", "\"udp://[::1]:2\"");
    config.table("tls").set("certificate", "\"my.pem\"");

    const everything read = table.read(config.raw());

    CHECK_FALSE(read.flag);
    CHECK(read.how == mode::none);
    CHECK(read.shift == std::int8_t{-3});
    CHECK(read.listen == std::vector<std::string>{"udp://[::1]:1", "udp://[::1]:2"});
    CHECK(read.tls.certificate == "my.pem");
}

TEST_CASE("a value that the member cannot hold is an error of its key, not another value") {
    test_config config(table.raw(), table.size());
    config.set("port", "65536");

    CHECK_THROWS_AS(table.read(config.raw()), config_error);
    try {
        table.read(config.raw());
    } catch (const config_error& thrown) {
        CHECK(thrown.key() == "port");
    }
}

TEST_CASE("a getter that fails is an error of its key") {
    test_config config(table.raw(), table.size());
    config.fail_getters(TACTUS_E_INVALID);

    CHECK_THROWS_AS(table.read(config.raw()), config_error);
}
