// SPDX-License-Identifier: MIT
// Command lines that cannot be understood, and help: what is said where, and the exit code.
#include "kernel/cli/cli.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <unistd.h>
#include <vector>

namespace tactus::cli {
namespace {

struct answer {
    int code = -1;
    std::string out;
    std::string err;
};

// Standard output or error, in a file as long as this lives.
class captured {
public:
    captured(int fd, std::string path) : fd_(fd), path_(std::move(path)), before_(::dup(fd)) {
        const int file = ::open(path_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
        REQUIRE(file >= 0);
        ::dup2(file, fd_);
        ::close(file);
    }
    captured(const captured&) = delete;
    captured& operator=(const captured&) = delete;
    ~captured() { ::close(before_); }

    std::string finish() {
        std::fflush(nullptr);
        std::cout.flush();
        ::dup2(before_, fd_);
        std::ifstream file(path_);
        return {std::istreambuf_iterator<char>(file), {}};
    }

private:
    int fd_;
    std::string path_;
    int before_;
};

answer call(std::vector<std::string> words) {
    words.insert(words.begin(), "tactus");
    std::vector<char*> argv;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    const test::temp_dir folder;
    std::fflush(nullptr);
    captured out(STDOUT_FILENO, folder.path("out"));
    captured err(STDERR_FILENO, folder.path("err"));
    answer got;
    got.code = run(static_cast<int>(words.size()), argv.data());
    got.err = err.finish();
    got.out = out.finish();
    return got;
}

void require_usage_error(const std::vector<std::string>& words, const std::string& said) {
    const answer got = call(words);
    REQUIRE(got.code == exit_usage);
    REQUIRE(got.out.empty());
    REQUIRE(got.err == said + "\n");
}

TEST_CASE("a command that does not exist is answered with the one that was meant") {
    require_usage_error({"runn", "x.toml"},
                        "tactus: unknown command \"runn\"; did you mean \"run\"? "
                        "See: tactus --help");
    require_usage_error({"frobnicate"},
                        "tactus: unknown command \"frobnicate\". See: tactus --help");
}

TEST_CASE("an option that does not exist is answered with the one that was meant") {
    require_usage_error({"run", "--shw", "x.toml"},
                        "tactus run: unknown option \"--shw\"; did you mean \"--show\"? "
                        "See: tactus run --help");
    require_usage_error({"plugins", "show", "osc_in", "--jason"},
                        "tactus plugins show: unknown option \"--jason\"; did you mean "
                        "\"--json\"? See: tactus plugins show --help");
}

TEST_CASE("a word too many is said to be one") {
    require_usage_error({"doctor", "b.toml"},
                        "tactus doctor: unexpected argument \"b.toml\". See: tactus doctor --help");
}

TEST_CASE("behind -- every word is an argument, in all commands") {
    const answer checked = call({"check", "--no-environment", "--", "--show"});
    REQUIRE(checked.code == exit_config);
    REQUIRE(checked.err.starts_with("--show: error: "));
    const std::vector<std::string> all = GENERATE(
        values<std::vector<std::string>>({{"send", "vis", "osc", "/a/b", "--", "-1", "-2.5", "-x"},
                                          {"send", "--", "vis", "osc", "/a", "--", "-x"},
                                          {"explain", "desk", "/a", "--", "-1", "-x", "--json"},
                                          {"mute", "route", "--", "-3"},
                                          {"panic", "--", "-x"}}));
    std::vector<std::string> words = all;
    words.insert(words.begin() + 1, {"--socket", "/nowhere/control.sock"});
    const answer got = call(words);
    INFO(got.err);
    REQUIRE(got.code == exit_unavailable);
    REQUIRE(got.err.find("/nowhere/control.sock") != std::string::npos);
}

TEST_CASE("a word too many behind -- is said as it was given") {
    require_usage_error({"doctor", "--", "b"},
                        "tactus doctor: unexpected argument \"b\". See: tactus doctor --help");
}

TEST_CASE("what is missing is named") {
    require_usage_error({"run"}, "tactus run: FILE is required. See: tactus run --help");
    require_usage_error({"check", "--set", "log.level=debug"},
                        "tactus check: FILE is required. See: tactus check --help");
    require_usage_error({"plugins", "show"},
                        "tactus plugins show: NAME is required. See: tactus plugins show --help");
    require_usage_error({}, "tactus: expected a command. See: tactus --help");
}

TEST_CASE("a number out of range is refused") {
    const answer got = call({"run", "x.toml", "--seconds", "-1"});
    REQUIRE(got.code == exit_usage);
    REQUIRE(got.err.find("--seconds") != std::string::npos);
    REQUIRE(call({"run", "x.toml", "--seconds", "soon"}).code == exit_usage);
}

TEST_CASE("what --show prints is no JSON") {
    REQUIRE(call({"check", "--show", "--json", "x.toml"}).code == exit_usage);
}

TEST_CASE("a word of a stranger cannot speak to the terminal") {
    const answer got = call({"\x1b[2J"});
    REQUIRE(got.code == exit_usage);
    REQUIRE(got.err.find('\x1b') == std::string::npos);
}

TEST_CASE("every command has a help with an example, on standard output") {
    const std::vector<std::vector<std::string>> commands = {
        {}, {"run"}, {"check"}, {"ports"}, {"plugins"}, {"plugins", "show"}, {"version"}, {"help"}};
    for (std::vector<std::string> words : commands) {
        words.emplace_back("--help");
        const answer got = call(words);
        CAPTURE(words);
        REQUIRE(got.code == exit_ok);
        REQUIRE(got.err.empty());
        REQUIRE(got.out.find("xample") != std::string::npos);
        REQUIRE(got.out.find("tactus " + (words.size() > 1 ? words.front() : "run")) !=
                std::string::npos);
    }
}

TEST_CASE("help explains a command as its option --help does") {
    REQUIRE(call({"help", "run"}).out == call({"run", "--help"}).out);
    REQUIRE(call({"help", "plugins", "show"}).out == call({"plugins", "show", "--help"}).out);
    REQUIRE(call({"help"}).out == call({"--help"}).out);
    require_usage_error({"help", "rnu"}, "tactus: unknown command \"rnu\"; did you mean "
                                         "\"run\"? See: tactus --help");
}

TEST_CASE("the version can be asked for as an option") {
    const answer got = call({"--version"});
    REQUIRE(got.code == exit_ok);
    REQUIRE(got.out == call({"version"}).out);
}

TEST_CASE("the version is for people, and for programs") {
    REQUIRE(call({"version"}).out.starts_with("tactus "));
    const answer json = call({"version", "--json"});
    REQUIRE(json.code == exit_ok);
    REQUIRE(json.out.starts_with("{\"version\":\""));
    REQUIRE(json.out.ends_with("\"}\n"));
}

TEST_CASE("a configuration that cannot be read has its own exit code") {
    const answer got = call({"check", "/nowhere/at/all.toml"});
    REQUIRE(got.code == exit_config);
    REQUIRE(got.out.empty());
    REQUIRE(got.err.find("/nowhere/at/all.toml") != std::string::npos);
}

TEST_CASE("plugins are shown by name, broken ones make the listing fail") {
    ::setenv("TACTUS_PLUGIN_PATH", TACTUS_BAD_PLUGINS, 1);
    const answer listed = call({"plugins"});
    const answer shown = call({"plugins", "show", "life", "--json"});
    const answer broken = call({"plugins", "show", "no_entry"});
    ::unsetenv("TACTUS_PLUGIN_PATH");
    REQUIRE(listed.code == exit_failure);
    REQUIRE(listed.out.find("\nbroken: no_entry: ") != std::string::npos);
    REQUIRE(shown.code == exit_ok);
    REQUIRE(shown.out.starts_with("[{\"id\":\"life.create_null\""));
    REQUIRE(shown.out.ends_with("}]\n"));
    REQUIRE(broken.code == exit_failure);
    REQUIRE(broken.err.find("tactus_entry_v0") != std::string::npos);
}

} // namespace
} // namespace tactus::cli
