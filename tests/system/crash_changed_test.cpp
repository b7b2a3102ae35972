// SPDX-License-Identifier: MIT
// A daemon is killed with a note sounding, and then its file or its record is not what it was. What
// is said is true, and an offline panic needs no file at all.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/support/unix_client.hpp"
#include "tests/system/osc_bytes.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <string>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

class killed {
public:
    explicit killed(const std::string& name = "hall") : name_(name) {
        write(file("organ", organ.port(), "organ"));
        start();
        const unix_client script(folder_.path("events"));
        script.write("{\"note\": 60}\n");
        const std::optional<arrival> came = organ.receive(patience);
        REQUIRE(came);
        REQUIRE(came->bytes == osc("/midi/in/note_on", {1, 60, 100}));
        end(SIGKILL);
    }

    // Of an output at that port, and of another one; the route leads to `to`.
    [[nodiscard]] std::string file(const std::string& name, std::uint16_t port,
                                   const std::string& to) const {
        return fmt::format("name = \"{}\"\n[metrics]\nenabled = false\n[[input]]\nname = \"in\"\n"
                           "type = \"stream\"\nlisten = \"unix://{}\"\n"
                           "[[output]]\nname = \"{}\"\ntype = \"osc\"\n"
                           "to = \"udp://127.0.0.1:{}\"\n[[output]]\nname = \"other\"\n"
                           "type = \"osc\"\nto = \"udp://127.0.0.1:{}\"\n"
                           "[[route]]\nfrom = \"in\"\nto = \"{}\"\n",
                           name_, folder_.path("events"), name, port, other.port(), to);
    }
    void write(const std::string& text) const {
        static_cast<void>(folder_.write("hall.toml", text));
    }
    void start() {
        daemon = std::make_unique<process>(
            std::vector<std::string>{tactus_program, "run", folder_.path("hall.toml")},
            in_folder());
        REQUIRE(daemon->says("The daemon is running."));
    }
    int end(int number) const {
        daemon->signal(number);
        return daemon->wait().value_or(-1);
    }
    [[nodiscard]] finished panic(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {tactus_program, "panic", "--offline"});
        return run(std::move(more), in_folder());
    }
    [[nodiscard]] bool is_ended() const {
        const std::optional<arrival> came = organ.receive(patience);
        return came && came->bytes == osc("/midi/in/note_off", {1, 60, 64});
    }
    [[nodiscard]] std::string config() const { return folder_.path("hall.toml"); }
    [[nodiscard]] std::string state() const { return folder_.path("run/sounding"); }

    udp_peer organ;
    udp_peer other;
    std::unique_ptr<process> daemon;

private:
    [[nodiscard]] process::options in_folder() const {
        return {{"RUNTIME_DIRECTORY=" + folder_.path("run")}, {}};
    }
    temp_dir folder_;
    std::string name_;
};

} // namespace

TEST_CASE("a start whose routes do not lead to the output any more ends its notes") {
    killed of;
    of.write(of.file("organ", of.organ.port(), "other"));

    of.start();

    CHECK(of.is_ended());
    CHECK(of.end(SIGTERM) == 0);
    CHECK(of.panic().out == "No daemon has left notes that sound.\n");
}

TEST_CASE("a start that does not reach the port says so, and leaves the notes in the file") {
    const bool is_gone = GENERATE(true, false);
    killed of;
    of.write(is_gone ? of.file("harp", of.other.port(), "harp")
                     : of.file("organ", of.other.port(), "organ"));

    of.start();

    CHECK_THAT(of.daemon->err(), Contains("Notes may still sound.") && Contains("output=organ") &&
                                     !Contains("An earlier run could not end"));
    CHECK(of.end(SIGTERM) == 0);
    const finished ended = of.panic();
    CHECK(ended.out == "Ended 1 notes and pedals.\n");
    CHECK(ended.code == 0);
    CHECK(of.is_ended());
}

TEST_CASE("a start whose output has another name and reaches the port ends the notes") {
    killed of;
    of.write(of.file("harp", of.organ.port(), "harp"));

    of.start();

    CHECK(of.is_ended());
    CHECK(of.end(SIGTERM) == 0);
}

TEST_CASE("an offline panic needs no configuration") {
    killed of;
    SECTION("it is broken") {
        of.write("broken = [");
    }
    SECTION("it is gone") {
        std::filesystem::remove(of.config());
    }
    SECTION("its output has another name") {
        of.write(of.file("harp", of.organ.port(), "harp"));
    }
    SECTION("its output leads elsewhere") {
        of.write(of.file("organ", of.other.port(), "organ"));
    }

    const finished ended = of.panic();

    INFO(ended.err);
    CHECK(ended.code == 0);
    CHECK(of.is_ended());
}

TEST_CASE("an offline panic says that the file is damaged, each time") {
    killed of;
    SECTION("its entries were overwritten") {
        std::fstream file(of.state());
        file.seekp(4096);
        file << std::string(100'000, '\xA5');
    }
    SECTION("it is zero, as blocks are that were never written") {
        const auto size = std::filesystem::file_size(of.state());
        std::filesystem::resize_file(of.state(), 0);
        std::filesystem::resize_file(of.state(), size);
    }
    SECTION("it is empty") {
        std::filesystem::resize_file(of.state(), 0);
    }
    for (int i = 0; i < 2; ++i) {
        const finished refused = of.panic();
        CHECK(refused.code == 1);
        CHECK_THAT(refused.err, Contains("ignored") && Contains("otes may still sound"));
    }

    of.start();

    CHECK_THAT(of.daemon->err(), Contains("otes may still sound"));
    CHECK(of.end(SIGTERM) == 0);
}

TEST_CASE("of the files of several daemons, an offline panic takes the one that has something") {
    const temp_dir folder;
    const process::options here{{"XDG_RUNTIME_DIR=" + folder.path("x"), "RUNTIME_DIRECTORY="}, {}};
    const auto panic = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {tactus_program, "panic", "--offline"});
        return run(std::move(more), here);
    };
    const auto keep = [&](const killed& of, const std::string& name) {
        std::filesystem::create_directories(folder.path("x/tactus/" + name));
        std::filesystem::copy_file(of.state(), folder.path("x/tactus/" + name + "/sounding"),
                                   std::filesystem::copy_options::overwrite_existing);
    };
    killed hall;
    const killed foyer("foyer");
    keep(hall, "hall");
    keep(foyer, "foyer");
    const finished several = panic({});
    CHECK(several.code == 2);
    CHECK_THAT(several.err, Contains("--name hall") && Contains("--name foyer"));

    CHECK(panic({"--name", "foyer"}).code == 0);
    CHECK(foyer.is_ended());
    CHECK(panic({}).out == "Ended 1 notes and pedals.\n");
    CHECK(hall.is_ended());
    CHECK(panic({"--name", "hall"}).out == "No daemon has left notes that sound.\n");
}
