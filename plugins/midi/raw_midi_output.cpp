// SPDX-License-Identifier: MIT
// ALSA out without its sequencer: the sequencer lists the ports and announces changes, but the
// bytes go to the device's driver directly, unchanged. No other program can send to that cable
// meanwhile.
#include "alsa_client.hpp"
#include "alsa_port.hpp"
#include "alsa_sending.hpp"
#include "driver_buffer.hpp"
#include "message_kind.hpp"
#include "output_backend.hpp"
#include "port_match.hpp"
#include "raw_midi_device.hpp"
#include "running_status.hpp"
#include "stall_clock.hpp"

#include <tactus/cpp/error.hpp>

#include <cerrno>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>

namespace midi {
namespace {

using namespace std::chrono_literals;

// The sequencer announces a port before the card's files exist, and before udev lets us open them.
constexpr auto files_limit = 300ms;
constexpr auto files_step = 10ms;

bool may_come_soon(int error) noexcept {
    return error == -ENOENT || error == -ENODEV || error == -ENXIO || error == -EACCES;
}

std::string why_not_opened(const alsa_port& port, int error) {
    const std::string device = "the raw MIDI device " + raw_midi_name(port);
    if (error == -EBUSY) {
        return device + " is busy: another program or output has it, or is connected to the port "
                        "through the sequencer; access = \"shared\" shares it";
    }
    return device + " could not be opened: " + snd_strerror(error);
}

class raw_midi_output final : public output_backend {
public:
    raw_midi_output(std::shared_ptr<alsa_client> client, const raw_midi_opening& as)
        : client_(std::move(client)), wake_(as.alsa.services.wake),
          has_running_status_(as.has_running_status) {
        client_->add_watcher(wake_);
    }
    ~raw_midi_output() override {
        client_->remove_watcher(wake_);
        detach();
    }

    std::string_view name() const noexcept override { return "ALSA raw MIDI"; }
    std::vector<std::string> ports() override;
    port_identity identity_of(const std::string& port) override;
    void attach(const std::string& port, const std::string& own_name) override;
    void attach_virtual(const std::string& own_name) override;
    void detach() override;

    tactus_status send(bytes_view bytes, std::int64_t due_ns) noexcept override;
    std::size_t part_max(std::size_t) noexcept override { return device_part; }
    const std::string& why() const noexcept override { return why_; }

    bool is_lost() const noexcept override { return false; }
    bool is_frozen() noexcept override;
    std::string_view why_frozen() const noexcept override {
        return "it no longer accepts events; they are dropped until it does";
    }
    bool finish() noexcept override;
    bool let_go() override { return true; }
    std::chrono::milliseconds look_again(bool) const noexcept override {
        return is_frozen_ ? 250ms : 0ms; // the sequencer announces ports
    }

private:
    alsa_port find(const std::string& port) const;
    tactus_status wait_for_room() noexcept;

    std::shared_ptr<alsa_client> client_;
    waker wake_;
    const bool has_running_status_;
    raw_midi_device device_;
    running_status running_;
    std::string attached_;
    std::vector<alsa_port> listed_;
    stall_clock stall_;
    bool is_frozen_ = false;
    std::string why_;
};

std::vector<std::string> raw_midi_output::ports() {
    const bool is_gone = device_.is_open() && device_.is_gone();
    listed_ = list_alsa_ports(*client_, alsa_client::direction::sends);
    std::vector<std::string> names;
    for (const alsa_port& each : listed_) {
        if (each.name != attached_ || !is_gone) {
            names.push_back(each.name);
        }
    }
    return names;
}

port_identity raw_midi_output::identity_of(const std::string& port) {
    const alsa_port* found = find_alsa_port(listed_, port);
    return found != nullptr ? midi::identity_of(*found) : port_identity();
}

// virmidi has raw MIDI too, but bytes written there come out of its port, not of its other end.
alsa_port raw_midi_output::find(const std::string& port) const {
    const std::vector<alsa_port> all = list_alsa_ports(*client_, alsa_client::direction::sends);
    const alsa_port* found = find_alsa_port(all, port);
    if (found == nullptr) {
        throw tactus::failure(TACTUS_E_IO, "it went away");
    }
    if (found->kind != alsa_kind::hardware) {
        throw tactus::failure(TACTUS_E_IO, quoted(port) + " is not hardware; access = "
                                                          "\"exclusive\" is only for hardware, "
                                                          "\"shared\" for any port");
    }
    return *found;
}

void raw_midi_output::attach(const std::string& port, const std::string&) {
    const auto until = std::chrono::steady_clock::now() + files_limit;
    for (;;) {
        const alsa_port found = find(port);
        const int error = device_.open(found);
        if (error == 0) {
            break;
        }
        if (!may_come_soon(error) || std::chrono::steady_clock::now() > until) {
            throw tactus::failure(TACTUS_E_IO, why_not_opened(found, error));
        }
        std::this_thread::sleep_for(files_step);
    }
    attached_ = port;
    running_.clear();
    stall_.reset();
}

void raw_midi_output::attach_virtual(const std::string&) {
    throw tactus::failure(TACTUS_E_UNSUPPORTED, "a virtual port is not hardware");
}

// Waits for a slow device: the last note-offs are among the waiting bytes, and these are discarded.
bool raw_midi_output::finish() noexcept {
    return !device_.is_open() ||
           drain([this] { return device_.is_drained(); }, [this] { return device_.room(); });
}

void raw_midi_output::detach() {
    device_.close();
    attached_.clear();
    is_frozen_ = false;
}

tactus_status raw_midi_output::send(bytes_view bytes, std::int64_t) noexcept {
    if (!device_.is_open() || is_frozen_) {
        return TACTUS_E_CLOSED;
    }
    const bool is_part = is_sysex(bytes) && bytes.size() >= device_part;
    const int error =
        device_.write(has_running_status_ ? running_.shorten(bytes, alsa_now_ns()) : bytes,
                      is_part ? part_queued_max : std::numeric_limits<std::size_t>::max());
    if (error != 0) {
        running_.clear();
        return error == -EAGAIN ? wait_for_room() : alsa_failure(error, wake_, why_);
    }
    // A clock passes what waits, also at a device that takes nothing.
    if (!is_real_time(bytes) || stall_.takes_again(device_.room() + bytes.size())) {
        stall_.reset();
    }
    return TACTUS_OK;
}

tactus_status raw_midi_output::wait_for_room() noexcept {
    if (stall_.stalled_ns(device_.room(), alsa_now_ns()) < stuck_limit.count()) {
        return TACTUS_E_AGAIN;
    }
    is_frozen_ = true;
    wake_(); // for the report
    return TACTUS_E_CLOSED;
}

// Room is not enough: after a long message there is room although the device takes nothing.
bool raw_midi_output::is_frozen() noexcept {
    if (is_frozen_ && stall_.takes_again(device_.room())) {
        stall_.reset();
        is_frozen_ = false;
    }
    return is_frozen_;
}

} // namespace

std::unique_ptr<output_backend> open_raw_midi_output(const raw_midi_opening& as, std::string& why) {
    std::shared_ptr<alsa_client> client = alsa_client::open(as.alsa.client, why);
    if (client == nullptr) {
        return nullptr;
    }
    return std::make_unique<raw_midi_output>(std::move(client), as);
}

} // namespace midi
