// SPDX-License-Identifier: MIT
// A MIDI system that is there and opened, as inputs need it: several ports at a time, each with
// bytes of its own. output_backend.hpp is the same for outputs. Threads: work, thus one at a time;
// the bytes come on the system's threads.
#pragma once

#include "event_receiver.hpp"
#include "output_backend.hpp"

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
    /// Nothing comes any more when it has returned.
    virtual ~input_backend() = default;

    virtual std::string_view name() const noexcept = 0;
    /// What it calls us, where another client has the name that we asked for; else empty.
    virtual std::string other_name() const { return {}; }
    /// Those that can be attached to. Without any that it is attached to and that has gone since,
    /// though another of its name be there: detach() first.
    virtual std::vector<std::string> ports() = 0;
    /// What the port is, as the last ports() had it.
    virtual port_identity identity_of(const std::string& port) { return identity_of_name(port); }
    /// `own_name`: of our end. The source must live until detach. Errors: tactus::failure; then
    /// nothing is attached.
    virtual void attach(const std::string& port, const std::string& own_name, source& to) = 0;
    virtual void attach_virtual(const std::string& own_name, source& to) = 0;
    /// Nothing comes to it any more when it has returned. What is not attached is ignored.
    virtual void detach(source& from) noexcept = 0;

    struct watching {
        int times = 1;                         // we are not held up if we were run so often
        std::chrono::milliseconds limit{500};  // we are if not for so long, or four periods
        std::chrono::milliseconds settling{0}; // it may begin only so much later
    };
    /// Whether we are not run, though the system goes on: a client that we listen to does not do
    /// its part. Blocks: settling and limit, at most, once we are not run.
    virtual bool is_held_up(const watching& /*by*/) const noexcept { return false; }

    /// It has died; only let_go() and the destructor make sense.
    virtual bool is_lost() const noexcept = 0;
    /// When to look at its ports again though nothing was heard of them; 0: never.
    virtual std::chrono::milliseconds look_again() const noexcept = 0;
};

struct source_opening {
    std::string client; // our name among the system's
    waker wake;
    waker xrun; // JACK: called for each
    // Events keep the distances that the system gives them: a period later at JACK, 2 ms at ALSA.
    bool is_steady = false;
};

/// nullptr where the system is not there, and `why` says so. Without a receiver only its ports can
/// be listed. Errors: tactus::failure.
std::unique_ptr<input_backend> open_alsa_input(const source_opening& as, event_receiver* into,
                                               std::string& why);
std::unique_ptr<input_backend> open_rtmidi_input(const source_opening& as, event_receiver* into,
                                                 std::string& why);
std::unique_ptr<input_backend> open_jack_input(const source_opening& as, event_receiver* into,
                                               std::string& why);

} // namespace midi
