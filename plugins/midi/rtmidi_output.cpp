// SPDX-License-Identifier: MIT
// Output through RtMidi: the portable way, for a system without a backend of its own. Here it uses
// ALSA. RtMidi is not notified of devices that come and go. Therefore one long-lived object lists
// them at intervals (new objects each time would use up the sequencer's clients). It does not
// report events that the sequencer discarded either. README.md lists what it cannot do.
#include "midi_port.hpp"
#include "output_backend.hpp"
#include "sequencer.hpp"

#include <tactus/cpp/error.hpp>

namespace midi {
namespace {

using namespace std::chrono_literals;

class rtmidi_output final : public output_backend {
public:
    explicit rtmidi_output(const std::string& client) : port_(client), ours_(client + ':') {}

    std::string_view name() const noexcept override { return "RtMidi's ALSA"; }
    // Without our inputs' ports: events that go out would come in again. RtMidi does not report the
    // owner of a port; therefore all clients with our name count as ours.
    std::vector<std::string> ports() override {
        std::vector<std::string> found = port_.names();
        std::erase_if(found, [this](const std::string& each) { return each.starts_with(ours_); });
        return found;
    }

    void attach(const std::string& port, const std::string& own_name) override {
        check(port_.open(port, own_name));
    }
    void attach_virtual(const std::string& own_name) override {
        is_virtual_ = true;
        check(port_.open_virtual(own_name));
    }
    void detach() override { port_.close(); }

    tactus_status send(bytes_view bytes, std::int64_t) noexcept override {
        return port_.send(bytes) ? TACTUS_OK : TACTUS_E_IO;
    }
    const std::string& why() const noexcept override { return port_.why(); }

    // RtMidi's encoder holds parts back until its buffer is full, which is as large as the longest
    // message so far, at least 32; parts of equal size, and none longer, are sent immediately.
    std::size_t part_min() const noexcept override { return 32; }
    // An event and its header of 28 bytes must fit into RtMidi's buffer of 16384 bytes, and into
    // the pools of most programs, which have 200 cells of 28 bytes.
    std::size_t part_max(std::size_t) noexcept override { return 4096; }
    bool is_lost() const noexcept override { return false; }
    bool is_frozen() noexcept override { return false; }
    std::string_view why_frozen() const noexcept override { return {}; }
    bool let_go() override { return true; }
    std::chrono::milliseconds look_again(bool is_attached) const noexcept override {
        if (is_virtual_) {
            return 0ms;
        }
        return is_attached ? 2s : 1s;
    }

private:
    void check(bool is_done) const {
        if (!is_done) {
            throw tactus::failure(TACTUS_E_IO, port_.why());
        }
    }

    midi_port port_;
    std::string ours_; // the prefix of our ports' names
    bool is_virtual_ = false;
};

} // namespace

std::unique_ptr<output_backend> open_rtmidi_output(const std::string& client, std::string& why) {
    why = sequencer_complaint();
    return why.empty() ? std::make_unique<rtmidi_output>(client) : nullptr;
}

} // namespace midi
