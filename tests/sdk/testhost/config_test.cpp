// SPDX-License-Identifier: MIT
// The test host reads a default as the daemon does, and the checker takes those that the daemon
// takes.
#include "kernel/config/schema/check.hpp"
#include "sdk/checker/option_value.hpp"
#include "tests/support/catch.hpp"
#include <tactus/testhost/config.hpp>

#include <string>
#include <vector>

using namespace tactus;

namespace {

constexpr const char* schemes[] = {"udp", "tcp", "unix", nullptr};
constexpr const char* words[] = {"one", "two", nullptr};
constexpr tactus_option children[] = {
    {TACTUS_OPT_STRING, 0, "name", "\"x\"", "A name.", nullptr, nullptr, nullptr, nullptr, 0, 0},
    {TACTUS_OPT_INT, 0, "n", "3", "A number.", nullptr, nullptr, nullptr, nullptr, 0, 0}};

tactus_option option_of(std::uint32_t type, std::uint32_t flags, const std::string& preset) {
    tactus_option made{};
    made.type = type;
    made.flags = flags;
    made.key = "a";
    made.default_toml = preset.c_str();
    made.doc = "D.";
    made.choices = type == TACTUS_OPT_ENDPOINT ? schemes
                   : type == TACTUS_OPT_CHOICE ? words
                                               : nullptr;
    if (type == TACTUS_OPT_TABLE) {
        made.children = children;
        made.n_children = 2;
    }
    return made;
}

tactus_descriptor descriptor_of(const tactus_option& option) {
    tactus_descriptor made{};
    made.struct_size = sizeof made;
    made.options = &option;
    made.n_options = 1;
    made.option_size = sizeof option;
    return made;
}

std::string text_of(const tactus_config& config, std::uint32_t option, std::uint32_t index) {
    tactus_str read{};
    return config.get_str(&config, option, index, &read) == TACTUS_OK
               ? std::string(read.ptr, read.len)
               : "-";
}

// All that a plugin can read of one option of that type.
std::string shown(const tactus_config& config, std::uint32_t option, std::uint32_t type) {
    std::string all = std::to_string(config.count(&config, option));
    for (std::uint32_t i = 0; i < config.count(&config, option); ++i) {
        std::int64_t whole = 0;
        double real = 0;
        switch (type) {
        case TACTUS_OPT_FLOAT:
        case TACTUS_OPT_RATE:
            static_cast<void>(config.get_float(&config, option, i, &real));
            all += " " + std::to_string(real);
            break;
        case TACTUS_OPT_STRING:
        case TACTUS_OPT_ENDPOINT:
            all += " " + text_of(config, option, i);
            break;
        case TACTUS_OPT_TABLE:
            all += " {" + shown(*config.child(&config, option, i), 0, TACTUS_OPT_STRING) + ", " +
                   shown(*config.child(&config, option, i), 1, TACTUS_OPT_INT) + "}";
            break;
        default:
            static_cast<void>(config.get_int(&config, option, i, &whole));
            all += " " + std::to_string(whole);
        }
    }
    return all;
}

std::string shown_by_daemon(const tactus_option& option) {
    const config::option_table table(&option, 1);
    std::vector<config::diagnostic> found;
    config::checker reader({}, found);
    config::values values(table, {});
    values.set(0, reader.read_default(table, option));
    return shown(*values.view(), 0, option.type);
}

struct preset {
    std::uint32_t type;
    std::string toml;
    std::uint32_t flags = 0;
};

} // namespace

TEST_CASE("what the daemon takes as a default, the checker takes and the test host reads") {
    const preset one = GENERATE(values<preset>({
        {TACTUS_OPT_BOOL, "true"},
        {TACTUS_OPT_BOOL, "false"},
        {TACTUS_OPT_INT, "-17"},
        {TACTUS_OPT_INT, "0x10"},
        {TACTUS_OPT_INT, "0o17"},
        {TACTUS_OPT_INT, "0b101"},
        {TACTUS_OPT_INT, "1_000"},
        {TACTUS_OPT_INT, "9223372036854775807"},
        {TACTUS_OPT_INT, "[1, 2,\n 0x3]", TACTUS_OPT_ARRAY},
        {TACTUS_OPT_INT, "[]", TACTUS_OPT_ARRAY},
        {TACTUS_OPT_FLOAT, "1e-3"},
        {TACTUS_OPT_FLOAT, "2"},
        {TACTUS_OPT_STRING, "'lit\\'"},
        {TACTUS_OPT_STRING, "\"\"\"\nmulti \"quoted\" \\\n  line\"\"\""},
        {TACTUS_OPT_STRING, "'''a'b'''"},
        {TACTUS_OPT_STRING, "\"\""},
        {TACTUS_OPT_STRING, R"("a\tb\"c\\ \u00e4 \U0001F600")"},
        {TACTUS_OPT_STRING, R"(["a, b", 'c]'])", TACTUS_OPT_ARRAY},
        {TACTUS_OPT_DURATION, "\"0.5ms\""},
        {TACTUS_OPT_DURATION, "\"9223372036854775807ns\""},
        {TACTUS_OPT_DURATION, "[\"1ms\", \"2h\"]", TACTUS_OPT_ARRAY},
        {TACTUS_OPT_BYTES, "4096"},
        {TACTUS_OPT_BYTES, "\"64KiB\""},
        {TACTUS_OPT_BYTES, "\"64\""},
        {TACTUS_OPT_RATE, "\"20/s\""},
        {TACTUS_OPT_RATE, "\"30/m\""},
        {TACTUS_OPT_RATE, "\"0.25/h\""},
        {TACTUS_OPT_CHOICE, "'two'"},
        {TACTUS_OPT_ENDPOINT, "\"udp://localhost:90\""},
        {TACTUS_OPT_ENDPOINT, "\"unix:///run/a.sock\""},
        {TACTUS_OPT_TABLE, "{}"},
        {TACTUS_OPT_TABLE, "{ n = 4 }"},
        {TACTUS_OPT_TABLE, "{ name = \"a, }\", n = 0x11 }"},
        {TACTUS_OPT_TABLE, "\"only\"", TACTUS_OPT_OR_TEXT},
    }));
    CAPTURE(one.type, one.toml);
    const tactus_option option = option_of(one.type, one.flags, one.toml);
    const tactus_descriptor of = descriptor_of(option);
    REQUIRE(checker::options_fault(of).empty());

    CHECK(shown(testing::test_config(&option, 1).raw(), 0, one.type) == shown_by_daemon(option));
}

TEST_CASE("what the daemon refuses as a default or a bound, the checker refuses") {
    const preset one = GENERATE(values<preset>({
        {TACTUS_OPT_BOOL, "True"},
        {TACTUS_OPT_BOOL, "1"},
        {TACTUS_OPT_INT, "99999999999999999999"},
        {TACTUS_OPT_INT, "007"},
        {TACTUS_OPT_INT, "1.0"},
        {TACTUS_OPT_INT, "1\nb = 2"},
        {TACTUS_OPT_INT, "[1, \"x\"]", TACTUS_OPT_ARRAY},
        {TACTUS_OPT_INT, "[1]"},
        {TACTUS_OPT_FLOAT, "nan"},
        {TACTUS_OPT_FLOAT, "inf"},
        {TACTUS_OPT_STRING, "heard"},
        {TACTUS_OPT_STRING, "\"a\\u0000b\""},
        {TACTUS_OPT_DURATION, "\"-5ms\""},
        {TACTUS_OPT_DURATION, "\"5 ms\""},
        {TACTUS_OPT_DURATION, "\"5\""},
        {TACTUS_OPT_DURATION, "\"99999999999999h\""},
        {TACTUS_OPT_BYTES, "-1"},
        {TACTUS_OPT_BYTES, "\"64 KiB\""},
        {TACTUS_OPT_BYTES, "\"999999999999999999999GiB\""},
        {TACTUS_OPT_RATE, "\"-20/s\""},
        {TACTUS_OPT_RATE, "20"},
        {TACTUS_OPT_CHOICE, "\"three\""},
        {TACTUS_OPT_ENDPOINT, "\"udp://127.0.0.1\""},
        {TACTUS_OPT_ENDPOINT, "\"udp://127.0.0.1:99999\""},
        {TACTUS_OPT_ENDPOINT, "\"udp://\""},
        {TACTUS_OPT_ENDPOINT, "\"http://127.0.0.1:80\""},
        {TACTUS_OPT_TABLE, "{ m = 4 }"},
        {TACTUS_OPT_TABLE, "\"only\""},
    }));
    CAPTURE(one.type, one.toml);
    const tactus_option option = option_of(one.type, one.flags, one.toml);
    const tactus_descriptor of = descriptor_of(option);
    CHECK_FALSE(checker::options_fault(of).empty());

    tactus_option sound = option_of(one.type, one.flags, one.toml);
    sound.default_toml = nullptr;
    const tactus_descriptor of_sound = descriptor_of(sound);
    CHECK(checker::options_fault(of_sound).empty());
    CHECK_FALSE(checker::given_value_fault(of_sound, sound, one.toml).empty());
    tactus_option bounded = sound;
    bounded.min_toml = option.default_toml;
    const tactus_descriptor of_bounded = descriptor_of(bounded);
    const bool is_a_sound_bound = one.toml == "\"-5ms\"" || one.toml == "-1";
    CHECK(checker::options_fault(of_bounded).empty() == is_a_sound_bound);
}
