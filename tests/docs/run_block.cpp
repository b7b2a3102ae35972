// SPDX-License-Identifier: MIT
#include "tests/docs/run_block.hpp"

#include <regex>

namespace tactus::docs {
namespace {

// Nobody but its author can check a drawing; so it says that it is one.
outcome see_text(const block& each) {
    if (each.not_run.empty()) {
        return {"a block of `text` needs a line <!-- not run: REASON --> before it"};
    }
    return {"", {"text, not run: " + each.not_run}};
}

// The case must be one of the lab's, and ctest must give it this document.
outcome see_case(const block& each, const build_environment& here) {
    if (each.language != "sh" && each.language != "console") {
        return {"only blocks of `sh` and `console` can be run in the lab"};
    }
    const std::string name = std::filesystem::path(each.run_by).stem().string();
    if (each.run_by != "tests/lab/cases/" + name + ".py" ||
        !std::filesystem::exists(here.root / each.run_by)) {
        return {"there is no case of the lab " + each.run_by};
    }
    const std::string tests = contents_of(here.root / "tests/lab/CMakeLists.txt");
    const std::size_t begin = tests.find("tactus_lab_case(" + name + " ");
    const std::string call =
        begin == std::string::npos ? "" : tests.substr(begin, tests.find(')', begin) - begin);
    if (std::regex_search(call + " ", std::regex("--page " + each.path + "\\s"))) {
        return {"", {"run by " + each.run_by}};
    }
    return {"tests/lab/CMakeLists.txt does not give " + each.path + " to " + name};
}

outcome run_known(const block& each, const build_environment& here) {
    const std::string& language = each.language;
    if (language == "toml") {
        return run_toml(each, here);
    }
    if (language == "console") {
        return run_console(each, here);
    }
    if (language == "sh") {
        return run_shell(each, here);
    }
    if (language == "c" || language == "cpp") {
        return run_source(each, here);
    }
    if (language == "cmake") {
        return run_cmake(each, here);
    }
    if (language == "json") {
        return run_json(each, here);
    }
    if (language == "ini") {
        return run_ini(each);
    }
    return {language.empty() ? "the block has no language"
                             : "there is no test for blocks of \"" + language + "\""};
}

} // namespace

outcome run_block(const block& each, const build_environment& here) {
    if (each.is_open) {
        return {"the block has no end"};
    }
    if (each.language == "text") {
        return see_text(each);
    }
    if (!each.run_by.empty()) {
        return see_case(each, here);
    }
    if (!each.not_run.empty()) {
        return {"only blocks of `text` can be left out"};
    }
    return run_known(each, here);
}

} // namespace tactus::docs
