// SPDX-License-Identifier: MIT
// ALSA out, through its sequencer: a port of our client, and one event at a time straight to each
// connected receiver, by number. Not to "all subscribers" in one call: the sequencer then does not
// report which one had no room. The sequencer is part of the kernel: it does not die, and its calls
// return.
#include "alsa_receiver.hpp"
#include "alsa_sending.hpp"
#include "message_kind.hpp"
#include "output_backend.hpp"
#include "stall_clock.hpp"

#include <tactus/cpp/error.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <numeric>
#include <utility>

namespace midi {
namespace {

using namespace std::chrono_literals;
using direction = alsa_client::direction;

constexpr std::size_t longest_short = 3; // bytes of a message other than SysEx

class alsa_output final : public output_backend {
public:
    alsa_output(std::shared_ptr<alsa_client> client, const alsa_opening& as)
        : client_(std::move(client)), wake_(as.services.wake), lost_(as.services.lost_to_full) {
        client_->add_watcher(wake_);
    }
    ~alsa_output() override {
        client_->remove_watcher(wake_);
        detach();
        if (coder_ != nullptr) {
            snd_midi_event_free(coder_);
        }
    }

    /// Errors: tactus::failure.
    void prepare();

    std::string_view name() const noexcept override { return "ALSA"; }
    std::vector<std::string> ports() override;
    port_identity identity_of(const std::string& port) override;
    void attach(const std::string& port, const std::string& own_name) override;
    void attach_virtual(const std::string& own_name) override;
    void detach() override;

    tactus_status send(bytes_view bytes, std::int64_t due_ns) noexcept override;
    std::size_t part_max(std::size_t size) noexcept override;
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
    struct target {
        alsa_receiver to;
        stall_clock stall = {};
        bool is_left_out = false; // it took nothing for stuck_limit
    };

    void let_go_of(int port);
    bool is_held(int port) noexcept;
    bool is_drained() noexcept;
    bool check_subscribers() noexcept;
    bool must_wait_for(target& one, bytes_view bytes) noexcept;
    void take_in_again(target& one) noexcept;
    tactus_status write(target& one, bytes_view bytes) noexcept;
    tactus_status fail(int error) noexcept;

    std::shared_ptr<alsa_client> client_;
    waker wake_;
    tally lost_;
    snd_midi_event_t* coder_ = nullptr;
    int own_ = -1; // our port; -1 if there is none
    std::string attached_;
    std::vector<alsa_port> listed_;
    std::vector<target> targets_; // one, or all that are connected to a virtual port
    std::uint64_t changes_seen_ = 0;
    bool is_frozen_ = false;
    std::string why_;
};

void alsa_output::prepare() {
    if (snd_midi_event_new(longest_short, &coder_) < 0) {
        throw tactus::failure(TACTUS_E_NOMEM, "there is no memory for ALSA's encoder");
    }
    snd_midi_event_no_status(coder_, 1);
}

std::vector<std::string> alsa_output::ports() {
    const bool is_held = !attached_.empty() && client_->connections().is_held(own_);
    listed_ = list_alsa_ports(*client_, direction::sends);
    std::vector<std::string> names;
    for (const alsa_port& each : listed_) {
        if (each.name != attached_ || is_held) {
            names.push_back(each.name);
        }
    }
    return names;
}

port_identity alsa_output::identity_of(const std::string& port) {
    const alsa_port* found = find_alsa_port(listed_, port);
    return found != nullptr ? midi::identity_of(*found) : port_identity();
}

void alsa_output::attach(const std::string& port, const std::string& own_name) {
    const std::vector<alsa_port> all = list_alsa_ports(*client_, direction::sends);
    const alsa_port* found = find_alsa_port(all, port);
    if (found == nullptr) {
        throw tactus::failure(TACTUS_E_IO, "it went away");
    }
    own_ = client_->make_sender(own_name);
    attached_ = port;
    try {
        client_->connections().make(own_, direction::sends, found->at);
        targets_.push_back({alsa_receiver(*client_, *found)});
    } catch (...) {
        detach();
        throw;
    }
}

void alsa_output::attach_virtual(const std::string& own_name) {
    own_ = client_->make_sender(own_name);
    changes_seen_ = 0;
}

void alsa_output::detach() {
    is_frozen_ = false;
    if (own_ >= 0) {
        let_go_of(std::exchange(own_, -1));
    }
    targets_.clear();
}

// Waits for a slow device: the last note-offs are among the waiting bytes, and the system discards
// these when the process ends.
bool alsa_output::finish() noexcept {
    const auto room = [this] {
        return std::accumulate(
            targets_.begin(), targets_.end(), std::size_t{0},
            [](std::size_t sum, const target& each) { return sum + each.to.room(); });
    };
    return own_ < 0 || !is_held(own_) || drain([this] { return is_drained(); }, room);
}

// A virtual port cannot go.
bool alsa_output::is_held(int port) noexcept {
    return attached_.empty() || client_->connections().is_held(port);
}

void alsa_output::let_go_of(int port) {
    is_held(port) && !is_drained() ? client_->abandon_port(port) : client_->delete_port(port);
    attached_.clear();
}

bool alsa_output::is_drained() noexcept {
    bool all = true;
    for (target& each : targets_) { // each is asked, since it then knows its room
        all = each.to.is_drained(alsa_now_ns()) && all;
    }
    return all;
}

// Returns false if the port that it was attached to has gone.
bool alsa_output::check_subscribers() noexcept {
    const std::uint64_t changes = client_->changes();
    if (std::exchange(changes_seen_, changes) == changes) {
        return true;
    }
    if (!attached_.empty()) {
        return client_->connections().is_held(own_);
    }
    try {
        std::vector<target> now;
        for (const alsa_address& each : client_->connections().subscribers(own_)) {
            const auto known = std::find_if(targets_.begin(), targets_.end(),
                                            [&](const target& one) { return one.to.at() == each; });
            now.push_back(known != targets_.end()
                              ? *known
                              : target{alsa_receiver(*client_, alsa_port_at(*client_, each))});
        }
        targets_ = std::move(now);
    } catch (const std::bad_alloc&) {
        changes_seen_ = 0; // the known receivers stay
    }
    return true;
}

std::size_t alsa_output::part_max(std::size_t size) noexcept {
    std::size_t most = size;
    for (target& each : targets_) {
        most = std::min(most, each.to.part_max(size));
    }
    return std::max<std::size_t>(most, 1);
}

tactus_status alsa_output::send(bytes_view bytes, std::int64_t) noexcept {
    if (own_ < 0 || is_frozen_ || !check_subscribers()) {
        return TACTUS_E_CLOSED;
    }
    bool must_wait = false;
    for (target& each : targets_) {
        must_wait = must_wait_for(each, bytes) || must_wait;
    }
    if (is_frozen_) {
        wake_(); // for the report
        return TACTUS_E_CLOSED;
    }
    if (must_wait) {
        return TACTUS_E_AGAIN;
    }
    tactus_status result = TACTUS_OK;
    for (target& each : targets_) {
        if (each.is_left_out) {
            lost_(1);
        } else if (const tactus_status status = write(each, bytes); status != TACTUS_OK) {
            result = status;
        }
    }
    // Of several receivers, the ones that have the message must not get it again.
    return attached_.empty() ? TACTUS_OK : result;
}

bool alsa_output::must_wait_for(target& one, bytes_view bytes) noexcept {
    const std::int64_t now = alsa_now_ns();
    if (one.to.has_room(bytes, now)) {
        // A clock passes what waits, also at a receiver that takes nothing.
        if (!is_real_time(bytes) || one.is_left_out || one.stall.takes_again(one.to.room())) {
            one.stall.reset();
        }
        if (std::exchange(one.is_left_out, false)) {
            take_in_again(one);
        }
        return false;
    }
    if (one.is_left_out) {
        return false;
    }
    if (one.stall.stalled_ns(one.to.room(), now) < stuck_limit.count()) {
        return true;
    }
    is_frozen_ = !attached_.empty();
    one.is_left_out = attached_.empty();
    return false;
}

// For one of several receivers that takes events again: the notes that sound there have lost their
// ends.
void alsa_output::take_in_again(target& one) noexcept {
    constexpr std::uint8_t ends[] = {64, 66, 69, 123}; // the pedals, all notes off
    for (std::uint8_t channel = 0; channel < 16; ++channel) {
        for (const std::uint8_t controller : ends) {
            const std::uint8_t message[] = {static_cast<std::uint8_t>(0xB0 | channel), controller,
                                            0};
            static_cast<void>(write(one, message));
        }
    }
}

tactus_status alsa_output::write(target& one, bytes_view bytes) noexcept {
    snd_seq_event_t event;
    snd_seq_ev_clear(&event);
    if (bytes.size() <= longest_short && !is_sysex(bytes)) {
        snd_midi_event_reset_encode(coder_);
        if (snd_midi_event_encode(coder_, bytes.data(), static_cast<long>(bytes.size()), &event) !=
                static_cast<long>(bytes.size()) ||
            event.type == SND_SEQ_EVENT_NONE) {
            return fail(-EINVAL);
        }
    } else {
        event.type = SND_SEQ_EVENT_SYSEX;
        event.flags = SND_SEQ_EVENT_LENGTH_VARIABLE;
        event.data.ext.len = static_cast<unsigned>(bytes.size());
        event.data.ext.ptr = const_cast<std::uint8_t*>(bytes.data()); // libasound copies it
    }
    const int written = client_->write(own_, one.to.at(), event);
    if (written < 0) {
        return fail(written);
    }
    one.to.count_written(bytes);
    return TACTUS_OK;
}

tactus_status alsa_output::fail(int error) noexcept {
    const bool is_full = error == -EAGAIN || error == -ENOMEM; // another program was faster
    return is_full ? TACTUS_E_AGAIN : alsa_failure(error, wake_, why_);
}

// Room is not enough: after a long message there is room although the receiver takes nothing.
bool alsa_output::is_frozen() noexcept {
    if (is_frozen_ && !targets_.empty()) {
        target& one = targets_.front();
        is_frozen_ = !one.stall.takes_again(one.to.read_room(alsa_now_ns()));
        if (!is_frozen_) {
            one.stall.reset();
        }
    }
    return is_frozen_;
}

} // namespace

std::unique_ptr<output_backend> open_alsa_output(const alsa_opening& as, std::string& why) {
    std::shared_ptr<alsa_client> client = alsa_client::open(as.client, why);
    if (client == nullptr) {
        return nullptr;
    }
    auto system = std::make_unique<alsa_output>(std::move(client), as);
    system->prepare();
    return system;
}

} // namespace midi
