// SPDX-License-Identifier: MIT
// An RtMidiOut; rtmidi_input.cpp is the other user of RtMidi. RtMidi's exceptions are caught here,
// its error callback is turned into texts, and nothing is printed. For ALSA. Threads: one at a
// time.
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
    /// Errors: tactus::failure. Bounds: a sequencer was found; otherwise RtMidi prints to stderr
    /// before its callback can be set.
    explicit midi_port(const std::string& client);
    midi_port(const midi_port&) = delete;
    midi_port& operator=(const midi_port&) = delete;
    ~midi_port();

    /// The ports that can be sent to, by RtMidi's names.
    std::vector<std::string> names();
    /// Attaches to the port with that name; own_name is the name of our end. Returns false on
    /// failure: see why().
    bool open(const std::string& name, const std::string& own_name);
    bool open_virtual(const std::string& own_name);
    void close();
    bool send(std::span<const std::uint8_t> bytes) noexcept;

    /// The error of the last call; empty if it succeeded.
    const std::string& why() const noexcept { return why_; }

private:
    template <class Call>
    bool guarded(Call call) noexcept;

    std::unique_ptr<RtMidiOut> out_;
    std::string why_;
};

} // namespace midi
