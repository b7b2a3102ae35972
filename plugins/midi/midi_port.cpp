// SPDX-License-Identifier: MIT
#include "midi_port.hpp"

#include "rtmidi_text.hpp"

#include <tactus/cpp/error.hpp>

#include <algorithm>
#include <atomic>
#include <new>

namespace midi {
namespace {

RtMidi::Api number_of(midi_api api) noexcept {
    return api == midi_api::alsa ? RtMidi::LINUX_ALSA : RtMidi::UNIX_JACK;
}

// What was given up, for the process's life: it can be neither closed nor freed. Reachable, so that
// it is no leak to those who look for leaks.
struct abandoned {
    RtMidiOut* out;
    abandoned* next;
};
constinit std::atomic<abandoned*> all_abandoned{nullptr}; // pushed to from any thread, never read

} // namespace

midi_port::midi_port(midi_api api, const std::string& client) {
    try {
        out_ = std::make_unique<RtMidiOut>(number_of(api), client);
    } catch (const RtMidiError& error) {
        throw tactus::failure(TACTUS_E_IO, error.getMessage());
    }
    out_->setErrorCallback(&keep_rtmidi_text, &why_);
}

midi_port::~midi_port() = default;

void midi_port::abandon() noexcept {
    auto* kept = new (std::nothrow) abandoned{out_.release(), all_abandoned.load()};
    while (kept != nullptr && !all_abandoned.compare_exchange_weak(kept->next, kept)) {
    }
}

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
