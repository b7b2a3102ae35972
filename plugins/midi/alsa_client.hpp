// SPDX-License-Identifier: MIT
// Our client of ALSA's sequencer: one per client name in the options, shared by all instances of
// this process, each with its own port. One thread reads it: it passes the events for a port to
// that port's listener, and wakes the watchers on the sequencer's announcements (clients, ports and
// connections that come and go, including those of programs). Nothing is polled, and no sequencer
// queue is taken unless a port asks for time stamps. Threads: any, unless a function says
// otherwise; libasound keeps one buffer for each direction of a handle, hence the two locks.
#pragma once

#include "alsa_connections.hpp"
#include "alsa_stamps.hpp"
#include "output_backend.hpp"
#include "sequencer.hpp"

#include <alsa/asoundlib.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace midi {

/// Called by the reader thread; must return soon.
class alsa_listener {
public:
    /// A message, or a part of a SysEx. `stamp_us`: when the sequencer delivered it, by the clock
    /// of stamp_now_us(); 0 if the port has no time stamps.
    virtual void take(std::span<const std::uint8_t> bytes, std::uint64_t stamp_us) noexcept = 0;
    /// The sequencer has discarded the events that were queued for us; it does not report how many.
    virtual void overrun() noexcept = 0;
    /// No more events are queued for us at present. Returns the longest time until the next call;
    /// nothing: no limit.
    virtual std::optional<std::chrono::milliseconds> idle() noexcept = 0;

protected:
    ~alsa_listener() = default;
};

class alsa_client {
public:
    using direction = alsa_direction;

    /// The client of this process with that name, created if missing. Returns nullptr on failure;
    /// `why` then holds the reason.
    static std::shared_ptr<alsa_client> open(const std::string& name, std::string& why);
    alsa_client(const alsa_client&) = delete;
    alsa_client& operator=(const alsa_client&) = delete;
    ~alsa_client();

    /// Sizes the pool in which the sequencer queues events for this client: `cells`, or the size of
    /// an earlier call, if that is larger. Errors: tactus::failure.
    void reserve_pool(std::size_t cells);

    /// For libasound functions that only query the system, with a single system call each.
    snd_seq_t* handle() const noexcept { return handle_; }
    int number() const noexcept { return number_; }
    /// Whether the client with that number belongs to this process.
    static bool is_of_this_process(int client) noexcept;

    /// Makes a port that sends. Errors: tactus::failure.
    int make_sender(const std::string& name) { return make_port({name, nullptr, -1}); }
    /// Makes a port that receives. If it has time stamps, the client takes a sequencer queue, once,
    /// whose clock they refer to. Errors: tactus::failure.
    int make_receiver(const std::string& name, alsa_listener& listener, bool has_stamps) {
        return make_port({name, &listener, has_stamps ? stamp_queue() : -1});
    }
    /// The present time on the time stamps' clock. Bounds: a port has time stamps. Units: us.
    std::uint64_t stamp_now_us() const noexcept { return stamps_.now_us(handle_); }
    /// The listener is not called any more once this has returned.
    void delete_port(int port) noexcept;
    /// Instead of delete_port if a device has not taken its queued bytes: the kernel would wait up
    /// to 10 s for that and block all ports of this client meanwhile. The port is deleted when the
    /// device has gone, or when the process ends.
    void abandon_port(int port);

    /// Of our ports with others.
    alsa_connections& connections() noexcept { return connections_; }
    /// A number that changes with each announcement.
    std::uint64_t changes() const noexcept { return changes_.load(std::memory_order_acquire); }

    /// Hands one event over. Once this returns, the sequencer and the receiver have it. Returns 0
    /// or the system's error, negative. Blocks: never.
    int write(int own, alsa_address to, snd_seq_event_t& event) noexcept;
    /// The pool of the program with the number `client`; empty if it is not a program, or has gone.
    std::optional<sequencer_pool> pool_of(int client) const noexcept {
        return midi::pool_of(fd_, client);
    }

    /// Called at each announcement; `watcher.context` identifies it.
    void add_watcher(waker watcher);
    void remove_watcher(waker watcher) noexcept;

private:
    struct listening {
        int own;
        alsa_listener* listener;
    };

    struct port_wanted {
        const std::string& name;
        alsa_listener* listener; // nullptr if it sends
        int stamp_queue;         // -1: none
    };

    explicit alsa_client(std::string name) : name_(std::move(name)) {}
    bool start(std::string& why);
    int make_port(const port_wanted& wanted);
    int stamp_queue();
    void listen_to_announcements();
    bool has_abandoned();
    void read_until_closed() noexcept;
    void read_what_is_there() noexcept;
    int until_next_look_ms() noexcept;
    void take(const snd_seq_event_t& event) noexcept;
    void follow_announcement(const snd_seq_event_t& announced) noexcept;
    void tell_overrun() noexcept;
    void wake_all() noexcept;

    const std::string name_;
    snd_seq_t* handle_ = nullptr;
    int number_ = -1;
    int fd_ = -1;
    int closing_[2] = {-1, -1};         // a pipe: the reader ends when its writing end is closed
    snd_midi_event_t* coder_ = nullptr; // the reader's
    // Incremented by the reader, read by users that keep a list. Release, acquire: a thread that
    // sees the number change sees what was marked before.
    std::atomic<std::uint64_t> changes_{1};
    mutable std::mutex sending_; // guards libasound's output buffer
    alsa_stamps stamps_;
    alsa_connections connections_;
    std::size_t pool_cells_ = 0; // what was reserved; guarded by mutex_
    std::mutex mutex_;           // guards the members below; held while a listener is called
    std::vector<listening> listening_;
    std::vector<int> abandoned_; // ports of ours
    std::vector<waker> watchers_;
    std::thread reader_;
};

} // namespace midi
