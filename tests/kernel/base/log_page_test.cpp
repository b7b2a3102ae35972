// SPDX-License-Identifier: MIT
// config/log.md and the sources against the list of the kinds of lines: each kind is explained, and
// written somewhere, and there is no other.
#include "kernel/base/log_event.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

namespace base = tactus::base;

namespace {

std::string contents(const std::filesystem::path& path) {
    std::ifstream file(path);
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>(file), {}};
}

// What follows each of these marks, as long as it may be a name.
std::multiset<std::string> names_after(const std::string& mark, const std::string& in) {
    std::multiset<std::string> found;
    for (std::size_t at = in.find(mark); at != std::string::npos; at = in.find(mark, at + 1)) {
        const std::size_t begin = at + mark.size();
        found.insert(in.substr(
            begin, in.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_", begin) - begin));
    }
    return found;
}

// The first cells of the tables that explain kinds of lines.
std::multiset<std::string> explained() {
    std::multiset<std::string> found;
    std::istringstream lines(contents(TACTUS_LOG_PAGE));
    bool is_in_table = false;
    for (std::string line; std::getline(lines, line);) {
        is_in_table = line.starts_with("|") && (is_in_table || line.starts_with("| `event_id`"));
        if (is_in_table && line.starts_with("| `") && !line.starts_with("| `event_id`")) {
            found.merge(names_after("\n| `", "\n" + line));
        }
    }
    return found;
}

std::multiset<std::string> listed() {
    return {base::log_event_ids.begin(), base::log_event_ids.end()};
}

} // namespace

TEST_CASE("each kind of line has a name of its own") {
    const std::multiset<std::string> all = listed();
    CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
    CHECK(id_of(base::log_event::config_fault) == "config_fault");
}

TEST_CASE("the page on the log explains each kind of line once, and no other") {
    CHECK(explained() == listed());
}

TEST_CASE("each kind of line is written somewhere in the kernel") {
    std::set<std::string> written;
    for (const auto& each : std::filesystem::recursive_directory_iterator(TACTUS_KERNEL_FOLDER)) {
        const std::string extension = each.path().extension();
        if (extension == ".cpp" || extension == ".hpp") {
            for (const std::string& name : names_after("log_event::", contents(each.path()))) {
                written.insert(name);
            }
        }
    }
    for (const std::string& each : listed()) {
        CAPTURE(each);
        CHECK(written.contains(each));
    }
}
