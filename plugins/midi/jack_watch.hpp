// SPDX-License-Identifier: MIT
// A JACK client of ours, and what it is told: that the server died, that a period begins, that
// ports come and go. What it sends or listens to is jack_output.cpp's and jack_input.cpp's. One
// that only lists ports is no part of JACK's graph and costs it nothing. Threads: one at a time.
#pragma once

#include "jack_ports.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct _jack_client;

namespace midi {

/// Told by libjack's thread; must return at once and not call libjack.
class jack_listener {
public:
    virtual void server_gone() noexcept = 0;
    virtual void ports_changed() noexcept = 0;
    /// The server was late with a period: what was due in it may be lost.
    virtual void xrun() noexcept = 0;
    /// A period has another length from now on, or is told for the first time.
    virtual void period_changed() noexcept {}
    /// One period, and the frame that it begins with; only where the client takes part in the
    /// graph. It may come before open() has given the client, and while the watch is destroyed.
    virtual void process(_jack_client* /*client*/, std::uint32_t /*frames*/,
                         std::uint32_t /*first*/) noexcept {}
    /// After process(), when JACK goes on without us: what may take the processor away from this
    /// thread belongs here.
    virtual void processed() noexcept {}

protected:
    ~jack_listener() = default;
};

class jack_watch {
public:
    enum class part : std::uint8_t { onlooker, in_graph };

    /// nullptr where no server answers; none is started. The listener must outlive the watch.
    /// Blocks: milliseconds; as long as a server is stopped (SIGSTOP), since libjack has no limit.
    static std::unique_ptr<jack_watch> open(const std::string& client, jack_listener& listener,
                                            part takes = part::onlooker);
    jack_watch(const jack_watch&) = delete;
    jack_watch& operator=(const jack_watch&) = delete;
    /// Afterwards the listener is not called any more. Blocks: about 20 ms.
    ~jack_watch();

    /// Another value in each period; stands still where the server hangs or is dead.
    std::uint32_t frame_time() const noexcept;
    std::chrono::nanoseconds period() const noexcept;
    /// As JACK has it, which adds a number where the name was taken.
    const std::string& name() const noexcept { return name_; }
    /// All MIDI ports of that direction, JackPortIsInput or JackPortIsOutput, as JACK lists them.
    std::vector<std::string> listed(unsigned long direction) const;

    /// Of JACK's present list: those that can be attached to. Without the name of a tie whose port
    /// has gone since, though one of its name be there: untie it, then look again.
    std::vector<std::string> attachable(std::vector<std::string> listed);
    /// Before one connects to `port`, until one has let go of it.
    void tie(const std::string& port);
    void untie(const std::string& port) noexcept { ports_.untie(port); }

    /// For calls that are not wrapped here.
    _jack_client* client() const noexcept { return client_; }

    /// Gives the client up without closing it, for when libjack has freed it.
    void abandon() noexcept { client_ = nullptr; }

private:
    struct callbacks; // libjack's

    jack_watch(_jack_client* client, jack_listener& listener);

    _jack_client* client_;
    const std::string name_;
    jack_listener& listener_;
    jack_ports ports_;
};

} // namespace midi
