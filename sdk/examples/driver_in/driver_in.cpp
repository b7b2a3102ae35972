// SPDX-License-Identifier: MIT
// An input whose library calls back on a thread of its own, as most drivers do. The callback emits
// at once; it never waits, and nothing of the instance is used after run() has ended, since the
// thread is joined before. Put yours in the place of `driver`, which plays a note each `period`.
#include <tactus/cpp/plugin.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <utility>

namespace {

// The shape of a vendor's library: open, a callback from its thread, close.
class driver {
public:
    using callback = std::function<void(std::span<const std::uint8_t>)>;

    driver(std::chrono::nanoseconds period, callback call)
        : thread_([this, period, call = std::move(call)] { serve(period, call); }) {}
    ~driver() {
        {
            const std::lock_guard lock(mutex_);
            is_closing_ = true;
        }
        closing_.notify_all();
        thread_.join();
    }

private:
    void serve(std::chrono::nanoseconds period, const callback& call) {
        std::array<std::uint8_t, 3> note{0x90, 60, 100};
        std::unique_lock lock(mutex_);
        while (!closing_.wait_for(lock, period, [this] { return is_closing_; })) {
            lock.unlock();
            call(note);
            note[2] = note[2] == 0 ? 100 : 0; // on, off
            lock.lock();
        }
    }

    std::mutex mutex_; // guards is_closing_
    std::condition_variable closing_;
    bool is_closing_ = false;
    std::thread thread_; // last: it uses the others
};

class driver_in {
public:
    struct config {
        std::chrono::nanoseconds period{0};
    };

    static constexpr tactus::plugin_info info{"org.example.driver_in",
                                              "driver",
                                              "1.0.0",
                                              "Example",
                                              "MIT",
                                              "Emits what a driver's thread delivers."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::period, "period", "\"5ms\"", "From one note to the next.")
            .range("\"1ms\"", "\"10s\""));

    explicit driver_in(config settings) : config_(settings) {}

    tactus::task<> run(tactus::context& here) {
        port_ = here.ports().add(tactus::port_info("driver", tactus::port_state::up));
        lost_ = here.metrics().make_counter("driver_lost_total", "Messages without room.");
        const auto on_message = [this, &here](std::span<const std::uint8_t> message) {
            emit(here, message);
        };
        driver running(config_.period, on_message);
        co_await here.until_stop();
    } // `running` joins its thread here, before the instance says that it has stopped

private:
    // On the driver's thread, one call at a time.
    void emit(tactus::context& here, std::span<const std::uint8_t> message) {
        tactus_event event{};
        event.bytes = message.data();
        event.size = static_cast<std::uint32_t>(message.size());
        event.protocol = TACTUS_PROTO_MIDI;
        event.received_ns = tactus::to_ns(here.now());
        event.source = port_;
        const tactus_batch batch{sizeof batch, 1, sizeof event, TACTUS_BATCH_DROPPABLE, &event};
        if (here.try_emit(tactus::batch_view(batch)) == 0) {
            lost_.add(1);
        }
    }

    config config_;
    std::uint32_t port_ = 0;
    tactus::counter lost_;
};

} // namespace

TACTUS_PLUGINS(driver_in);
