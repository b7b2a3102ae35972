// SPDX-License-Identifier: MIT
#include "tests/docs/run_block.hpp"

namespace tactus::docs {
namespace {

// Nobody but its author can check a drawing; so it says that it is one.
outcome see_text(const block& each) {
    if (each.not_run.empty()) {
        return {"a block of `text` needs a line <!-- not run: REASON --> before it"};
    }
    return {"", {"text, not run: " + each.not_run}};
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
    if (!each.not_run.empty()) {
        return {"only blocks of `text` can be left out"};
    }
    return run_known(each, here);
}

} // namespace tactus::docs
