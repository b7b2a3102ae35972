// SPDX-License-Identifier: MIT
// Every block of every document, a section each; document.hpp says what an author can tell the
// test. A block that cannot be tested is not in a document.
#include "tests/docs/here.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <map>

using namespace tactus::docs;

namespace {

std::vector<block> blocks_in(const std::string& path) {
    return blocks_of(path, contents_of(std::filesystem::path(DOCS_ROOT) / path));
}

void run_all(const std::string& path) {
    build_environment environment = here();
    environment.document = blocks_in(path);
    for (const block& each : environment.document) {
        DYNAMIC_SECTION(where(each) << " " << each.language) {
            const outcome ran = run_block(each, environment);
            for (const std::string& note : ran.notes) {
                WARN(where(each) << ": " << note);
            }
            if (!ran.wrong.empty()) {
                FAIL_CHECK(where(each) << ": " << ran.wrong);
            }
            SUCCEED();
        }
    }
}

} // namespace

TEST_CASE("every block of the README does what it says") {
    run_all("README.md");
}

TEST_CASE("every block of CONTRIBUTING does what it says") {
    run_all("CONTRIBUTING.md");
}

TEST_CASE("every block of the SDK's guide does what it says") {
    run_all("sdk/README.md");
}

TEST_CASE("every block of the kernel's map does what it says") {
    run_all("kernel/README.md");
}

TEST_CASE("every block of every other document does what it says") {
    static const std::vector<std::string> have_a_case{"README.md", "CONTRIBUTING.md",
                                                      "sdk/README.md", "kernel/README.md"};
    for (const std::string& path : documents_below(DOCS_ROOT)) {
        if (std::find(have_a_case.begin(), have_a_case.end(), path) == have_a_case.end()) {
            run_all(path);
        }
    }
}

TEST_CASE("a configuration can name each plugin of the SDK's example") {
    for (const char* type : {"address_log", "null_output"}) {
        block each;
        each.language = "toml";
        each.text = "[[output]]\nname = \"a\"\ntype = \"" + std::string(type) + "\"\n";
        CHECK(run_block(each, here()).wrong.empty());
    }
}

TEST_CASE("each example is shown as a configuration that is accepted and shown again") {
    namespace fs = std::filesystem;
    const fs::path config = fs::path(DOCS_ROOT) / "config";
    std::vector<std::vector<std::string>> examples = {
        {fs::path(DOCS_ROOT) / "packaging/tactus.toml"},
        {config / "museum.toml", config / "museum-site.toml"}};
    for (const auto& one : fs::directory_iterator(config)) {
        if (one.path().extension() == ".toml" && one.path().filename() != "museum-site.toml") {
            examples.push_back({one.path()});
        }
    }
    CHECK(examples.size() >= 8);
    for (const std::vector<std::string>& files : examples) {
        INFO(files.back());
        CHECK(not_shown_again(files, here()) == "");
    }
}

TEST_CASE("the documents are all there, and their blocks are counted") {
    const std::vector<std::string> all = documents_below(DOCS_ROOT);
    for (const char* needed :
         {"README.md", "config/README.md", "plugins/osc_in/README.md", "plugins/osc_out/README.md",
          "plugins/midi/README.md", "plugins/pulse/README.md", "plugins/memory/README.md"}) {
        CHECK_THAT(all, Catch::VectorContains(std::string(needed)));
    }
    std::map<std::string, int> count;
    for (const std::string& path : all) {
        for (const block& each : blocks_in(path)) {
            ++count[each.language];
        }
    }
    std::string text;
    for (const auto& [language, blocks] : count) {
        text += " " + std::to_string(blocks) + " " + language;
    }
    WARN(all.size() << " documents, blocks:" << text);
    CHECK(count["toml"] > 0);
    CHECK(count["sh"] + count["console"] > 0);
}
