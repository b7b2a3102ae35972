// SPDX-License-Identifier: MIT
// In which frame of JACK's a scheduled note stands: through the daemon, which gets each 40 ms ahead
// as a bundle, and by RtMidi, whose thread sleeps until it is due and sends it then. Both play the
// same moments in one run, into two ports of one client. A frame is late by when it is heard, by
// JACK's own count of time, less when the note was due.
//   --to PORT --events N
// A JACK server runs, and the daemon's output is its port tactus:notes.
#include "bench/datagrams.hpp"
#include "bench/measure.hpp"
#include "tests/support/clock_difference.hpp"
#include "tests/system/osc_bytes.hpp"

#include <jack/jack.h>
#include <jack/midiport.h>
#include <rtmidi/RtMidi.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

namespace {

using namespace tactus::bench;
using namespace std::chrono_literals;

constexpr std::int64_t ahead_ns = 40'000'000;
constexpr std::int64_t distance_ns = 3'237'411; // no multiple of any period
constexpr std::size_t events_max = 16'384;      // a pitch bend has 14 bits
constexpr std::chrono::seconds patience = 5s;

// Both ports are read in JACK's thread; main reads what came when that thread has gone.
struct listener {
    struct heard {
        jack_port_t* port = nullptr;
        std::array<std::int64_t, events_max> at_ns{}; // by number; 0: it did not come
        std::atomic<std::size_t> count{0};
    };
    jack_client_t* client = nullptr;
    heard tactus;
    heard rtmidi;
    tactus::test::clock_difference clocks;
    std::atomic<std::uint32_t> xruns{0};
};

void take(listener& here, listener::heard& from, jack_nframes_t frames) {
    void* const buffer = jack_port_get_buffer(from.port, frames);
    for (std::uint32_t i = 0; i < jack_midi_get_event_count(buffer); ++i) {
        jack_midi_event_t event;
        if (jack_midi_event_get(&event, buffer, i) != 0 || event.size != 3) {
            continue;
        }
        const std::size_t number = event.buffer[1] + 128U * event.buffer[2];
        const jack_nframes_t frame = jack_last_frame_time(here.client) + event.time;
        from.at_ns[number] =
            here.clocks.ns() +
            static_cast<std::int64_t>(jack_frames_to_time(here.client, frame)) * 1000;
        from.count.fetch_add(1, std::memory_order_release);
    }
}

int process(jack_nframes_t frames, void* self) {
    auto& here = *static_cast<listener*>(self);
    here.clocks.measure();
    take(here, here.tactus, frames);
    take(here, here.rtmidi, frames);
    return 0;
}

int count_xrun(void* self) {
    static_cast<listener*>(self)->xruns.fetch_add(1, std::memory_order_relaxed);
    return 0;
}

void listen_to(listener& here, listener::heard& own, const char* port) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (jack_connect(here.client, port, jack_port_name(own.port)) != 0) {
        if (std::chrono::steady_clock::now() > until) {
            fail(std::string("there is no JACK port ") + port);
        }
        std::this_thread::sleep_for(10ms);
    }
}

void open(listener& here) {
    // What jackd says last, it says before it answers.
    const auto until = std::chrono::steady_clock::now() + patience;
    while ((here.client = jack_client_open("bench", JackNoStartServer, nullptr)) == nullptr) {
        if (std::chrono::steady_clock::now() > until) {
            fail("no JACK server answers");
        }
        std::this_thread::sleep_for(10ms);
    }
    here.tactus.port =
        jack_port_register(here.client, "tactus", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput, 0);
    here.rtmidi.port =
        jack_port_register(here.client, "rtmidi", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput, 0);
    jack_set_process_callback(here.client, &process, &here);
    jack_set_xrun_callback(here.client, &count_xrun, &here);
    if (here.tactus.port == nullptr || here.rtmidi.port == nullptr ||
        jack_activate(here.client) != 0) {
        fail("JACK gave us no ports");
    }
}

std::int64_t due_ns(std::int64_t begin_ns, std::size_t number) {
    return begin_ns + static_cast<std::int64_t>(number) * distance_ns;
}

void play_by_rtmidi(RtMidiOut& out, std::int64_t begin_ns, std::size_t events) {
    refuse_timer_slack();
    for (std::size_t i = 0; i < events; ++i) {
        const std::array<unsigned char, 3> message{0xE0, static_cast<unsigned char>(i % 128),
                                                   static_cast<unsigned char>(i / 128)};
        sleep_until_ns(due_ns(begin_ns, i));
        out.sendMessage(message.data(), message.size());
    }
}

void play_by_tactus(udp_end& out, std::int64_t begin_ns, std::size_t events) {
    for (std::size_t i = 0; i < events; ++i) {
        sleep_until_ns(due_ns(begin_ns, i) - ahead_ns);
        out.send(tactus::test::osc_at(tactus::test::time_tag_in(due_ns(begin_ns, i) - now_ns()),
                                      "/pitch_bend", {1, static_cast<int>(i)}));
    }
}

void tell(answer& result, const std::string& who, const listener::heard& heard,
          std::int64_t begin_ns, std::size_t events) {
    std::vector<std::int64_t> late_ns;
    std::vector<std::int64_t> off_ns; // from the median: what a listener hears of it
    for (std::size_t i = 0; i < events; ++i) {
        if (heard.at_ns[i] != 0) {
            late_ns.push_back(heard.at_ns[i] - due_ns(begin_ns, i));
        }
    }
    const std::int64_t median_ns = percentile(late_ns, 50);
    for (const std::int64_t each : late_ns) {
        off_ns.push_back(each > median_ns ? each - median_ns : median_ns - each);
    }
    result.add(who + "_came", static_cast<double>(late_ns.size()));
    result.add_spread(who + "_late", late_ns);
    result.add_spread(who + "_jitter", off_ns);
}

} // namespace

int main(int count, char** words) {
    const arguments given(count, words, {{"to", 0}, {"events", 1000}});
    const std::size_t events = static_cast<std::size_t>(given.whole("events"));
    if (events > events_max) {
        fail("--events is 16384 at most");
    }
    auto here = std::make_unique<listener>();
    open(*here);
    RtMidiOut rtmidi(RtMidi::UNIX_JACK, "bench-rtmidi");
    rtmidi.openVirtualPort("out");
    listen_to(*here, here->rtmidi, "bench-rtmidi:out");
    listen_to(*here, here->tactus, "tactus:notes");
    udp_end out(0);
    out.connect(static_cast<std::uint16_t>(given.whole("to")));
    std::this_thread::sleep_for(200ms); // the connections are in JACK's graph

    const std::int64_t begin_ns = now_ns() + 2 * ahead_ns;
    std::thread other([&] { play_by_rtmidi(rtmidi, begin_ns, events); });
    play_by_tactus(out, begin_ns, events);
    other.join();
    const auto until = std::chrono::steady_clock::now() + patience;
    while (std::min(here->tactus.count.load(), here->rtmidi.count.load()) < events &&
           std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(10ms);
    }
    jack_deactivate(here->client);

    answer result;
    result.add("xruns", here->xruns.load());
    tell(result, "tactus", here->tactus, begin_ns, events);
    tell(result, "rtmidi", here->rtmidi, begin_ns, events);
    result.print();
    jack_client_close(here->client);
    return 0;
}
