// SPDX-License-Identifier: MIT
// config/README.md against the tables that the daemon reads: a key, default or limit that is
// changed in one of them and not in the other is found here.
#include "kernel/config/check_value.hpp"
#include "kernel/config/sections.hpp"
#include "kernel/config/text.hpp"

#include "tests/support/catch.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace tactus::config {
namespace {

std::string page() {
    std::ifstream file(TACTUS_CONFIG_PAGE);
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>(file), {}};
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
void require_chapter(const std::string& heading, option_table table, bool has_sections = false) {
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
    require_chapter("## [[route]]", route_options());
    for (const char* const table : {"restart", "queue"}) {
        require_chapter("### " + std::string(table),
                        output.children_of(output[output.index_of(table)]));
    }
}

} // namespace
} // namespace tactus::config
