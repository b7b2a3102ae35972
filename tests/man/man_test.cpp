// SPDX-License-Identifier: MIT
// The manual pages: their generated sections are those of the program as it is, both formatters
// have nothing to say about them, and their examples run. The sections are rewritten when
// TACTUS_GOLDEN_UPDATE=1 is set.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/command_line.hpp"
#include "kernel/daemon/methods/control_methods.hpp"
#include "kernel/daemon/process/version.hpp"
#include "tests/man/sections.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

namespace tactus::man {
namespace {

constexpr std::array pages{"tactus.1", "tactus.toml.5", "tactus-plugin.7", "tactus-control.7"};

std::string path_of(const std::string& page) {
    return std::string(TACTUS_MAN_FOLDER) + "/" + page;
}

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>(file), {}};
}

bool is_update_wanted() {
    const char* const wanted = std::getenv("TACTUS_GOLDEN_UPDATE");
    return wanted != nullptr && std::string_view(wanted) == "1";
}

std::map<std::string, std::string> all_sections() {
    CLI::App app("", "tactus");
    cli::chosen with;
    cli::add_commands(app, with);
    host::catalog catalog({TACTUS_PLUGIN_FOLDER});
    return {{"commands", commands(app)},
            {"exit_codes", exit_codes()},
            {"variables", variables()},
            {"settings", settings()},
            {"plugin_settings", plugin_settings(catalog)},
            {"plugin_list", plugin_list(catalog)},
            {"methods", methods()}};
}

// The page with its sections as they should be; takes those that it has out of `sections`.
std::string renewed(const std::string& page, std::map<std::string, std::string>& sections) {
    const std::string mark = ".\\\" generated: ";
    const std::string end_mark = ".\\\" end generated\n";
    std::string made;
    std::size_t at = 0;
    for (std::size_t begin = page.find(mark); begin != std::string::npos;
         begin = page.find(mark, at)) {
        const std::size_t line_end = page.find('\n', begin);
        const std::string name = page.substr(begin + mark.size(), line_end - begin - mark.size());
        CAPTURE(name);
        REQUIRE(sections.contains(name));
        const std::size_t end = page.find(end_mark, line_end);
        REQUIRE(end != std::string::npos);
        made += page.substr(at, line_end + 1 - at) + sections.at(name);
        sections.erase(name);
        at = end;
    }
    return made + page.substr(at);
}

struct example {
    std::string how; // "run", "run with a daemon", "toml FILE", "not run: why"
    std::string text;
};

std::string plain(std::string text) {
    for (const auto& [from, to] : {std::pair{"\\(dq", "\""},
                                   {"\\(aq", "'"},
                                   {"\\(ti", "~"},
                                   {"\\(ha", "^"},
                                   {"\\-", "-"},
                                   {"\\&", ""},
                                   {"\\e", "\\"}}) {
        for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos;) {
            text.replace(at, std::string_view(from).size(), to);
            at += std::string_view(to).size();
        }
    }
    return text;
}

// Those outside of generated sections: the line before each says how it is tried.
std::vector<example> examples_in(const std::string& page) {
    std::map<std::string, std::string> none;
    for (const auto& [name, text] : all_sections()) {
        none[name] = "";
    }
    std::istringstream lines(renewed(page, none));
    std::vector<example> all;
    std::string before;
    bool is_inside = false;
    for (std::string line; std::getline(lines, line); before = line) {
        if (line == ".EX") {
            CAPTURE(before);
            REQUIRE(before.starts_with(".\\\" "));
            all.push_back({before.substr(4), ""});
            is_inside = true;
        } else if (line == ".EE") {
            is_inside = false;
        } else if (is_inside) {
            all.back().text += plain(line) + "\n";
        }
    }
    return all;
}

// By all pages, since one names what another shows.
std::string example_file() {
    for (const example& each : examples_in(contents(path_of("tactus.toml.5")))) {
        if (each.how == "toml hall.toml") {
            return each.text;
        }
    }
    return {};
}

// `runtime`: of a daemon; empty: there is none.
void run_shell(const std::string& text, const std::string& folder,
               const std::string& runtime = {}) {
    const std::string bin = std::filesystem::path(test::tactus_program).parent_path();
    const std::string daemon = runtime.empty() ? "" : "export RUNTIME_DIRECTORY=" + runtime;
    const test::finished done =
        test::run({"bash", "-c",
                   fmt::format("set -e -o pipefail; cd '{}'; PATH='{}':$PATH\n{}\n{}", folder, bin,
                               daemon, text)});
    INFO(text << done.out << done.err);
    CHECK(done.code == 0);
    CHECK(done.out.find("\"error\"") == std::string::npos); // of the control socket
}

} // namespace

TEST_CASE("the generated sections of the manual pages are those of the program as it is") {
    std::map<std::string, std::string> sections = all_sections();
    for (const char* page : pages) {
        const std::string text = contents(path_of(page));
        const std::string made = renewed(text, sections);
        if (is_update_wanted()) {
            std::ofstream(path_of(page), std::ios::binary) << made;
        }
        CHECK(text.find("\"tactus " + std::string(daemon::version) + "\"") != std::string::npos);
        INFO(page << " is out of date: TACTUS_GOLDEN_UPDATE=1 build/dev/bin/man_test");
        CHECK((made == text || is_update_wanted()));
    }
    CHECK(sections.empty()); // each has its place in one page
}

TEST_CASE("the formatters of manual pages have nothing to say about them") {
    for (const char* page : pages) {
        CAPTURE(page);
        const test::finished man =
            test::run({"man", "-l", "--warnings", "-E", "UTF-8", path_of(page)});
        CHECK(man.code == 0);
        CHECK(man.err.empty());
        CHECK(man.out.size() > 1000);
        const test::finished mandoc =
            test::run({"mandoc", "-T", "lint", "-W", "warning", path_of(page)});
        CHECK(mandoc.code == 0);
        CHECK(mandoc.out + mandoc.err == "");
    }
}

TEST_CASE("no text can leave its place in a page") {
    CHECK(roff(".SH X") == "\\&.SH X");
    CHECK(roff("'x' \\fB a-b `c` ^~") == "\\(aqx\\(aq \\efB a\\-b \\fBc\\fR \\(ha\\(ti");
    CHECK(roff("one ` alone") == "one \\(ga alone");
}

TEST_CASE("the page on the control socket and control.md name the same methods") {
    const std::string page = contents(TACTUS_CONTROL_PAGE);
    const std::size_t begin = page.find("\n| method |");
    REQUIRE(begin != std::string::npos);
    std::istringstream lines(page.substr(begin + 1, page.find("\n\n", begin) - begin));
    std::set<std::string> named;
    for (std::string line; std::getline(lines, line);) {
        const std::string cell = line.substr(0, line.find('|', 1));
        for (std::size_t at = cell.find('`'); at != std::string::npos;) {
            const std::size_t end = cell.find('`', at + 1);
            named.insert(cell.substr(at + 1, end - at - 1));
            at = cell.find('`', end + 1);
        }
    }
    std::set<std::string> known;
    for (const control::method& each : daemon::control_methods::listed()) {
        CAPTURE(each.name);
        CHECK_FALSE(each.does.empty());
        known.emplace(each.name);
    }
    CHECK(named == known);
}

TEST_CASE("the page names the environment variables that the program reads, and no others") {
    std::string sources;
    std::set<std::string> read;
    for (const auto& each : std::filesystem::recursive_directory_iterator(TACTUS_KERNEL_FOLDER)) {
        if (each.path().extension() == ".cpp" && each.path().parent_path().filename() != "base") {
            sources += contents(each.path());
        }
    }
    const std::string mark = "getenv(\"";
    for (std::size_t at = sources.find(mark); at != std::string::npos;
         at = sources.find(mark, at + 1)) {
        const std::size_t begin = at + mark.size();
        read.insert(sources.substr(begin, sources.find('"', begin) - begin));
    }
    for (const cli::variable& each : cli::variables) {
        CAPTURE(each.name);
        CHECK(sources.find("\"" + std::string(each.name) + "\"") != std::string::npos);
        read.erase(std::string(each.name));
    }
    CHECK(read.empty()); // those that cli.hpp does not name
}

TEST_CASE("the examples of the manual pages do what they should") {
    const std::string file = example_file();
    REQUIRE_FALSE(file.empty());
    const test::temp_dir folder;
    folder.write("hall.toml", file);
    run_shell("tactus check hall.toml", folder.path());
    test::daemon_process daemon(file);
    for (const char* page : pages) {
        for (const example& each : examples_in(contents(path_of(page)))) {
            CAPTURE(page, each.how);
            if (each.how == "run") {
                run_shell(each.text, folder.path());
            } else if (each.how == "run with a daemon") {
                run_shell(each.text, folder.path(), daemon.program().runtime_folder());
            } else {
                CHECK((each.how.starts_with("toml ") || each.how.starts_with("not run: ")));
            }
        }
    }
    CHECK(daemon.stop() == 0);
}

} // namespace tactus::man
