// SPDX-License-Identifier: MIT
// How long the flow goes without a look at what is due, for the worst that a packet and a file can
// hold: the longest time between two looks at the clock while the packet is taken in, and how long
// it took in all. The best of several runs, so that it is the work and not the machine.
#include "kernel/codec/osc_pattern.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <time.h>

namespace {

using namespace tactus;

using bytes = std::vector<std::uint8_t>;

// The real one; remembers the longest time between two looks. That is the thread's processor time:
// what else runs on the machine does not count.
class watched_clock final : public time::clock {
public:
    [[nodiscard]] std::int64_t now_ns() const noexcept override {
        const std::int64_t worked_ns = this_thread_ns();
        longest_ns_ = std::max(longest_ns_, worked_ns - last_ns_);
        last_ns_ = worked_ns;
        return real_.now_ns();
    }
    [[nodiscard]] std::int64_t unix_ns() const noexcept override { return real_.unix_ns(); }
    void begin() noexcept {
        last_ns_ = this_thread_ns();
        longest_ns_ = 0;
    }
    [[nodiscard]] static std::int64_t this_thread_ns() noexcept {
        timespec worked{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &worked);
        return worked.tv_sec * 1'000'000'000 + worked.tv_nsec;
    }
    [[nodiscard]] std::int64_t longest_ns() const noexcept { return longest_ns_; }

private:
    time::real_clock real_;
    mutable std::int64_t last_ns_ = 0;
    mutable std::int64_t longest_ns_ = 0;
};

class counting_sink final : public flow::sink {
public:
    flow::hand_off send(const tactus_batch& batch) noexcept override {
        return {TACTUS_OK, batch.count};
    }
};

class gap_flow {
public:
    gap_flow(std::vector<flow::route> routes, std::uint16_t outputs, std::uint32_t protocols)
        : timebase_(clock_), dispatcher_(make_queue(), clock_), fan_out_(dispatcher_, clock_),
          ingress_(fan_out_, dispatcher_, timebase_, clock_) {
        flow::output_settings settings;
        settings.limits.pending = limits().pending;
        for (std::uint16_t i = 0; i < outputs; ++i) {
            (void)dispatcher_.add_output(settings);
            dispatcher_.connections().attach(i, {&sink_, protocols, 0, false});
            dispatcher_.connections().ports(i).add("port", "port", true);
            dispatcher_.connections().ports_changed(i);
        }
        (void)ingress_.add_input({});
        ingress_.configure({});
        fan_out_.configure(flow::router(routes));
    }

    void emit(const bytes& packet, std::uint16_t protocol, std::uint32_t tag = 0,
              std::int64_t due_ns = 0, std::uint32_t count = 1) {
        tactus_event event{};
        event.due_ns = due_ns;
        event.bytes = packet.data();
        event.size = static_cast<std::uint32_t>(packet.size());
        event.protocol = protocol;
        event.tag = tag;
        const std::vector<tactus_event> events(count, event);
        tactus_batch batch{};
        batch.struct_size = sizeof batch;
        batch.count = count;
        batch.event_stride = sizeof event;
        batch.flags = TACTUS_BATCH_DROPPABLE;
        batch.events = events.data();
        (void)ingress_.emit(0, batch);
    }
    void drain() {
        while (dispatcher_.next_due_ns() <= clock_.now_ns()) {
            dispatcher_.run_due(clock_.now_ns());
        }
        while (dispatcher_.tidy()) {
        }
    }

    flow::ingress& in() noexcept { return ingress_; }
    watched_clock& clock() noexcept { return clock_; }

private:
    static flow::queue_limits limits() {
        flow::queue_limits limits;
        limits.pending = {1'200'000, std::uint64_t{1} << 30};
        return limits;
    }
    flow::timed_queue make_queue() {
        return std::move(*flow::timed_queue::make(limits(), clock_.now_ns()));
    }

    watched_clock clock_;
    time::timebase timebase_;
    flow::dispatcher dispatcher_;
    flow::fan_out fan_out_;
    flow::ingress ingress_;
    counting_sink sink_;
};

void append(bytes& to, std::string_view text) {
    to.insert(to.end(), text.begin(), text.end());
    to.resize(to.size() / 4 * 4 + 4);
}

bytes message(std::string_view address, std::string_view types = "i", std::size_t size = 4) {
    bytes out;
    append(out, address);
    append(out, "," + std::string(types));
    out.resize(out.size() + size);
    return out;
}

bytes blob(std::uint32_t size) {
    bytes out = message("/blob", "b", 4 + size);
    const std::size_t at = out.size() - size - 4;
    for (int i = 0; i < 4; ++i) {
        out[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(size >> (24 - 8 * i));
    }
    return out;
}

bytes bundle(const bytes& element, std::size_t count) {
    bytes out;
    append(out, "#bundle");
    out.resize(16);
    out[15] = 1;
    for (std::size_t i = 0; i < count; ++i) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.push_back(static_cast<std::uint8_t>(element.size() >> shift));
        }
        out.insert(out.end(), element.begin(), element.end());
    }
    return out;
}

std::vector<std::uint16_t> all_of(std::uint16_t outputs) {
    std::vector<std::uint16_t> all(outputs);
    for (std::uint16_t i = 0; i < outputs; ++i) {
        all[i] = i;
    }
    return all;
}

std::vector<flow::route> starred(std::size_t count) {
    std::vector<flow::route> all;
    for (std::size_t i = 0; i < count; ++i) {
        std::string text = "/";
        for (int star = 0; star < 14; ++star) {
            text += "*a";
        }
        text += "[x-z]" + std::to_string(i) + "*";
        all.push_back({{0}, codec::osc_pattern::compile(text).value(), {0}});
    }
    return all;
}

std::vector<flow::route> conditional(std::size_t count) {
    std::vector<flow::route> all;
    for (std::size_t i = 0; i < count; ++i) {
        flow::route each{{0}, std::nullopt, {0}};
        for (const char* text : {"$amp == 1", "$1000 == 1", "$note > 5"}) {
            each.filter.conditions.push_back(flow::expression::compile(text).value());
        }
        all.push_back(std::move(each));
    }
    return all;
}

std::vector<flow::route> making(std::size_t count, std::uint16_t outputs) {
    std::vector<flow::route> all;
    for (std::size_t i = 0; i < count; ++i) {
        flow::route each{{0}, std::nullopt, all_of(outputs)};
        each.as.emplace(flow::translation{flow::osc_maker{}});
        all.push_back(std::move(each));
    }
    return all;
}

struct gap_case {
    const char* name;
    std::vector<flow::route> routes;
    std::uint16_t outputs;
    bytes packet;
    std::uint16_t protocol = TACTUS_PROTO_OSC;
    std::uint32_t count = 1;
};

struct figures {
    std::int64_t gap_ns = INT64_MAX;
    std::int64_t all_ns = INT64_MAX;
};

void print(const char* name, const figures& of) {
    std::printf("%-52s %9.1f us between looks, %10.1f us in all\n", name,
                static_cast<double>(of.gap_ns) / 1e3, static_cast<double>(of.all_ns) / 1e3);
}

template <class Call>
figures measure(gap_flow& flow, Call&& call, int runs = 7) {
    figures best;
    for (int run = 0; run < runs; ++run) {
        flow.clock().begin();
        const std::int64_t from_ns = watched_clock::this_thread_ns();
        call();
        (void)flow.clock().now_ns();
        best.all_ns = std::min(best.all_ns, watched_clock::this_thread_ns() - from_ns);
        best.gap_ns = std::min(best.gap_ns, flow.clock().longest_ns());
        flow.drain();
    }
    return best;
}

void take(gap_case one) {
    gap_flow flow(std::move(one.routes), one.outputs,
                  (1U << TACTUS_PROTO_OSC) | (1U << TACTUS_PROTO_MIDI));
    print(one.name, measure(flow, [&] { flow.emit(one.packet, one.protocol, 0, 0, one.count); }));
}

// What is called between two looks, as a whole.
void cancel_a_million() {
    constexpr std::int64_t far_ns = 500'000'000'000;
    gap_flow flow({{{0}, std::nullopt, {0}}}, 1, 1U << TACTUS_PROTO_OSC);
    const bytes packet = message("/a");
    figures best;
    for (int run = 0; run < 3; ++run) {
        for (int i = 0; i < 1000; ++i) {
            flow.emit(packet, TACTUS_PROTO_OSC, 7, flow.clock().now_ns() + far_ns + i, 1000);
        }
        const std::int64_t from_ns = watched_clock::this_thread_ns();
        (void)flow.in().cancel(0, 7);
        const std::int64_t all_ns = watched_clock::this_thread_ns() - from_ns;
        best = {std::min(best.gap_ns, all_ns), std::min(best.all_ns, all_ns)};
        flow.drain();
    }
    print("a million events cancelled by their tag", best);
}

} // namespace

int main() {
    const bytes small = message("/a");
    const bytes longest = message("/" + std::string(1020, 'a'));
    const bytes many = message("/all", std::string(1000, 'i'), 4000);
    const bytes sysex = [] {
        bytes out(60'000, 1);
        out.front() = 0xF0;
        out.back() = 0xF7;
        return out;
    }();
    const std::vector<flow::route> everything{{{0}, std::nullopt, {0}}};

    take({"57 addresses of 1 KiB, 30 wildcard routes", starred(30), 1, bundle(longest, 57)});
    take({"one address of 1 KiB, 1000 wildcard routes", starred(1000), 1, longest});
    take({"57 addresses of 1 KiB, 1000 wildcard routes", starred(1000), 1, bundle(longest, 57)});
    take({"3200 messages in a bundle", everything, 1, bundle(small, 3200)});
    take({"3200 messages to 64 outputs each",
          {{{0}, std::nullopt, all_of(64)}},
          64,
          bundle(small, 3200)});
    take({"1000 arguments, 600 conditions", conditional(200), 1, many});
    take({"12 x 1000 arguments, 600 conditions", conditional(200), 1, bundle(many, 12)});
    take({"60 KB blob, 64 outputs", {{{0}, std::nullopt, all_of(64)}}, 64, blob(60'000)});
    take({"60 KB blob, 8 routes with `as` to 64 outputs", making(8, 64), 64, blob(60'000)});
    take({"64 SysEx of 60 KB, 16 outputs",
          {{{0}, std::nullopt, all_of(16)}},
          16,
          sysex,
          TACTUS_PROTO_MIDI,
          64});
    cancel_a_million();
    return 0;
}
