// SPDX-License-Identifier: MIT
// Our client of ALSA's sequencer: one for each name that the options ask for, shared by all
// instances of this process, each with a port of its own. One thread reads it: what comes for a
// port goes to that port's listener, and what the sequencer announces (clients, ports and
// connections that come and go, those of programs too) wakes whoever watches. Nothing is polled,
// and no queue of the sequencer is taken unless a port asks for time stamps. Threads: any, unless a
// function says otherwise; libasound keeps one buffer for each direction of a handle, hence the two
// locks.
#pragma once

#include "alsa_stamps.hpp"
#include "output_backend.hpp"
#include "sequencer.hpp"

#include <alsa/asoundlib.h>

#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace midi {

/// A port of the sequencer, by its numbers, which are given anew with each plugging.
struct alsa_address {
    int client = -1;
    int port = -1;
    auto operator<=>(const alsa_address&) const = default;
};

/// Told by the thread that reads; must return soon.
class alsa_listener {
public:
    /// A message, or a part of a SysEx. `stamp_us`: when the sequencer delivered it, by the clock
    /// of stamp_now_us(); 0 where the port has no time stamps.
    virtual void take(std::span<const std::uint8_t> bytes, std::uint64_t stamp_us) noexcept = 0;
    /// The sequencer has thrown away what waited for us, and does not say how much.
    virtual void overrun() noexcept = 0;
    /// Nothing more waits for us, for now. The most that may pass until it is called again; none:
    /// no matter.
    virtual std::optional<std::chrono::milliseconds> idle() noexcept = 0;

protected:
    ~alsa_listener() = default;
};

class alsa_client {
public:
    /// Cells of the pool in which events wait for us: the most that the sequencer gives. A cell
    /// holds an event, or 28 bytes of a SysEx.
    static constexpr int input_cells = 2000;

    enum class direction : std::uint8_t { sends, receives };

    /// That of this process called so; made where there is none. nullptr: `why` tells.
    static std::shared_ptr<alsa_client> open(const std::string& name, std::string& why);
    alsa_client(const alsa_client&) = delete;
    alsa_client& operator=(const alsa_client&) = delete;
    ~alsa_client();

    /// For libasound's functions that only ask the system, each by one call of it.
    snd_seq_t* handle() const noexcept { return handle_; }
    int number() const noexcept { return number_; }
    /// Whether this process has the client of that number.
    static bool is_of_this_process(int client) noexcept;

    /// A port of ours that sends. Errors: tactus::failure.
    int make_sender(const std::string& name) { return make_port({name, nullptr, -1}); }
    /// One that receives. With time stamps the client takes a queue of the sequencer, once, whose
    /// clock they are of. Errors: tactus::failure.
    int make_receiver(const std::string& name, alsa_listener& listener, bool has_stamps) {
        return make_port({name, &listener, has_stamps ? stamp_queue() : -1});
    }
    /// What the clock of the time stamps says now. Bounds: a port has some. Units: us.
    std::uint64_t stamp_now_us() const noexcept { return stamps_.now_us(handle_); }
    /// The listener is not called any more when it has returned.
    void delete_port(int port) noexcept;
    /// In place of delete_port where a device has not taken what waits for it: the kernel would
    /// wait for that, for 10 s, and let no port of this client do anything meanwhile. The port is
    /// deleted when the device has gone, or ends with the process.
    void abandon_port(int port);

    /// Connects our port with another, and follows what becomes of it. Errors: tactus::failure.
    void tie(int own, direction way, alsa_address other);
    /// Whether that connection is still there: the other port has not gone, though another of its
    /// number may be there, and nobody took it away. Asks the system too: also what happened while
    /// nothing was heard of it is seen.
    bool is_held(int own) noexcept;
    /// Who is connected to a port of ours that sends.
    std::vector<alsa_address> subscribers(int own) const;
    /// A number that changes with each announcement.
    std::uint64_t changes() const noexcept { return changes_.load(std::memory_order_acquire); }

    /// Hands one event over; the sequencer has it, and so has the receiver, when it has returned.
    /// 0, or the system's error, negative. Blocks: never.
    int write(int own, alsa_address to, snd_seq_event_t& event) noexcept;
    /// What the program called `client` has room for; empty: it is no program, or has gone.
    std::optional<sequencer_pool> pool_of(int client) const noexcept {
        return midi::pool_of(fd_, client);
    }

    /// Called at each announcement; `watcher.context` names it.
    void add_watcher(waker watcher);
    void remove_watcher(waker watcher) noexcept;

private:
    struct tied {
        int own;
        direction way;
        alsa_address other;
        bool is_held = true; // never again where it once was not
    };
    struct listening {
        int own;
        alsa_listener* listener;
    };

    struct port_wanted {
        const std::string& name;
        alsa_listener* listener; // nullptr: it sends
        int stamp_queue;         // -1: none
    };

    explicit alsa_client(std::string name) : name_(std::move(name)) {}
    bool start(std::string& why);
    int make_port(const port_wanted& wanted);
    int stamp_queue();
    void listen_to_announcements();
    bool has_abandoned();
    int subscribe(const tied& what, bool is_wanted) const noexcept;
    bool is_subscribed(const tied& what) const noexcept;
    void read_until_closed() noexcept;
    void read_what_is_there() noexcept;
    int until_next_look_ms() noexcept;
    void take(const snd_seq_event_t& event) noexcept;
    void follow_announcement(const snd_seq_event_t& announced) noexcept;
    void mark_gone(int client, int port) noexcept;
    void tell_overrun() noexcept;
    void wake_all() noexcept;

    const std::string name_;
    snd_seq_t* handle_ = nullptr;
    int number_ = -1;
    int fd_ = -1;
    int closing_[2] = {-1, -1};         // a pipe: the reader ends when its writing end is closed
    snd_midi_event_t* coder_ = nullptr; // the reader's
    // Counted up by the reader, read by whoever keeps a list. Release, acquire: whoever sees the
    // number change sees what was marked before.
    std::atomic<std::uint64_t> changes_{1};
    mutable std::mutex sending_; // libasound's buffer of what goes out
    alsa_stamps stamps_;
    std::mutex mutex_; // guards those below; held while a listener is called
    std::vector<listening> listening_;
    std::vector<tied> ties_;
    std::vector<int> abandoned_; // ports of ours
    std::vector<waker> watchers_;
    std::thread reader_;
};

} // namespace midi
