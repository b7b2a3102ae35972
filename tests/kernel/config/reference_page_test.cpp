// SPDX-License-Identifier: MIT
// config/README.md against the tables that the daemon reads: a key, default or limit that is
// changed in one of them and not in the other is found here.
#include "kernel/config/routes/route_rules.hpp"
#include "kernel/config/schema/check_value.hpp"
#include "kernel/config/schema/sections.hpp"
#include "kernel/config/text.hpp"
#include "kernel/flow/output/notes/sounding_record.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace tactus::config {
namespace {

std::string contents(const char* path) {
    std::ifstream file(path);
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string page() {
    return contents(TACTUS_CONFIG_PAGE);
}

// From a heading to the next one.
std::string chapter(const std::string& heading) {
    const std::string all = page();
    const std::size_t begin = all.find("\n" + heading + "\n");
    INFO("no chapter " << heading);
    REQUIRE(begin != std::string::npos);
    const std::size_t end = all.find("\n#", begin + heading.size());
    return all.substr(begin, end - begin);
}

std::vector<std::string> rows(const std::string& of) {
    std::vector<std::string> found;
    std::istringstream lines(of);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("| `")) {
            found.push_back(line);
        }
    }
    return found;
}

void require_code(const std::string& row, const std::string& text) {
    CAPTURE(row, text);
    CHECK(row.find("`" + text + "`") != std::string::npos);
}

void require_row(const std::string& row, const tactus_option& option) {
    CAPTURE(row);
    CHECK(row.starts_with("| `" + std::string(option.key) + "` |"));
    for (const char* told : {option.default_toml, option.min_toml, option.max_toml}) {
        if (told != nullptr) {
            require_code(row, told);
        }
    }
    if ((option.flags & TACTUS_OPT_REQUIRED) != 0) {
        CHECK(row.find("| required |") != std::string::npos);
    }
    for (const std::string_view choice : words_of(option.choices)) {
        require_code(row, quoted(choice));
    }
}

// A row for each option, in their order, and no other; sections have chapters of their own.
void require_chapter(const std::string& heading, option_table table, bool has_sections = false,
                     std::span<const std::string_view> more = {}) {
    const std::vector<std::string> found = rows(chapter(heading));
    std::size_t row = 0;
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        if (has_sections && table[i].type == TACTUS_OPT_TABLE) {
            continue;
        }
        CAPTURE(heading, table[i].key);
        REQUIRE(row < found.size());
        require_row(found[row++], table[i]);
    }
    for (const std::string_view key : more) {
        REQUIRE(row < found.size());
        CHECK(found[row++].starts_with("| `" + std::string(key) + "` |"));
    }
    CHECK(row == found.size());
}

TEST_CASE("the page on the configuration has every section as it is read") {
    const option_table top = top_options();
    require_chapter("## Top of the file", top, true);
    for (std::uint32_t i = 0; i < top.size(); ++i) {
        if (top[i].type == TACTUS_OPT_TABLE) {
            require_chapter("## [" + std::string(top[i].key) + "]", top.children_of(top[i]));
        }
    }
}

TEST_CASE("the page on the configuration has every key of inputs, outputs and routes") {
    const option_table output = instance_options(TACTUS_KIND_OUTPUT);
    require_chapter("## [[input]]", instance_options(TACTUS_KIND_INPUT));
    require_chapter("## [[output]]", output);
    require_chapter("### Limits of connections", stream_options());
    require_chapter("## [[route]]", route_options(), false, rule_tables());
    for (const char* const table : {"restart", "queue"}) {
        require_chapter("### " + std::string(table),
                        output.children_of(output[output.index_of(table)]));
    }
}

// The page on translation names them in its own order.
void require_keys(const std::string& heading, std::span<const rule_key> keys) {
    const std::string all = contents(TACTUS_TRANSLATION_PAGE);
    const std::size_t begin = all.find("\n" + heading + "\n");
    REQUIRE(begin != std::string::npos);
    const std::vector<std::string> found =
        rows(all.substr(begin, all.find("\n#", begin + heading.size()) - begin));
    CHECK(found.size() == keys.size());
    for (const rule_key& each : keys) {
        CAPTURE(heading, each.key);
        CHECK(std::any_of(found.begin(), found.end(), [&](const std::string& row) {
            return row.starts_with("| `" + std::string(each.key) + "` |");
        }));
    }
}

TEST_CASE("the page on translation has every key of match and as") {
    require_keys("## match", match_keys());
    require_keys("## as", as_keys());
}

TEST_CASE("the page says how large the file of what sounds is") {
    const std::size_t size = flow::sounding_file::size();
    REQUIRE(size % 1024 == 0);
    CHECK(chapter("### After a crash")
              .find("The file takes " + std::to_string(size / 1024) + " KiB of a file system") !=
          std::string::npos);
}

} // namespace
} // namespace tactus::config
