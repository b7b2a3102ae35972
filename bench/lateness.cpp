// SPDX-License-Identifier: MIT
// How late the dispatcher hands events over: the daemon's own loop, turn and dispatcher, and an
// output that notes the moment. Due times lie randomly 1 to 4 ms apart, 400 events/s, so that no
// rhythm of the system's is met by luck. bench/suite runs it in turns with cyclictest.
//   --events N --fifo PRIORITY (0: none) --spin 0|1 --budget SHARE
//   --worker 0|1   the output has a thread of its own, as one that may block (MIDI) has
#include "bench/measure.hpp"
#include "kernel/daemon/due_turn.hpp"
#include "kernel/host/worker/failed_events.hpp"
#include "kernel/host/worker/output_sinks.hpp"
#include "kernel/host/worker/worker.hpp"
#include "kernel/time/clock.hpp"

#include <array>
#include <optional>
#include <random>

namespace {

using namespace tactus;

constexpr std::int64_t gap_min_ns = 1'000'000;
constexpr std::int64_t gap_max_ns = 4'000'000;
constexpr std::int64_t head_start_ns = 100'000'000;
constexpr std::int64_t handover_ns = 2'000'000; // as [time] has it
constexpr std::size_t warm_up = 50;             // events, in which the lead settles

// Where events end: on the loop by send(), or on a worker's thread by as_output().
class recording_output final : public flow::sink {
public:
    recording_output(const time::clock& clock, loop::loop& turns, std::size_t awaited)
        : clock_(clock), loop_(turns), awaited_(awaited) {
        late_ns.reserve(awaited);
        as_plugin_.struct_size = sizeof as_plugin_;
        as_plugin_.send = [](tactus_plugin* self, const tactus_batch* batch,
                             std::uint32_t* accepted) noexcept -> tactus_status {
            *accepted = batch->count;
            return reinterpret_cast<recording_output*>(self)->send(*batch).status;
        };
    }
    // What a worker calls; its plugin is this.
    [[nodiscard]] host::worker::destination as_output(double spin_budget) noexcept {
        return {&as_plugin_, reinterpret_cast<tactus_plugin*>(this), spin_budget};
    }

    flow::hand_off send(const tactus_batch& batch) noexcept override {
        const std::int64_t now_ns = clock_.now_ns();
        for (std::uint32_t i = 0; i < batch.count; ++i) {
            const std::int64_t due_ns = batch.events[i].due_ns;
            early += now_ns < due_ns ? 1U : 0U;
            late_ns.push_back(now_ns - due_ns);
        }
        if (late_ns.size() == awaited_) {
            loop_.post([](void* turns) noexcept { static_cast<loop::loop*>(turns)->stop(); },
                       &loop_);
        }
        return {TACTUS_OK, batch.count};
    }

    std::vector<std::int64_t> late_ns;
    std::uint64_t early = 0;

private:
    const time::clock& clock_;
    loop::loop& loop_;
    std::size_t awaited_;
    tactus_output_0 as_plugin_{};
};

struct choice {
    std::size_t events;
    bool spins;
    bool has_worker;
    double budget;
};

// The stations between an input and an output, as kernel/daemon puts them together.
class stations {
public:
    explicit stations(const choice& wanted)
        : loop_(clock_), timebase_(clock_),
          dispatcher_(std::move(*flow::timed_queue::make({}, clock_.now_ns())), clock_),
          fan_out_(dispatcher_, clock_), ingress_(fan_out_, dispatcher_, timebase_, clock_),
          turn_(dispatcher_, ingress_, fan_out_, waiters_, loop_, stall_watch_, wanted.budget),
          output_(clock_, loop_, wanted.events) {
        flow::output_settings settings;
        settings.is_precise = wanted.spins;
        static_cast<void>(dispatcher_.add_output(settings));
        if (wanted.has_worker) {
            worker_.emplace(loop_, "bench", output_.as_output(wanted.spins ? wanted.budget : 0));
            by_worker_.emplace(*worker_, loop_, dispatcher_, std::uint16_t{0}, failed_);
            dispatcher_.connections().attach(
                0, {&*by_worker_, 1U << TACTUS_PROTO_OSC, handover_ns, true});
        } else {
            dispatcher_.connections().attach(0, {&output_, 1U << TACTUS_PROTO_OSC, 0, false});
        }
        dispatcher_.connections().ports(0).add("port", "port", true);
        dispatcher_.connections().ports_changed(0);
        stall_watch_.fire = [](coro::timer&) noexcept {};
        loop_.set_due_work(&turn_);
    }
    ~stations() {
        loop_.set_due_work(nullptr);
        loop_.disarm(stall_watch_);
        if (worker_) {
            worker_->request_stop();
            worker_->join();
        }
    }
    stations(const stations&) = delete;
    stations& operator=(const stations&) = delete;

    void fill(std::size_t events) {
        std::mt19937_64 random(std::random_device{}());
        std::uniform_int_distribution<std::int64_t> gap(gap_min_ns, gap_max_ns);
        const std::array<std::byte, 32> payload{};
        flow::delivery what;
        what.source.bytes = payload;
        what.source.protocol = TACTUS_PROTO_OSC;
        what.due_ns = what.source.arrival_ns = clock_.now_ns();
        what.due_ns += head_start_ns;
        for (std::size_t i = 0; i < events; ++i) {
            what.due_ns += gap(random);
            dispatcher_.enqueuer().deliver(0, what);
        }
    }
    void run() { loop_.run(); }
    [[nodiscard]] recording_output& output() { return output_; }

private:
    time::real_clock clock_;
    loop::loop loop_;
    time::timebase timebase_;
    flow::dispatcher dispatcher_;
    flow::fan_out fan_out_;
    flow::ingress ingress_;
    host::backpressure_waiters waiters_;
    coro::timer stall_watch_;
    daemon::due_turn turn_;
    recording_output output_;
    base::log log_{{}};
    host::instance_id name_{"bench", host::role::output};
    host::failed_events failed_{log_, clock_, name_};
    std::optional<host::worker> worker_;
    std::optional<host::worker_sink> by_worker_;
};

} // namespace

int main(int count, char** words) {
    const bench::arguments given(
        count, words, {{"events", 600}, {"fifo", 0}, {"spin", 0}, {"budget", 0.05}, {"worker", 0}});
    const int priority = static_cast<int>(given.whole("fifo"));
    if (priority != 0 && !bench::become_realtime(priority)) {
        bench::fail("the system does not permit SCHED_FIFO or locked memory.");
    }
    bench::refuse_timer_slack();
    const auto events = static_cast<std::size_t>(given.whole("events")) + warm_up;
    stations all(
        {events, given.whole("spin") != 0, given.whole("worker") != 0, given.number("budget")});
    all.fill(events);
    const std::int64_t began_ns = bench::now_ns();
    const bench::process_use before = bench::used_by_process();
    all.run();
    const bench::process_use after = bench::used_by_process();
    const auto took_ns = static_cast<double>(bench::now_ns() - began_ns);

    std::vector<std::int64_t>& late_ns = all.output().late_ns;
    late_ns.erase(late_ns.begin(), late_ns.begin() + warm_up);
    bench::answer result;
    result.add("events", static_cast<double>(late_ns.size()));
    result.add("early", static_cast<double>(all.output().early));
    result.add_spread("late", late_ns);
    result.add("cpu_share", static_cast<double>(after.cpu_ns - before.cpu_ns) / took_ns);
    result.print();
    return 0;
}
