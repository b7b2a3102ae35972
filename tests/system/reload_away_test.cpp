// SPDX-License-Identifier: MIT
// A device is away with notes sounding while a reload takes its output from the daemon: the notes
// are ended once something reaches the device again, and until then nobody says that they are.
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"
#include "tests/system/reload_case.hpp"

#include <csignal>
#include <fmt/format.h>
#include <memory>

using namespace tactus::test;
using Catch::Matchers::Contains;

namespace {

std::string tcp_output(const std::string& name, std::uint16_t port, const std::string& more = {}) {
    return fmt::format("[[output]]\nname = \"{}\"\ntype = \"osc\"\nto = \"tcp://127.0.0.1:{}\"\n"
                       "restart = {{ first = \"20ms\", max = \"50ms\" }}\n{}\n",
                       name, port, more);
}

// A daemon with a note sounding at a device that has gone.
struct away {
    away() {
        device = std::make_unique<tcp_peer>(port, true);
        daemon = std::make_unique<reload_case>(file(tcp_output("synth", port), "synth"));
        device->accept();
        const unix_client script(files.path("in"));
        script.write("{\"note\": 60}\n");
        REQUIRE(device->read(note_on.size()) == note_on);
        device.reset();
        REQUIRE(daemon->program().says("is down"));
    }

    [[nodiscard]] std::string file(const std::string& outputs, const std::string& to) const {
        return fmt::format("[[input]]\nname = \"in\"\ntype = \"stream\"\nlisten = \"unix://{}\"\n",
                           files.path("in")) +
               outputs + osc_output("other", other.port()) + route("in", to);
    }
    // The device comes back; what it gets first.
    [[nodiscard]] std::vector<std::uint8_t> back() {
        device = std::make_unique<tcp_peer>(port, true);
        device->accept();
        return device->read(note_off.size());
    }
    static std::vector<std::uint8_t> framed(const std::vector<std::uint8_t>& packet) {
        std::vector<std::uint8_t> all = {0, 0, 0, static_cast<std::uint8_t>(packet.size())};
        all.insert(all.end(), packet.begin(), packet.end());
        return all;
    }

    const std::vector<std::uint8_t> note_on = framed(osc("/midi/in/note_on", {1, 60, 100}));
    const std::vector<std::uint8_t> note_off = framed(osc("/midi/in/note_off", {1, 60, 64}));
    const std::uint16_t port = free_tcp_port();
    temp_dir files;
    udp_peer other;
    std::unique_ptr<tcp_peer> device;
    std::unique_ptr<reload_case> daemon;
};

} // namespace

TEST_CASE("notes of an output that is removed while its device is away are ended later") {
    away of;
    of.daemon->reload(of.file("", "other"));
    CHECK(of.daemon->program().says("Notes may still sound."));
    const finished panic = of.daemon->command({"panic"});
    CHECK(panic.code == 1);
    CHECK_THAT(panic.err, Contains("Not all notes could be ended") &&
                              Contains("synth: 1 notes and pedals may sound on") &&
                              Contains("tactus panic --offline"));
    const finished json = of.daemon->command({"panic", "--json"});
    CHECK(json.code == 1);
    CHECK_THAT(json.out, Contains("{\"not_ended\":[{\"output\":\"synth\",\"notes_and_pedals\":1,"));

    SECTION("when a file has the output again") {
        of.daemon->reload(of.file(tcp_output("synth", of.port), "synth"));
        CHECK(of.back() == of.note_off);
    }
    SECTION("when an output of another name reaches the device, with other options") {
        of.daemon->reload(of.file(tcp_output("organ", of.port, "max_note = \"1m\""), "organ"));
        CHECK(of.back() == of.note_off);
    }
    SECTION("without a daemon, from what the record has of the output") {
        CHECK(of.daemon->stop() == 0);
        of.device = std::make_unique<tcp_peer>(of.port, true);
        process offline({tactus_program, "panic", "--offline", "--state",
                         of.daemon->program().runtime_folder() + "/sounding"});
        of.device->accept();
        CHECK(of.device->read(of.note_off.size()) == of.note_off);
        CHECK(offline.wait() == 0);
        return;
    }
    CHECK(of.daemon->stop() == 0);
}

TEST_CASE("an output that is renamed while its device is away ends the notes there") {
    away of;
    of.daemon->reload(of.file(tcp_output("organ", of.port), "organ"));

    CHECK(of.back() == of.note_off);
    CHECK(of.daemon->stop() == 0);
}

TEST_CASE("an output that no route names any more stays open until its notes are ended") {
    away of;
    of.daemon->reload(of.file(tcp_output("synth", of.port), "other"));
    const finished panic = of.daemon->command({"panic"});
    CHECK(panic.code == 1);
    CHECK_THAT(panic.err, Contains("synth: 1 notes and pedals may sound on. Its port is not up."));

    CHECK(of.back() == of.note_off);
    CHECK(of.device->read(1).empty()); // then it is closed
    const finished silent = of.daemon->command({"panic"});
    CHECK(silent.code == 0);
    CHECK(silent.out == "All notes were ended.\n");
    CHECK(of.daemon->stop() == 0);
}

TEST_CASE("what a reload has ended at an output that is there is in no record any more") {
    const udp_peer peer;
    const temp_dir files;
    const std::string in =
        fmt::format("[[input]]\nname = \"in\"\ntype = \"stream\"\nlisten = \"unix://{}\"\n",
                    files.path("in")) +
        osc_output("synth", peer.port()) + osc_output("other", peer.port());
    reload_case daemon(in + route("in", "synth"));
    const unix_client script(files.path("in"));
    script.write("{\"note\": 60}\n");
    REQUIRE(peer.receive(patience));
    daemon.reload(in + route("in", "other"));
    CHECK(peer.receive(patience)->bytes == osc("/midi/in/note_off", {1, 60, 64}));

    CHECK(daemon.command({"panic"}).code == 0);
    daemon.program().signal(SIGKILL);
    CHECK(daemon.program().wait());
    const finished offline = run({tactus_program, "panic", "--offline", "--state",
                                  daemon.program().runtime_folder() + "/sounding"});
    CHECK(offline.out == "No daemon has left notes that sound.\n");
    CHECK(offline.code == 0);
}
