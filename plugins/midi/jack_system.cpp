// SPDX-License-Identifier: MIT
// JACK through RtMidi, made safe by a jack_watch beside it. Measured with RtMidi 5.0 and jackd2
// 1.9.21: the death of the server is heard after 10 to 20 ms; closing RtMidi's object then takes a
// second, so a thread of its own does it; while that object and the watch are not closed nobody in
// this process may open another client (jack_clients.hpp).
//   open -> lost (server died, or something failed) -> closing -> closed
#include "jack_clients.hpp"
#include "jack_pace.hpp"
#include "jack_watch.hpp"
#include "midi_port.hpp"
#include "midi_system.hpp"

#include <tactus/cpp/error.hpp>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>

namespace midi {
namespace {

using namespace std::chrono_literals;
using clock = jack_pace::clock;

// A server that shows no period for so long hangs. Without real-time rights and with five busy
// processes on two cores jackd paused for 100 ms now and then, with twelve for 250 ms.
constexpr clock::duration hang_limit = 500ms;
constexpr int hang_periods = 4; // where they are longer
// What is written now is taken by our callback in the period that begins next, and read by the last
// client of the graph before the one after that begins. A callback that is under way is over by
// then, too. Where the machine does not run a client in time, it takes longer: jackd goes on
// without it.
constexpr int passing_periods = 2;
constexpr clock::duration passing_margin = 10ms;
constexpr clock::duration callback_margin = 20ms;
constexpr clock::duration pace_step = 200us;

static_assert(jack_pace::size_max == whole_size_max);

class jack_system final : public midi_system, private jack_listener {
public:
    explicit jack_system(const jack_opening& as) noexcept : wake_(as.wake), xrun_(as.xrun) {}
    ~jack_system() override;

    /// False: `why` tells. Errors: failure.
    bool open(const std::string& client, std::string& why);

    std::string_view name() const noexcept override { return "JACK"; }
    std::string other_name() const override { return other_name_; }
    std::vector<std::string> ports() override;
    void attach(const std::string& port, const std::string& own_name) override;
    void attach_virtual(const std::string& own_name) override;
    void detach() override;

    tactus_status send(std::span<const std::uint8_t> bytes) noexcept override;
    const std::string& why() const noexcept override { return port_->why(); }

    bool is_lost() const noexcept override {
        return is_lost_.load(std::memory_order_acquire) || is_freed();
    }
    bool is_frozen() noexcept override;
    std::string_view why_frozen() const noexcept override {
        return "JACK shows no periods any more; events are dropped until it does";
    }
    bool let_go() override;
    std::chrono::milliseconds look_again(bool) const noexcept override {
        return is_frozen_ ? 250ms : 0ms; // JACK tells of ports
    }

private:
    void server_gone() noexcept override;
    void ports_changed() noexcept override { wake_(); }
    void xrun() noexcept override { xrun_(); }

    bool is_freed() const noexcept { return jack_clients::freed_so_far() != freed_before_; }
    void start_pace();
    bool wait_for_period();
    void let_pass(clock::duration margin);
    template <class Open>
    void open_port(const std::string& own_name, Open open);
    void fail(std::string text);
    void close() noexcept;

    waker wake_;
    waker xrun_;
    std::unique_ptr<jack_watch> watch_;
    std::unique_ptr<midi_port> port_;
    std::string client_;
    std::string other_name_;
    std::string tied_; // the port that it is attached to, unless a virtual one
    clock::duration limit_ = hang_limit;
    std::optional<jack_pace> pace_; // none where this JACK does not show its periods
    bool has_entered_ = false;      // jack_clients
    const std::uint64_t freed_before_ = jack_clients::freed_so_far();
    bool is_frozen_ = false;
    // false -> true, by libjack's thread (server_gone) or our own (fail); never back. Read by our
    // own and by let_go's. Release and acquire: what was written before it is seen with it.
    std::atomic<bool> is_lost_{false};
    // false -> true by `closing_`, when all is closed. Read by our own. Release, acquire.
    std::atomic<bool> is_closed_{false};
    std::thread closing_;
};

bool jack_system::open(const std::string& client, std::string& why) {
    has_entered_ = jack_clients::enter();
    if (!has_entered_) {
        why = "the JACK clients of the server that died are not all closed yet";
        return false;
    }
    watch_ = jack_watch::open(client + "-watch", *this);
    if (watch_ == nullptr) {
        why = "no JACK server answers";
        return false;
    }
    start_pace();
    if (!is_lost()) { // else RtMidi would print that no server is there
        client_ = client;
        port_ = std::make_unique<midi_port>(midi_api::jack, client);
    }
    if (is_lost()) {
        why = "the JACK server went away at once";
        return false;
    }
    return true;
}

// jackd shows a new frame time in each period. Where none is shown a hang can't be told from
// silence; then only the server's death is noticed, and the daemon's own stall limit is left.
void jack_system::start_pace() {
    limit_ = std::max<clock::duration>(hang_limit, hang_periods * watch_->period());
    if (wait_for_period()) {
        pace_.emplace(limit_, watch_->frame_time(), clock::now());
    }
}

// Until the next begins; false where none does. Blocks: at most limit_.
bool jack_system::wait_for_period() {
    const std::uint32_t first = watch_->frame_time();
    const clock::time_point begin = clock::now();
    while (watch_->frame_time() == first) {
        if (is_lost() || clock::now() - begin > limit_) {
            return false;
        }
        std::this_thread::sleep_for(pace_step);
    }
    return true;
}

// Until passing_periods have begun, unless the server hangs or dies, and a margin more. Blocks: so
// long, or limit_.
void jack_system::let_pass(clock::duration margin) {
    for (int i = 0; i < passing_periods && !is_lost(); ++i) {
        if (!pace_) {
            std::this_thread::sleep_for(watch_->period());
        } else if (!wait_for_period()) {
            break;
        }
    }
    std::this_thread::sleep_for(margin);
}

jack_system::~jack_system() {
    if (closing_.joinable()) {
        closing_.join();
    }
    close();
    if (has_entered_) {
        jack_clients::leave();
    }
}

void jack_system::server_gone() noexcept {
    jack_clients::server_died();
    is_lost_.store(true, std::memory_order_release);
    wake_();
}

void jack_system::fail(std::string text) {
    is_lost_.store(true, std::memory_order_release);
    throw tactus::failure(TACTUS_E_IO, std::move(text));
}

std::vector<std::string> jack_system::ports() {
    return is_lost() ? std::vector<std::string>() : watch_->attachable(port_->names());
}

void jack_system::attach(const std::string& port, const std::string& own_name) {
    if (!is_lost()) {
        watch_->tie(port);
        tied_ = port;
    }
    open_port(own_name, [&] { return port_->open(port, own_name); });
    // RtMidi does not look whether JACK made the connection.
    if (!is_lost() && !watch_->is_connected(own_name, port)) {
        detach();
        throw tactus::failure(TACTUS_E_IO, "JACK refused the connection");
    }
    // It counts from the next period but one; what is sent before is lost.
    let_pass(0ms);
}

void jack_system::attach_virtual(const std::string& own_name) {
    open_port(own_name, [&] { return port_->open_virtual(own_name); });
}

// RtMidi does not say what JACK calls its client; the port that is new does.
template <class Open>
void jack_system::open_port(const std::string& own_name, Open open) {
    const std::string full = client_ + ":" + own_name;
    const bool is_taken = !is_lost() && watch_->has_port(full);
    if (!open()) {
        fail(port_->why());
    }
    other_name_.clear();
    if (!is_lost() && (is_taken || !watch_->has_port(full))) {
        other_name_ = watch_->renamed_owner(client_, own_name);
    }
}

void jack_system::detach() {
    watch_->untie(std::exchange(tied_, {}));
    if (!is_lost()) {
        port_->close();
    }
}

tactus_status jack_system::send(std::span<const std::uint8_t> bytes) noexcept {
    for (;;) {
        if (is_lost()) {
            return TACTUS_E_CLOSED;
        }
        const jack_pace::verdict asked =
            pace_ ? pace_->ask(bytes.size(), watch_->frame_time(), clock::now())
                  : jack_pace::verdict::go;
        if (asked == jack_pace::verdict::frozen) {
            if (!std::exchange(is_frozen_, true)) {
                wake_();
            }
            return TACTUS_E_CLOSED;
        }
        if (asked == jack_pace::verdict::go) {
            return port_->send(bytes) ? TACTUS_OK : TACTUS_E_IO;
        }
        std::this_thread::sleep_for(pace_step);
    }
}

bool jack_system::is_frozen() noexcept {
    if (is_frozen_ && !is_lost() && pace_->look(watch_->frame_time(), clock::now())) {
        is_frozen_ = false;
    }
    return is_frozen_;
}

bool jack_system::let_go() {
    if (!closing_.joinable()) {
        closing_ = std::thread([this] {
            close();
            is_closed_.store(true, std::memory_order_release);
        });
    }
    return is_closed_.load(std::memory_order_acquire);
}

// RtMidi's client first: it is the watch that hears whether the server dies meanwhile. RtMidi takes
// its port away as soon as its callback has run once more; whoever comes later in the graph would
// not hear the last messages, which are the note-offs (all 32 were lost to a client that read its
// port 2 ms into the period, in 10 of 20 stops on a loaded machine). RtMidi frees its ring right
// after its port, while the process callback may still read it (measured: its callback crashed in
// jack_ringbuffer_peek within 320 and 800 closes on a loaded machine). A closed port keeps the
// callback from the ring, so the object is destroyed only when no callback can be left that began
// before.
void jack_system::close() noexcept {
    if (is_freed()) {
        if (port_ != nullptr) {
            port_->abandon();
        }
        if (watch_ != nullptr) {
            watch_->abandon();
        }
    } else if (port_ != nullptr) {
        let_pass(passing_margin);
        port_->close();
        let_pass(callback_margin);
    }
    port_.reset();
    watch_.reset();
}

} // namespace

std::unique_ptr<midi_system> open_jack(const jack_opening& as, std::string& why) {
    auto system = std::make_unique<jack_system>(as);
    if (!system->open(as.client, why)) {
        return nullptr;
    }
    return system;
}

} // namespace midi
