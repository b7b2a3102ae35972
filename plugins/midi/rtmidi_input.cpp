// SPDX-License-Identifier: MIT
// Input through RtMidi's ALSA: one RtMidiIn, with its own client and thread, for each port that we
// listen to, and one more that lists the ports. RtMidi returns a SysEx that another message
// interrupts in parts, with the interrupting message inside them; the stream parser repairs both.
#include "input_backend.hpp"
#include "rtmidi_text.hpp"
#include "sequencer.hpp"

#include <tactus/cpp/error.hpp>

#include <algorithm>

namespace midi {
namespace {

using namespace std::chrono_literals;

class rtmidi_source {
public:
    rtmidi_source(const std::string& client, event_receiver& into, source& to)
        : in_(RtMidi::LINUX_ALSA, client), into_(into), to_(to) {
        in_.setErrorCallback(&keep_rtmidi_text, &why_);
        in_.ignoreTypes(false, false, false);
        in_.setCallback(
            [](double, std::vector<unsigned char>* bytes, void* self) {
                auto& here = *static_cast<rtmidi_source*>(self);
                here.into_.take(here.to_, *bytes, 0);
            },
            this);
    }

    /// Errors: failure.
    void open(const std::string& port, const std::string& own_name) {
        const unsigned count = in_.getPortCount();
        for (unsigned i = 0; i < count; ++i) {
            if (in_.getPortName(i) == port) {
                in_.openPort(i, own_name);
                check();
                return;
            }
        }
        throw tactus::failure(TACTUS_E_IO, "it went away");
    }
    void open_virtual(const std::string& own_name) {
        in_.openVirtualPort(own_name);
        check();
    }
    const source& to() const noexcept { return to_; }

private:
    void check() const {
        if (!why_.empty()) {
            throw tactus::failure(TACTUS_E_IO, why_);
        }
    }

    std::string why_;
    RtMidiIn in_;
    event_receiver& into_;
    source& to_;
};

class rtmidi_input final : public input_backend {
public:
    rtmidi_input(std::string client, event_receiver* into)
        : client_(std::move(client)), into_(into), lister_(RtMidi::LINUX_ALSA, client_) {
        lister_.setErrorCallback(&keep_rtmidi_text, &why_);
    }

    std::string_view name() const noexcept override { return "RtMidi's ALSA"; }
    std::vector<std::string> ports() override {
        std::vector<std::string> names;
        const unsigned count = lister_.getPortCount();
        for (unsigned i = 0; i < count; ++i) {
            names.push_back(lister_.getPortName(i));
        }
        return names;
    }
    void attach(const std::string& port, const std::string& own_name, source& to) override {
        make(to, [&](rtmidi_source& made) { made.open(port, own_name); });
    }
    void attach_virtual(const std::string& own_name, source& to) override {
        make(to, [&](rtmidi_source& made) { made.open_virtual(own_name); });
    }
    // RtMidi's destructor joins its thread.
    void detach(source& from) noexcept override {
        std::erase_if(sources_, [&from](const auto& each) { return &each->to() == &from; });
    }

    bool is_lost() const noexcept override { return false; }
    std::chrono::milliseconds look_again() const noexcept override { return 1s; }

private:
    template <class Open>
    void make(source& to, Open open) {
        try {
            auto made = std::make_unique<rtmidi_source>(client_, *into_, to);
            open(*made);
            sources_.push_back(std::move(made));
        } catch (const RtMidiError& error) {
            throw tactus::failure(TACTUS_E_IO, error.getMessage());
        }
    }

    std::string client_;
    event_receiver* into_;
    std::string why_;
    RtMidiIn lister_;
    std::vector<std::unique_ptr<rtmidi_source>> sources_;
};

} // namespace

std::unique_ptr<input_backend> open_rtmidi_input(const source_opening& as, event_receiver* into,
                                                 std::string& why) {
    why = sequencer_complaint();
    if (!why.empty()) {
        return nullptr;
    }
    try {
        return std::make_unique<rtmidi_input>(as.client, into);
    } catch (const RtMidiError& error) {
        throw tactus::failure(TACTUS_E_IO, error.getMessage());
    }
}

} // namespace midi
