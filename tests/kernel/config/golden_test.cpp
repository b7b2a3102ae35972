// SPDX-License-Identifier: MIT
// golden/NAME.toml is loaded, golden/NAME.expected is exactly what the operator reads. The files
// are rewritten when TACTUS_GOLDEN_UPDATE=1 is set; then read each of them before committing.
#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace tactus::config::test {
namespace {

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

std::string rendered(const std::string& text, const std::string& shown_path) {
    const auto outcome = load_text(text, shown_path, plugins());
    return outcome ? render(outcome->warnings, outcome->sources, "nothing was started")
                   : render(outcome.error().found, outcome.error().sources, "nothing was started");
}

std::vector<std::filesystem::path> golden_files() {
    std::vector<std::filesystem::path> out;
    for (const auto& one : std::filesystem::directory_iterator(TACTUS_GOLDEN_FOLDER)) {
        if (one.path().extension() == ".toml") {
            out.push_back(one.path());
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

bool is_update_wanted() {
    const char* const wanted = std::getenv("TACTUS_GOLDEN_UPDATE");
    return wanted != nullptr && std::string_view(wanted) == "1";
}

TEST_CASE("every golden file says exactly what is expected") {
    for (const std::filesystem::path& file : golden_files()) {
        std::filesystem::path expected = file;
        expected.replace_extension(".expected");

        const std::string said = rendered(content(file), file.filename().string());

        if (is_update_wanted()) {
            std::ofstream(expected, std::ios::binary) << said;
        }
        INFO(file.filename().string());
        CHECK(std::filesystem::exists(expected));
        CHECK(said == content(expected));
    }
}

TEST_CASE("there are at least forty golden files with errors, and some without") {
    std::size_t broken = 0;
    std::size_t good = 0;
    for (const std::filesystem::path& file : golden_files()) {
        const bool loads = load_text(content(file), "x", plugins()).has_value();
        INFO(file.filename().string());
        CHECK(loads == file.filename().string().starts_with("good_"));
        ++(loads ? good : broken);
    }

    CHECK(broken >= 40);
    CHECK(good >= 3);
}

TEST_CASE("the same file says the same twice") {
    for (const std::filesystem::path& file : golden_files()) {
        CHECK(rendered(content(file), "x") == rendered(content(file), "x"));
    }
}

} // namespace
} // namespace tactus::config::test
