// SPDX-License-Identifier: MIT
// JACK in, by libjack itself: one client with a port for each source. RtMidi is not used, since its
// JACK input appends everything to a SysEx until an F7 comes: real-time bytes wait inside the
// SysEx, and after a SysEx that was cut off all further input is lost (kernel/DECISIONS.md has the
// measurement). It also discards the frame of an event.
#include "clock_map.hpp"
#include "input_backend.hpp"
#include "jack_clients.hpp"
#include "jack_cycle.hpp"
#include "jack_watch.hpp"

#include <tactus/cpp/error.hpp>

#include <jack/jack.h>
#include <jack/midiport.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <utility>

namespace midi {
namespace {

using namespace std::chrono_literals;

constexpr auto step = 100us;
constexpr auto slow_step = 2ms;
constexpr int periods_held = 4; // at least, before we count as held up

class jack_input final : public input_backend, private jack_listener {
public:
    jack_input(const source_opening& as, event_receiver* into) noexcept
        : wake_(as.wake), xrun_(as.xrun), quiet_(as.periods), is_steady_(as.is_steady),
          into_(into) {}
    ~jack_input() override { close(); }

    /// Returns false on failure; `why` then holds the reason.
    bool open(const std::string& client, std::string& why);

    std::string_view name() const noexcept override { return "JACK"; }
    std::string other_name() const override { return other_name_; }
    std::vector<std::string> ports() override;
    void attach(const std::string& port, const std::string& own_name, source& to) override;
    void attach_virtual(const std::string& own_name, source& to) override;
    void detach(source& from) noexcept override;

    bool is_held_up(const watching& by) const noexcept override;
    bool is_lost() const noexcept override {
        return is_lost_.load(std::memory_order_acquire) || is_freed();
    }
    bool is_frozen() noexcept override;
    std::chrono::milliseconds look_again() const noexcept override {
        return is_frozen_ ? 250ms : 0ms; // JACK reports
    }

private:
    struct slot {
        // nullptr: unused. Written by the worker, read by the process callback. A callback that
        // wait_for_callback() does not see must not see the port any more: sequentially consistent,
        // together with begun_. Release and acquire when it is set: `to` is written before it.
        std::atomic<jack_port_t*> port{nullptr};
        source* to = nullptr;
        std::string from; // the port it is tied to; the worker's
    };

    void server_gone() noexcept override;
    void ports_changed() noexcept override { wake_(); }
    void xrun() noexcept override;
    void process(jack_client_t* client, std::uint32_t frames,
                 std::uint32_t first) noexcept override;
    void processed() noexcept override { into_->hand_over(); }

    bool is_freed() const noexcept { return jack_clients::freed_so_far() != freed_before_; }
    slot& listen(const std::string& own_name, source& to);
    std::int64_t due_of(jack_client_t* client, std::uint32_t frame) noexcept;
    void look_at_clocks() noexcept;
    void wait_for_callback() const noexcept;
    void close() noexcept;

    waker wake_;
    waker xrun_;
    quiet_timer* quiet_; // nullptr: nobody waits for it
    bool is_steady_;
    event_receiver* into_; // nullptr if it only lists
    std::unique_ptr<jack_watch> client_;
    std::string other_name_;
    bool has_entered_ = false; // jack_clients
    const std::uint64_t freed_before_ = jack_clients::freed_so_far();
    std::array<slot, sources_max> slots_;
    // The number of callbacks begun and ended. Written by the process callback, read by the worker.
    // begun_: see slot::port. periods_: release, acquire, since a callback's work is done when it
    // is counted.
    std::atomic<std::uint64_t> begun_{0};
    std::atomic<std::uint64_t> periods_{0};
    missed_periods missed_;                             // of the process callback
    clock_map clock_;                                   // likewise
    std::int64_t due_ns_ = 0;                           // of the last event; likewise
    bool is_frozen_ = false;                            // the worker's
    std::uint64_t periods_at_xrun_ = ~std::uint64_t{0}; // of the thread that reports xruns
    // Set once by libjack's thread, never reset. Release, acquire.
    std::atomic<bool> is_lost_{false};
};

bool jack_input::open(const std::string& client, std::string& why) {
    has_entered_ = jack_clients::enter();
    if (!has_entered_) {
        why = "the JACK clients of the server that died are not all closed yet";
        return false;
    }
    client_ = jack_watch::open(
        client, *this, into_ != nullptr ? jack_watch::part::in_graph : jack_watch::part::onlooker);
    if (client_ == nullptr) {
        why = "no JACK server answers";
    } else if (const std::string called = client_->name(); called != client) {
        other_name_ = called;
    }
    if (client_ != nullptr && into_ != nullptr && quiet_ != nullptr) {
        quiet_->begin(client_->hang_limit());
    }
    return client_ != nullptr;
}

// The timer expires, too, while a client that we listen to holds us up: then the server goes on.
bool jack_input::is_frozen() noexcept {
    const bool is_quiet = quiet_ != nullptr && quiet_->take_expired();
    if (!is_lost() && (is_quiet || is_frozen_)) {
        is_frozen_ = !client_->goes_on();
    }
    return is_frozen_ && !is_lost();
}

void jack_input::server_gone() noexcept {
    jack_clients::server_died();
    is_lost_.store(true, std::memory_order_release);
    wake_();
}

// If a client that we listen to does not run, jackd reports an xrun at each of its time-outs (500
// ms, unless set by -t) and goes on without us; therefore no regular check is needed.
void jack_input::xrun() noexcept {
    xrun_();
    const std::uint64_t now = periods_.load(std::memory_order_relaxed);
    if (std::exchange(periods_at_xrun_, now) == now) {
        wake_();
    }
}

bool jack_input::is_held_up(const watching& by) const noexcept {
    using clock = std::chrono::steady_clock;
    if (is_lost()) {
        return false;
    }
    const auto limit = std::max<clock::duration>(by.limit, periods_held * client_->period());
    std::uint64_t seen = periods_.load(std::memory_order_acquire);
    const std::uint64_t until = seen + static_cast<std::uint64_t>(by.times);
    std::uint32_t frame = client_->frame_time();
    auto now = clock::now();
    auto since = now;
    const auto settled = by.settling.count() > 0 ? now + by.settling + limit : now;
    while ((seen < until || now < settled) && !is_lost()) {
        std::this_thread::sleep_for(slow_step);
        now = clock::now();
        const std::uint64_t present = periods_.load(std::memory_order_acquire);
        if (present != seen) {
            seen = present;
            frame = client_->frame_time();
            since = now;
        } else if (now - since > limit) {
            // Otherwise the server hangs, or does not show its periods.
            return client_->frame_time() - frame > 2 * jack_get_buffer_size(client_->client());
        }
    }
    return false;
}

std::vector<std::string> jack_input::ports() {
    return is_lost() ? std::vector<std::string>()
                     : client_->attachable(client_->listed(JackPortIsOutput));
}

void jack_input::attach(const std::string& port, const std::string& own_name, source& to) {
    slot& own = listen(own_name, to);
    try {
        own.from = port;
        client_->tie(port);
        if (jack_connect(client_->client(), port.c_str(),
                         jack_port_name(own.port.load(std::memory_order_relaxed))) != 0) {
            throw tactus::failure(TACTUS_E_IO, "JACK refused the connection");
        }
    } catch (...) {
        detach(to);
        throw;
    }
}

void jack_input::attach_virtual(const std::string& own_name, source& to) {
    static_cast<void>(listen(own_name, to));
}

/// A name taken by another port of ours gets a number.
jack_input::slot& jack_input::listen(const std::string& own_name, source& to) {
    std::size_t at = 0;
    while (at < slots_.size() && slots_[at].port.load(std::memory_order_relaxed) != nullptr) {
        ++at;
    }
    if (at == slots_.size() || is_lost()) {
        throw tactus::failure(TACTUS_E_IO, is_lost() ? "the server went away"
                                                     : "64 ports are listened to already");
    }
    const auto make = [this](const std::string& name) {
        return jack_port_register(client_->client(), name.c_str(), JACK_DEFAULT_MIDI_TYPE,
                                  JackPortIsInput, 0);
    };
    jack_port_t* port = make(own_name);
    if (port == nullptr) {
        port = make(own_name + "-" + std::to_string(at + 1));
    }
    if (port == nullptr) {
        throw tactus::failure(TACTUS_E_IO, "JACK made no port \"" + own_name + "\"");
    }
    slots_[at].to = &to;
    slots_[at].port.store(port, std::memory_order_release);
    return slots_[at];
}

void jack_input::detach(source& from) noexcept {
    for (slot& each : slots_) {
        jack_port_t* port = each.port.load(std::memory_order_relaxed);
        if (port == nullptr || each.to != &from) {
            continue;
        }
        client_->untie(std::exchange(each.from, {}));
        each.port.store(nullptr, std::memory_order_seq_cst);
        wait_for_callback();
        if (!is_lost()) {
            jack_port_unregister(client_->client(), port);
        }
    }
}

// Waits for the callback in progress, if any, to end; later ones do not see what was removed from
// the slots. Returns even if the server has died, since the callback is not cut off
// (cancellation_guard.hpp). Blocks: as long as a callback takes.
void jack_input::wait_for_callback() const noexcept {
    const std::uint64_t until = begun_.load(std::memory_order_seq_cst);
    while (periods_.load(std::memory_order_acquire) < until) {
        std::this_thread::sleep_for(step);
    }
}

// Runs on JACK's thread with its priority: nothing here waits except for the receiver's locks,
// which are free (a source's own lock is not at the moment when the source is taken to be gone),
// and nothing wakes another thread.
void jack_input::process(jack_client_t* client, std::uint32_t frames,
                         std::uint32_t first) noexcept {
    begun_.fetch_add(1, std::memory_order_seq_cst);
    if (const std::uint32_t missed = missed_.before(frames, first); missed > 0) {
        into_->count_missed(missed);
    }
    look_at_clocks();
    for (const slot& each : slots_) {
        jack_port_t* port = each.port.load(std::memory_order_seq_cst);
        if (port == nullptr) {
            continue;
        }
        void* buffer = jack_port_get_buffer(port, frames);
        const std::uint32_t count = jack_midi_get_event_count(buffer);
        for (std::uint32_t i = 0; i < count; ++i) {
            jack_midi_event_t event;
            if (jack_midi_event_get(&event, buffer, i) != 0) {
                into_->count_lost(count - i); // JACK has moved on and cleared the buffer
                break;
            }
            into_->gather(*each.to, {event.buffer, event.size}, due_of(client, event.time));
        }
        if (const std::uint32_t lost = jack_midi_get_lost_event_count(buffer); lost > 0) {
            into_->count_lost(lost);
        }
    }
    if (quiet_ != nullptr) {
        quiet_->ran();
    }
    periods_.fetch_add(1, std::memory_order_release);
}

// The moment at which JACK would play it, within this period. It is never earlier than the previous
// one, although JACK's time goes back at times; otherwise the daemon would reorder the events.
std::int64_t jack_input::due_of(jack_client_t* client, std::uint32_t frame) noexcept {
    if (!is_steady_) {
        return 0;
    }
    const std::uint64_t at_us = jack_frames_to_time(client, jack_last_frame_time(client) + frame);
    due_ns_ = std::max(due_ns_, clock_.to_host_ns(at_us));
    return due_ns_;
}

void jack_input::look_at_clocks() noexcept {
    clock_.look_at([this] { return into_->now_ns(); }, [] { return jack_get_time(); });
}

void jack_input::close() noexcept {
    if (client_ != nullptr && is_freed()) {
        client_->abandon();
    }
    client_.reset();
    if (quiet_ != nullptr) {
        quiet_->cease();
    }
    if (std::exchange(has_entered_, false)) {
        jack_clients::leave();
    }
}

} // namespace

std::unique_ptr<input_backend> open_jack_input(const source_opening& as, event_receiver* into,
                                               std::string& why) {
    auto system = std::make_unique<jack_input>(as, into);
    if (!system->open(as.client, why)) {
        return nullptr;
    }
    return system;
}

} // namespace midi
