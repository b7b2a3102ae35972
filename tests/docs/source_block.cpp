// SPDX-License-Identifier: MIT
#include "tests/docs/run_block.hpp"

#include <regex>

namespace tactus::docs {
namespace {

bool is_quoted_from_example(const block& each, const build_environment& here) {
    for (const auto& file : std::filesystem::directory_iterator(here.root / "sdk/example")) {
        if (contents_of(file.path()).find(each.text) != std::string::npos) {
            return true;
        }
    }
    return false;
}

// A fragment stands in a file that includes the SDK.
std::string completed_source(const block& each) {
    if (each.text.find("#include") != std::string::npos) {
        return each.text;
    }
    const char* header = each.language == "c" ? "<tactus/tactus.h>" : "<tactus/cpp/plugin.hpp>";
    return std::string("#include ") + header + "\n#line 1\n" + each.text;
}

outcome of(const std::string& what, const test::finished& ran) {
    if (ran.code == 0) {
        return {};
    }
    return {what + " ends with " + std::to_string(ran.code) + ":\n" + ran.out + ran.err};
}

} // namespace

outcome run_source(const block& each, const build_environment& here) {
    if (is_quoted_from_example(each, here)) {
        return {};
    }
    const bool is_c = each.language == "c";
    const test::temp_dir folder;
    const std::string file = folder.write(is_c ? "block.c" : "block.cpp", completed_source(each));
    const std::string sdk = (here.root / "sdk/include").string();
    return of(
        "the compiler",
        run_limited({is_c ? here.c : here.cpp, is_c ? "-std=c11" : "-std=c++20", "-fsyntax-only",
                     "-Wall", "-Wextra", "-Werror", "-I", sdk, "-I", here.root.string(), file}));
}

outcome run_cmake(const block& each, const build_environment& here) {
    if (is_quoted_from_example(each, here)) {
        return {};
    }
    const test::temp_dir folder;
    return of("cmake -P", run_limited({here.cmake, "-P", folder.write("b.cmake", each.text)}));
}

outcome run_json(const block& each, const build_environment& here) {
    const test::temp_dir folder;
    const std::string file = folder.write("block.json", each.text);
    const std::string script =
        folder.write("read.cmake", "file(READ \"" + file +
                                       "\" text)\n"
                                       "string(JSON type TYPE \"${text}\")\n");
    return of("reading the JSON", run_limited({here.cmake, "-P", script}));
}

outcome run_ini(const block& each) {
    static const std::regex line_of_ini(R"(\s*|[#;].*|\[[^\[\]]+\]|[A-Za-z][\w.-]*\s*=.*)");
    for (const std::string& line : lines_of(each.text)) {
        if (!std::regex_match(line, line_of_ini)) {
            return {"no section, setting or comment: " + line};
        }
    }
    return {};
}

} // namespace tactus::docs
