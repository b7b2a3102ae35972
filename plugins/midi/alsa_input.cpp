// SPDX-License-Identifier: MIT
// ALSA in, through its sequencer: our client has a port for each port that we listen to. The bytes
// come on the client's thread. A SysEx comes in parts, those of a device in parts of 256 bytes; the
// stream parser joins them within a bound.
#include "alsa_port.hpp"
#include "clock_map.hpp"
#include "driver_losses.hpp"
#include "input_backend.hpp"
#include "message_kind.hpp"

#include <tactus/cpp/error.hpp>

#include <algorithm>

namespace midi {
namespace {

using namespace std::chrono_literals;
using direction = alsa_client::direction;

// If events keep their distances, an event is due this much later than the sequencer received it:
// the time to wake us on a busy machine.
constexpr std::chrono::nanoseconds steady_delay = 2ms;

// A driver's loss is detected before the bytes behind the gap come. Notes are then ended a second
// time once nothing has come for gap_quiet, or, if bytes keep coming, after gap_max.
constexpr std::chrono::milliseconds gap_quiet = 100ms;
constexpr std::chrono::nanoseconds gap_max = 1s;

class alsa_source final : public alsa_listener {
public:
    struct way_in {
        event_receiver& into;
        source& to;
        bool is_steady;
    };

    /// `from`: the port to listen to; nullptr for a virtual port.
    alsa_source(alsa_client& client, const way_in& way, const alsa_port* from)
        : client_(client), way_(way) {
        if (from != nullptr) {
            from_ = *from;
            if (from->kind == alsa_kind::hardware) {
                losses_.emplace(*from);
            }
        }
    }
    alsa_source(const alsa_source&) = delete;
    alsa_source& operator=(const alsa_source&) = delete;
    ~alsa_source() {
        if (own_ >= 0) {
            client_.delete_port(own_);
        }
    }

    /// Errors: tactus::failure.
    void open(const std::string& own_name) {
        own_ = client_.make_receiver(own_name, *this, way_.is_steady);
        if (!from_.name.empty()) {
            client_.connections().make(own_, direction::receives, from_.at);
        }
    }
    const source& to() const noexcept { return way_.to; }
    /// The name of the port that we listen to; empty if ours is a virtual port.
    const std::string& from() const noexcept { return from_.name; }
    bool is_held() const noexcept { return client_.connections().is_held(own_); }

private:
    void take(std::span<const std::uint8_t> bytes, std::uint64_t stamp_us) noexcept override;
    void overrun() noexcept override { way_.into.tell_overrun(way_.to); }
    std::optional<std::chrono::milliseconds> idle() noexcept override;
    std::int64_t due_of(std::uint64_t stamp_us) noexcept;

    alsa_client& client_;
    const way_in way_;
    int own_ = -1;
    alsa_port from_; // without a name if ours is a virtual port
    // The reader's:
    std::optional<driver_losses> losses_; // for a device
    std::int64_t gap_until_ns_ =
        0;                      // until then the bytes may come from the edges of a gap; 0: no gap
    std::int64_t heard_ns_ = 0; // during a gap: when bytes last came
    clock_map clock_;
    std::int64_t due_ns_ = 0; // of the last event
};

// Never earlier than the previous one, although the estimate of the queue's clock is corrected at
// times.
std::int64_t alsa_source::due_of(std::uint64_t stamp_us) noexcept {
    clock_.look_at([this] { return way_.into.now_ns(); },
                   [this] { return client_.stamp_now_us(); });
    due_ns_ = std::max(due_ns_, clock_.to_host_ns(stamp_us) + steady_delay.count());
    return due_ns_;
}

void alsa_source::take(std::span<const std::uint8_t> bytes, std::uint64_t stamp_us) noexcept {
    if (losses_ && losses_->has_lost_before(bytes.size())) {
        way_.into.tell_overrun(way_.to);
        gap_until_ns_ = way_.into.now_ns() + gap_max.count();
    }
    if (gap_until_ns_ != 0) {
        heard_ns_ = way_.into.now_ns();
        if (is_sysex(bytes)) {
            way_.into.refuse_sysex(bytes);
            return;
        }
    }
    way_.into.take(way_.to, bytes, way_.is_steady ? due_of(stamp_us) : 0);
}

// A note that began before the gap may have lost its end there. Behind the gap the sequencer makes
// notes that were never played: it takes the rest of a SysEx for data of the last message.
std::optional<std::chrono::milliseconds> alsa_source::idle() noexcept {
    if (gap_until_ns_ == 0) {
        return std::nullopt;
    }
    const std::int64_t now_ns = way_.into.now_ns();
    const bool is_quiet = now_ns - heard_ns_ >= std::chrono::nanoseconds(gap_quiet).count();
    if (now_ns < gap_until_ns_ && !(is_quiet && losses_->is_drained())) {
        return gap_quiet;
    }
    gap_until_ns_ = 0;
    way_.into.mend_gap(way_.to);
    return std::nullopt;
}

class alsa_input final : public input_backend {
public:
    alsa_input(std::shared_ptr<alsa_client> client, const source_opening& as, event_receiver* into)
        : client_(std::move(client)), wake_(as.wake), is_steady_(as.is_steady), into_(into) {
        client_->add_watcher(wake_);
    }
    ~alsa_input() override { client_->remove_watcher(wake_); }

    std::string_view name() const noexcept override { return "ALSA"; }
    std::vector<std::string> ports() override {
        listed_ = list_alsa_ports(*client_, direction::receives);
        std::vector<std::string> names;
        for (const alsa_port& each : listed_) {
            const auto ours = std::find_if(sources_.begin(), sources_.end(), [&](const auto& one) {
                return one->from() == each.name;
            });
            if (ours == sources_.end() || (*ours)->is_held()) {
                names.push_back(each.name);
            }
        }
        return names;
    }
    port_identity identity_of(const std::string& port) override {
        const alsa_port* found = find_alsa_port(listed_, port);
        return found != nullptr ? midi::identity_of(*found) : port_identity();
    }
    void attach(const std::string& port, const std::string& own_name, source& to) override {
        const std::vector<alsa_port> all = list_alsa_ports(*client_, direction::receives);
        const alsa_port* found = find_alsa_port(all, port);
        if (found == nullptr) {
            throw tactus::failure(TACTUS_E_IO, "it went away");
        }
        auto made = make(to, found);
        made->open(own_name);
        sources_.push_back(std::move(made));
    }
    void attach_virtual(const std::string& own_name, source& to) override {
        auto made = make(to, nullptr);
        made->open(own_name);
        sources_.push_back(std::move(made));
    }
    void detach(source& from) noexcept override {
        std::erase_if(sources_, [&from](const auto& each) { return &each->to() == &from; });
    }

    bool is_lost() const noexcept override { return false; }
    std::chrono::milliseconds look_again() const noexcept override { return 0ms; } // ALSA reports

private:
    std::unique_ptr<alsa_source> make(source& to, const alsa_port* from) {
        return std::make_unique<alsa_source>(*client_, alsa_source::way_in{*into_, to, is_steady_},
                                             from);
    }

    std::shared_ptr<alsa_client> client_;
    waker wake_;
    const bool is_steady_;
    event_receiver* into_; // nullptr if it only lists
    std::vector<alsa_port> listed_;
    std::vector<std::unique_ptr<alsa_source>> sources_;
};

} // namespace

std::unique_ptr<input_backend> open_alsa_input(const source_opening& as, event_receiver* into,
                                               std::string& why) {
    std::shared_ptr<alsa_client> client = alsa_client::open(as.client, why);
    if (client == nullptr) {
        return nullptr;
    }
    client->reserve_pool(as.pool_cells);
    return std::make_unique<alsa_input>(std::move(client), as, into);
}

} // namespace midi
