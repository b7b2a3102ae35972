// SPDX-License-Identifier: MIT
// golden_merge/CASE/*.toml, in the order of their names, and each line of golden_merge/CASE/set as
// an argument of --set, are loaded as one configuration; golden_merge/CASE/expected is exactly what
// the operator reads: the diagnostics, and of a valid one what `check --show` prints. Rewritten as
// golden_test.cpp says.
#include "kernel/config/show.hpp"

#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace tactus::config::test {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> sorted_paths(const fs::path& folder) {
    std::vector<fs::path> found;
    for (const auto& one : fs::directory_iterator(folder)) {
        found.push_back(one.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

// Paths are shown as they are given: here without their folder.
class in_folder {
public:
    explicit in_folder(const fs::path& folder) : before_(fs::current_path()) {
        fs::current_path(folder);
    }
    in_folder(const in_folder&) = delete;
    in_folder& operator=(const in_folder&) = delete;
    ~in_folder() { fs::current_path(before_); }

private:
    fs::path before_;
};

source_list list_of(const fs::path& folder) {
    source_list list;
    for (const fs::path& path : sorted_paths(folder)) {
        if (path.extension() == ".toml") {
            list.files.push_back(path.filename());
        }
    }
    std::ifstream lines(folder / "set");
    for (std::string line; std::getline(lines, line);) {
        list.arguments.push_back(line);
    }
    return list;
}

std::string said_of(const fs::path& folder) {
    const in_folder here(folder);
    node merged;
    const auto outcome = load(list_of(folder), plugins(), &merged);
    if (!outcome) {
        return render(outcome.error().found, outcome.error().sources, "nothing was started");
    }
    return render(outcome->warnings, outcome->sources, "nothing was started") +
           show(merged, outcome->sources, plugins());
}

TEST_CASE("every golden set of files and arguments says exactly what is expected") {
    const char* const update = std::getenv("TACTUS_GOLDEN_UPDATE");
    for (const fs::path& folder : sorted_paths(TACTUS_GOLDEN_MERGE_FOLDER)) {
        const std::string said = said_of(folder);
        if (update != nullptr && std::string_view(update) == "1") {
            std::ofstream(folder / "expected", std::ios::binary) << said;
        }
        INFO(folder.filename().string());
        CHECK(said == content(folder / "expected"));
        CHECK((said.find("nothing was started") == std::string::npos) ==
              folder.filename().string().starts_with("good_"));
        CHECK(said.find("hunter") == std::string::npos);
    }
}

// Without its comments and secrets, what is shown is a configuration that is shown in the same way.
std::string without_origins(const std::string& shown) {
    std::istringstream lines(shown);
    std::string out;
    for (std::string line; std::getline(lines, line);) {
        out += line.substr(0, line.rfind("  # ")) + "\n";
    }
    return out;
}

// Shows the configuration, loads what was shown and shows that.
void check_shown_again(const source_list& list) {
    node merged;
    const auto outcome = load(list, plugins(), &merged);
    REQUIRE(outcome.has_value());
    const std::string shown = show(merged, outcome->sources, plugins());
    const tactus::test::temp_dir files;
    const std::string path = files.path("shown.toml");
    std::ofstream(path) << shown;
    node again;

    const auto reloaded = load({{path}}, plugins(), &again);

    INFO(shown);
    REQUIRE(reloaded.has_value());
    std::string kept;
    std::istringstream lines(without_origins(shown));
    for (std::string line; std::getline(lines, line);) {
        kept += line.find("is removed: enabled = false") == std::string::npos ? line + "\n" : "";
    }
    std::string second = without_origins(show(again, reloaded->sources, plugins()));
    std::erase(kept, '\n');
    std::erase(second, '\n');
    CHECK(kept == second);
}

TEST_CASE("what is shown is a configuration itself, and the same one") {
    for (const fs::path& folder : sorted_paths(TACTUS_GOLDEN_MERGE_FOLDER)) {
        if (folder.filename().string().starts_with("good_")) {
            INFO(folder.filename().string());
            const in_folder here(folder);
            check_shown_again(list_of(folder));
        }
    }
    for (const fs::path& file : sorted_paths(TACTUS_GOLDEN_FOLDER)) {
        if (file.filename().string().starts_with("good_") && file.extension() == ".toml") {
            INFO(file.filename().string());
            check_shown_again({{file}});
        }
    }
}

} // namespace
} // namespace tactus::config::test
