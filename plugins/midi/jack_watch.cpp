// SPDX-License-Identifier: MIT
#include "jack_watch.hpp"

#include "cancellation_guard.hpp"
#include "jack_clients.hpp"

#include <jack/jack.h>
#include <jack/thread.h>

#include <algorithm>
#include <string_view>
#include <thread>
#include <utility>

namespace midi {

// Run in threads that libjack cancels; therefore each is one call that is not cut off
// (cancellation_guard.hpp).
struct jack_watch::callbacks {
    static jack_watch& of(void* watch) noexcept { return *static_cast<jack_watch*>(watch); }

    static void shutdown(void* watch) {
        guard_from_cancellation([watch] { of(watch).listener_.server_gone(); });
    }
    static void port(jack_port_id_t number, int is_there, void* watch) {
        guard_from_cancellation([watch, number, is_there] {
            of(watch).ports_.tell(number, is_there != 0);
            of(watch).listener_.ports_changed();
        });
    }
    // The last notification for a client that closes: its ports are not listed any more.
    static void client(const char*, int is_there, void* watch) {
        guard_from_cancellation([watch, is_there] {
            if (is_there == 0) {
                of(watch).listener_.ports_changed();
            }
        });
    }
    static int xrun(void* watch) {
        guard_from_cancellation([watch] { of(watch).listener_.xrun(); });
        return 0;
    }
    static int buffer_size(jack_nframes_t, void* watch) {
        guard_from_cancellation([watch] { of(watch).listener_.period_changed(); });
        return 0;
    }
    // JACK's thread, instead of a process callback, for whose return JACK would wait. libjack ends
    // this thread by unwinding, within its own two calls.
    static void* cycles(void* watch) {
        for (;;) {
            const jack_nframes_t frames = jack_cycle_wait(of(watch).client_);
            work(frames, of(watch));
            jack_cycle_signal(of(watch).client_, 0);
            guard_from_cancellation([watch] { of(watch).listener_.processed(); });
        }
    }
    // PipeWire's, since its jack_cycle_wait() (0.3.65) does not take part in the periods in which
    // the length of a period changes: the graph does not get the events written around them.
    static int cycle(jack_nframes_t frames, void* watch) {
        work(frames, of(watch));
        guard_from_cancellation([watch] { of(watch).listener_.processed(); });
        return 0;
    }
    static void work(jack_nframes_t frames, jack_watch& watch) {
        guard_from_cancellation([&watch, frames] {
            watch.listener_.process(watch.client_, frames, watch.frame_time());
        });
    }
};

bool is_pipewire() noexcept {
    return std::string_view(jack_get_version_string()).find("PipeWire") != std::string_view::npos;
}

std::unique_ptr<jack_watch> jack_watch::open(const std::string& client, jack_listener& listener,
                                             part takes) {
    jack_client_t* opened = jack_client_open(client.c_str(), JackNoStartServer, nullptr);
    if (opened == nullptr) {
        return nullptr;
    }
    std::unique_ptr<jack_watch> watch(new jack_watch(opened, listener));
    jack_on_shutdown(opened, &callbacks::shutdown, watch.get());
    jack_set_port_registration_callback(opened, &callbacks::port, watch.get());
    jack_set_client_registration_callback(opened, &callbacks::client, watch.get());
    jack_set_xrun_callback(opened, &callbacks::xrun, watch.get());
    jack_set_buffer_size_callback(opened, &callbacks::buffer_size, watch.get());
    if (takes == part::in_graph && is_pipewire()) {
        jack_set_process_callback(opened, &callbacks::cycle, watch.get());
    } else if (takes == part::in_graph) {
        jack_set_process_thread(opened, &callbacks::cycles, watch.get());
    }
    return jack_activate(opened) == 0 ? std::move(watch) : nullptr;
}

jack_watch::jack_watch(_jack_client* client, jack_listener& listener)
    : client_(client), name_(jack_get_client_name(client)), listener_(listener) {
    jack_clients::add(name_);
}

jack_watch::~jack_watch() {
    if (client_ != nullptr) {
        jack_client_close(client_);
    }
    jack_clients::remove(name_);
}

std::uint32_t jack_watch::frame_time() const noexcept {
    return jack_last_frame_time(client_);
}

std::chrono::nanoseconds jack_watch::period() const noexcept {
    const std::uint64_t rate = jack_get_sample_rate(client_);
    const std::uint64_t frames = jack_get_buffer_size(client_);
    return std::chrono::nanoseconds(rate == 0 ? 0 : frames * 1'000'000'000U / rate);
}

std::chrono::nanoseconds jack_watch::hang_limit() const noexcept {
    // Without real-time priority and with five busy processes on two cores jackd paused for 100 ms
    // at times, with twelve for 250 ms.
    constexpr std::chrono::nanoseconds least = std::chrono::milliseconds(500);
    constexpr int periods = 4; // if these are longer
    return std::max(least, periods * period());
}

bool jack_watch::goes_on() const noexcept {
    const auto until = std::chrono::steady_clock::now() + hang_limit() / 4;
    const std::uint32_t seen = frame_time();
    while (frame_time() == seen) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

std::vector<std::string> jack_watch::listed(unsigned long direction) const {
    std::vector<std::string> names;
    const char** found = jack_get_ports(client_, nullptr, JACK_DEFAULT_MIDI_TYPE, direction);
    for (const char** each = found; each != nullptr && *each != nullptr; ++each) {
        names.emplace_back(*each);
    }
    jack_free(found);
    return names;
}

std::vector<std::string> jack_watch::attachable(std::vector<std::string> listed) {
    ports_.handle_notices(
        [this](std::uint32_t number) { return jack_port_by_id(client_, number); });
    return ports_.attachable(std::move(listed), [this](const std::string& name) {
        return jack_port_by_name(client_, name.c_str());
    });
}

void jack_watch::tie(const std::string& port) {
    ports_.tie(port, jack_port_by_name(client_, port.c_str()));
}

} // namespace midi
