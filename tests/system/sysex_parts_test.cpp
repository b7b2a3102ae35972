// SPDX-License-Identifier: MIT
// A SysEx of a megabyte from JACK to JACK through the real daemon: byte for byte, with clock ticks
// between its parts, nobody's notes inside of it, and without being held whole.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/jack_receiver.hpp"
#include "tests/support/jack_sender.hpp"
#include "tests/support/jack_server.hpp"
#include "tests/support/sanitizer.hpp"
#include "tests/support/skip.hpp"

#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

using message = std::vector<std::uint8_t>;

constexpr std::size_t dump_size = std::size_t{1} << 20;
constexpr std::size_t piece_size = 4096;

constexpr const char* configuration = R"(
[[input]]
name = "dump"
type = "midi"
api = "jack"
virtual = "dump"
[[input]]
name = "keys"
type = "midi"
api = "jack"
virtual = "keys"
client = "tactus-keys"
[[output]]
name = "synth"
type = "midi"
api = "jack"
virtual = "notes"
client = "tactus-synth"
[[route]]
from = ["dump", "keys"]
to = "synth"
)";

message dump() {
    message made(dump_size);
    for (std::size_t i = 0; i < dump_size; ++i) {
        made[i] = static_cast<std::uint8_t>((i * 31 + i / 4096) & 0x7F);
    }
    made.front() = 0xF0;
    made.back() = 0xF7;
    return made;
}

std::size_t memory_kib(pid_t of) {
    std::ifstream status(fmt::format("/proc/{}/status", of));
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) {
            return std::stoul(line.substr(6));
        }
    }
    return 0;
}

// What came, told apart.
struct stream {
    message sysex; // with what stands inside of it, but for real-time
    std::size_t ticks_inside = 0;
    std::size_t notes = 0;
    std::size_t notes_inside = 0;
};

stream told_apart(const std::vector<jack_event>& events) {
    stream all;
    bool is_inside = false;
    for (const jack_event& each : events) {
        const std::uint8_t status = each.bytes[0];
        if (status >= 0xF8) {
            all.ticks_inside += is_inside ? 1 : 0;
        } else if (status >= 0x80 && status < 0xF0) {
            ++all.notes;
            all.notes_inside += is_inside ? 1 : 0;
        } else {
            is_inside = each.bytes.back() != 0xF7;
            all.sysex.insert(all.sysex.end(), each.bytes.begin(), each.bytes.end());
        }
    }
    return all;
}

std::string what_went_wrong(const daemon_process& daemon) {
    std::string all;
    for (const char* each :
         {"tactus_plugin_midi_missed_periods_total{plugin=\"dump\"}",
          "tactus_plugin_midi_xruns_total{plugin=\"dump\"}",
          "tactus_plugin_midi_xruns_total{plugin=\"synth\"}",
          "tactus_plugin_midi_lost_behind_total{plugin=\"synth\",reason=\"xrun\"}",
          "tactus_plugin_midi_cut_sysex_total{plugin=\"synth\"}",
          "tactus_input_messages_rejected_total{input=\"dump\",reason=\"overrun\"}",
          "tactus_input_messages_rejected_total{input=\"dump\",reason=\"malformed\"}",
          "tactus_input_messages_rejected_total{input=\"dump\",reason=\"too_large\"}",
          "tactus_deliveries_dropped_total{output=\"synth\",reason=\"output_error\"}",
          "tactus_deliveries_dropped_total{output=\"synth\",reason=\"queue_full\"}",
          "tactus_deliveries_dropped_total{output=\"synth\",reason=\"output_down\"}"}) {
        all += fmt::format("{} {}\n", each, daemon.metric(each));
    }
    return all;
}

} // namespace

TEST_CASE("a SysEx of a megabyte goes through whole and in order, and the clock goes on") {
    if (tactus::test::has_thread_sanitizer) {
        TACTUS_SKIP(
            "with ThreadSanitizer the daemon is too slow for each of JACK's periods; run it in "
            "preset dev");
    }
    jack_server server;
    server.start(jack_server::mode::waits, 256); // no xrun, however busy the machine
    daemon_process daemon(configuration);
    REQUIRE(eventually([&] { return daemon.metric("tactus_output_up{output=\"synth\"}") == 1; }));
    jack_receiver receiver("synth", "tactus-synth:notes");
    jack_sender dumps("dumper", "tactus:dump");
    jack_sender keys("player", "tactus-keys:keys");
    REQUIRE(receiver.is_connected());
    REQUIRE(dumps.is_connected());
    REQUIRE(keys.is_connected());
    keys.send("90 3C 64");
    REQUIRE(receiver.wait_for(1));
    const std::size_t before_kib = memory_kib(daemon.program().pid());

    // A piece a period, as fast as a good interface of today; a tick in each, a note in some.
    const message sent = dump();
    std::size_t notes = 1;
    for (std::size_t at = 0; at < sent.size(); at += piece_size) {
        const auto piece = sent.begin() + static_cast<std::ptrdiff_t>(at);
        dumps.send("[");
        dumps.send(message(piece, piece + piece_size));
        dumps.send("F8");
        dumps.send("-");
        dumps.send("]");
        if (at % (16 * piece_size) == 0) {
            keys.send(fmt::format("90 {:02X} 01", at / (16 * piece_size)));
            ++notes;
        }
    }

    const bool has_come = eventually(
        [&] {
            std::this_thread::sleep_for(250ms); // what it has written is long to read
            const stream now = told_apart(receiver.events());
            return now.sysex.size() >= sent.size() && now.notes >= notes;
        },
        30s);
    INFO(what_went_wrong(daemon));
    INFO("came: " << told_apart(receiver.events()).sysex.size() << " bytes, "
                  << told_apart(receiver.events()).notes << " notes");
    REQUIRE(has_come);
    const stream all = told_apart(receiver.events());
    CHECK((all.sysex == sent)); // a megabyte is no text
    CHECK(all.notes == notes);
    CHECK(all.notes_inside == 0);
    CHECK(all.ticks_inside > 100);
    CHECK(daemon.metric("tactus_plugin_midi_cut_sysex_total{plugin=\"synth\"}") == 0);
    CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    const std::size_t grown_kib = memory_kib(daemon.program().pid()) - before_kib;
    INFO("grown by " << grown_kib << " KiB");
    if (!has_address_sanitizer) { // which keeps what was freed
        CHECK(grown_kib < memory_factor * 1024); // it was never held whole
    }
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a SysEx whose sender goes away in the middle is ended") {
    jack_server server;
    server.start();
    daemon_process daemon(configuration);
    REQUIRE(eventually([&] { return daemon.metric("tactus_output_up{output=\"synth\"}") == 1; }));
    jack_receiver receiver("synth", "tactus-synth:notes");
    jack_sender keys("player", "tactus-keys:keys");
    jack_sender dumps("dumper", "tactus:dump");
    REQUIRE(receiver.is_connected());
    REQUIRE(dumps.is_connected());
    REQUIRE(keys.is_connected());
    message begin(70'000, 1);
    begin.front() = 0xF0;
    for (std::size_t at = 0; at < begin.size(); at += 7000) {
        const auto piece = begin.begin() + static_cast<std::ptrdiff_t>(at);
        dumps.send(message(piece, piece + 7000));
        dumps.send("-");
    }
    REQUIRE(eventually([&] { return told_apart(receiver.events()).sysex.size() >= 65'536; }));

    keys.send("90 3C 64");

    REQUIRE(eventually([&] { return told_apart(receiver.events()).notes == 1; }));
    const stream all = told_apart(receiver.events());
    CHECK(all.sysex.back() == 0xF7);
    CHECK(all.notes_inside == 0);
    CHECK(daemon.metric("tactus_plugin_midi_cut_sysex_total{plugin=\"synth\"}") == 1);
    CHECK(daemon.stop() == 0);
}
