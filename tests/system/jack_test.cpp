// SPDX-License-Identifier: MIT
// OSC in, MIDI and OSC out, with a real JACK server that comes, goes and dies, and with programs of
// others at both ends: liblo's sender, oscdump, libjack. Conditions are waited for; the durations
// that are measured are printed.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/jack_receiver.hpp"
#include "tests/support/jack_sender.hpp"
#include "tests/support/jack_server.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <regex>
#include <set>
#include <thread>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

using message = std::vector<std::uint8_t>;

constexpr const char* synth_is_up = "tactus_output_up{output=\"synth\"}";
constexpr const char* synth_attached = "tactus_plugin_midi_attached_total{plugin=\"synth\"}";
constexpr const char* keys_attached = "tactus_plugin_midi_attached_total{plugin=\"keys\"}";
constexpr const char* unaccounted = "tactus_deliveries_unaccounted";

// From OSC on one port to a JACK port "notes" and to OSC on another.
std::string configuration(std::uint16_t in, std::uint16_t out) {
    return fmt::format(R"(
[safety]
panic_address = "/panic"
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:{}"
[[output]]
name = "synth"
type = "midi"
api = "jack"
virtual = "notes"
[[output]]
name = "projector"
type = "osc"
to = "udp://127.0.0.1:{}"
[[route]]
from = "desk"
to = ["synth", "projector"]
)",
                       in, out);
}

// From OSC to a port of another program's, and from another's to OSC.
std::string house_of_ports(std::uint16_t in, std::uint16_t out) {
    return fmt::format(R"(
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:{}"
[[input]]
name = "keys"
type = "midi"
api = "jack"
port = "player:out"
[[output]]
name = "synth"
type = "midi"
api = "jack"
port = "later:in"
[[output]]
name = "projector"
type = "osc"
to = "udp://127.0.0.1:{}"
[[route]]
from = "desk"
to = "synth"
[[route]]
from = "keys"
to = "projector"
)",
                       in, out);
}

bool is_up(const daemon_process& daemon) {
    return eventually([&] { return daemon.metric(synth_is_up) == 1; });
}

void send_notes(const udp_peer& peer, std::uint16_t in, int count) {
    for (int note = 0; note < count; ++note) {
        peer.send(osc("/synth/note_on", {1 + note % 16, 36 + note, 100}), in);
    }
}

// Channel and note of each message that ends a note.
std::set<std::pair<int, int>> ended_in(const std::vector<jack_event>& events) {
    std::set<std::pair<int, int>> ended;
    for (const jack_event& each : events) {
        const bool is_note = each.bytes.size() == 3;
        const int kind = is_note ? each.bytes[0] & 0xf0 : 0;
        if (kind == 0x80 || (kind == 0x90 && each.bytes[2] == 0)) {
            ended.insert({each.bytes[0] & 0x0f, each.bytes[1]});
        }
    }
    return ended;
}

// 1,000 numbered events a second, each 20 ms ahead of its due time, until it is stopped.
class load {
public:
    static constexpr int events_max = 16384; // as many as pitch_bend can number

    explicit load(std::uint16_t in) : in_(in), thread_([this] { run(); }) {}
    load(const load&) = delete;
    load& operator=(const load&) = delete;
    ~load() { stop(); }

    int sent() const noexcept { return sent_; }
    int stop() {
        must_stop_ = true;
        if (thread_.joinable()) {
            thread_.join();
        }
        return sent_;
    }

private:
    void run() {
        const udp_peer sender;
        auto next = std::chrono::steady_clock::now();
        while (!must_stop_ && sent_ < events_max) {
            sender.send(osc_at(time_tag_in(20'000'000), "/load/pitch_bend", {1, sent_}), in_);
            ++sent_;
            next += 1ms;
            std::this_thread::sleep_until(next);
        }
    }

    std::uint16_t in_;
    // Relaxed would do: a count for one side, a flag for the other.
    std::atomic<int> sent_{0};
    std::atomic<bool> must_stop_{false};
    std::thread thread_;
};

// The numbers that reach the OSC output, as they come.
class collector {
public:
    collector() : thread_([this] { run(); }) {}
    collector(const collector&) = delete;
    collector& operator=(const collector&) = delete;
    ~collector() { (void)numbers(); }

    std::uint16_t port() const noexcept { return peer_.port(); }
    int count() const noexcept { return count_; }
    // Ends it.
    const std::vector<int>& numbers() {
        must_stop_ = true;
        if (thread_.joinable()) {
            thread_.join();
        }
        return numbers_;
    }

private:
    void run() {
        while (!must_stop_) {
            if (const std::optional<arrival> came = peer_.receive(20ms)) {
                const std::vector<int> values = values_of(came->bytes);
                numbers_.push_back(values.size() == 2 ? values[1] : -1);
                ++count_;
            }
        }
    }

    udp_peer peer_;
    std::vector<int> numbers_; // the thread's until it is joined
    std::atomic<int> count_{0};
    std::atomic<bool> must_stop_{false};
    std::thread thread_;
};

// The server is killed under load and comes back; how long the MIDI output took to do the same.
std::int64_t die_and_return(jack_server& jack, const daemon_process& daemon, const load& sender) {
    const int at_death = sender.sent();
    jack.kill();
    REQUIRE(eventually([&] { return daemon.metric(synth_is_up) == 0; }));
    REQUIRE(eventually([&] { return sender.sent() > at_death + 2000; }));
    CHECK(daemon.metric(unaccounted) == 0);
    jack.start();
    const std::int64_t back_ns = monotonic_ns();
    REQUIRE(is_up(daemon));
    return monotonic_ns() - back_ns;
}

} // namespace

TEST_CASE("a bundle of liblo's leaves as MIDI and OSC at its due time and not before") {
    jack_server jack;
    jack.start();
    const std::uint16_t in = free_udp_port();
    const std::uint16_t out = free_udp_port();
    process oscdump({"oscdump", "-L", std::to_string(out)});
    daemon_process daemon(configuration(in, out));
    REQUIRE(is_up(daemon));
    jack_receiver receiver("listener", "notes");
    REQUIRE(receiver.is_connected());

    const finished sent =
        run({TACTUS_LIBLO_SENDER, std::to_string(in), "300", "/synth/note_on", "1", "60", "100"});

    REQUIRE(sent.code == 0);
    const std::int64_t due_ns = std::stoll(sent.out.substr(4));
    REQUIRE(receiver.wait_for(1));
    const std::vector<jack_event> events = receiver.events();
    REQUIRE(events.size() == 1);
    CHECK(events[0].bytes == message{0x90, 0x3C, 0x64});
    CHECK(events[0].at_ns >= due_ns - frame_tolerance_ns);
    WARN("at the JACK port " << (events[0].at_ns - due_ns) / 1000 << " us after due");
    REQUIRE(oscdump.says("/synth/note_on"));
    INFO(oscdump.out());
    CHECK(std::regex_match(oscdump.out(),
                           std::regex("[0-9a-f]+\\.[0-9a-f]+ /synth/note_on iii 1 60 100\n")));
    CHECK(daemon.metric(unaccounted) == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("OSC goes on undisturbed while JACK dies under load, and MIDI returns with JACK") {
    jack_server jack;
    jack.start();
    const std::uint16_t in = free_udp_port();
    collector projector;
    daemon_process daemon(configuration(in, projector.port()));
    REQUIRE(is_up(daemon));
    std::int64_t away_ns = 0;
    int sent = 0;
    {
        load sender(in);
        {
            jack_receiver before("before", "notes");
            REQUIRE(before.wait_for(1000));
            away_ns = die_and_return(jack, daemon, sender);
        }
        jack_receiver after("after", "notes");
        CHECK(after.wait_for(1000));
        sent = sender.stop();
    }
    REQUIRE(sent < load::events_max);

    CHECK(eventually([&] { return projector.count() >= sent; }));
    const std::vector<int>& numbers = projector.numbers();
    CHECK(static_cast<int>(numbers.size()) == sent);
    CHECK(std::adjacent_find(numbers.begin(), numbers.end(), std::greater_equal<>()) ==
          numbers.end());
    CHECK(daemon.metric(unaccounted) == 0);
    CHECK(daemon.stop() == 0);
    WARN("the MIDI output was back " << away_ns / 1'000'000 << " ms after JACK; " << sent
                                     << " OSC events");
}

TEST_CASE("SIGTERM ends 32 sounding notes and a pedal at the JACK port, the daemon with 0") {
    jack_server jack;
    jack.start(jack_server::mode::waits, 1024); // 21 ms
    const std::uint16_t in = free_udp_port();
    const udp_peer peer;
    daemon_process daemon(configuration(in, peer.port()));
    REQUIRE(is_up(daemon));
    // Long after our own part of the period: the last notes must wait for it in our port.
    jack_receiver receiver("listener", "notes", 12ms);
    REQUIRE(receiver.is_connected());
    send_notes(peer, in, 32);
    peer.send(osc("/synth/control_change", {3, 64, 127}), in);
    REQUIRE(receiver.wait_for(33));
    REQUIRE(ended_in(receiver.events()).empty());

    CHECK(daemon.stop() == 0);

    CHECK(eventually([&] { return ended_in(receiver.events()).size() == 32; }));
    REQUIRE(receiver.wait_for(66)); // more where JACK told of an xrun: ends are said again
    CHECK(receiver.events()[65].bytes == message{0xB2, 64, 0});
}

TEST_CASE("the daemon starts without a JACK server, and attaches when one comes") {
    jack_server jack;
    const std::uint16_t in = free_udp_port();
    const udp_peer peer;
    daemon_process daemon(configuration(in, peer.port()));
    CHECK(daemon.metric(synth_is_up) == 0);
    peer.send(osc("/synth/note_on", {1, 60, 100}), in);
    CHECK(peer.receive(20s));

    jack.start();
    const std::int64_t begin_ns = monotonic_ns();

    REQUIRE(is_up(daemon));
    WARN("attached " << (monotonic_ns() - begin_ns) / 1'000'000 << " ms after JACK came");
    jack_receiver receiver("listener", "notes");
    REQUIRE(receiver.is_connected());
    peer.send(osc("/synth/note_on", {1, 61, 99}), in);
    REQUIRE(receiver.wait_for(1));
    CHECK(receiver.events()[0].bytes == message{0x90, 61, 99});
    CHECK(daemon.stop() == 0);
}

TEST_CASE("the panic address silences what sounds, and the daemon goes on") {
    jack_server jack;
    jack.start();
    const std::uint16_t in = free_udp_port();
    const udp_peer peer;
    daemon_process daemon(configuration(in, peer.port()));
    REQUIRE(is_up(daemon));
    jack_receiver receiver("listener", "notes");
    REQUIRE(receiver.is_connected());
    send_notes(peer, in, 8);
    REQUIRE(receiver.wait_for(8));

    peer.send(osc("/panic", {}), in);

    CHECK(eventually([&] { return ended_in(receiver.events()).size() == 8; }));
    CHECK(eventually(
        [&] { return daemon.metric("tactus_output_notes_sounding{output=\"synth\"}") == 0; }));
    const std::size_t before = receiver.events().size();
    peer.send(osc("/synth/note_on", {1, 60, 100}), in);
    CHECK(receiver.wait_for(before + 1));
    CHECK(daemon.metric(unaccounted) == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a peer that closes in good order takes the output down, and brings it back") {
    constexpr const char* dropped =
        "tactus_deliveries_dropped_total{output=\"synth\",reason=\"output_down\"}";
    jack_server jack;
    jack.start();
    const std::uint16_t in = free_udp_port();
    const udp_peer peer;
    daemon_process daemon(house_of_ports(in, peer.port()));
    for (int round = 1; round <= 3; ++round) {
        {
            const jack_receiver later("later");
            REQUIRE(is_up(daemon));
        }
        REQUIRE(eventually([&] { return daemon.metric(synth_is_up) == 0; }));
        peer.send(osc("/synth/note_on", {1, 60, 1}), in);
        REQUIRE(eventually([&] { return daemon.metric(dropped) == round; }));
    }

    jack_receiver later("later");
    REQUIRE(is_up(daemon));
    peer.send(osc("/synth/note_on", {1, 60, 2}), in);

    REQUIRE(later.wait_for(1));
    CHECK(later.events()[0].bytes == message{0x90, 60, 2}); // and none of those before
    CHECK(daemon.metric(dropped) == 3);
    CHECK(daemon.metric(unaccounted) == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a peer that closes in good order and is back at once is sent to again") {
    jack_server jack;
    jack.start();
    const std::uint16_t in = free_udp_port();
    const udp_peer peer;
    daemon_process daemon(house_of_ports(in, peer.port()));
    for (int round = 1; round <= 4; ++round) {
        jack_receiver later("later");
        REQUIRE(eventually([&] { return daemon.metric(synth_attached) == round; }));
        REQUIRE(is_up(daemon));

        peer.send(osc("/synth/pitch_bend", {1, round}), in);

        REQUIRE(later.wait_for(1));
        CHECK(later.events()[0].bytes == message{0xE0, static_cast<std::uint8_t>(round), 0});
    }
    CHECK(daemon.metric(unaccounted) == 0);
    CHECK(daemon.stop() == 0);
}

TEST_CASE("a peer that closes in good order is listened to again when it is back") {
    jack_server jack;
    jack.start();
    const udp_peer projector;
    daemon_process daemon(house_of_ports(free_udp_port(), projector.port()));
    for (int round = 1; round <= 4; ++round) {
        jack_sender player("player");
        REQUIRE(player.is_connected());

        player.send(message{0xE0, 0, static_cast<std::uint8_t>(round)});

        const std::optional<arrival> came = projector.receive(20s);
        REQUIRE(came);
        CHECK(values_of(came->bytes) == std::vector<int>{1, round * 128});
    }
    CHECK(daemon.metric(keys_attached) == 4);
    CHECK(daemon.metric(unaccounted) == 0);
    CHECK(daemon.stop() == 0);
}
