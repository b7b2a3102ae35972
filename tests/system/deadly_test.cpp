// SPDX-License-Identifier: MIT
// Plugins that end the process, or hold it where nothing runs yet: the command or the daemon says
// which plugin it was and in which call, and ends with a code that makes a service start again.
#include "tests/system/desk_to_plugin.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/sanitizer.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/udp_peer.hpp"

#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

class bad_folder {
public:
    // The plugin under the name by which a configuration finds it.
    void add_deadly(const std::string& type) const { link("bad_plugins/deadly", type); }
    void add_bad_to_load(const std::string& way) const { link("bad_to_load/" + way, way); }
    [[nodiscard]] process::options options() const {
        process::options made{{"TACTUS_PLUGIN_PATH=" + folder_.path()}, {}};
        // They would report the signal themselves.
        if (has_address_sanitizer) {
            made.environment.emplace_back("ASAN_OPTIONS=use_sigaltstack=0:handle_segv=0");
        }
        if (has_thread_sanitizer) {
            made.environment.emplace_back("TSAN_OPTIONS=handle_segv=0:exitcode=0");
        }
        return made;
    }
    [[nodiscard]] std::string write(const std::string& text) const {
        return folder_.write("a.toml", text + "[metrics]\nenabled = false\n");
    }
    [[nodiscard]] std::string path(const std::string& name) const { return folder_.path(name); }

private:
    void link(const std::string& file, const std::string& name) const {
        std::filesystem::create_symlink(std::string(TACTUS_BAD_LIBRARIES) + "/" + file +
                                            ".tactus.so",
                                        folder_.path(name + ".tactus.so"));
    }
    temp_dir folder_;
};

std::string call_of(const std::string& type) {
    const std::string call = type.substr(type.find("_in_") + 4);
    return call == "blocking_send" ? "send" : call;
}

// A daemon with an output of that type, which gets an event if it is deadly in send.
struct deadly_daemon {
    explicit deadly_daemon(const std::string& type) {
        folder.add_deadly(type);
        const std::uint16_t port = free_udp_port();
        const std::vector<std::string> words = {tactus_program, "run",
                                                folder.write(desk_to(type, port))};
        program = std::make_unique<process>(words, folder.options());
        if (call_of(type) == "send") {
            REQUIRE(program->says("The daemon is running."));
            send_one(port);
        }
    }
    bad_folder folder;
    std::unique_ptr<process> program;
};

std::string from_projector(const std::string& type) {
    return fmt::format(R"(
[[input]]
name = "projector"
type = "{}"
[[output]]
name = "desk"
type = "osc"
to = "udp://127.0.0.1:{}"
[[route]]
from = "projector"
to = "desk"
)",
                       type, free_udp_port());
}

} // namespace

TEST_CASE("a plugin that ends the daemon is named, and the code starts the service again") {
    const std::string type = GENERATE(
        as<std::string>{}, "throws_in_start", "throws_in_done", "throws_in_work", "throws_in_send",
        "throws_in_blocking_send", "exits_in_start", "exits_in_done", "exits_in_work",
        "exits_in_send", "exits_in_blocking_send", "crashes_in_work", "crashes_in_blocking_send");
    CAPTURE(type);
    const deadly_daemon with(type);
    process& daemon = *with.program;

    const std::optional<int> code = daemon.wait();

    CHECK_THAT(daemon.err(),
               Contains("in the call \"" + call_of(type) + "\" of the plugin of \"projector\""));
    if (type.starts_with("throws")) {
        CHECK_THAT(daemon.err(),
                   Contains("an exception ends the process") && Contains(": the cable is out"));
        CHECK_THAT(daemon.err(), !Contains("this must hold"));
        CHECK(code == 128 + SIGABRT);
    } else if (type.starts_with("exits")) {
        CHECK_THAT(daemon.err(), Contains("exit() was called"));
        CHECK(code == 70);
    } else {
        CHECK(code == 128 + SIGSEGV);
    }
}

TEST_CASE("a stack that overflows is told like any crash, also that of a worker") {
    const std::string type = GENERATE(as<std::string>{}, "overflows_in_start", "overflows_in_work",
                                      "overflows_in_blocking_send");
    CAPTURE(type);
    const deadly_daemon with(type);
    process& daemon = *with.program;

    CHECK(daemon.wait() == 128 + SIGSEGV);
    CHECK_THAT(daemon.err(),
               Contains("in the call \"" + call_of(type) + "\" of the plugin of \"projector\""));
}

TEST_CASE("every call into an input is named") {
    const std::string type =
        GENERATE(as<std::string>{}, "crashes_in_get_interface", "crashes_in_report");
    const bad_folder folder;
    folder.add_deadly(type);
    process daemon({tactus_program, "run", folder.write(from_projector(type))}, folder.options());

    CHECK(daemon.wait() == 128 + SIGSEGV);
    CHECK_THAT(daemon.err(),
               Contains("in the call \"" + call_of(type) + "\" of the plugin of \"projector\""));
}

TEST_CASE("a crash in a thread that a plugin made is told as that") {
    const bad_folder folder;
    folder.add_deadly("crashes_in_thread");
    const std::uint16_t port = free_udp_port();
    process daemon({tactus_program, "run", folder.write(desk_to("crashes_in_thread", port))},
                   folder.options());
    REQUIRE(daemon.says("The daemon is running."));
    send_one(port);

    CHECK(daemon.wait() == 128 + SIGSEGV);
    CHECK_THAT(daemon.err(), Contains("SIGSEGV in a thread that a plugin or a library of it"));
}

TEST_CASE("a signal that nobody expects is told as a crash is") {
    const int number = GENERATE(SIGUSR1, SIGUSR2, SIGALRM, SIGXFSZ);
    CAPTURE(number);
    const temp_dir folder;
    process daemon(
        {tactus_program, "run", folder.write("a.toml", desk_to("memory", free_udp_port()))});
    REQUIRE(daemon.says("The daemon is running."));

    daemon.signal(number);

    CHECK(daemon.wait() == 128 + number);
    CHECK_THAT(daemon.err(), Contains(std::string("tactus: the process is ended by SIG") +
                                      ::sigabbrev_np(number) + " in the thread"));
}

TEST_CASE("a plugin that ends `tactus ports` is named by its file") {
    const bad_folder folder;
    folder.add_deadly("throws_in_create");

    const finished ended = run({tactus_program, "ports"}, folder.options());

    CHECK_THAT(ended.err, Contains("in the call \"create\" of the plugin of \"" +
                                   folder.path("throws_in_create.tactus.so")));
    CHECK(ended.code == 128 + SIGABRT);
}

TEST_CASE("a plugin that ends a check is named, and the check does not succeed") {
    const std::string type =
        GENERATE(as<std::string>{}, "throws_in_create", "throws_in_configure", "exits_in_create",
                 "exits_in_configure", "crashes_in_configure");
    const std::string command = GENERATE("check", "run");
    CAPTURE(type, command);
    const bad_folder folder;
    folder.add_deadly(type);

    const finished ended =
        run({tactus_program, command, folder.write(desk_to(type, 9))}, folder.options());

    CHECK_THAT(ended.err,
               Contains("in the call \"" + call_of(type) + "\" of the plugin of \"projector\""));
    CHECK(ended.code == (type.starts_with("exits")     ? 70
                         : type.starts_with("crashes") ? 128 + SIGSEGV
                                                       : 128 + SIGABRT));
}

TEST_CASE("a plugin that holds a check is named meanwhile") {
    const std::string type = GENERATE("hangs_in_create", "hangs_in_configure");
    const std::string command = GENERATE("check", "run");
    const bad_folder folder;
    folder.add_deadly(type);

    process checks({tactus_program, command, folder.write(desk_to(type, 9))}, folder.options());

    CHECK(checks.says("the check of the configuration waits for it"));
    CHECK(checks.says("instance=projector call=" + call_of(type)));
}

TEST_CASE("work that does not return is named, of an input as of an output") {
    const std::string table = GENERATE("input", "output");
    const bad_folder folder;
    folder.add_deadly("hangs_in_work");
    process daemon({tactus_program, "run",
                    folder.write(table == "input" ? from_projector("hangs_in_work")
                                                  : desk_to("hangs_in_work", free_udp_port()))},
                   folder.options());

    CHECK(daemon.says("A call of the plugin in its worker has not returned"));
    CHECK(daemon.says(table + "=projector call=work"));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
}

TEST_CASE("a daemon of root opens no plugin file that others may write, unless it is told to") {
    if (::geteuid() != 0) {
        TACTUS_SKIP("a daemon of an ordinary user opens any file");
    }
    const temp_dir folder;
    const std::string file = folder.path("ignores_in_start.tactus.so");
    std::filesystem::copy_file(std::string(TACTUS_BAD_LIBRARIES) + "/bad_plugins/deadly.tactus.so",
                               file);
    REQUIRE(::chmod(file.c_str(), 0666) == 0);
    const process::options options = {{"TACTUS_PLUGIN_PATH=" + folder.path()}, {}};
    const std::string text =
        desk_to("ignores_in_start", free_udp_port()) + "[metrics]\nenabled = false\n";

    const finished refused = run({tactus_program, "run", folder.write("a.toml", text)}, options);
    CHECK(refused.code == 78);
    CHECK_THAT(refused.err, Contains("chmod go-w " + file));
    const finished checked = run({tactus_program, "check", folder.path("a.toml")}, options);
    CHECK(checked.code == 78);
    CHECK_THAT(checked.err, Contains("chmod go-w " + file));

    const std::string trusting = folder.write("b.toml", text + "[plugins]\ntrust = \"any\"\n");
    CHECK(run({tactus_program, "run", "--seconds", "0.1", trusting}, options).code == 0);
    CHECK(run({tactus_program, "run", "--seconds", "0.1", "--set", "plugins.trust=\"any\"",
               folder.path("a.toml")},
              options)
              .code == 0);
}

TEST_CASE("a plugin that ignores SIGTERM for all of the daemon does not keep it from ending") {
    const bad_folder folder;
    folder.add_deadly("ignores_in_start");
    process daemon(
        {tactus_program, "run", folder.write(desk_to("ignores_in_start", free_udp_port()))},
        folder.options());
    REQUIRE(daemon.says("The daemon is running."));
    CHECK(daemon.says("has changed the handling of a signal"));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
}

TEST_CASE("no plugin keeps the daemon from its signals, whenever and wherever it changes them") {
    const std::string type =
        GENERATE(as<std::string>{}, "ignores_in_send", "ignores_in_blocking_send",
                 "ignores_in_thread", "blocks_in_send", "unblocks_in_send");
    const int number = GENERATE(SIGTERM, SIGINT, SIGHUP);
    CAPTURE(type, number);
    const bad_folder folder;
    folder.add_deadly(type);
    const std::uint16_t port = free_udp_port();
    process daemon({tactus_program, "run", folder.write(desk_to(type, port))}, folder.options());
    REQUIRE(daemon.says("The daemon is running."));
    send_one(port);
    REQUIRE(daemon.says("the plugin has changed signals"));

    daemon.signal(number);
    if (number == SIGHUP) {
        CHECK(daemon.says("The configuration was reloaded."));
        daemon.signal(SIGTERM);
    }

    CHECK(daemon.wait() == 0);
    CHECK((daemon.err().find("has changed the handling of a signal") != std::string::npos) ==
          type.starts_with("ignores"));
}

TEST_CASE("a check by another user than root's warns of what a daemon of root refuses") {
    if (::geteuid() != 0) {
        TACTUS_SKIP("only root may become another user");
    }
    const temp_dir folder;
    const std::string file = folder.path("ignores_in_start.tactus.so");
    std::filesystem::copy_file(std::string(TACTUS_BAD_LIBRARIES) + "/bad_plugins/deadly.tactus.so",
                               file);
    REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
    REQUIRE(::chmod(file.c_str(), 0666) == 0);
    const process::options options = {{"TACTUS_PLUGIN_PATH=" + folder.path()}, {}};
    const std::string text =
        desk_to("ignores_in_start", free_udp_port()) + "[metrics]\nenabled = false\n";
    const std::string configuration = folder.write("a.toml", text);
    const std::string program = folder.path("tactus"); // its own folder may not be for others
    std::filesystem::copy_file(tactus_program, program);
    std::filesystem::copy_file(std::string(TACTUS_BAD_LIBRARIES) + "/plugins/osc_in.tactus.so",
                               folder.path("osc_in.tactus.so"));
    const std::vector<std::string> words = {
        "/usr/bin/setpriv", "--reuid=65534", "--clear-groups", program, "check", configuration};

    const finished warned = run(words, options);
    CHECK(warned.code == 0);
    CHECK_THAT(warned.err, Contains("warning") && Contains("does not open the plugin " + file) &&
                               Contains("chmod go-w " + file));

    REQUIRE(::chmod(file.c_str(), 0644) == 0);
    const finished quiet = run(words, options);
    CHECK(quiet.code == 0);
    CHECK(quiet.err.find("does not open") == std::string::npos);
}

TEST_CASE("a plugin that closes the daemon's descriptors ends it, with a line that says so") {
    const bad_folder folder;
    folder.add_deadly("closes_in_done");
    process daemon(
        {tactus_program, "run", folder.write(desk_to("closes_in_done", free_udp_port()))},
        folder.options());

    CHECK(daemon.wait() == 128 + SIGABRT);
    CHECK_THAT(daemon.err(), Contains("our descriptors are open: no plugin may close them"));
}

TEST_CASE("a file that goes wrong while it is loaded is named, and nothing else happens") {
    const auto [way, why] = GENERATE(table<std::string, std::string>({
        {"crashes", "loading it ends the process: Segmentation fault"},
        {"exits", "loading it ends the process by exit(0)"},
        {"leaves", "loading it ends the process by exit(0)"},
        {"closes_many", "loading it closes descriptors that are not its own"},
        {"closes_all", "loading it closes descriptors that are not its own"},
        {"closes_standard",
         "loading it closes or replaces descriptor 0, which is the whole process's"},
        {"prints", "loading it writes to standard output, which is the program's: \"noise \""},
        {"hangs", "loading it does not return within 5 s"},
    }));
    CAPTURE(way);
    const bad_folder folder;
    folder.add_bad_to_load(way);
    const std::string file = folder.path(way + ".tactus.so");
    const std::string told = "The plugin " + file + " is not opened: " + why + ".";

    const finished plugins = run({tactus_program, "plugins"}, folder.options());
    CHECK_THAT(plugins.out, Contains("broken: " + way + ": " + told) && Contains("osc_in"));
    CHECK(plugins.code == 1);
    if (way == "hangs") {
        return; // 5 s each
    }
    const finished ports = run({tactus_program, "ports"}, folder.options());
    CHECK_THAT(ports.err, Contains(told));
    const finished named =
        run({tactus_program, "check", folder.write(desk_to(way, 9))}, folder.options());
    CHECK_THAT(named.err, Contains(told));
    CHECK(named.code == 78);
    const finished started =
        run({tactus_program, "run", folder.write(desk_to(way, 9))}, folder.options());
    CHECK_THAT(started.err, Contains(told));
    CHECK(started.code == 78);
    // A typo opens every file, for a suggestion.
    const finished typo =
        run({tactus_program, "check", folder.write(desk_to("osk", 9))}, folder.options());
    CHECK_THAT(typo.err, Contains("osk"));
    CHECK(typo.code == 78);
}
