// SPDX-License-Identifier: MIT
// Configurations through the real program: exit codes, and errors that only a plugin can know.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"

#include <csignal>
#include <filesystem>
#include <sstream>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

finished check(const temp_dir& folder, const std::string& text) {
    return run({tactus_program, "check", "--no-environment", folder.write("test.toml", text)});
}

const char* good = R"(
[[input]]
name = "beat"
type = "pulse"
[[output]]
name = "sink"
type = "memory"
[[route]]
from = "beat"
to = "sink"
)";

} // namespace

TEST_CASE("a configuration in order is called so, with exit code 0") {
    const temp_dir folder;

    const finished done = check(folder, good);

    INFO(done.err);
    CHECK(done.code == 0);
    CHECK(done.out.find("is valid: 1 input, 1 output, 1 route\n") != std::string::npos);
}

TEST_CASE("check says from where SysEx is taken") {
    const temp_dir folder;
    const auto said = [&](const std::string& input) {
        return check(folder, "[[input]]\nname = \"desk\"\n" + input +
                                 "\n[[output]]\nname = \"sink\"\ntype = \"memory\"\n"
                                 "[[route]]\nfrom = \"desk\"\nto = \"sink\"\n")
            .out;
    };
    CHECK_THAT(said("type = \"osc\""),
               Catch::EndsWith(
                   "\n  input \"desk\" accepts SysEx, because only this machine can reach it\n"));
    const std::string both = "type = \"osc\"\nopen = true\n"
                             "listen = [\"udp://127.0.0.1:9100\", \"tcp://0.0.0.0:9100\"]\n";
    CHECK_THAT(said(both),
               Catch::EndsWith("accepts SysEx from \"udp://127.0.0.1:9100\" but not from "
                               "\"tcp://0.0.0.0:9100\", which the network can reach; set sysex = "
                               "true to accept it\n"));
    CHECK_THAT(said(both + "sysex = true"),
               Catch::EndsWith("accepts SysEx from everyone who can reach it\n"));
    CHECK_THAT(said("type = \"websocket\""),
               Catch::EndsWith("accepts no SysEx; set sysex = true to accept it\n"));
    CHECK_THAT(said("type = \"pulse\""), !Catch::Contains("SysEx"));
}

TEST_CASE(
    "check never waits: a pipe that nobody writes to is an error, one that is written is read") {
    const temp_dir folder;
    const std::string file = folder.write("good.toml", good);
    const finished deserted =
        run({"sh", "-c", "mkfifo \"$1/pipe\" && exec \"$0\" check \"$1/pipe\"", tactus_program,
             folder.path("")});
    const finished given =
        run({"bash", "-c", "exec \"$0\" check <(sleep 0.2; cat \"$1\")", tactus_program, file});
    const finished piped =
        run({"sh", "-c", "cat \"$1\" | \"$0\" check /dev/stdin", tactus_program, file});

    CHECK(deserted.code == 78);
    CHECK(deserted.err.find("a pipe without a writer") != std::string::npos);
    INFO(given.err << piped.err);
    CHECK(given.code == 0);
    CHECK(piped.code == 0);
}

TEST_CASE("a broken configuration is refused with 78 by check and by run, with all its errors") {
    const temp_dir folder;
    const std::string text = std::string(good) + "\n[limitz]\n[log]\nlevel = \"loud\"\n";

    const finished checked = check(folder, text);
    const finished ran = run({tactus_program, "run", folder.path("test.toml")});

    CHECK(checked.code == 78);
    CHECK(ran.code == 78);
    CHECK(checked.err.find("limitz") != std::string::npos);
    CHECK(checked.err.find("loud") != std::string::npos);
    CHECK(ran.err == checked.err);
}

TEST_CASE("run writes the warnings of a file as lines of the log, in its format") {
    const temp_dir folder;
    const auto [format, begin, file] = GENERATE(
        table<std::string, std::string, std::string>({{"json", R"({"time":")", R"("file":")"},
                                                      {"journal", "<", "file="},
                                                      {"text", "20", "file="}}));
    const std::string path =
        folder.write("test.toml", std::string(good) +
                                      "[[output]]\nname = \"spare\"\n"
                                      "type = \"memory\"\n[log]\nformat = \"" +
                                      format + "\"\n[metrics]\nlisten = \"127.0.0.1:0\"\n");

    const finished ran = run({tactus_program, "run", "--seconds", "0.1", path});

    INFO(ran.err);
    CHECK(ran.code == 0);
    std::size_t warned = 0;
    std::istringstream lines(ran.err);
    for (std::string line; std::getline(lines, line);) {
        CHECK(line.starts_with(begin));
        if (line.find("no route leads to output") != std::string::npos) {
            ++warned;
            CHECK(line.find(file) != std::string::npos);
            CHECK(line.find("test.toml") != std::string::npos);
            CHECK(line.find(format == "json" ? R"("line":12,)" : "line=12") != std::string::npos);
            CHECK((format != "journal" || line.starts_with("<4>")));
        }
    }
    CHECK(warned == 1);
}

TEST_CASE("a check shows the warnings of a file with the line quoted, whatever the log's format") {
    const temp_dir folder;

    const finished done =
        check(folder, std::string(good) + "[[output]]\nname = \"spare\"\ntype = \"memory\"\n"
                                          "[log]\nformat = \"json\"\n");

    INFO(done.err);
    CHECK(done.code == 0);
    CHECK(done.err.find("test.toml:12:") != std::string::npos);
    CHECK(done.err.find("warning: no route leads to output") != std::string::npos);
}

TEST_CASE("what only the plugin knows is said at the line of the option") {
    const temp_dir folder;

    const finished done = check(folder, R"([[input]]
name = "desk"
type = "osc"
listen = "udp://0.0.0.0:9100"
[[output]]
name = "sink"
type = "memory"
[[route]]
from = "desk"
to = "sink"
)");

    INFO(done.err);
    CHECK(done.code == 78);
    CHECK(done.err.find("test.toml:4:10: error:") != std::string::npos);
    CHECK(done.err.find("open = true") != std::string::npos);
}

TEST_CASE("what plugins say stands beside the other errors of the file, in its order") {
    const temp_dir folder;

    const finished done = check(folder, R"([[input]]
name = "desk"
type = "osc"
listen = "udp://0.0.0.0:41100"
[[output]]
name = "synth"
type = "midi"
[[output]]
name = "unread"
type = "midi"
ports = "it has an error of its own, so its plugin is not asked"
[[route]]
from = "desk"
to = "synth"
[time]
lat = 5
)");

    INFO(done.err);
    const std::size_t open =
        done.err.find("test.toml:4:10: error: input \"desk\" (type osc): listen:");
    const std::size_t port =
        done.err.find("test.toml:5:1: error: output \"synth\" (type midi): port:");
    const std::size_t own = done.err.find("test.toml:11:1: error: unknown setting \"ports\"");
    const std::size_t lat = done.err.find("test.toml:16:1: error: unknown setting \"lat\"");
    CHECK(done.code == 78);
    CHECK(open < port);
    CHECK(port < own);
    CHECK(own < lat);
    CHECK(lat != std::string::npos);
    CHECK(done.err.find("4 errors; nothing was started") != std::string::npos);
}

TEST_CASE("a plugin whose file is not called as its type is explained") {
    const temp_dir folder;
    const temp_dir plugins;
    std::filesystem::create_symlink(std::string(TACTUS_BAD_PLUGINS) + "/needs_more.tactus.so",
                                    plugins.path("ty_log.tactus.so"));
    const std::string file = folder.write("test.toml", R"([[input]]
name = "beat"
type = "pulse"
[[output]]
name = "sink"
type = "ty_log"
[[route]]
from = "beat"
to = "sink"
)");

    const finished done =
        run({tactus_program, "check", file}, {{"TACTUS_PLUGIN_PATH=" + plugins.path()}, {}});

    INFO(done.err);
    CHECK(done.code == 78);
    CHECK(done.err.find("needs_more_out.tactus.so or needs_more.tactus.so") != std::string::npos);
    CHECK(done.err.find("did you mean") == std::string::npos);
}

TEST_CASE("types that are offered can be used, and are of the kind that is wanted") {
    const temp_dir folder;

    const finished done = check(folder, R"([[input]]
name = "beat"
type = "pulse"
[[output]]
name = "sink"
type = "websocket"
[[route]]
from = "beat"
to = "sink"
)");

    INFO(done.err);
    CHECK(done.code == 78);
    CHECK(done.err.find("types of outputs here:") != std::string::npos);
    CHECK(done.err.find("plugins are searched for in ") != std::string::npos);
    CHECK(done.err.find("\"pulse\"", done.err.find("types of outputs")) == std::string::npos);
    CHECK(done.err.find("\"memory\"", done.err.find("types of outputs")) != std::string::npos);
}

TEST_CASE("a file that is not there is a configuration error") {
    const finished done = run({tactus_program, "run", "/no/such/file.toml"});

    CHECK(done.code == 78);
    CHECK(done.err.find("/no/such/file.toml") != std::string::npos);
}

TEST_CASE("a wrong command line ends with 2") {
    CHECK(run({tactus_program, "runn", "x.toml"}).code == 2);
    CHECK(run({tactus_program}).code == 2);
    CHECK(run({tactus_program, "--help"}).code == 0);
}

TEST_CASE("an answer that cannot be written is a failure") {
    for (const std::string command : {"version", "--help", "plugins --json"}) {
        const finished done =
            run({"sh", "-c", std::string(tactus_program) + " " + command + " > /dev/full"});
        CHECK(done.code == 1);
        CHECK(done.err.find("cannot write to standard output") != std::string::npos);
    }
}

TEST_CASE("it works without standard descriptors, and says what it cannot say") {
    const temp_dir folder;
    const std::string file =
        folder.write("quiet.toml", osc_bridge(free_udp_port(), free_udp_port()));
    const std::string program = tactus_program;
    for (const std::string closed : {"<&-", ">&-", "2>&-", "<&- >&- 2>&-"}) {
        CAPTURE(closed);
        CHECK(run({"sh", "-c", program + " run --seconds 0.1 " + file + " " + closed}).code == 0);
    }
    CHECK(run({"sh", "-c", program + " check " + file + " <&-"}).code == 0);
    const finished mute = run({"sh", "-c", program + " version >&-"});
    CHECK(mute.code == 1);
    CHECK(mute.err.find("cannot write to standard output") != std::string::npos);
}

TEST_CASE("the doctor measures, and says what to do about each finding that is not good") {
    const finished text = run({tactus_program, "doctor"});
    const finished json = run({tactus_program, "doctor", "--json"});

    CHECK(text.code == (text.out.find("\nFIX ") != std::string::npos ? 1 : 0));
    CHECK(text.out.find("wake-ups") != std::string::npos);
    for (const std::string subject :
         {"real time", "memory", "processor", "MIDI devices", "clock"}) {
        CHECK(text.out.find(subject) != std::string::npos);
    }
    CHECK(json.code == (json.out.find("\"good\":false") != std::string::npos ? 1 : 0));
    CHECK(json.out.find("\"p99_ns\":") != std::string::npos);
}

TEST_CASE("a check of a file that a daemon runs lets that daemon have its addresses") {
    const temp_dir folder;
    const std::string text =
        osc_bridge(free_udp_port(), 9) + "[metrics]\nlisten = \"127.0.0.1:0\"\n";
    const std::string file = folder.write("runs.toml", text);
    process daemon({tactus_program, "run", file});
    const process::options here{{"RUNTIME_DIRECTORY=" + daemon.runtime_folder()}, {}};
    REQUIRE(daemon.says("The daemon is running."));

    const finished same = run({tactus_program, "check", file}, here);
    CHECK(same.code == 0);
    CHECK_THAT(same.err, Contains("warning") && Contains("the daemon that runs this file"));
    CHECK_THAT(same.out, Contains("is valid:"));
    const std::string copy = folder.write("copy.toml", text);
    CHECK(run({tactus_program, "check", copy}, here).code == 1);
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
}

TEST_CASE("a check says once that this machine cannot run a valid file, and names a folder so") {
    const temp_dir folder;
    const std::string text = "[metrics]\nenabled = false\n"
                             "[[input]]\nname = \"in\"\ntype = \"osc\"\nlisten = \"unix://" +
                             folder.path() +
                             "\"\n[[output]]\nname = \"sink\"\ntype = \"memory\"\n"
                             "[[route]]\nfrom = \"in\"\nto = \"sink\"\n";

    const finished done = run({tactus_program, "check", folder.write("test.toml", text)});

    INFO(done.err);
    CHECK(done.code == 1);
    CHECK_THAT(done.err, Contains("of input \"in\" is a folder\n"));
    CHECK_THAT(done.err, Catch::EndsWith("1 error\n"));
    CHECK_THAT(done.out, Contains("is valid, but this machine cannot run it now: 1 input"));
}
