// SPDX-License-Identifier: MIT
// A JACK client of ours, and its notifications: that the server died, that a period begins, that
// ports come and go. Sending and receiving are in jack_output.cpp and jack_input.cpp. A client that
// only lists ports is not part of JACK's graph and costs it nothing. Threads: one at a time.
#pragma once

#include "jack_ports.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct _jack_client;

namespace midi {

/// Whether libjack is PipeWire's.
[[nodiscard]] bool is_pipewire() noexcept;

/// Called by libjack's thread; must return at once and not call libjack.
class jack_listener {
public:
    virtual void server_gone() noexcept = 0;
    virtual void ports_changed() noexcept = 0;
    /// The server was late with a period: events that were due in it may be lost.
    virtual void xrun() noexcept = 0;
    /// The length of a period has changed, or is reported for the first time.
    virtual void period_changed() noexcept {}
    /// One period, given by its length and first frame; called only if the client is part of the
    /// graph. It may be called before open() has returned the client, and while the watch is
    /// destroyed.
    virtual void process(_jack_client* /*client*/, std::uint32_t /*frames*/,
                         std::uint32_t /*first*/) noexcept {}
    /// Called after process(), when JACK goes on without us: work that may cause this thread to be
    /// preempted belongs here.
    virtual void processed() noexcept {}

protected:
    ~jack_listener() = default;
};

class jack_watch {
public:
    enum class part : std::uint8_t { onlooker, in_graph };

    /// Returns nullptr if no server answers; does not start one. The listener must outlive the
    /// watch. Blocks: milliseconds; while a server is stopped (SIGSTOP), without limit, since
    /// libjack has none.
    static std::unique_ptr<jack_watch> open(const std::string& client, jack_listener& listener,
                                            part takes = part::onlooker);
    jack_watch(const jack_watch&) = delete;
    jack_watch& operator=(const jack_watch&) = delete;
    /// The listener is not called any more once this has returned. Blocks: about 20 ms.
    ~jack_watch();

    /// Changes in each period; does not change while the server hangs or is dead.
    std::uint32_t frame_time() const noexcept;
    std::chrono::nanoseconds period() const noexcept;
    /// A server that shows no period for that long hangs.
    std::chrono::nanoseconds hang_limit() const noexcept;
    /// Waits for the server's next period. Returns false if it begins none within a quarter of the
    /// limit, which is then over. Blocks: that long.
    bool goes_on() const noexcept;
    /// As JACK has it: JACK adds a number if the name was taken.
    const std::string& name() const noexcept { return name_; }
    /// All MIDI ports of that direction, JackPortIsInput or JackPortIsOutput, as JACK lists them.
    std::vector<std::string> listed(unsigned long direction) const;

    /// Returns those of JACK's present list that can be attached to. A tie whose port has gone is
    /// left out, even if a new port has its name: untie it, then check again.
    std::vector<std::string> attachable(std::vector<std::string> listed);
    /// Call it before connecting to `port`; the tie lasts until untie().
    void tie(const std::string& port);
    void untie(const std::string& port) noexcept { ports_.untie(port); }

    /// For calls that are not wrapped here.
    _jack_client* client() const noexcept { return client_; }

    /// Drops the client without closing it, for when libjack has freed it.
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
