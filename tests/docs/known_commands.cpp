// SPDX-License-Identifier: MIT
// What can be said of a command line without running it. Lines are split at `&&`, `||`, `;`, `|`,
// `&`; quotes are taken off words. More of bash than that is not understood, and fails.
#include "tests/docs/run_block.hpp"

#include <algorithm>
#include <regex>

namespace tactus::docs {
namespace {

using words = std::vector<std::string>;

std::vector<words> commands_in(const std::string& text) {
    static const std::regex joint(R"(\\\n)");
    static const std::regex remark(R"((^|\s)#[^\n]*)");
    static const std::regex end(R"(&&|\|\||[;|&\n])");
    static const std::regex word(R"('[^']*'|"[^"]*"|[^\s'"]+)");
    const std::string bare = std::regex_replace(std::regex_replace(text, joint, " "), remark, "\n");
    std::vector<words> all;
    for (auto at = std::sregex_token_iterator(bare.begin(), bare.end(), end, -1);
         at != std::sregex_token_iterator(); ++at) {
        const std::string line = *at;
        words one;
        for (auto each = std::sregex_iterator(line.begin(), line.end(), word);
             each != std::sregex_iterator(); ++each) {
            const std::string raw = each->str();
            const bool is_quoted = raw.front() == '"' || raw.front() == '\'';
            const bool is_setting = one.empty() && raw.find('=') != std::string::npos;
            if (!is_setting && !(one.empty() && raw == "sudo")) {
                one.push_back(is_quoted ? raw.substr(1, raw.size() - 2) : raw);
            }
        }
        if (!one.empty()) {
            all.push_back(one);
        }
    }
    return all;
}

bool has(const words& command, const std::string& word) {
    return std::find(command.begin(), command.end(), word) != command.end();
}

bool can_not_be_run(const words& command) {
    static const words programs{
        "packaging/test", ".ci/run",           "packaging/install-dependencies",
        "packaging/deb",  "packaging/tarball", "packaging/arm64",
        "tests/lab/lab",  "apt-get",           "jackd"};
    const std::string& program = command.front();
    return has(programs, program.starts_with("./") ? program.substr(2) : program) ||
           program == "ctest" || (program == "cmake" && !has(command, "-P")) ||
           (program == "git" && has(command, "clone"));
}

bool is_run_script(const words& command) {
    return command.front() == "packaging/run" || command.front() == "./packaging/run";
}

bool bash_says_yes(const std::string& script, const build_environment& here) {
    return run_limited({"bash", "-c", "cd '" + here.root.string() + "' && " + script}).code == 0;
}

std::string quoted(const std::string& text) {
    return text.find('\'') == std::string::npos ? "'" + text + "'" : "/no/quotes/in/quotes";
}

// Each option stands in the script itself; each other word is a file, a preset or a set of it.
std::string check_script(const words& command, const build_environment& here) {
    const std::string script = contents_of(here.root / command.front());
    if (!bash_says_yes("test -x " + command.front() + " && bash -n " + command.front(), here)) {
        return command.front() + " cannot be executed, or is no bash script";
    }
    for (std::size_t i = 1; i < command.size(); ++i) {
        const std::string& word = command[i];
        const bool is_number = word.find_first_not_of("0123456789") == std::string::npos;
        const bool is_file = std::filesystem::exists(here.root / word);
        const std::regex as_word(
            "(^|[^a-z-])" + std::regex_replace(word, std::regex("\\."), "\\.") + "([^a-z-]|$)");
        if (!is_number && !is_file && !std::regex_search(script, as_word)) {
            return command.front() + " does not know " + word;
        }
    }
    return {};
}

std::string check_cmake(const words& command, const build_environment& here) {
    std::string kind = command.front() == "ctest" ? "test" : "configure";
    kind = has(command, "--build") ? "build" : has(command, "--workflow") ? "workflow" : kind;
    for (std::size_t i = 1; i < command.size(); ++i) {
        const std::string word = command[i];
        const std::string preset = word.starts_with("--preset=")  ? word.substr(9)
                                   : command[i - 1] == "--preset" ? word
                                                                  : "";
        const std::string list = here.cmake + " --list-presets=" + kind;
        if (command[i - 1] == "-S" && !std::filesystem::exists(here.root / word)) {
            return "there is no folder " + word;
        }
        if (!preset.empty() && !bash_says_yes(list + " | grep -qF '\"" + preset + "\"'", here)) {
            return "there is no " + kind + " preset \"" + preset + "\"";
        }
    }
    return {};
}

// What a document asks to install is what our own list knows, or the system.
std::string check_packages(const words& command, const build_environment& here) {
    const std::string script = contents_of(here.root / "packaging/install-dependencies");
    for (std::size_t i = 2; i < command.size(); ++i) {
        const std::string& word = command[i];
        const bool is_file = word.find('/') != std::string::npos; // of packaging/deb
        if (!word.starts_with('-') && !is_file && script.find(word) == std::string::npos &&
            !bash_says_yes("apt-cache show " + quoted(word) + " >/dev/null 2>&1", here)) {
            return "there is no package " + word;
        }
    }
    return has(command, "install") || has(command, "update") ? "" : "apt-get does what?";
}

// The help of a program names its options.
std::string check_by_help(const words& command, const build_environment& here) {
    for (std::size_t i = 1; i < command.size(); ++i) {
        const std::string& word = command[i];
        const std::string ask = command.front() + " --help 2>&1 | grep -qE -- ";
        if (word.starts_with('-') && !bash_says_yes(ask + quoted("(^|[ ,[])" + word), here)) {
            return command.front() + " does not know " + word;
        }
    }
    return {};
}

std::string check(const words& command, const build_environment& here) {
    const std::string& program = command.front();
    if (program.find('/') != std::string::npos) {
        return std::filesystem::exists(here.root / program) ? check_script(command, here)
                                                            : "there is no " + program;
    }
    if (program != "tactus" &&
        !bash_says_yes("type " + quoted(program) + " >/dev/null 2>&1", here)) {
        return "there is no program " + program;
    }
    if (program == "cmake" || program == "ctest") {
        return check_cmake(command, here);
    }
    if (program == "apt-get") {
        return check_packages(command, here);
    }
    return program == "jackd" ? check_by_help(command, here) : "";
}

} // namespace

bool can_not_be_run(const std::string& text) {
    const std::vector<words> all = commands_in(text);
    return std::any_of(all.begin(), all.end(),
                       [](const words& each) { return can_not_be_run(each); });
}

std::string wrong_run_script(const std::string& text, const build_environment& here) {
    for (const words& each : commands_in(text)) {
        if (std::string wrong = is_run_script(each) ? check(each, here) : ""; !wrong.empty()) {
            return wrong;
        }
    }
    return {};
}

outcome without_running(const std::string& text, const build_environment& here) {
    outcome all;
    for (const words& each : commands_in(text)) {
        if (std::string wrong = check(each, here); !wrong.empty()) {
            return {wrong};
        }
        std::string line;
        for (const std::string& word : each) {
            line += (line.empty() ? "" : " ") + word;
        }
        all.notes.push_back("checked, not run: " + line);
    }
    return all;
}

} // namespace tactus::docs
