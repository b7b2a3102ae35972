// SPDX-License-Identifier: MIT
// One RtMidiOut; alsa_sources.cpp is RtMidi's other user. Its exceptions end here, its error
// callback is turned into texts; nothing is printed. Whether a call can hang is the caller's care:
// for JACK, see jack_system.hpp. Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

class RtMidiOut;

namespace midi {

enum class midi_api : std::uint8_t { alsa, jack };

class midi_port {
public:
    /// Errors: tactus::failure. Bounds: only where that system was seen to be there; else RtMidi
    /// prints to stderr before its callback can be set.
    midi_port(midi_api api, const std::string& client);
    midi_port(const midi_port&) = delete;
    midi_port& operator=(const midi_port&) = delete;
    ~midi_port();

    /// The ports that can be sent to, as RtMidi names them.
    std::vector<std::string> names();
    /// Attaches to the port of that name; own_name is how our end is called. False: why() tells.
    bool open(const std::string& name, const std::string& own_name);
    bool open_virtual(const std::string& own_name);
    /// Blocks: one JACK period; one second where the JACK server is dead.
    void close();
    /// Blocks: for ever, where JACK's ring is full and its server dead.
    bool send(std::span<const std::uint8_t> bytes) noexcept;

    /// What the last call complained of; empty where it did not.
    const std::string& why() const noexcept { return why_; }

    /// Gives the object up without closing it, for when libjack has freed what it stands on.
    void abandon() noexcept;

private:
    template <class Call>
    bool guarded(Call call) noexcept;

    std::unique_ptr<RtMidiOut> out_;
    std::string why_;
};

} // namespace midi
