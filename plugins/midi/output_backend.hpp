// SPDX-License-Identifier: MIT
// An opened MIDI system, ALSA's sequencer or a JACK server, as output_connection.hpp needs it:
// independent of which of the two it is. Threads: work and out, thus one at a time.
#pragma once

#include "port_identity.hpp"
#include "quiet_timer.hpp"
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

/// The longest part of a SysEx that the option `sysex_chunk` allows, and that is given to a system
/// without a limit of its own. Units: bytes.
inline constexpr std::size_t whole_size_max = 16376;

class output_backend {
public:
    using bytes_view = std::span<const std::uint8_t>;

    output_backend() = default;
    output_backend(const output_backend&) = delete;
    output_backend& operator=(const output_backend&) = delete;
    virtual ~output_backend() = default;

    virtual std::string_view name() const noexcept = 0;
    /// The name the system gave us, if another client already has the one we asked for; else empty.
    virtual std::string other_name() const { return {}; }
    /// The ports that can be attached to. If the port that we are attached to has gone since, it is
    /// left out, even if a new port has its name: call detach() first.
    virtual std::vector<std::string> ports() = 0;
    /// The port's identity as of the last ports().
    virtual port_identity identity_of(const std::string& port) { return identity_of_name(port); }
    /// Errors: tactus::failure; then nothing is attached.
    virtual void attach(const std::string& port, const std::string& own_name) = 0;
    virtual void attach_virtual(const std::string& own_name) = 0;
    virtual void detach() = 0;

    /// due_ns: when it is to leave; at once if it is past, or if the system does not do timing.
    /// TACTUS_E_AGAIN: no room now; nothing was taken. TACTUS_E_CLOSED: the system is lost or
    /// frozen. TACTUS_E_IO: see why().
    virtual tactus_status send(bytes_view bytes, std::int64_t due_ns) noexcept = 0;
    /// Messages sent but not due yet go out at once, before any that are sent later.
    virtual void flush() noexcept {}
    /// How long before its due time a message must be sent for the system to time it. May change.
    virtual std::chrono::nanoseconds lookahead() const noexcept { return {}; }
    /// The system's period, if it has periods.
    virtual std::chrono::nanoseconds period() const noexcept { return {}; }
    virtual const std::string& why() const noexcept = 0;

    /// The shortest part of a SysEx that the system takes. Units: bytes.
    virtual std::size_t part_min() const noexcept { return 1; }
    /// How many bytes of a SysEx of that size the system takes at once. Bounds: at least
    /// part_min(); no less than 3.
    virtual std::size_t part_max(std::size_t /*size*/) noexcept { return whole_size_max; }
    /// The system has died; only let_go() and the destructor may be called.
    virtual bool is_lost() const noexcept = 0;
    /// The system does not run at present, but may run again.
    virtual bool is_frozen() noexcept = 0;
    /// Why it is frozen: the end of a sentence.
    virtual std::string_view why_frozen() const noexcept = 0;
    /// Nothing more is sent. Returns whether all that was sent has left, as far as the system
    /// shows it. Blocks: some periods of JACK; while its server hangs, 500 ms; 800 ms for a slow
    /// device at ALSA.
    [[nodiscard]] virtual bool finish() noexcept { return true; }
    /// Begins to close it without blocking; returns true once it is closed. Call it until then.
    virtual bool let_go() = 0;
    /// When to check its ports again without a notification; 0: never.
    virtual std::chrono::milliseconds look_again(bool is_attached) const noexcept = 0;
};

/// Called from any thread when something may have changed.
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

/// The callbacks and the clock that an output's MIDI system needs.
struct backend_services {
    waker wake;
    waker xrun; // JACK: called for each
    // Messages counted as sent that were lost after all: an xrun may have lost them, or a receiver
    // had no room for them.
    tally lost_to_xrun;
    tally lost_to_full;
    // JACK: how late each message's frame is. Units: ns. The other systems return from send() when
    // the message has left.
    tally lateness;
    host_clock clock;
    quiet_timer* periods = nullptr; // JACK: set anew by its periods; nullptr: no need
};

struct jack_opening {
    std::string client; // our client name at JACK
    backend_services services;
    bool only_lists = false;
};

struct alsa_opening {
    std::string client; // our client name at the sequencer
    backend_services services;
};

/// ALSA's raw MIDI, for a device that no other program sends to.
struct raw_midi_opening {
    alsa_opening alsa;
    bool has_running_status = false;
};

/// Returns nullptr if the system is not available; `why` then holds the reason. Errors:
/// tactus::failure.
std::unique_ptr<output_backend> open_alsa_output(const alsa_opening& as, std::string& why);
std::unique_ptr<output_backend> open_raw_midi_output(const raw_midi_opening& as, std::string& why);
std::unique_ptr<output_backend> open_rtmidi_output(const std::string& client, std::string& why);
std::unique_ptr<output_backend> open_jack_output(const jack_opening& as, std::string& why);

} // namespace midi
