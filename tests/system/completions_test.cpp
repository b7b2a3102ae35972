// SPDX-License-Identifier: MIT
// `tactus completions` in the shells themselves, with and without a running daemon.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/udp_peer.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <optional>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

// One of the shells, with our tactus and the script at hand.
class shell {
public:
    explicit shell(std::string name) : name_(std::move(name)) {
        const finished script = run({tactus_program, "completions", name_});
        REQUIRE(script.code == 0);
        path_ = folder_.write("script", script.out);
        folder_.write("tactus.toml", "");
    }
    [[nodiscard]] bool is_there() const {
        return run({"sh", "-c", "command -v " + name_}).code == 0;
    }
    // What it offers behind these words, the last of which is being written; a line each.
    [[nodiscard]] std::string offers(const std::vector<std::string>& words,
                                     const std::string& runtime_folder = {}) const {
        std::vector<std::string> line = environment(runtime_folder);
        const std::vector<std::string> asks = command(words);
        line.insert(line.end(), asks.begin(), asks.end());
        const finished done = run(line);
        INFO(done.err);
        CHECK(done.code == 0);
        CHECK(done.err.empty());
        return "\n" + done.out;
    }

private:
    [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& words) const {
        std::string all;
        for (const std::string& each : words) {
            all += name_ == "fish" ? " " + each : " '" + each + "'";
        }
        const std::string in_folder = "cd '" + folder_.path() + "'\n";
        if (name_ == "bash") {
            return {"bash", "--norc", "-c",
                    in_folder + "source '" + path_ +
                        "'\n[[ $(complete -p tactus) == *_tactus* ]]\n" +
                        fmt::format("COMP_WORDS=(tactus{})\nCOMP_CWORD={}\n", all, words.size()) +
                        "_tactus\nprintf '%s\\n' \"${COMPREPLY[@]}\""};
        }
        if (name_ == "zsh") { // its completion needs a terminal; this is what it would call
            return {"zsh", "-f", "-c",
                    in_folder +
                        "compdef() { [[ $* == '_tactus tactus' ]] || exit 9 }\n"
                        "_describe() { print -rl -- \"${(@P)2}\" }\n_files() { print -rl -- * }\n"
                        "source '" +
                        path_ + "'\n" +
                        fmt::format("words=(tactus{})\nCURRENT={}\n", all, words.size() + 1) +
                        "_tactus"};
        }
        return {"fish", "--no-config", "-c",
                in_folder + "source '" + path_ + "'\ncomplete -C 'tactus" + all + "'"};
    }
    // Nothing else of ours: of a variable that is there twice, bash takes the last.
    [[nodiscard]] std::vector<std::string> environment(const std::string& runtime_folder) const {
        const std::string bin = std::filesystem::path(tactus_program).parent_path().string();
        return {"env",
                "-i",
                "PATH=" + bin + ":/usr/bin:/bin",
                "HOME=" + folder_.path(),
                "XDG_RUNTIME_DIR=" + folder_.path(),
                "RUNTIME_DIRECTORY=" +
                    (runtime_folder.empty() ? folder_.path("none") : runtime_folder)};
    }

    std::string name_;
    temp_dir folder_;
    std::string path_;
};

} // namespace

TEST_CASE("commands, options and the names of a running daemon complete in each shell") {
    const std::string name = GENERATE("bash", "zsh", "fish");
    INFO(name);
    const shell in(name);
    if (!in.is_there()) {
        TACTUS_SKIP(name + " is not installed");
    }
    const udp_peer peer;
    daemon_process daemon(osc_bridge(free_udp_port(), peer.port()) +
                          "[[route]]\nname = \"scenes\"\nfrom = \"desk\"\n"
                          "to = \"projector\"\naddress = \"/scene\"\n");
    const std::string folder = daemon.program().runtime_folder();

    CHECK_THAT(in.offers({"sta"}), Contains("\nstatus"));
    CHECK_THAT(in.offers({"panic", "--so"}), Contains("\n--socket"));
    CHECK_THAT(in.offers({"mute", "pro"}, folder), Contains("\nprojector"));
    const std::string targets = in.offers({"mute", ""}, folder);
    CHECK_THAT(targets, Contains("\ndesk") && Contains("\nprojector") && Contains("\nroute"));
    CHECK_THAT(targets, Contains("\nscenes"));
    const std::string numbers = in.offers({"mute", "route", ""}, folder);
    CHECK_THAT(numbers, Contains("\n1") && !Contains("\n2")); // the second has a name
    CHECK_THAT(in.offers({"send", "pro"}, folder), Contains("\nprojector"));
    CHECK_THAT(in.offers({"send", "--as-input", ""}, folder), Contains("\ndesk"));
    const std::string instances = in.offers({"restart", ""}, folder);
    CHECK(instances.find("\nroute") == std::string::npos);
    CHECK_THAT(instances, Contains("\ndesk"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("without a daemon the shells get no names, and no message") {
    const std::string name = GENERATE("bash", "zsh", "fish");
    INFO(name);
    const shell in(name);
    if (!in.is_there()) {
        TACTUS_SKIP(name + " is not installed");
    }

    CHECK(in.offers({"mute", "pro"}).find("projector") == std::string::npos);
    CHECK_THAT(in.offers({"log-level", "w"}), Contains("\nwarning"));
}

TEST_CASE("where a file is expected the shells complete files") {
    const std::string name = GENERATE("bash", "zsh", "fish");
    INFO(name);
    const shell in(name);
    if (!in.is_there()) {
        TACTUS_SKIP(name + " is not installed");
    }

    CHECK_THAT(in.offers({"check", "tac"}), Contains("\ntactus.toml"));
    CHECK(in.offers({"panic", "tac"}).find("tactus.toml") == std::string::npos);
}

TEST_CASE("a daemon that hangs does not hold the shell up") {
    const udp_peer peer;
    daemon_process daemon(osc_bridge(free_udp_port(), peer.port()));
    daemon.program().signal(SIGSTOP);

    const finished answered = run({tactus_program, "__complete", "mute", ""},
                                  {{"RUNTIME_DIRECTORY=" + daemon.program().runtime_folder()}, {}});

    CHECK(answered.code == 0);
    CHECK(answered.out.empty());
    CHECK(answered.err.empty());
    daemon.program().signal(SIGCONT);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a shell that is not known is refused with those that are") {
    const finished refused = run({tactus_program, "completions", "tcsh"});

    CHECK(refused.code == 2);
    CHECK_THAT(refused.err, Contains("bash") && Contains("fish"));
}
