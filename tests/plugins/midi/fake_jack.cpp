// SPDX-License-Identifier: MIT
// See fake_jack.hpp; fake_jack_constants.cpp has the rest of libjack. Handles are numbers, as at
// jackd2's libjack; the plugin's own ports have those from 1000 on, and a buffer each, which those
// who are connected hear when its period is over.
#include "tests/plugins/midi/fake_jack.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <jack/jack.h>
#include <jack/midiport.h>
#include <jack/thread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <pthread.h>

struct _jack_client {
    std::string name;
    JackPortRegistrationCallback on_port = nullptr;
    void* port_context = nullptr;
    JackClientRegistrationCallback on_client = nullptr;
    void* client_context = nullptr;
    JackXRunCallback on_xrun = nullptr;
    void* xrun_context = nullptr;
    JackThreadCallback cycles = nullptr;
    void* cycles_context = nullptr;
    bool is_active = false;
    pthread_t thread{};
    bool has_thread = false;
    // Set by who closes the client, read by its thread: stands for itself.
    std::atomic<bool> is_closing{false};
};

namespace tactus::test {
namespace {

struct port {
    std::uint32_t number;
    bool is_input;
    bool is_running;
    std::set<std::string> connected; // short names of the plugin's ends
    std::vector<std::vector<std::uint8_t>> heard;
};

fake_jack::state* present = nullptr;

} // namespace

struct fake_jack::state {
    // Guards all below, and is held in callbacks: a client that was closed is not called any more.
    mutable std::recursive_mutex mutex;
    std::map<std::string, port> ports; // by whole name
    std::map<std::uint32_t, std::string> own;
    std::map<std::uint32_t, std::deque<std::vector<std::uint8_t>>> buffers; // by own's number
    std::map<std::uint32_t, std::deque<std::vector<std::uint8_t>>> inbound; // of the next period
    std::uint32_t next_own = 1000;
    std::vector<std::unique_ptr<_jack_client>> clients;
    int refused = 0;
    // Written by the period thread, read by any; each stands for itself: relaxed would do.
    std::atomic<std::uint32_t> frame{0};
    std::atomic<bool> must_end{false};
    // How often a client has begun to wait for a period. Written by its thread, read by the test.
    std::atomic<std::uint64_t> waits{0};
    std::thread periods;

    void run() {
        while (!must_end) {
            std::this_thread::sleep_for(std::chrono::microseconds(500));
            frame += 128;
        }
    }
    template <class Call>
    void each(Call call) {
        const std::lock_guard lock(mutex);
        for (const auto& one : clients) {
            if (one->is_active) {
                call(*one);
            }
        }
    }
    bool connect(const std::string& to, const std::string& own_name) {
        const std::lock_guard lock(mutex);
        const auto found = ports.find(to);
        if (found == ports.end() || !found->second.is_running) {
            ++refused;
            return false;
        }
        found->second.connected.insert(own_name);
        return true;
    }
    void deliver() {
        const std::lock_guard lock(mutex);
        for (auto& [number, events] : buffers) {
            for (auto& [name, one] : ports) {
                if (one.is_input && one.connected.count(own[number]) > 0) {
                    one.heard.insert(one.heard.end(), events.begin(), events.end());
                }
            }
            events.clear();
        }
    }
    void end_connections_of(const std::string& own_name) {
        const std::lock_guard lock(mutex);
        for (auto& [name, one] : ports) {
            one.connected.erase(own_name);
        }
    }
};

fake_jack::fake_jack() : state_(std::make_unique<state>()) {
    present = state_.get();
    state_->periods = std::thread([this] { state_->run(); });
}

fake_jack::~fake_jack() {
    state_->must_end = true;
    state_->periods.join();
    present = nullptr;
}

void fake_jack::list(const std::string& name, std::uint32_t number, bool is_input) {
    const std::lock_guard lock(state_->mutex);
    state_->ports[name] = {number, is_input, true, {}, {}};
}

void fake_jack::unlist(const std::string& name) {
    const std::lock_guard lock(state_->mutex);
    state_->ports.erase(name);
}

void fake_jack::set_running(const std::string& name, bool is_running) {
    const std::lock_guard lock(state_->mutex);
    state_->ports.at(name).is_running = is_running;
    state_->ports.at(name).connected.clear();
}

void fake_jack::play(const std::string& name, const std::vector<std::uint8_t>& bytes) {
    std::uint32_t to = 0; // the latest of that name
    {
        const std::lock_guard lock(state_->mutex);
        for (const auto& [number, own_name] : state_->own) {
            to = state_->ports.at(name).connected.count(own_name) > 0 ? number : to;
        }
        state_->inbound[to].push_back(bytes);
    }
    const auto is_taken = [&] {
        const std::lock_guard lock(state_->mutex);
        return state_->inbound[to].empty();
    };
    REQUIRE(eventually(is_taken));
    const std::uint64_t before = state_->waits;
    REQUIRE(eventually([&] { return state_->waits > before; }));
}

void fake_jack::tell_port(std::uint32_t number, bool is_there) {
    state_->each([=](_jack_client& one) {
        if (one.on_port != nullptr) {
            one.on_port(number, is_there ? 1 : 0, one.port_context);
        }
    });
}

void fake_jack::tell_client_gone(const std::string& client) {
    state_->each([&](_jack_client& one) {
        if (one.on_client != nullptr) {
            one.on_client(client.c_str(), 0, one.client_context);
        }
    });
}

void fake_jack::tell_xrun() {
    state_->each([](_jack_client& one) {
        if (one.on_xrun != nullptr) {
            one.on_xrun(one.xrun_context);
        }
    });
}

std::size_t fake_jack::connections(const std::string& name) const {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->ports.find(name);
    return found == state_->ports.end() ? 0 : found->second.connected.size();
}

int fake_jack::refused() const {
    const std::lock_guard lock(state_->mutex);
    return state_->refused;
}

std::vector<std::vector<std::uint8_t>> fake_jack::heard_by(const std::string& name) const {
    const std::lock_guard lock(state_->mutex);
    return state_->ports.at(name).heard;
}

namespace {

jack_port_t* handle_of(std::uint32_t number) {
    return reinterpret_cast<jack_port_t*>(static_cast<std::uintptr_t>(number));
}

// As libjack gives lists: one block, ended by nullptr, freed by jack_free. The texts are the
// caller's to keep.
const char** list_of(const std::vector<const char*>& texts) {
    auto** made = static_cast<const char**>(std::calloc(texts.size() + 1, sizeof(const char*)));
    std::copy(texts.begin(), texts.end(), made);
    return made;
}

} // namespace
} // namespace tactus::test

using tactus::test::handle_of;
using tactus::test::list_of;
using tactus::test::present;

// libjack, as far as the plugin uses it.
extern "C" {

jack_client_t* jack_client_open(const char* name, jack_options_t, jack_status_t*, ...) {
    const std::lock_guard lock(present->mutex);
    present->clients.push_back(std::make_unique<_jack_client>());
    present->clients.back()->name = name;
    return present->clients.back().get();
}
int jack_client_close(jack_client_t* client) {
    client->is_closing = true;
    if (client->has_thread) {
        pthread_join(client->thread, nullptr);
    }
    const std::lock_guard lock(present->mutex);
    std::erase_if(present->clients, [=](const auto& one) { return one.get() == client; });
    return 0;
}
// What was set before is seen with it.
int jack_activate(jack_client_t* client) {
    const std::lock_guard lock(present->mutex);
    client->is_active = true;
    client->has_thread =
        client->cycles != nullptr &&
        pthread_create(&client->thread, nullptr, client->cycles, client->cycles_context) == 0;
    return 0;
}
int jack_set_port_registration_callback(jack_client_t* client, JackPortRegistrationCallback call,
                                        void* context) {
    client->on_port = call;
    client->port_context = context;
    return 0;
}
int jack_set_client_registration_callback(jack_client_t* client,
                                          JackClientRegistrationCallback call, void* context) {
    client->on_client = call;
    client->client_context = context;
    return 0;
}
int jack_set_xrun_callback(jack_client_t* client, JackXRunCallback call, void* context) {
    client->on_xrun = call;
    client->xrun_context = context;
    return 0;
}
int jack_set_process_thread(jack_client_t* client, JackThreadCallback call, void* context) {
    client->cycles = call;
    client->cycles_context = context;
    return 0;
}
// Until the next period; ends the thread where the client is closed, as libjack does.
jack_nframes_t jack_cycle_wait(jack_client_t* client) {
    const std::uint32_t last = present->frame;
    ++present->waits;
    while (present->frame == last) {
        if (client->is_closing) {
            pthread_exit(nullptr);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return 128;
}
void jack_cycle_signal(jack_client_t*, int) {
    present->deliver();
}
jack_nframes_t jack_last_frame_time(const jack_client_t*) {
    return present->frame;
}
const char* jack_get_version_string() {
    return "fake";
}
char* jack_get_client_name(jack_client_t* client) {
    return client->name.data();
}

int jack_get_cycle_times(const jack_client_t*, jack_nframes_t* frame, jack_time_t* begin,
                         jack_time_t* next, float* period) {
    *frame = present->frame;
    *begin = 0;
    *next = 2667;
    *period = 2667;
    return 0;
}

jack_port_t* jack_port_by_id(jack_client_t*, jack_port_id_t number) {
    return handle_of(number);
}
jack_port_t* jack_port_by_name(jack_client_t*, const char* name) {
    const std::lock_guard lock(present->mutex);
    const auto found = present->ports.find(name);
    return found == present->ports.end() ? nullptr : handle_of(found->second.number);
}
const char** jack_get_ports(jack_client_t*, const char*, const char*, unsigned long flags) {
    const std::lock_guard lock(present->mutex);
    std::vector<const char*> names;
    for (const auto& [name, one] : present->ports) {
        if (one.is_input == ((flags & JackPortIsInput) != 0)) {
            names.push_back(name.c_str());
        }
    }
    return list_of(names);
}
const char** jack_port_get_all_connections(const jack_client_t*, const jack_port_t* port) {
    const std::lock_guard lock(present->mutex);
    std::vector<const char*> names;
    for (const auto& [name, one] : present->ports) {
        if (handle_of(one.number) == port) {
            for (const std::string& own : one.connected) {
                names.push_back(own.c_str());
            }
        }
    }
    return list_of(names);
}
jack_port_t* jack_port_register(jack_client_t*, const char* name, const char*, unsigned long,
                                unsigned long) {
    const std::lock_guard lock(present->mutex);
    present->own[++present->next_own] = name;
    return handle_of(present->next_own);
}
int jack_port_unregister(jack_client_t*, jack_port_t* port) {
    present->end_connections_of(jack_port_name(port));
    return 0;
}
const char* jack_port_name(const jack_port_t* port) {
    const std::lock_guard lock(present->mutex);
    const auto number = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(port));
    return present->own.at(number).c_str();
}
// One of the two is the plugin's own.
int jack_connect(jack_client_t*, const char* from, const char* to) {
    const bool is_output = std::any_of(present->own.begin(), present->own.end(),
                                       [=](const auto& each) { return each.second == from; });
    return (is_output ? present->connect(to, from) : present->connect(from, to)) ? 0 : -1;
}

void* jack_port_get_buffer(jack_port_t* port, jack_nframes_t) {
    const std::lock_guard lock(present->mutex);
    const auto number = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(port));
    auto& events = present->buffers[number];
    for (auto& coming = present->inbound[number]; !coming.empty(); coming.pop_front()) {
        events.push_back(coming.front());
    }
    return &events;
}
jack_midi_data_t* jack_midi_event_reserve(void* buffer, jack_nframes_t, size_t size) {
    const std::lock_guard lock(present->mutex);
    return static_cast<std::deque<std::vector<std::uint8_t>>*>(buffer)->emplace_back(size).data();
}
uint32_t jack_midi_get_event_count(void* buffer) {
    const std::lock_guard lock(present->mutex);
    return static_cast<std::uint32_t>(
        static_cast<std::deque<std::vector<std::uint8_t>>*>(buffer)->size());
}
int jack_midi_event_get(jack_midi_event_t* event, void* buffer, uint32_t index) {
    const std::lock_guard lock(present->mutex);
    auto& bytes = static_cast<std::deque<std::vector<std::uint8_t>>*>(buffer)->at(index);
    *event = {0, bytes.size(), bytes.data()};
    return 0;
}
}
