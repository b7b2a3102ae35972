// SPDX-License-Identifier: MIT
#include "midi_port.hpp"

#include "rtmidi_text.hpp"

#include <tactus/cpp/error.hpp>

#include <algorithm>

namespace midi {

midi_port::midi_port(const std::string& client) {
    try {
        out_ = std::make_unique<RtMidiOut>(RtMidi::LINUX_ALSA, client);
    } catch (const RtMidiError& error) {
        throw tactus::failure(TACTUS_E_IO, error.getMessage());
    }
    out_->setErrorCallback(&keep_rtmidi_text, &why_);
}

midi_port::~midi_port() = default;

template <class Call>
bool midi_port::guarded(Call call) noexcept {
    why_.clear();
    try {
        call();
    } catch (const std::exception& error) {
        why_ = error.what();
        if (why_.empty()) {
            why_ = "RtMidi failed without a word";
        }
    }
    return why_.empty();
}

std::vector<std::string> midi_port::names() {
    std::vector<std::string> found;
    guarded([this, &found] {
        const unsigned count = out_->getPortCount();
        for (unsigned i = 0; i < count; ++i) {
            found.push_back(out_->getPortName(i));
        }
    });
    return found;
}

bool midi_port::open(const std::string& name, const std::string& own_name) {
    const std::vector<std::string> all = names();
    const auto found = std::find(all.begin(), all.end(), name);
    if (found == all.end()) {
        why_ = "it went away";
        return false;
    }
    const auto number = static_cast<unsigned>(found - all.begin());
    return guarded([this, number, &own_name] { out_->openPort(number, own_name); });
}

bool midi_port::open_virtual(const std::string& own_name) {
    return guarded([this, &own_name] { out_->openVirtualPort(own_name); });
}

void midi_port::close() {
    guarded([this] { out_->closePort(); });
}

bool midi_port::send(std::span<const std::uint8_t> bytes) noexcept {
    return guarded([this, bytes] { out_->sendMessage(bytes.data(), bytes.size()); });
}

} // namespace midi
