// SPDX-License-Identifier: MIT
// Option tables that a careless plugin could declare.
#include "kernel/config/schema/check.hpp"
#include "kernel/config/schema/sections.hpp"

#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"

#include <array>

namespace tactus::config::test {
namespace {

tactus_option plain() {
    return {TACTUS_OPT_INT, 0, "depth", "1", "How deep.", nullptr, nullptr, nullptr, nullptr, 0, 0};
}

std::string fault_of(const tactus_option& option, std::span<const std::string_view> taken = {}) {
    const result<void> outcome = check_options(option_table(&option, 1), taken);
    return outcome ? "" : outcome.error().text;
}

bool says(const std::string& text, std::string_view part) {
    INFO(text);
    return text.find(part) != std::string::npos;
}

TEST_CASE("the kernel's own tables and those of the tests are right") {
    CHECK(check_options(top_options()).has_value());
    CHECK(check_options(instance_options(TACTUS_KIND_INPUT)).has_value());
    CHECK(check_options(instance_options(TACTUS_KIND_OUTPUT)).has_value());
    CHECK(check_options(route_options()).has_value());
    CHECK(check_options(stream_options()).has_value());
    for (const tactus_descriptor* const one :
         {&osc_input(), &osc_output(), &midi(), &pulse(), &memory()}) {
        CHECK(check_options(option_table::of(*one), instance_keys(TACTUS_KIND_INPUT)).has_value());
    }
    CHECK_FALSE(check_options(option_table::of(faulty())).has_value());
}

TEST_CASE("an unknown type or flag is refused") {
    tactus_option option = plain();
    option.type = 0;
    CHECK(says(fault_of(option), "type 0"));
    option.type = TACTUS_OPT_TABLE + 1;
    CHECK(says(fault_of(option), "type 11"));

    option = plain();
    option.flags = 0x10;
    CHECK(says(fault_of(option), "flags"));
}

TEST_CASE("a key is there, in lower case, once, and not the daemon's") {
    constexpr std::array<std::string_view, 1> taken{"depth"};
    tactus_option option = plain();
    CHECK(says(fault_of(option, taken), "the key is reserved for the daemon"));
    for (const char* const key : {static_cast<const char*>(nullptr), "", "Depth", "1st", "a.b"}) {
        option.key = key;
        CHECK(says(fault_of(option), "no lower-case key"));
    }

    const tactus_option twice[] = {plain(), plain()};
    CHECK(says(check_options(option_table(twice)).error().text, "declared twice"));
}

TEST_CASE("an option explains itself") {
    tactus_option option = plain();
    option.doc = nullptr;
    CHECK(says(fault_of(option), "no description"));
    option.doc = "";
    CHECK(says(fault_of(option), "no description"));
}

TEST_CASE("a default is TOML, of the type, in the range, and not for what is required") {
    tactus_option option = plain();
    option.default_toml = "bare";
    CHECK(says(fault_of(option), "default"));
    option.default_toml = "\"1\"";
    CHECK(says(fault_of(option), "expected a whole number"));
    option.default_toml = "1";
    option.min_toml = "2";
    CHECK(says(fault_of(option), "out of range"));
    option.min_toml = nullptr;
    option.flags = TACTUS_OPT_REQUIRED;
    CHECK(says(fault_of(option), "never used"));
}

TEST_CASE("a range is of the type, in order, and only where there can be one") {
    tactus_option option = plain();
    option.min_toml = "\"low\"";
    CHECK(says(fault_of(option), "its range"));
    option.min_toml = "5";
    option.max_toml = "4";
    CHECK(says(fault_of(option), "ends before"));

    option = plain();
    option.type = TACTUS_OPT_BOOL;
    option.default_toml = nullptr;
    option.max_toml = "1";
    CHECK(says(fault_of(option), "no range"));
}

TEST_CASE("a choice has choices and a table has options") {
    tactus_option option = plain();
    option.default_toml = nullptr;
    option.type = TACTUS_OPT_CHOICE;
    CHECK(says(fault_of(option), "no choices"));
    option.type = TACTUS_OPT_TABLE;
    CHECK(says(fault_of(option), "without options"));
}

TEST_CASE("tables nest up to the limit and no deeper") {
    std::array<tactus_option, table_depth_max + 2> levels;
    levels.fill(plain());
    for (std::size_t i = 1; i < levels.size(); ++i) {
        levels[i] = {TACTUS_OPT_TABLE, 0, "table", nullptr, "One more.", nullptr, nullptr, nullptr,
                     &levels[i - 1],   1, 0};
    }

    CHECK(fault_of(levels[table_depth_max]).empty());
    CHECK(says(fault_of(levels[table_depth_max + 1]), "too deep"));
}

TEST_CASE("a plugin without options needs no table, and 256 options are the most") {
    const std::array<tactus_option, 257> many{};

    CHECK(check_options(option_table(nullptr, 0, 0)).has_value());
    CHECK(says(check_options(option_table(many.data(), 256)).error().text, "no lower-case key"));
    CHECK(says(check_options(option_table(many.data(), 257)).error().text,
               "257 options; at most 256"));
}

TEST_CASE("a mistake in a table's options names the way to it") {
    tactus_option child = plain();
    child.default_toml = "true";
    const tactus_option table{TACTUS_OPT_TABLE, 0,       "outer", nullptr, "A table.", nullptr,
                              nullptr,          nullptr, &child,  1,       0};

    CHECK(says(fault_of(table), "option \"outer\": option \"depth\": its default"));
}

TEST_CASE("a table of a later SDK has longer entries; one of shorter entries is refused") {
    struct longer {
        tactus_option base;
        std::uint64_t more;
    };
    tactus_option second = plain();
    second.key = "width";
    const longer options[] = {{plain(), 1}, {second, 2}};

    const option_table table(&options[0].base, 2, sizeof(longer));

    CHECK(check_options(table).has_value());
    CHECK(table.index_of("width") == 1);
    CHECK_FALSE(check_options(option_table(&options[0].base, 2, 8)).has_value());
}

} // namespace
} // namespace tactus::config::test
