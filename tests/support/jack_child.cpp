// SPDX-License-Identifier: MIT
// The tests' JACK client, a process of its own: libjack keeps one account of all clients of a
// process, and a server's death would mix the plugin under test with its observer. Run by
// jack_server.cpp and jack_receiver.cpp:
//   tactus_jack_child wait MILLISECONDS        exits with 0 as soon as a server answers
//   tactus_jack_child version                  writes libjack's own text of it
//   tactus_jack_child list                     writes the names of all MIDI ports, one a line
//   tactus_jack_child receive CLIENT [PORT [LATE_US]]
//                                              has a MIDI input CLIENT:in, which it connects to the
//                                              output whose name contains PORT, when there is one;
//                                              reads it LATE_US after JACK ran it
//   tactus_jack_child send CLIENT FILE [PORT]  has a MIDI output CLIENT:out, which it connects to
//                                              the input whose name contains PORT; sends each line
//                                              that is added to FILE, "HEX HEX ...", as one event,
//                                              "-" and all after it in the next period; the lines
//                                              from "[" to "]" go together, in one period if there
//                                              is no "-" and JACK has room; "@FRAME" in front of
//                                              the bytes: at that frame, else at the first its
//                                              callback hangs from SIGUSR1 to SIGUSR2
//   tactus_jack_child idle CLIENT              has a MIDI output CLIENT:out, is activated, and
//                                              has no process callback: whoever listens to it is
//                                              not run
// What `receive` writes: "ready", "connected NAME", and for each event
// "event TIME_NS FRAME AT_NS HEXBYTES", TIME_NS being CLOCK_MONOTONIC when JACK ran us for the
// period, and AT_NS when its frame is by JACK's count of time, in CLOCK_MONOTONIC too;
// `send`: "ready", and "connected" when anything is; `idle`: "ready". All end when the server does.
#include "tests/support/clock_difference.hpp"

#include <jack/jack.h>
#include <jack/midiport.h>
#include <jack/ringbuffer.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using tactus::test::clock_difference;
using tactus::test::steady_ns;
using namespace std::chrono_literals;

volatile std::sig_atomic_t must_end = 0;
volatile std::sig_atomic_t must_hang = 0; // the process callback of `send`

struct record {
    std::int64_t time_ns;
    std::uint32_t frame;
    std::uint32_t size;
    std::int64_t at_ns;
};

struct receiver {
    jack_client_t* client = nullptr;
    jack_port_t* port = nullptr;
    jack_ringbuffer_t* ring = jack_ringbuffer_create(std::size_t{1} << 22);
    std::chrono::microseconds late{0}; // as if others came before us in the graph
    clock_difference clocks;           // the callback's
    // Set by libjack's threads, read by main. Relaxed: each stands for itself.
    std::atomic<bool> is_gone{false};
    std::atomic<bool> has_lost{false};
};

int process(jack_nframes_t frames, void* self) {
    auto& here = *static_cast<receiver*>(self);
    const std::int64_t now_ns = steady_ns();
    here.clocks.measure();
    if (here.late > 0us) {
        std::this_thread::sleep_for(here.late);
    }
    void* buffer = jack_port_get_buffer(here.port, frames);
    const std::uint32_t count = jack_midi_get_event_count(buffer);
    for (std::uint32_t i = 0; i < count; ++i) {
        jack_midi_event_t event;
        if (jack_midi_event_get(&event, buffer, i) != 0) {
            continue;
        }
        const jack_nframes_t frame = jack_last_frame_time(here.client) + event.time;
        const record made{now_ns, frame, static_cast<std::uint32_t>(event.size),
                          here.clocks.ns() +
                              static_cast<std::int64_t>(jack_frames_to_time(here.client, frame)) *
                                  1000};
        if (jack_ringbuffer_write_space(here.ring) < sizeof made + event.size) {
            here.has_lost = true;
            continue;
        }
        // In one piece: the reader takes whole records only.
        std::vector<char> whole(sizeof made + event.size);
        std::memcpy(whole.data(), &made, sizeof made);
        std::memcpy(whole.data() + sizeof made, event.buffer, event.size);
        jack_ringbuffer_write(here.ring, whole.data(), whole.size());
    }
    if (jack_midi_get_lost_event_count(buffer) != 0) {
        here.has_lost = true;
    }
    return 0;
}

jack_client_t* open_client(const std::string& name) {
    jack_client_t* client = jack_client_open(
        name.c_str(), static_cast<jack_options_t>(JackNoStartServer | JackUseExactName), nullptr);
    if (client == nullptr) {
        std::printf("no server, or the name %s is taken\n", name.c_str());
    }
    return client;
}

void write_events(receiver& here) {
    record next;
    while (jack_ringbuffer_peek(here.ring, reinterpret_cast<char*>(&next), sizeof next) ==
               sizeof next &&
           jack_ringbuffer_read_space(here.ring) >= sizeof next + next.size) {
        jack_ringbuffer_read_advance(here.ring, sizeof next);
        std::vector<unsigned char> bytes(next.size);
        jack_ringbuffer_read(here.ring, reinterpret_cast<char*>(bytes.data()), bytes.size());
        std::printf("event %lld %u %lld ", static_cast<long long>(next.time_ns), next.frame,
                    static_cast<long long>(next.at_ns));
        for (const unsigned char byte : bytes) {
            std::printf("%02x", byte);
        }
        std::printf("\n");
    }
    std::fflush(stdout);
}

void wait_for_periods(jack_client_t* client, int periods) {
    for (; periods > 0; --periods) {
        const jack_nframes_t now = jack_last_frame_time(client);
        while (jack_last_frame_time(client) == now && must_end == 0) {
            std::this_thread::sleep_for(500us);
        }
    }
}

// The outputs are what a receiver connects to, the inputs what a sender does.
bool connect(jack_client_t* client, jack_port_t* own, const std::string& wanted) {
    const bool is_receiver = (jack_port_flags(own) & JackPortIsInput) != 0;
    const char** ports = jack_get_ports(client, nullptr, JACK_DEFAULT_MIDI_TYPE,
                                        is_receiver ? JackPortIsOutput : JackPortIsInput);
    bool is_connected = false;
    for (const char** each = ports; each != nullptr && *each != nullptr; ++each) {
        if (std::string_view(*each).find(wanted) != std::string_view::npos) {
            is_connected = jack_connect(client, is_receiver ? *each : jack_port_name(own),
                                        is_receiver ? jack_port_name(own) : *each) == 0;
            wait_for_periods(client, 3); // until then it is not yet in the graph
            std::printf("connected %s\n", *each);
            break;
        }
    }
    jack_free(ports);
    return is_connected;
}

int receive(const std::string& name, const std::string& wanted, std::chrono::microseconds late) {
    receiver here;
    here.late = late;
    here.client = open_client(name);
    if (here.client == nullptr) {
        return EXIT_FAILURE;
    }
    here.port = jack_port_register(here.client, "in", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput, 0);
    jack_set_process_callback(here.client, &process, &here);
    jack_on_shutdown(
        here.client, [](void* self) { static_cast<receiver*>(self)->is_gone = true; }, &here);
    if (here.port == nullptr || jack_activate(here.client) != 0) {
        return EXIT_FAILURE;
    }
    std::printf("ready\n");
    bool must_connect = !wanted.empty();
    while (!here.is_gone && must_end == 0) {
        must_connect = must_connect && !connect(here.client, here.port, wanted);
        write_events(here);
        if (here.has_lost.exchange(false)) {
            std::printf("lost\n");
        }
        std::this_thread::sleep_for(1ms);
    }
    write_events(here);
    if (!here.is_gone) {
        jack_client_close(here.client);
    }
    return EXIT_SUCCESS;
}

struct sender {
    jack_client_t* client = nullptr;
    jack_port_t* port = nullptr;
    jack_ringbuffer_t* ring = jack_ringbuffer_create(std::size_t{1} << 22); // outgoing, and bytes
    std::atomic<bool> is_gone{false}; // by libjack's thread; stands for itself
    // Main's: what is to go together.
    std::vector<char> gathered;
    bool is_gathering = false;
};

// In front of the bytes.
struct outgoing {
    std::uint32_t size = 0;
    std::uint32_t frame = 0;
};

// As much as JACK takes in this period; a size of 0 ends it.
int process_out(jack_nframes_t frames, void* self) {
    auto& here = *static_cast<sender*>(self);
    while (must_hang != 0 && must_end == 0) {
        std::this_thread::sleep_for(1ms);
    }
    void* buffer = jack_port_get_buffer(here.port, frames);
    jack_midi_clear_buffer(buffer);
    outgoing next;
    while (jack_ringbuffer_peek(here.ring, reinterpret_cast<char*>(&next), sizeof next) ==
               sizeof next &&
           jack_ringbuffer_read_space(here.ring) >= sizeof next + next.size) {
        jack_midi_data_t* room =
            next.size == 0 ? nullptr : jack_midi_event_reserve(buffer, next.frame, next.size);
        if (next.size != 0 && room == nullptr) {
            return 0;
        }
        jack_ringbuffer_read_advance(here.ring, sizeof next);
        if (next.size == 0) {
            return 0;
        }
        jack_ringbuffer_read(here.ring, reinterpret_cast<char*>(room), next.size);
    }
    return 0;
}

// As one record of the ring: its size and frame, its bytes.
void add_record(std::vector<char>& to, const std::string& line) {
    std::vector<char> bytes;
    outgoing made;
    std::istringstream words(line == "-" ? std::string() : line);
    for (std::string word; words >> word;) {
        if (word[0] == '@') {
            made.frame = static_cast<std::uint32_t>(std::stoul(word.substr(1)));
        } else {
            bytes.push_back(static_cast<char>(std::stoi(word, nullptr, 16)));
        }
    }
    made.size = static_cast<std::uint32_t>(bytes.size());
    const std::size_t at = to.size();
    to.resize(at + sizeof made);
    std::memcpy(to.data() + at, &made, sizeof made);
    to.insert(to.end(), bytes.begin(), bytes.end());
}

void push_line(sender& here, const std::string& line) {
    here.is_gathering = here.is_gathering || line == "[";
    if (line != "[" && line != "]") {
        add_record(here.gathered, line);
    }
    here.is_gathering = here.is_gathering && line != "]";
    if (here.is_gathering) {
        return;
    }
    while (jack_ringbuffer_write_space(here.ring) < here.gathered.size() && !here.is_gone) {
        std::this_thread::sleep_for(1ms);
    }
    jack_ringbuffer_write(here.ring, here.gathered.data(), here.gathered.size());
    here.gathered.clear();
}

// Whole lines that were added since the last call.
void push_new_lines(sender& here, std::ifstream& file, std::string& begun) {
    file.clear();
    std::stringstream more;
    more << file.rdbuf();
    begun += more.str();
    for (std::size_t end = begun.find('\n'); end != std::string::npos; end = begun.find('\n')) {
        push_line(here, begun.substr(0, end));
        begun.erase(0, end + 1);
    }
}

int send(const std::string& name, const std::string& path, const std::string& wanted) {
    sender here;
    here.client = open_client(name);
    if (here.client == nullptr) {
        return EXIT_FAILURE;
    }
    here.port = jack_port_register(here.client, "out", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
    jack_set_process_callback(here.client, &process_out, &here);
    jack_on_shutdown(
        here.client, [](void* self) { static_cast<sender*>(self)->is_gone = true; }, &here);
    if (here.port == nullptr || jack_activate(here.client) != 0) {
        return EXIT_FAILURE;
    }
    std::printf("ready\n");
    std::ifstream file(path);
    std::string begun;
    bool must_connect = !wanted.empty();
    bool is_connected = false;
    while (!here.is_gone && must_end == 0) {
        must_connect = must_connect && !connect(here.client, here.port, wanted);
        if (!is_connected && jack_port_connected(here.port) > 0) {
            wait_for_periods(here.client, 3); // until then it is not yet in the graph
            is_connected = true;
            std::printf("connected\n");
        }
        std::fflush(stdout);
        push_new_lines(here, file, begun);
        std::this_thread::sleep_for(1ms);
    }
    if (!here.is_gone) {
        jack_client_close(here.client);
    }
    return EXIT_SUCCESS;
}

int idle(const std::string& name) {
    std::atomic<bool> is_gone{false}; // by libjack's thread; stands for itself
    jack_client_t* client = open_client(name);
    if (client == nullptr) {
        return EXIT_FAILURE;
    }
    jack_on_shutdown(
        client, [](void* self) { *static_cast<std::atomic<bool>*>(self) = true; }, &is_gone);
    if (jack_port_register(client, "out", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0) == nullptr ||
        jack_activate(client) != 0) {
        return EXIT_FAILURE;
    }
    std::printf("ready\n");
    std::fflush(stdout);
    while (!is_gone && must_end == 0) {
        std::this_thread::sleep_for(1ms);
    }
    if (!is_gone) {
        jack_client_close(client);
    }
    return EXIT_SUCCESS;
}

int list() {
    jack_client_t* client = jack_client_open("tactus-ping", JackNoStartServer, nullptr);
    if (client == nullptr) {
        return EXIT_FAILURE;
    }
    const char** ports = jack_get_ports(client, nullptr, JACK_DEFAULT_MIDI_TYPE, 0);
    for (const char** each = ports; each != nullptr && *each != nullptr; ++each) {
        std::printf("%s\n", *each);
    }
    jack_free(ports);
    jack_client_close(client);
    return EXIT_SUCCESS;
}

int wait(std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    jack_client_t* client = nullptr;
    while (client == nullptr && std::chrono::steady_clock::now() <= deadline) {
        client = jack_client_open("tactus-ping", JackNoStartServer, nullptr);
        std::this_thread::sleep_for(5ms);
    }
    return client != nullptr && jack_client_close(client) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace

int main(int count, char** arguments) {
    const std::vector<std::string> given(arguments, arguments + count);
    jack_set_error_function([](const char*) {});
    jack_set_info_function([](const char*) {});
    std::signal(SIGTERM, [](int) { must_end = 1; });
    std::signal(SIGUSR1, [](int) { must_hang = 1; });
    std::signal(SIGUSR2, [](int) { must_hang = 0; });
    if (given.size() == 3 && given[1] == "wait") {
        return wait(std::chrono::milliseconds(std::stoi(given[2])));
    }
    if (given.size() == 2 && given[1] == "version") {
        std::printf("%s\n", jack_get_version_string());
        return EXIT_SUCCESS;
    }
    if (given.size() == 2 && given[1] == "list") {
        return list();
    }
    if (given.size() == 3 && given[1] == "idle") {
        return idle(given[2]);
    }
    if (given.size() >= 3 && given[1] == "receive") {
        return receive(given[2], given.size() > 3 ? given[3] : std::string(),
                       std::chrono::microseconds(given.size() > 4 ? std::stoi(given[4]) : 0));
    }
    if (given.size() >= 4 && given[1] == "send") {
        return send(given[2], given[3], given.size() > 4 ? given[4] : std::string());
    }
    std::fprintf(stderr, "tactus_jack_child: see its source\n");
    return 2;
}
