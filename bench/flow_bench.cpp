// SPDX-License-Identifier: MIT
// The user-space work of one event, sockets left out: emit -> ingress -> fan-out -> dispatcher
// and its timed queue -> a sink that counts. With an empty queue, and with a million events waiting
// behind.
#include "kernel/codec/osc_writer.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/route/fan_out.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <optional>

namespace {

std::atomic<std::uint64_t> allocations{0};

} // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace {

using namespace tactus;

class counting_sink final : public flow::sink {
public:
    flow::hand_off send(const tactus_batch& batch) noexcept override {
        taken += batch.count;
        return {TACTUS_OK, batch.count};
    }
    std::uint64_t taken = 0;
};

// Everything between two plugins, on the real clock.
class bench_flow {
public:
    explicit bench_flow(std::uint32_t protocols, std::optional<flow::translation> as = {})
        : timebase_(clock_), dispatcher_(make_queue(), clock_), fan_out_(dispatcher_, clock_),
          ingress_(fan_out_, dispatcher_, timebase_, clock_) {
        flow::output_settings settings;
        settings.limits.pending = limits().pending;
        (void)dispatcher_.add_output(settings);
        file_.format();
        (void)dispatcher_.note_recovery().slots().record_in(file_, 0, "out");
        (void)ingress_.add_input({});
        flow::route everything;
        everything.inputs = {0};
        everything.outputs = {0};
        everything.as = std::move(as);
        ingress_.configure({});
        // The guard against circles is on, but no rate is too high.
        fan_out_.configure(flow::router({everything}), {1e9});
        dispatcher_.connections().attach(0, {&sink_, protocols, 0, false});
        dispatcher_.connections().ports(0).add("port", "port", true);
        dispatcher_.connections().ports_changed(0);
    }

    void emit(std::span<const std::uint8_t> bytes, std::int64_t due_ns, std::uint32_t count) {
        tactus_event event{};
        event.due_ns = due_ns;
        event.bytes = bytes.data();
        event.size = static_cast<std::uint32_t>(bytes.size());
        event.protocol = TACTUS_PROTO_OSC;
        events_.assign(count, event);
        tactus_batch batch{};
        batch.struct_size = sizeof batch;
        batch.count = count;
        batch.event_stride = sizeof event;
        batch.flags = TACTUS_BATCH_DROPPABLE;
        batch.events = events_.data();
        (void)ingress_.emit(0, batch);
    }
    void run() { dispatcher_.run_due(clock_.now_ns()); }
    std::int64_t now_ns() const { return clock_.now_ns(); }
    std::uint64_t sent() const { return sink_.taken; }

private:
    static flow::queue_limits limits() {
        flow::queue_limits limits;
        limits.pending = {1'200'000, std::uint64_t{1} << 30};
        return limits;
    }
    flow::timed_queue make_queue() {
        return std::move(*flow::timed_queue::make(limits(), clock_.now_ns()));
    }

    std::vector<std::byte> memory_ = std::vector<std::byte>(flow::sounding_file::size());
    flow::sounding_file file_{memory_, flow::sounding_mark};
    time::real_clock clock_;
    time::timebase timebase_;
    flow::dispatcher dispatcher_;
    flow::fan_out fan_out_;
    flow::ingress ingress_;
    counting_sink sink_;
    std::vector<tactus_event> events_;
};

std::vector<std::uint8_t> note_on() {
    std::vector<std::uint8_t> bytes(64);
    codec::osc_writer writer(bytes);
    writer.begin_message("/synth/note_on", "iii");
    writer.int32(1);
    writer.int32(60);
    writer.int32(100);
    bytes.resize(writer.finish().value());
    return bytes;
}

// One batch of 64 through everything; per event.
void through(benchmark::State& state, std::uint32_t protocols,
             std::optional<flow::translation> as = {}) {
    constexpr std::uint32_t batch = 64;
    constexpr std::int64_t hour_ns = 500'000'000'000;
    bench_flow flow(protocols, std::move(as));
    const std::vector<std::uint8_t> message = note_on();
    for (std::int64_t i = 0; i < state.range(0); i += batch) {
        flow.emit(message, flow.now_ns() + hour_ns + i * 1000, batch);
    }
    flow.emit(message, 0, batch); // warm
    flow.run();
    const std::uint64_t sent_before = flow.sent();
    std::uint64_t allocated = 0; // within the loop only: the library allocates at its ends
    for (auto _ : state) {
        const std::uint64_t before = allocations.load(std::memory_order_relaxed);
        flow.emit(message, 0, batch);
        flow.run();
        allocated += allocations.load(std::memory_order_relaxed) - before;
    }
    const auto events = static_cast<double>(flow.sent() - sent_before);
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
    state.counters["ns_per_event"] = benchmark::Counter(
        events * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["allocations_per_event"] = static_cast<double>(allocated) / events;
}

void osc_to_osc(benchmark::State& state) {
    through(state, 1U << TACTUS_PROTO_OSC);
}
void osc_to_midi(benchmark::State& state) {
    through(state, 1U << TACTUS_PROTO_MIDI);
}

// as = { note = "$2 + 12", velocity = "clamp($3, 1, 127)", channel = "$1" }
void osc_as_note(benchmark::State& state) {
    flow::midi_maker note;
    note.makes = flow::midi_maker::form::note;
    note.note = flow::expression::compile("$2 + 12").value();
    note.velocity = flow::expression::compile("clamp($3, 1, 127)").value();
    note.channel = flow::expression::compile("$1").value();
    through(state, 1U << TACTUS_PROTO_MIDI, flow::translation{note});
}
// as = { address = "/piano/$2", args = ["$3 / 127", "$1"] }
void osc_as_osc(benchmark::State& state) {
    flow::osc_maker osc;
    osc.address = flow::address_template::compile("/piano/$2").value();
    osc.arguments.emplace();
    osc.arguments->push_back({flow::expression::compile("$3 / 127").value()});
    osc.arguments->push_back({flow::expression::compile("$1").value()});
    through(state, 1U << TACTUS_PROTO_OSC, flow::translation{osc});
}

BENCHMARK(osc_to_osc)->Arg(0)->Arg(1'000'000);
BENCHMARK(osc_to_midi)->Arg(0)->Arg(1'000'000);
BENCHMARK(osc_as_note)->Arg(0);
BENCHMARK(osc_as_osc)->Arg(0);

} // namespace

BENCHMARK_MAIN();
