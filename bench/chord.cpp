// SPDX-License-Identifier: MIT
// Chords through a forwarder that keeps time: notes in one bundle, due together 50 ms later. How
// far apart they arrive, first to last, by the kernel's stamps at the receiver; and how late the
// first one is. A chord that lacks a note is counted, not measured.
//   --to PORT --listen PORT --chords N --notes N
#include "bench/datagrams.hpp"
#include "bench/measure.hpp"

#include <algorithm>

namespace {

using namespace tactus::bench;

constexpr std::int64_t ahead_ns = 50'000'000;
constexpr std::int64_t pause_ns = 20'000'000;
constexpr int patience_ms = 200;

struct heard {
    std::uint32_t notes = 0;
    std::int64_t first_ns = 0;
    std::int64_t last_ns = 0;
};

heard listen(udp_end& in, std::uint32_t notes) {
    heard chord;
    while (chord.notes < notes) {
        const std::size_t taken = in.receive(patience_ms, [&](std::span<const std::uint8_t> packet,
                                                              std::int64_t stamp_ns) {
            for_each_number(packet, [&](std::uint32_t) {
                chord.first_ns = chord.notes == 0 ? stamp_ns : std::min(chord.first_ns, stamp_ns);
                chord.last_ns = std::max(chord.last_ns, stamp_ns);
                ++chord.notes;
            });
        });
        if (taken == 0) {
            break;
        }
    }
    return chord;
}

} // namespace

int main(int count, char** words) {
    const arguments given(count, words, {{"to", 0}, {"listen", 0}, {"chords", 100}, {"notes", 16}});
    udp_end out(0);
    udp_end in(static_cast<std::uint16_t>(given.whole("listen")));
    out.connect(static_cast<std::uint16_t>(given.whole("to")));
    const auto notes = static_cast<std::uint32_t>(given.whole("notes"));
    std::vector<std::int64_t> spread_ns;
    std::vector<std::int64_t> late_ns;
    double incomplete = 0;
    for (std::int64_t i = 0; i < given.whole("chords"); ++i) {
        const std::int64_t due_ns = unix_ns() + ahead_ns;
        out.send(chord_bundle(0, notes, due_ns));
        const heard chord = listen(in, notes);
        if (chord.notes == notes) {
            spread_ns.push_back(chord.last_ns - chord.first_ns);
            late_ns.push_back(chord.first_ns - due_ns);
        } else {
            ++incomplete;
        }
        sleep_until_ns(now_ns() + pause_ns);
    }
    answer result;
    result.add("complete", static_cast<double>(spread_ns.size()));
    result.add("incomplete", incomplete);
    result.add_spread("spread", spread_ns);
    result.add_spread("late", late_ns);
    result.print();
    return 0;
}
