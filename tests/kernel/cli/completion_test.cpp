// SPDX-License-Identifier: MIT
// What could follow on a command line. The shells themselves run in tests/system.
#include "kernel/cli/completion.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>

using namespace tactus::cli;

namespace {

struct table {
    table() {
        app.add_flag("--version", flag, "Print the version");
        CLI::App* run = app.add_subcommand("run", "Run the daemon");
        run->add_option("FILE", words[0], "The file");
        run->add_flag("--show", flag, "Show it");
        run->add_option("--seconds", words[1], "Stop after");
        CLI::App* plugins = app.add_subcommand("plugins", "List the plugins");
        plugins->add_subcommand("show", "Show one");
        CLI::App* mute = app.add_subcommand("mute", "Silence it");
        mute->add_option("TARGET", more, "What")->expected(1, 2);
        mute->add_option("--socket", words[2], "The socket");
        mute->add_option("--name", words[3], "The daemon");
        CLI::App* tap = app.add_subcommand("tap", "Show events");
        tap->add_option("--input", words[4], "Of this input");
        tap->add_option("--output", words[5], "Of this output");
        CLI::App* send = app.add_subcommand("send", "Send one event");
        send->add_option("EVENT", more, "The output, and the event");
        send->add_option("--as-input", words[4], "As this input");
        send->add_option("--config", words[4], "Of this file");
        app.add_subcommand("restart", "Restart it")->add_option("INSTANCE", words[6], "What");
        app.add_subcommand("log-level", "Change it")->add_option("LEVEL", words[7], "How much");
        app.add_subcommand("help", "Explain")->add_option("COMMAND", more, "What");
    }
    std::vector<std::string> after(const std::vector<std::string>& line) {
        const completion found =
            complete(app, line, [this](const std::string& socket, const std::string& name) {
                ++asked;
                asked_for = socket + "|" + name;
                return live_names{
                    {"keys", "knobs"}, {"synth"}, {"scenes", "route 2"}, {"hall", "foyer"}};
            });
        fits_files = found.fits_files;
        std::vector<std::string> all;
        for (const candidate& each : found.candidates) {
            all.push_back(each.word);
        }
        return all;
    }

    CLI::App app{"A program", "tactus"};
    bool flag = false;
    std::string words[8];
    std::vector<std::string> more;
    int asked = 0;
    std::string asked_for;
    bool fits_files = false;
};

using list = std::vector<std::string>;

} // namespace

TEST_CASE("commands complete, and those within a command") {
    table of;
    CHECK(of.after({"r"}) == list{"run", "restart"});
    CHECK(of.after({""}).size() == 8);
    CHECK(of.after({}).size() == 8);
    CHECK(of.after({"plugins", ""}) == list{"show"});
    CHECK(of.after({"nonsense", ""}).empty());
    CHECK(of.asked == 0);
}

TEST_CASE("options complete, each once") {
    table of;
    CHECK(of.after({"run", "--s"}) == list{"--show", "--seconds"});
    CHECK(of.after({"run", "--show", "--s"}) == list{"--seconds"});
    CHECK(of.after({"--ver"}) == list{"--version"});
    const list all = of.after({"run", "-"});
    CHECK(std::find(all.begin(), all.end(), "--help") != all.end());
}

TEST_CASE("an argument that is a file lets the shell complete files") {
    table of;
    CHECK(of.after({"run", ""}).empty());
    CHECK(of.fits_files);
    CHECK(of.after({"run", "a.toml", ""}).empty());
    CHECK_FALSE(of.fits_files); // it has one already
    CHECK(of.after({"mute", "--socket", "/ru"}).empty());
    CHECK(of.fits_files);
}

TEST_CASE("the value of an option is completed, and is no argument") {
    table of;
    CHECK(of.after({"run", "--seconds", ""}).empty());
    CHECK_FALSE(of.fits_files);
    CHECK(of.after({"run", "--seconds", "5", ""}).empty());
    CHECK(of.fits_files);
    CHECK(of.after({"tap", "--input", "k"}) == list{"keys", "knobs"});
    CHECK(of.after({"tap", "--output", ""}) == list{"synth"});
    CHECK(of.after({"mute", "--name", ""}) == list{"hall", "foyer"});
}

TEST_CASE("the names of the daemon that the line says complete") {
    table of;
    CHECK(of.after({"mute", "k"}) == list{"keys", "knobs"});
    CHECK(of.asked_for == "|");
    const list targets{"keys", "knobs", "synth", "scenes", "route"};
    CHECK(of.after({"mute", "--name", "foyer", ""}) == targets);
    CHECK(of.asked_for == "|foyer");
    CHECK(of.after({"mute", "--socket", "/s", "s"}) == list{"synth", "scenes"});
    CHECK(of.asked_for == "/s|");
    CHECK(of.after({"mute", "route", ""}) == list{"2"}); // the first has a name
    CHECK(of.after({"mute", "route", "2", ""}).empty());
    CHECK(of.after({"mute", "keys", ""}).empty());
    CHECK(of.after({"restart", ""}) == list{"keys", "knobs", "synth"});
}

TEST_CASE("the event of send completes behind its output, or its input") {
    table of;
    CHECK(of.after({"send", ""}) == list{"synth"});
    CHECK(of.after({"send", "synth", "note"}) == list{"note", "note_off"});
    CHECK(of.after({"send", "synth", "note", ""}).empty());
    CHECK(of.after({"send", "--as-input", ""}) == list{"keys", "knobs"});
    CHECK(of.after({"send", "--as-input", "keys", "o"}) == list{"osc"});
    CHECK(of.after({"send", "--as-input=keys", "o"}) == list{"osc"});
    CHECK(of.after({"send", "--config", ""}).empty());
    CHECK(of.fits_files);
}

TEST_CASE("words that are known without a daemon complete without asking it") {
    table of;
    CHECK(of.after({"log-level", "w"}) == list{"warning"});
    CHECK(of.after({"help", "pl"}) == list{"plugins"});
    CHECK(of.after({"help", "plugins", ""}) == list{"show"});
    CHECK(of.after({"help", "nonsense", ""}).empty());
    CHECK(of.asked == 0);
}

TEST_CASE("a word that the shell mangled is no mistake") {
    table of;
    CHECK(of.after({"run", "--seconds"}) == list{"--seconds"});
    CHECK(of.after({"run", "--unknown", ""}).empty());
    CHECK(of.after({"mute", "--name"}) == list{"--name"});
    CHECK(of.after({"tap", "\x01\xFF", "--"}).size() > 2);
}
