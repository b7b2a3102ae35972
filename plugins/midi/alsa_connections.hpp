// SPDX-License-Identifier: MIT
// The connections that we made for the ports of one sequencer client, one for each port, and
// whether each still exists. A connection that was removed once stays lost, even if a new port with
// the same numbers exists. Threads: any.
#pragma once

#include <alsa/asoundlib.h>

#include <compare>
#include <cstdint>
#include <mutex>
#include <vector>

namespace midi {

/// A port of the sequencer, by its numbers, which are assigned anew each time it is plugged in.
struct alsa_address {
    int client = -1;
    int port = -1;
    auto operator<=>(const alsa_address&) const = default;
};

enum class alsa_direction : std::uint8_t { sends, receives };

class alsa_connections {
public:
    /// Our client. Call it first. The handle must outlive this.
    void open(snd_seq_t* client) noexcept { client_ = client; }

    /// Connects our port with another, and tracks that connection instead of an earlier one.
    /// Errors: tactus::failure.
    void make(int own, alsa_direction way, alsa_address other);
    /// Whether that connection still exists: it was not removed, and the other port has not gone.
    /// Also queries the system, and therefore detects changes that were not announced.
    bool is_held(int own) noexcept;
    /// The connection is not tracked any more.
    void forget(int own) noexcept;
    /// The sequencer announced that a port has gone; -1: all ports of that client.
    void mark_gone(int client, int port) noexcept;
    /// The ports connected to a sending port of ours, also by other programs.
    std::vector<alsa_address> subscribers(int own) const;

private:
    struct connection {
        int own;
        alsa_direction way;
        alsa_address other;
        bool is_held = true; // once false, it stays false
    };

    int subscribe(const connection& what, bool is_wanted) const noexcept;
    bool is_subscribed(const connection& what) const noexcept;

    snd_seq_t* client_ = nullptr;
    std::mutex mutex_; // guards made_
    std::vector<connection> made_;
};

} // namespace midi
