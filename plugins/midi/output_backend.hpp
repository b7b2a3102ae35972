// SPDX-License-Identifier: MIT
// A MIDI system that is there and opened: ALSA's sequencer or a JACK server. What
// output_connection.hpp needs of either, so that it does not care which one it is. Threads: work
// and out, thus one at a time.
#pragma once

#include "port_identity.hpp"
#include "tally.hpp"

#include <tactus/abi.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace midi {

/// The longest part of a SysEx that the option `sysex_chunk` takes, and that a system is given
/// which names no limit of its own. Units: bytes.
inline constexpr std::size_t whole_size_max = 16376;

class output_backend {
public:
    using bytes_view = std::span<const std::uint8_t>;

    output_backend() = default;
    output_backend(const output_backend&) = delete;
    output_backend& operator=(const output_backend&) = delete;
    virtual ~output_backend() = default;

    virtual std::string_view name() const noexcept = 0;
    /// What it calls us, where another client has the name that we asked for; else empty.
    virtual std::string other_name() const { return {}; }
    /// Those that can be attached to. Without the one that it is attached to where that has gone
    /// since, though another of its name be there: detach() first.
    virtual std::vector<std::string> ports() = 0;
    /// What the port is, as the last ports() had it.
    virtual port_identity identity_of(const std::string& port) { return identity_of_name(port); }
    /// Errors: tactus::failure, and the system is not attached.
    virtual void attach(const std::string& port, const std::string& own_name) = 0;
    virtual void attach_virtual(const std::string& own_name) = 0;
    virtual void detach() = 0;

    /// due_ns: when it is to leave; what is past, or is not the system's to time, at once.
    /// TACTUS_E_AGAIN: it has no room now, and has taken nothing. TACTUS_E_CLOSED: it is lost or
    /// frozen. TACTUS_E_IO: why() tells.
    virtual tactus_status send(bytes_view bytes, std::int64_t due_ns) noexcept = 0;
    /// What was sent and is not due yet goes out at once, before all that is sent later.
    virtual void flush() noexcept {}
    /// How long before due it must be given a message in order to time it. It may change.
    virtual std::chrono::nanoseconds lookahead() const noexcept { return {}; }
    /// Of that system, where it has any.
    virtual std::chrono::nanoseconds period() const noexcept { return {}; }
    virtual const std::string& why() const noexcept = 0;

    /// The shortest part of a SysEx that it takes. Units: bytes.
    virtual std::size_t part_min() const noexcept { return 1; }
    /// Of a SysEx of that many bytes, how many it takes at once. Bounds: at least part_min(); no
    /// less than 3.
    virtual std::size_t part_max(std::size_t /*size*/) noexcept { return whole_size_max; }
    /// It has died; only let_go() and the destructor make sense.
    virtual bool is_lost() const noexcept = 0;
    /// It does not move at present; it may again.
    virtual bool is_frozen() noexcept = 0;
    /// What is the matter then: the end of a sentence.
    virtual std::string_view why_frozen() const noexcept = 0;
    /// Begins to close it without blocking; true once it is closed. Call it until then.
    virtual bool let_go() = 0;
    /// When to look at its ports again though nothing was heard of them; 0: never.
    virtual std::chrono::milliseconds look_again(bool is_attached) const noexcept = 0;
};

/// Called from any thread when there may be something new.
struct waker {
    void (*call)(void* context) noexcept = nullptr;
    void* context = nullptr;
    void operator()() const noexcept {
        if (call != nullptr) {
            call(context);
        }
    }
};

/// The host's clock, for any thread. Units: ns.
struct host_clock {
    std::int64_t (*call)(const void* context) noexcept = nullptr;
    const void* context = nullptr;
    std::int64_t now_ns() const noexcept { return call != nullptr ? call(context) : 0; }
};

/// What an output's MIDI system tells, and needs to know.
struct backend_services {
    waker wake;
    waker xrun; // JACK: called for each
    // Messages that counted as sent: those that an xrun may have lost, and those that a receiver
    // had no room for.
    tally lost_to_xrun;
    tally lost_to_full;
    // JACK: how late each message stands in its frame. Units: ns. The others answer send() when it
    // has left.
    tally lateness;
    host_clock clock;
};

struct jack_opening {
    std::string client; // our name among JACK's
    backend_services services;
    bool only_lists = false;
};

struct alsa_opening {
    std::string client; // our name among the sequencer's
    backend_services services;
};

/// ALSA's raw MIDI, for a device that nobody else sends to.
struct raw_midi_opening {
    alsa_opening alsa;
    bool has_running_status = false;
};

/// nullptr where the system is not there, and `why` says so. Errors: tactus::failure.
std::unique_ptr<output_backend> open_alsa_output(const alsa_opening& as, std::string& why);
std::unique_ptr<output_backend> open_raw_midi_output(const raw_midi_opening& as, std::string& why);
std::unique_ptr<output_backend> open_rtmidi_output(const std::string& client, std::string& why);
std::unique_ptr<output_backend> open_jack_output(const jack_opening& as, std::string& why);

} // namespace midi
