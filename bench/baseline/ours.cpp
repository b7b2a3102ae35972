// SPDX-License-Identifier: MIT
// The same job as the daemon does it: the foreign thread posts its events to the loop, where they
// go through ingress, fan-out, dispatcher and timed queue. Ordinary scheduling, as for the two
// others; or as the daemon asks for by itself, real-time; or that and precision = "spin".
#include "bench/baseline/design.hpp"
#include "bench/measure.hpp"
#include "kernel/daemon/due_turn.hpp"
#include "kernel/loop/realtime.hpp"
#include "kernel/time/clock.hpp"

#include <memory>
#include <span>
#include <thread>

namespace tactus::bench {
namespace {

constexpr double spin_budget = 0.05; // as [time] has it

class outlet_sink final : public flow::sink {
public:
    explicit outlet_sink(outlet& to) : to_(to) {}
    flow::hand_off send(const tactus_batch& batch) noexcept override {
        for (std::uint32_t i = 0; i < batch.count; ++i) {
            const tactus_event& event = batch.events[i];
            to_.send(event.due_ns, event.bytes, event.size);
        }
        return {TACTUS_OK, batch.count};
    }

private:
    outlet& to_;
};

class ours final : public design {
public:
    ours(outlet& to, bool is_realtime, bool spins) : sink_(to) {
        flow::output_settings settings;
        settings.is_precise = spins;
        static_cast<void>(dispatcher_.add_output(settings));
        static_cast<void>(ingress_.add_input({}));
        flow::route everything;
        everything.inputs = {0};
        everything.outputs = {0};
        ingress_.configure({});
        fan_out_.configure(flow::router({everything}));
        dispatcher_.connections().attach(0, {&sink_, 1U << TACTUS_PROTO_OSC, 0, false});
        for (const std::string& name : port_names) {
            dispatcher_.connections().ports(0).add(name, name, true);
        }
        dispatcher_.connections().ports_changed(0);
        loop_.set_due_work(&turn_);
        thread_ = std::thread([this, is_realtime] {
            loop::sharpen_timers();
            if (is_realtime && !loop::raise_to_realtime()) {
                fail("the system does not permit SCHED_FIFO.");
            }
            loop_.run();
        });
    }
    ~ours() override {
        loop_.post([](void* self) noexcept { static_cast<ours*>(self)->loop_.stop(); }, this);
        thread_.join();
        loop_.set_due_work(nullptr);
    }

    void enqueue(std::vector<timed_event> events) override {
        auto* const given = new offer{this, std::move(events)};
        loop_.post([](void* what) noexcept { take(static_cast<offer*>(what)); }, given);
    }
    [[nodiscard]] std::size_t taken() const override {
        return taken_.load(std::memory_order_acquire);
    }

private:
    struct offer {
        ours* to;
        std::vector<timed_event> events;
    };

    static void take(offer* what) noexcept {
        const std::unique_ptr<offer> given(what);
        ours& self = *given->to;
        std::vector<tactus_event>& events = self.events_;
        events.clear();
        for (const timed_event& each : given->events) {
            tactus_event event{};
            event.due_ns = each.due_ns;
            event.bytes = each.bytes.data();
            event.size = static_cast<std::uint32_t>(each.bytes.size());
            event.protocol = TACTUS_PROTO_OSC;
            events.push_back(event);
        }
        tactus_batch batch{};
        batch.struct_size = sizeof batch;
        batch.count = static_cast<std::uint32_t>(events.size());
        batch.event_stride = sizeof(tactus_event);
        batch.flags = TACTUS_BATCH_DROPPABLE;
        batch.events = events.data();
        const flow::ingress::answer answered = self.ingress_.emit(0, batch);
        self.taken_.fetch_add(answered.accepted, std::memory_order_release);
    }

    time::real_clock clock_;
    loop::loop loop_{clock_};
    time::timebase timebase_{clock_};
    flow::dispatcher dispatcher_{std::move(*flow::timed_queue::make({}, clock_.now_ns())), clock_};
    flow::fan_out fan_out_{dispatcher_, clock_};
    flow::ingress ingress_{fan_out_, dispatcher_, timebase_, clock_};
    host::backpressure_waiters waiters_;
    coro::timer stall_watch_;
    daemon::due_turn turn_{dispatcher_, ingress_,     fan_out_,   waiters_,
                           loop_,       stall_watch_, spin_budget};
    outlet_sink sink_;
    std::vector<tactus_event> events_;  // loop only
    std::atomic<std::size_t> taken_{0}; // written by the loop, read by the load
    std::thread thread_;
};

} // namespace

std::unique_ptr<design> make_ours(outlet& to) {
    return std::make_unique<ours>(to, false, false);
}
std::unique_ptr<design> make_ours_realtime(outlet& to) {
    return std::make_unique<ours>(to, true, false);
}
std::unique_ptr<design> make_ours_spinning(outlet& to) {
    return std::make_unique<ours>(to, true, true);
}

} // namespace tactus::bench
