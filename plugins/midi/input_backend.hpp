// SPDX-License-Identifier: MIT
// An opened MIDI system as inputs need it: several ports at a time, each with its own bytes.
// output_backend.hpp is the same for outputs. Threads: work, thus one at a time; the bytes come on
// the system's threads.
#pragma once

#include "event_receiver.hpp"
#include "output_backend.hpp"
#include "quiet_timer.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace midi {

class input_backend {
public:
    static constexpr std::size_t sources_max = 64;

    input_backend() = default;
    input_backend(const input_backend&) = delete;
    input_backend& operator=(const input_backend&) = delete;
    /// Nothing comes any more once this has returned.
    virtual ~input_backend() = default;

    virtual std::string_view name() const noexcept = 0;
    /// The name the system gave us, if another client already has the one we asked for; else empty.
    virtual std::string other_name() const { return {}; }
    /// The ports that can be attached to. A port that we are attached to and that has gone since is
    /// left out, even if a new port has its name: call detach() first.
    virtual std::vector<std::string> ports() = 0;
    /// The port's identity as of the last ports().
    virtual port_identity identity_of(const std::string& port) { return identity_of_name(port); }
    /// `own_name`: the name of our end. The source must live until detach. Errors: tactus::failure;
    /// then nothing is attached.
    virtual void attach(const std::string& port, const std::string& own_name, source& to) = 0;
    virtual void attach_virtual(const std::string& own_name, source& to) = 0;
    /// Nothing comes to the source any more once this has returned. Ignored if it is not attached.
    virtual void detach(source& from) noexcept = 0;

    struct watching {
        int times = 1;                         // we are not held up if called this often
        std::chrono::milliseconds limit{500};  // we are if not for this long, or four periods
        std::chrono::milliseconds settling{0}; // it may begin up to this much later
    };
    /// Whether the system runs but does not call us: a client that we listen to does not process
    /// its periods. Blocks: settling and limit, at most, once we are not called.
    virtual bool is_held_up(const watching& /*by*/) const noexcept { return false; }

    /// Its server hangs: nothing comes until it goes on. Blocks: an eighth of a second, if it does.
    virtual bool is_frozen() noexcept { return false; }

    /// The system has died; only let_go() and the destructor may be called.
    virtual bool is_lost() const noexcept = 0;
    /// When to check its ports again without a notification; 0: never.
    virtual std::chrono::milliseconds look_again() const noexcept = 0;
};

struct source_opening {
    std::string client; // our client name in the system
    waker wake;
    waker xrun;                     // JACK: called for each
    quiet_timer* periods = nullptr; // JACK: set anew by its periods; nullptr: no need
    // Events keep the distances that the system reports: at JACK a period later, at ALSA 2 ms.
    bool is_steady = false;
    // ALSA: how many events the sequencer may queue for us; a cell holds one, or 28 bytes of a
    // SysEx. Range: 1 to 2000, the most that the sequencer grants.
    std::size_t pool_cells = 2000;
};

/// Returns nullptr if the system is not available; `why` then holds the reason. Without a receiver,
/// its ports can only be listed. Errors: tactus::failure.
std::unique_ptr<input_backend> open_alsa_input(const source_opening& as, event_receiver* into,
                                               std::string& why);
std::unique_ptr<input_backend> open_rtmidi_input(const source_opening& as, event_receiver* into,
                                                 std::string& why);
std::unique_ptr<input_backend> open_jack_input(const source_opening& as, event_receiver* into,
                                               std::string& why);

} // namespace midi
