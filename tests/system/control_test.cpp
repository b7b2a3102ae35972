// SPDX-License-Identifier: MIT
// A running daemon is asked and told things over its control sockets: by the tactus command, and by
// a client that writes JSON-RPC itself.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/unix_client.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

const char* pulse_to_osc = R"(
name = "hall"
[[input]]
name = "beat"
type = "pulse"
[[output]]
name = "sink"
type = "osc"
to = "udp://127.0.0.1:9"
[[route]]
from = "beat"
to = "sink"
)";

// Finds its sockets as a client would.
process::options in_folder(const std::string& folder) {
    return {{"RUNTIME_DIRECTORY=" + folder}, {}};
}

// `tactus` with these words, for the daemon whose folder that is.
finished command(const std::string& folder, std::vector<std::string> words) {
    words.insert(words.begin(), tactus_program);
    return run(std::move(words), in_folder(folder));
}

std::string call(const char* method, const char* params = "{}") {
    return fmt::format(R"({{"jsonrpc":"2.0","method":"{}","params":{},"id":1}})"
                       "\n",
                       method, params);
}

unsigned mode_of(const std::string& path) {
    struct stat file {};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    return file.st_mode & 0777;
}

} // namespace

TEST_CASE("status shows a running daemon, for people and for programs") {
    daemon_process daemon(pulse_to_osc);
    const std::string folder = daemon.program().runtime_folder();

    REQUIRE(eventually([&] { // the output comes up a moment after the daemon
        return command(folder, {"status"}).out.find("  sink      up      sent ") !=
               std::string::npos;
    }));

    const finished text = command(folder, {"status"});
    CHECK(text.code == 0);
    CHECK_THAT(text.out, Contains("hall  ready, running for "));
    CHECK_THAT(text.out, Contains("  beat      up      received "));
    CHECK(text.err.empty());

    const finished json = command(folder, {"status", "--json"});
    CHECK(json.code == 0);
    CHECK_THAT(json.out, Contains(R"("name":"hall","version":")"));
    CHECK_THAT(json.out, Contains(R"("ready":true)"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("status says that the file on disk has changed") {
    const temp_dir folder;
    const std::string text = std::string(pulse_to_osc) + "[metrics]\nenabled = false\n";
    const std::string file = folder.write("hall.toml", text);
    process daemon({tactus_program, "run", file});
    REQUIRE(daemon.says("The daemon is running."));
    CHECK(command(daemon.runtime_folder(), {"status"}).out.find("CHANGED") == std::string::npos);

    folder.write("hall.toml", text + "# more\n");

    CHECK_THAT(command(daemon.runtime_folder(), {"status"}).out, Contains("it CHANGED on disk"));
}

TEST_CASE("a file that is replaced by an older one has changed, until a reload takes it") {
    const temp_dir folder;
    const std::string text = std::string(pulse_to_osc) + "[metrics]\nenabled = false\n";
    const std::string file = folder.write("hall.toml", text);
    process daemon({tactus_program, "run", file});
    REQUIRE(daemon.says("The daemon is running."));
    const auto shown = [&] { return command(daemon.runtime_folder(), {"status"}).out; };

    const std::string older = folder.write("new.toml", text);
    const auto hour_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
    std::filesystem::last_write_time(older, hour_ago);
    std::filesystem::rename(older, file); // as mv, rsync and dpkg do

    CHECK_THAT(shown(), Contains("it CHANGED on disk"));
    REQUIRE(command(daemon.runtime_folder(), {"reload"}).code == 0);
    CHECK_THAT(shown(), !Contains("CHANGED"));
}

TEST_CASE("a relative file is the same to status and to a reload, whatever becomes of its folder") {
    const temp_dir files;
    const std::string text = std::string(pulse_to_osc) + "[metrics]\nenabled = false\n";
    std::filesystem::create_directory(files.path("here"));
    static_cast<void>(files.write("here/a.toml", text));
    process daemon(
        {"sh", "-c", "cd \"$1\" && exec \"$0\" run ./a.toml", tactus_program, files.path("here")});
    REQUIRE(daemon.says("The daemon is running."));
    const std::string path = files.path("here/a.toml");

    std::filesystem::rename(files.path("here"), files.path("there"));
    std::filesystem::create_directory(files.path("here"));
    static_cast<void>(files.write("here/a.toml", text + "[log]\nlevel = \"debug\"\n"));

    CHECK_THAT(command(daemon.runtime_folder(), {"status", "--json"}).out,
               Contains("\"path\":\"" + path + "\"") && Contains("\"changed_on_disk\":true"));
    const finished reloaded = command(daemon.runtime_folder(), {"reload"});
    CHECK(reloaded.code == 0);
    CHECK_THAT(reloaded.out, Contains(path) && Contains("log"));
    CHECK_THAT(command(daemon.runtime_folder(), {"status", "--json"}).out,
               Contains("\"changed_on_disk\":false") && Contains("\"log_level\":\"debug\""));
}

TEST_CASE("without a daemon the commands end with 69, and say what to do") {
    const temp_dir folder;

    const finished none = command(folder.path(), {"panic", "--name", "no-such-daemon"});
    CHECK(none.code == 69);
    CHECK_THAT(none.err,
               Contains("no daemon \"no-such-daemon\" was found") && Contains("tactus run FILE"));
    const finished gone =
        command(folder.path(), {"status", "--socket", folder.path("status.sock")});
    CHECK(gone.code == 69);
    CHECK_THAT(gone.err, Contains("No daemon listens at " + folder.path("status.sock")));
}

TEST_CASE("stop ends the daemon as SIGTERM does") {
    daemon_process daemon(pulse_to_osc);
    const std::string folder = daemon.program().runtime_folder();

    CHECK(command(folder, {"stop"}).code == 0);

    CHECK(daemon.program().wait() == 0);
    CHECK_THAT(daemon.program().err(), Contains("A request came over the control socket.") &&
                                           Contains("method=stop") && Contains("Stopped."));
    CHECK_FALSE(std::filesystem::exists(folder + "/control.sock"));
}

TEST_CASE("the log level of a running daemon can be changed") {
    daemon_process daemon(pulse_to_osc);
    const std::string folder = daemon.program().runtime_folder();

    CHECK(command(folder, {"log-level", "error"}).code == 0);
    CHECK_THAT(command(folder, {"status", "--json"}).out, Contains(R"("log_level":"error")"));
    const finished wrong = command(folder, {"log-level", "loud"});
    CHECK(wrong.code == 1);
    CHECK_THAT(wrong.err, Contains("must be \"debug\", \"info\", \"warning\" or \"error\""));

    CHECK(daemon.stop() == 0);
    CHECK(daemon.program().err().find("Stopped.") == std::string::npos);
}

TEST_CASE("a panic over the socket ends what sounds") {
    const temp_dir files;
    const udp_peer peer;
    daemon_process daemon(fmt::format(R"(
[[input]]
name = "scripts"
type = "stream"
listen = "unix://{}"
[[output]]
name = "projector"
type = "osc"
to = "udp://127.0.0.1:{}"
[[route]]
from = "scripts"
to = "projector"
)",
                                      files.path("in"), peer.port()));
    const unix_client script(files.path("in"));
    script.write("{\"note\": 60, \"velocity\": 100}\n");
    REQUIRE(peer.receive(patience));

    CHECK(command(daemon.program().runtime_folder(), {"panic"}).code == 0);

    const auto ended = peer.receive(patience);
    REQUIRE(ended);
    CHECK_THAT(std::string(ended->bytes.begin(), ended->bytes.end()), Contains("/note_off"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("the status socket tells, and changes nothing") {
    daemon_process daemon(pulse_to_osc);
    const std::string folder = daemon.program().runtime_folder();
    CHECK(mode_of(folder + "/status.sock") == 0660);
    CHECK(mode_of(folder + "/control.sock") == 0660);
    const unix_client asks(folder + "/status.sock");

    asks.write(call("hello", R"({"protocol":1})"));
    CHECK_THAT(asks.read_line(), Contains(R"("result":{"protocol":1,"name":"hall")"));
    asks.write(call("hello", R"({"protocol":2})"));
    CHECK_THAT(asks.read_line(), Contains(R"("code":-32602)"));
    asks.write(call("stop"));
    CHECK_THAT(asks.read_line(), Contains(R"("code":-32001)"));
    asks.write("nonsense\n");
    CHECK_THAT(asks.read_line(), Contains(R"("code":-32700)"));

    CHECK(daemon.program().is_running());
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a second daemon of the same name is refused, and the first goes on") {
    daemon_process first(pulse_to_osc);
    const std::string folder = first.program().runtime_folder();
    const temp_dir files;
    const std::string file =
        files.write("b.toml", std::string(pulse_to_osc) + "[metrics]\nenabled = false\n");

    const finished second = command(folder, {"run", file});

    CHECK(second.code == 1);
    CHECK_THAT(second.err, Contains("another daemon with the name \"hall\" runs") &&
                               Contains(folder + "/control.sock"));
    CHECK(command(folder, {"status"}).code == 0);
    CHECK(first.stop() == 0);
}

TEST_CASE("the sockets of a daemon that was killed are taken over") {
    const temp_dir files;
    const std::string folder = files.path("run");
    const std::string file =
        files.write("a.toml", std::string(pulse_to_osc) + "[metrics]\nenabled = false\n");
    {
        process killed({tactus_program, "run", file}, in_folder(folder));
        REQUIRE(killed.says("The daemon is running."));
        killed.signal(SIGKILL);
        CHECK(killed.wait() == 128 + SIGKILL);
    }
    REQUIRE(std::filesystem::exists(folder + "/control.sock"));
    CHECK(command(folder, {"status"}).code == 69);

    process next({tactus_program, "run", file}, in_folder(folder));

    REQUIRE(next.says("The daemon is running."));
    CHECK(command(folder, {"status"}).code == 0);
    next.signal(SIGTERM);
    CHECK(next.wait() == 0);
}

TEST_CASE("without a folder for its sockets a daemon runs, and says so once") {
    const temp_dir files;
    const std::string file =
        files.write("a.toml", std::string(pulse_to_osc) + "[metrics]\nenabled = false\n");
    process daemon({tactus_program, "run", file}, in_folder(files.path("none") + "/deeper"));

    REQUIRE(daemon.says("The daemon is running."));

    CHECK_THAT(daemon.err(), Contains("The daemon runs without control sockets."));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
}

TEST_CASE("a relative folder for the sockets is named, to the daemon and to its clients") {
    const temp_dir files;
    const std::string file =
        files.write("a.toml", std::string(pulse_to_osc) + "[metrics]\nenabled = false\n");
    process daemon({tactus_program, "run", file}, in_folder("some/where"));

    REQUIRE(daemon.says("The daemon is running."));

    CHECK_THAT(daemon.err(), Contains("The daemon runs without control sockets.") &&
                                 Contains("RUNTIME_DIRECTORY is "));
    const finished asked = command("some/where", {"status", "--name", "hall"});
    CHECK(asked.code == 69);
    CHECK_THAT(asked.err, Contains("RUNTIME_DIRECTORY is \"some/where\", which is not"));
}

TEST_CASE("what is no socket in the place of one is no daemon: this one runs without") {
    const char* const name = GENERATE("control.sock", "status.sock");
    const std::string kind = GENERATE("a file", "a folder", "a dangling link");
    const temp_dir files;
    const std::string file =
        files.write("a.toml", std::string(pulse_to_osc) + "[metrics]\nenabled = false\n");
    if (kind == "a file") {
        static_cast<void>(files.write(name, "mine"));
    } else if (kind == "a folder") {
        std::filesystem::create_directory(files.path(name));
    } else {
        std::filesystem::create_symlink("/nowhere", files.path(name));
    }
    process daemon({tactus_program, "run", file}, in_folder(files.path()));

    REQUIRE(daemon.says("The daemon is running."));

    CHECK_THAT(daemon.err(), Contains("The daemon runs without control sockets.") &&
                                 Contains(files.path(name)) &&
                                 Contains(kind == "a folder"
                                              ? "A folder is there; remove it"
                                              : "A file that is not a socket is there; remove it"));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
    CHECK(std::filesystem::symlink_status(files.path(name)).type() !=
          std::filesystem::file_type::not_found);
}

TEST_CASE("another user is not let in, and is told why") {
    if (::geteuid() != 0) {
        TACTUS_SKIP("only root can become another user");
    }
    daemon_process daemon(pulse_to_osc);
    const std::string folder = daemon.program().runtime_folder();
    std::filesystem::permissions(std::filesystem::path(folder).parent_path(),
                                 std::filesystem::perms::others_exec |
                                     std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);

    const finished refused =
        run({"setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", tactus_program,
             "status", "--socket", folder + "/status.sock"});

    CHECK(refused.code == 69);
    CHECK_THAT(refused.err, Contains("Permission denied") && Contains("[control]"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("control sockets that are switched off do not exist") {
    daemon_process daemon(std::string(pulse_to_osc) + "[control]\nenabled = false\n");

    const std::string folder = daemon.program().runtime_folder();
    CHECK_FALSE(std::filesystem::exists(folder + "/control.sock"));
    CHECK_FALSE(std::filesystem::exists(folder + "/status.sock"));
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a group that does not exist is an error that names it") {
    const temp_dir files;
    const std::string file =
        files.write("a.toml", std::string(pulse_to_osc) + "[control]\ngroup = \"no-such-group\"\n");

    const finished refused = command(files.path("run"), {"run", file});

    CHECK(refused.code == 1);
    CHECK_THAT(refused.err, Contains("There is no group \"no-such-group\""));
}
