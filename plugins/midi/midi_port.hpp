// SPDX-License-Identifier: MIT
// One RtMidiOut; rtmidi_input.cpp is RtMidi's other user. Its exceptions end here, its error
// callback is turned into texts; nothing is printed. For ALSA. Threads: one at a time.
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

class midi_port {
public:
    /// Errors: tactus::failure. Bounds: only where a sequencer was seen to be there; else RtMidi
    /// prints to stderr before its callback can be set.
    explicit midi_port(const std::string& client);
    midi_port(const midi_port&) = delete;
    midi_port& operator=(const midi_port&) = delete;
    ~midi_port();

    /// The ports that can be sent to, as RtMidi names them.
    std::vector<std::string> names();
    /// Attaches to the port of that name; own_name is how our end is called. False: why() tells.
    bool open(const std::string& name, const std::string& own_name);
    bool open_virtual(const std::string& own_name);
    void close();
    bool send(std::span<const std::uint8_t> bytes) noexcept;

    /// What the last call complained of; empty where it did not.
    const std::string& why() const noexcept { return why_; }

private:
    template <class Call>
    bool guarded(Call call) noexcept;

    std::unique_ptr<RtMidiOut> out_;
    std::string why_;
};

} // namespace midi
