// SPDX-License-Identifier: MIT
// How late an event arrives at a program that reads from ALSA's sequencer: through the daemon,
// which gets each ahead as a bundle, and written directly by a thread that sleeps until it is due.
// They take turns, event by event, at random distances, and one thread receives both. All threads
// here are ordinary ones, and the daemon's have to be.
//   --to PORT --events N --gap-us N --ahead-us N
// Events lie between one gap and three of them apart. The daemon's output is for a port "bench:in".
#include "bench/datagrams.hpp"
#include "bench/measure.hpp"
#include "tests/system/osc_bytes.hpp"

#include <alsa/asoundlib.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace tactus::bench;
using namespace std::chrono_literals;

constexpr std::size_t events_max = 16'384; // a pitch bend has 14 bits, which are its number
constexpr int bend_middle = 8192;
constexpr int pool_cells = 2000;
constexpr int look_ms = 50;
constexpr std::chrono::seconds patience = 20s;

void must(int result, const char* what) {
    if (result < 0) {
        fail(std::string(what) + ": " + snd_strerror(result));
    }
}

// A client with one port.
class client {
public:
    client(const char* name, const char* port, unsigned may) {
        must(snd_seq_open(&handle_, "hw", SND_SEQ_OPEN_DUPLEX, SND_SEQ_NONBLOCK),
             "ALSA's sequencer cannot be opened");
        must(snd_seq_set_client_name(handle_, name), "a client got no name");
        must(snd_seq_set_client_pool_input(handle_, pool_cells), "a client got no pool");
        port_ = snd_seq_create_simple_port(
            handle_, port, may, SND_SEQ_PORT_TYPE_MIDI_GENERIC | SND_SEQ_PORT_TYPE_APPLICATION);
        must(port_, "a client got no port");
    }
    client(const client&) = delete;
    client& operator=(const client&) = delete;
    ~client() { snd_seq_close(handle_); }

    [[nodiscard]] snd_seq_t* handle() const { return handle_; }
    [[nodiscard]] snd_seq_addr_t address() const {
        return {static_cast<unsigned char>(snd_seq_client_id(handle_)),
                static_cast<unsigned char>(port_)};
    }
    [[nodiscard]] bool is_subscribed_to() const {
        const snd_seq_addr_t own = address();
        snd_seq_query_subscribe_t* query = nullptr;
        snd_seq_query_subscribe_alloca(&query);
        snd_seq_query_subscribe_set_root(query, &own);
        snd_seq_query_subscribe_set_type(query, SND_SEQ_QUERY_SUBS_WRITE);
        snd_seq_query_subscribe_set_index(query, 0);
        return snd_seq_query_port_subscribers(handle_, query) >= 0;
    }

private:
    snd_seq_t* handle_ = nullptr;
    int port_ = -1;
};

class receiver {
public:
    receiver() : thread_([this] { read(); }) {}
    ~receiver() { end(); }

    [[nodiscard]] const client& here() const { return here_; }
    [[nodiscard]] std::size_t count() const { return count_.load(std::memory_order_acquire); }
    [[nodiscard]] std::uint32_t overruns() const { return overruns_.load(); }
    // Of an event by its number; 0: it did not come. Bounds: after end().
    [[nodiscard]] std::int64_t came_ns(std::size_t number) const { return came_ns_[number]; }
    void end() {
        must_end_ = true;
        if (thread_.joinable()) {
            thread_.join();
        }
    }

private:
    void read() {
        refuse_timer_slack();
        pollfd readable{};
        snd_seq_poll_descriptors(here_.handle(), &readable, 1, POLLIN);
        while (!must_end_) {
            ::poll(&readable, 1, look_ms);
            snd_seq_event_t* event = nullptr;
            int got = 0;
            while ((got = snd_seq_event_input(here_.handle(), &event)) >= 0 || got == -ENOSPC) {
                got >= 0 ? take(*event, now_ns()) : static_cast<void>(++overruns_);
            }
        }
    }
    void take(const snd_seq_event_t& event, std::int64_t at_ns) {
        if (event.type == SND_SEQ_EVENT_PITCHBEND) {
            came_ns_[static_cast<std::size_t>(event.data.control.value + bend_middle)] = at_ns;
            count_.fetch_add(1, std::memory_order_release);
        }
    }

    client here_{"bench", "in", SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE};
    std::array<std::int64_t, events_max> came_ns_{};
    std::atomic<std::size_t> count_{0};
    std::atomic<std::uint32_t> overruns_{0};
    std::atomic<bool> must_end_{false};
    std::thread thread_; // last: it uses all of the above
};

// Even numbers are written directly, odd ones go through the daemon.
struct score {
    std::vector<std::int64_t> due_ns;
    std::int64_t ahead_ns = 0;
};

score random_score(std::size_t events, std::int64_t gap_us, std::int64_t ahead_us) {
    std::mt19937 random(1);
    std::uniform_int_distribution<std::int64_t> gap_ns(gap_us * 1000, gap_us * 3000);
    score made{{}, ahead_us * 1000};
    std::int64_t at_ns = now_ns() + made.ahead_ns + 100'000'000;
    for (std::size_t i = 0; i < events; ++i) {
        made.due_ns.push_back(at_ns);
        at_ns += gap_ns(random);
    }
    return made;
}

void write_directly(const client& from, snd_seq_addr_t to, const score& played) {
    refuse_timer_slack();
    for (std::size_t i = 0; i < played.due_ns.size(); i += 2) {
        snd_seq_event_t event;
        snd_seq_ev_clear(&event);
        snd_seq_ev_set_source(&event, from.address().port);
        snd_seq_ev_set_dest(&event, to.client, to.port);
        snd_seq_ev_set_direct(&event);
        event.type = SND_SEQ_EVENT_PITCHBEND;
        event.data.control.value = static_cast<int>(i) - bend_middle;
        sleep_until_ns(played.due_ns[i]);
        must(snd_seq_event_output_direct(from.handle(), &event), "a direct write failed");
    }
}

// The wall clock less ours, by the closest of many looks: between two reads others may run.
std::int64_t wall_offset_ns() {
    std::int64_t offset_ns = 0;
    std::int64_t closest_ns = std::numeric_limits<std::int64_t>::max();
    for (int i = 0; i < 1000; ++i) {
        const std::int64_t before_ns = now_ns();
        const std::int64_t wall_ns = unix_ns();
        const std::int64_t took_ns = now_ns() - before_ns;
        if (took_ns < closest_ns) {
            closest_ns = took_ns;
            offset_ns = wall_ns - before_ns - took_ns / 2;
        }
    }
    return offset_ns;
}

void play_by_tactus(udp_end& out, const score& played) {
    refuse_timer_slack();
    const std::int64_t offset_ns = wall_offset_ns();
    for (std::size_t i = 1; i < played.due_ns.size(); i += 2) {
        const std::uint64_t due = time_tag(played.due_ns[i] + offset_ns);
        const auto bundle = tactus::test::osc_at(due, "/pitch_bend", {1, static_cast<int>(i)});
        sleep_until_ns(played.due_ns[i] - played.ahead_ns);
        out.send(bundle);
    }
}

void tell(answer& result, const std::string& who, const receiver& from, const score& played,
          std::size_t first) {
    std::vector<std::int64_t> late_ns;
    for (std::size_t i = first; i < played.due_ns.size(); i += 2) {
        if (from.came_ns(i) != 0) {
            late_ns.push_back(from.came_ns(i) - played.due_ns[i]);
        }
    }
    const auto early =
        std::count_if(late_ns.begin(), late_ns.end(), [](std::int64_t each) { return each < 0; });
    result.add(who + "_came", static_cast<double>(late_ns.size()));
    result.add(who + "_early", static_cast<double>(early));
    result.add_spread(who + "_late", late_ns);
}

} // namespace

int main(int count, char** words) {
    const arguments given(count, words,
                          {{"to", 0}, {"events", 1000}, {"gap-us", 1000}, {"ahead-us", 40'000}});
    const std::size_t events = static_cast<std::size_t>(given.whole("events"));
    if (events > events_max) {
        fail("--events is 16384 at most");
    }
    const client direct("bench-direct", "out", SND_SEQ_PORT_CAP_READ);
    auto heard = std::make_unique<receiver>();
    udp_end to_tactus(0);
    to_tactus.connect(static_cast<std::uint16_t>(given.whole("to")));
    auto until = std::chrono::steady_clock::now() + patience;
    while (!heard->here().is_subscribed_to()) {
        if (std::chrono::steady_clock::now() > until) {
            fail("the daemon does not attach its output to our port bench:in");
        }
        std::this_thread::sleep_for(10ms);
    }
    std::this_thread::sleep_for(500ms); // the daemon has said so in its log, and is at rest

    const score played = random_score(events, given.whole("gap-us"), given.whole("ahead-us"));
    std::thread other([&] { write_directly(direct, heard->here().address(), played); });
    play_by_tactus(to_tactus, played);
    other.join();
    until = std::chrono::steady_clock::now() + patience;
    while (heard->count() < events && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(10ms);
    }
    heard->end();

    answer result;
    result.add("events", static_cast<double>(events));
    result.add("overruns", heard->overruns());
    tell(result, "direct", *heard, played, 0);
    tell(result, "tactus", *heard, played, 1);
    result.print();
    return 0;
}
