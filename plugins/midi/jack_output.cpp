// SPDX-License-Identifier: MIT
// JACK out, by libjack itself: one client with one port. RtMidi is not used: it puts all messages
// of a period at the first frame, spins while its ring is full, and removes its port before JACK's
// graph has passed on the last messages (kernel/DECISIONS.md, 57).
//   open -> lost (server died, or something failed) -> closed
#include "clock_map.hpp"
#include "jack_clients.hpp"
#include "jack_event_writer.hpp"
#include "jack_progress.hpp"
#include "jack_watch.hpp"
#include "output_backend.hpp"

#include <tactus/cpp/error.hpp>
#include <tactus/event.h>

#include <jack/jack.h>
#include <jack/midiport.h>

#include <algorithm>
#include <atomic>
#include <string_view>
#include <utility>

namespace midi {
namespace {

using namespace std::chrono_literals;
using clock = jack_progress::clock;

// A new connection is effective once this many periods have begun.
constexpr std::uint64_t connecting_periods = 2;
// A message must reach us at least this long before the period of its frame begins: the time to
// wake a worker on a busy machine.
constexpr std::chrono::nanoseconds lookahead_margin = 2ms;

// The room of a period at a port, such that PipeWire (0.3.65) passes on all of it; jackd has no
// room for longer messages either. jack_midi_event_reserve() accepts more than arrives, in two
// cases:
// - A message that fills the rest of the buffer overlaps the last byte of the event table, and
//   PipeWire's thread crashes.
// - The period is copied into a sequence of the same size, in which messages take more bytes. If
//   they do not all fit, none arrives.
class port_room final : public jack_room {
public:
    explicit port_room(void* buffer) noexcept : buffer_(buffer) { jack_midi_clear_buffer(buffer); }

    std::size_t left() noexcept override {
        const std::size_t told = jack_midi_max_event_size(buffer_);
        const std::size_t safe = told > in_table_max ? told - 1 : told;
        const std::size_t rest = sequence_max - sequence_;
        return std::min(safe, rest > event_header ? rest - event_header : 0);
    }
    std::uint8_t* reserve(std::uint32_t frame, std::size_t size) noexcept override {
        std::uint8_t* const room = jack_midi_event_reserve(buffer_, frame, size);
        if (room != nullptr) {
            sequence_ += event_header + (size + alignment - 1) / alignment * alignment;
        }
        return room;
    }

private:
    // Units: bytes. Longer messages are stored behind the table.
    static constexpr std::size_t in_table_max = 4;
    // The size of a sequence, its header, the header of each event, and the alignment of events.
    static constexpr std::size_t sequence_max = 32768;
    static constexpr std::size_t sequence_header = 16;
    static constexpr std::size_t event_header = 16;
    static constexpr std::size_t alignment = 8;

    void* buffer_;
    std::size_t sequence_ = sequence_header; // a multiple of alignment; at most sequence_max
};

class jack_output final : public output_backend, private jack_listener {
public:
    explicit jack_output(const jack_opening& as)
        : services_(as.services), only_lists_(as.only_lists), output_(as.services.lateness) {}
    ~jack_output() override { close(); }

    /// Returns false on failure; `why` then holds the reason.
    bool open(const std::string& client, std::string& why);

    std::string_view name() const noexcept override { return "JACK"; }
    std::string other_name() const override { return other_name_; }
    std::vector<std::string> ports() override;
    void attach(const std::string& port, const std::string& own_name) override;
    void attach_virtual(const std::string& own_name) override { make_port(own_name); }
    void detach() override;

    tactus_status send(bytes_view bytes, std::int64_t due_ns) noexcept override;
    std::size_t part_max(std::size_t size) noexcept override { return size; }
    void flush() noexcept override { output_.flush(); }
    std::chrono::nanoseconds lookahead() const noexcept override {
        return period() + lookahead_margin;
    }
    std::chrono::nanoseconds period() const noexcept override {
        return is_lost() ? 0ns : client_->period();
    }
    const std::string& why() const noexcept override { return why_; }

    bool is_lost() const noexcept override {
        return is_lost_.load(std::memory_order_acquire) || is_freed();
    }
    bool is_frozen() noexcept override;
    std::string_view why_frozen() const noexcept override {
        return "JACK shows no periods any more; events are dropped until it does";
    }
    bool finish() noexcept override;
    bool let_go() override;
    std::chrono::milliseconds look_again(bool) const noexcept override {
        return is_frozen_ ? 250ms : 0ms; // JACK announces ports
    }

private:
    void server_gone() noexcept override;
    void ports_changed() noexcept override { services_.wake(); }
    void period_changed() noexcept override { services_.wake(); }
    void xrun() noexcept override;
    void process(jack_client_t* client, std::uint32_t frames,
                 std::uint32_t first) noexcept override;

    bool is_freed() const noexcept { return jack_clients::freed_so_far() != freed_before_; }
    void make_port(const std::string& own_name);
    jack_cycle look_at_clocks(jack_client_t* client, std::uint32_t frames) noexcept;
    void close() noexcept;

    backend_services services_;
    bool only_lists_;
    std::unique_ptr<jack_watch> client_;
    jack_event_writer output_;
    std::string other_name_;
    const std::string why_; // JACK refuses nothing for which it gave room
    std::string tied_;      // the port it is attached to, unless virtual
    jack_progress progress_;
    bool has_entered_ = false; // jack_clients
    const std::uint64_t freed_before_ = jack_clients::freed_so_far();
    bool is_frozen_ = false;
    bool has_finished_ = false; // or it was waited for in vain
    // nullptr: none. Written by the worker, read by JACK's thread. Sequentially consistent: a
    // callback that jack_progress::wait_for_callback() does not see does not see the port any more.
    std::atomic<jack_port_t*> port_{nullptr};
    // Set once by libjack's thread, never reset. Release and acquire: the reader sees earlier
    // writes too.
    std::atomic<bool> is_lost_{false};
    // JACK's thread's:
    clock_map clock_;
    missed_periods missed_;
};

bool jack_output::open(const std::string& client, std::string& why) {
    has_entered_ = jack_clients::enter();
    if (!has_entered_) {
        why = "the JACK clients of the server that died are not all closed yet";
        return false;
    }
    client_ = jack_watch::open(
        client, *this, only_lists_ ? jack_watch::part::onlooker : jack_watch::part::in_graph);
    if (client_ == nullptr) {
        why = "no JACK server answers";
        return false;
    }
    if (const std::string called = client_->name(); called != client) {
        other_name_ = called;
    }
    progress_.start(client_->hang_limit());
    if (services_.periods != nullptr) {
        services_.periods->begin(client_->hang_limit());
    }
    return true;
}

void jack_output::server_gone() noexcept {
    jack_clients::server_died();
    is_lost_.store(true, std::memory_order_release);
    services_.wake();
}

void jack_output::xrun() noexcept {
    output_.xrun();
    services_.xrun();
}

// Without those of this process: events that come in would go out, and come in again.
std::vector<std::string> jack_output::ports() {
    if (is_lost()) {
        return {};
    }
    std::vector<std::string> found = client_->listed(JackPortIsInput);
    std::erase_if(found, jack_clients::has_port);
    return client_->attachable(std::move(found));
}

void jack_output::attach(const std::string& port, const std::string& own_name) {
    if (!is_lost()) {
        client_->tie(port);
        tied_ = port;
    }
    make_port(own_name);
    if (jack_connect(client_->client(), jack_port_name(port_.load(std::memory_order_relaxed)),
                     port.c_str()) != 0) {
        detach();
        throw tactus::failure(TACTUS_E_IO, "JACK refused the connection");
    }
    // Messages sent before the connection is effective are lost.
    progress_.wait_for_periods(connecting_periods, [this] { return is_lost(); });
}

void jack_output::make_port(const std::string& own_name) {
    jack_port_t* made = is_lost() ? nullptr
                                  : jack_port_register(client_->client(), own_name.c_str(),
                                                       JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
    if (made == nullptr) {
        client_->untie(std::exchange(tied_, {}));
        throw tactus::failure(TACTUS_E_IO, is_lost() ? "the server went away"
                                                     : "JACK made no port \"" + own_name + "\"");
    }
    port_.store(made, std::memory_order_seq_cst);
}

void jack_output::detach() {
    client_->untie(std::exchange(tied_, {}));
    jack_port_t* const port = port_.exchange(nullptr, std::memory_order_seq_cst);
    progress_.wait_for_callback();
    if (port != nullptr && !is_lost()) {
        jack_port_unregister(client_->client(), port);
    }
}

tactus_status jack_output::send(bytes_view bytes, std::int64_t due_ns) noexcept {
    if (is_lost()) {
        return TACTUS_E_CLOSED;
    }
    if (progress_.has_hung()) {
        if (!std::exchange(is_frozen_, true)) {
            services_.wake();
        }
        return TACTUS_E_CLOSED;
    }
    return output_.push(due_ns, bytes) ? TACTUS_OK : TACTUS_E_AGAIN;
}

bool jack_output::is_frozen() noexcept {
    const bool is_quiet = services_.periods != nullptr && services_.periods->take_expired();
    if (is_frozen_ && !is_lost() && progress_.has_moved()) {
        is_frozen_ = false;
    } else if (!is_frozen_ && !is_lost() && is_quiet) {
        is_frozen_ = !progress_.goes_on(); // this process may have been stopped, too
    }
    return is_frozen_;
}

bool jack_output::let_go() {
    close();
    return true;
}

// Runs on JACK's thread with its priority: nothing here waits, allocates or wakes another thread.
void jack_output::process(jack_client_t* client, std::uint32_t frames,
                          std::uint32_t first) noexcept {
    progress_.begin_period();
    const std::uint32_t lost = output_.begin(missed_.before(frames, first));
    if (lost > 0) {
        services_.lost_to_xrun(lost);
    }
    jack_port_t* const port = port_.load(std::memory_order_seq_cst);
    if (port == nullptr) {
        output_.discard();
    } else {
        port_room room(jack_port_get_buffer(port, frames));
        output_.write(look_at_clocks(client, frames), room);
    }
    if (services_.periods != nullptr) {
        services_.periods->ran();
    }
    progress_.end_period();
}

jack_cycle jack_output::look_at_clocks(jack_client_t* client, std::uint32_t frames) noexcept {
    clock_.look_at([this] { return services_.clock.now_ns(); }, [] { return jack_get_time(); });
    jack_nframes_t first = 0;
    jack_time_t begin_us = 0;
    jack_time_t end_us = 0;
    float period_us = 0;
    if (jack_get_cycle_times(client, &first, &begin_us, &end_us, &period_us) != 0 ||
        end_us <= begin_us) {
        begin_us = jack_get_time();
        end_us = begin_us + 1;
    }
    return {frames, clock_.to_host_ns(begin_us), clock_.to_host_ns(end_us)};
}

// The last messages are the note-offs: they pass through JACK's graph before the port is removed.
bool jack_output::finish() noexcept {
    if (client_ == nullptr || port_.load(std::memory_order_relaxed) == nullptr) {
        return true;
    }
    if (!is_lost() && !std::exchange(has_finished_, true)) {
        // PipeWire (0.3.65) goes on without a late client, as jackd does, but reports no xrun to
        // the others: whether a receiver got the last messages is then unknown.
        output_.finish(!is_pipewire());
        progress_.wait_until([this] { return output_.is_finished() || is_lost(); });
    }
    return output_.is_finished();
}

void jack_output::close() noexcept {
    if (client_ != nullptr && is_freed()) {
        client_->abandon();
    } else {
        static_cast<void>(finish());
    }
    client_.reset();
    if (services_.periods != nullptr) {
        services_.periods->cease();
    }
    if (std::exchange(has_entered_, false)) {
        jack_clients::leave();
    }
}

} // namespace

std::unique_ptr<output_backend> open_jack_output(const jack_opening& as, std::string& why) {
    auto system = std::make_unique<jack_output>(as);
    if (!system->open(as.client, why)) {
        return nullptr;
    }
    return system;
}

} // namespace midi
