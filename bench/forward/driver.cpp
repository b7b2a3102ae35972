// SPDX-License-Identifier: MIT
// Drives a forwarder, the daemon or forward/raw.c, with bursts of OSC messages, takes what comes
// back, and asks the system how much CPU the forwarding thread used for it. A burst begins when all
// of the last one has come back, so that no socket overflows and every loss is the forwarder's.
//   --to PORT --listen PORT --pid PID --tid TID --bursts N --burst N --mixed 0|1
#include "bench/datagrams.hpp"
#include "bench/measure.hpp"

#include <cstdio>
#include <string>

namespace {

using namespace tactus::bench;

constexpr int patience_ms = 300;    // without a datagram: the rest of the burst is lost
constexpr std::int64_t warm_up = 3; // bursts

// Time on a CPU, in ns; exact while the thread waits. Source: Linux, proc(5), schedstat.
double cpu_ns_of(std::int64_t pid, std::int64_t tid) {
    const std::string path =
        "/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/schedstat";
    double cpu_ns = 0;
    std::FILE* const file = std::fopen(path.c_str(), "r");
    if (file == nullptr || std::fscanf(file, "%lf", &cpu_ns) != 1) {
        fail(path + " cannot be read.");
    }
    static_cast<void>(std::fclose(file));
    return cpu_ns;
}

// A burst, ready to be sent again and again.
class burst {
public:
    // Mixed: each message is longer than the one before it, up to the longest, so that no two leave
    // as segments of one buffer, but for the shortest behind the longest.
    burst(std::size_t size, bool is_mixed) : is_mixed_(is_mixed), bytes_(size * long_message_max) {
        std::size_t at = 0;
        for (std::uint32_t i = 0; i < size; ++i) {
            constexpr std::size_t steps = (long_message_max - message_size) / 4 + 1;
            const std::size_t length = message_size + (is_mixed ? i % steps * 4 : 0);
            const std::span<std::uint8_t> message = std::span(bytes_).subspan(at, length);
            write_long_message(message, i);
            parts_.emplace_back(message);
            at += length;
        }
        bytes_.resize(at); // shrinks: the parts stay where they are
    }
    void send(udp_end& out) const {
        if (is_mixed_) {
            out.send_each(parts_);
        } else {
            out.send_all(bytes_, message_size);
        }
    }

private:
    bool is_mixed_;
    std::vector<std::uint8_t> bytes_;
    std::vector<std::span<const std::uint8_t>> parts_;
};

// What came back of one burst, and in how many datagrams.
struct returned {
    std::size_t events = 0;
    std::size_t datagrams = 0;
};

returned take_back(udp_end& in, std::size_t size) {
    returned all;
    while (all.events < size) {
        const std::size_t taken =
            in.receive(patience_ms, [&](std::span<const std::uint8_t> packet, std::int64_t) {
                for_each_number(packet, [&](std::uint32_t) { ++all.events; });
            });
        if (taken == 0) {
            break;
        }
        all.datagrams += taken;
    }
    return all;
}

} // namespace

int main(int count, char** words) {
    const arguments given(count, words,
                          {{"to", 0},
                           {"listen", 0},
                           {"pid", 0},
                           {"tid", 0},
                           {"bursts", 200},
                           {"burst", 1024},
                           {"mixed", 0}});
    udp_end out(0);
    udp_end in(static_cast<std::uint16_t>(given.whole("listen")));
    out.connect(static_cast<std::uint16_t>(given.whole("to")));
    const auto size = static_cast<std::size_t>(given.whole("burst"));
    const burst load(size, given.whole("mixed") != 0);
    const auto forwarder_cpu_ns = [&] { return cpu_ns_of(given.whole("pid"), given.whole("tid")); };
    for (std::int64_t i = 0; i < warm_up; ++i) {
        load.send(out);
        take_back(in, size);
    }

    const double before_ns = forwarder_cpu_ns();
    const std::int64_t began_ns = now_ns();
    returned all;
    for (std::int64_t i = 0; i < given.whole("bursts"); ++i) {
        load.send(out);
        const returned some = take_back(in, size);
        all.events += some.events;
        all.datagrams += some.datagrams;
    }
    const auto took_ns = static_cast<double>(now_ns() - began_ns);
    const double cpu_ns = forwarder_cpu_ns() - before_ns;

    const double sent = given.number("bursts") * static_cast<double>(size);
    const auto events = static_cast<double>(all.events);
    answer result;
    result.add("sent", sent);
    result.add("lost", sent - events);
    result.add("cpu_ns_per_event", events > 0 ? cpu_ns / events : 0);
    result.add("events_per_s_wall", events * 1e9 / took_ns);
    result.add("events_per_datagram", events > 0 ? events / static_cast<double>(all.datagrams) : 0);
    result.print();
    return events > 0 ? 0 : 1;
}
