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

// The command that a file of CMake gives a test, from `from` to its end.
std::string command_in(const std::string& file, const std::string& from,
                       const build_environment& here) {
    const std::string tests = contents_of(here.root / file);
    const std::size_t begin = tests.find(from);
    return begin == std::string::npos ? "" : tests.substr(begin, tests.find(')', begin) - begin);
}

// The case must be one of the lab's or a test of the packages, and ctest must give it this page.
outcome see_case(const block& each, const build_environment& here) {
    if (each.language != "sh" && each.language != "console") {
        return {"only blocks of `sh` and `console` can be run in the lab"};
    }
    const std::string name = std::filesystem::path(each.run_by).stem().string();
    const bool is_of_packages = each.run_by == "tests/packaging/" + name;
    if ((!is_of_packages && each.run_by != "tests/lab/cases/" + name + ".py") ||
        !std::filesystem::is_regular_file(here.root / each.run_by)) {
        return {"there is no case of the lab, nor test of the packages, " + each.run_by};
    }
    const std::string file =
        is_of_packages ? "tests/packaging/packages.cmake" : "tests/lab/CMakeLists.txt";
    const std::string call = is_of_packages
                                 ? command_in(file, "/" + name + " ", here)
                                 : command_in(file, "tactus_lab_case(" + name + " ", here);
    const std::string given = is_of_packages ? "[^ ]*SOURCE_DIR./" : "--page ";
    if (std::regex_search(call + " ", std::regex(given + each.path + "\\s"))) {
        return {"", {"run by " + each.run_by}};
    }
    return {file + " does not give " + each.path + " to " + name};
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
