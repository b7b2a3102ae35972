// SPDX-License-Identifier: MIT
#include "kernel/metrics/page/cures.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace tactus::metrics::page {
namespace {

// In the order of flow::rejected_names.
constexpr std::array<std::string_view, flow::rejected_names.size()> rejected_cures = {
    "The bytes are no valid MIDI or OSC: look at the sender, or at what else sends to this "
    "address.",
    "An event, a SysEx too, has 65536 bytes at most, an OSC address 1024: let the sender send "
    "less.",
    "Bundles lie within bundles too deeply: let the sender send flat bundles.",
    "Its sender is not in `allow` of the input: add it there, if it may send.",
    "The sender is faster than the input's `rate`: slow it down, or raise `rate`.",
    "It is due further ahead than `max_ahead` allows: check the sender's clock, or raise "
    "`max_ahead`.",
    "The input takes no events of this type: send another type.",
    "The input was closed already. It happens at a stop or a reload; nothing is to be done.",
    "No route can translate it: `tactus explain` tells what is missing.",
    "SysEx is denied here: set `sysex` of the input if the sender is trusted.",
    "The daemon could not read fast enough: lighten the machine, or set `rate` against a flood.",
    "The operator muted the input: `tactus unmute` lets it through again."};

// In the order of flow::unrouted_names.
constexpr std::array<std::string_view, flow::unrouted_names.size()> unrouted_cures = {
    "No route takes its address: add a `[[route]]`, if it should go anywhere. `tactus explain` "
    "helps.",
    "Its routes leave it out with `match`, as the file says.",
    "It asks for a port that no output of its routes has: `tactus ports` lists them.",
    "It asks for a peer that is not in `allow_peers` of the output: add it there.",
    "Several ports have the name that it asks for: let it name one exactly."};

// In the order of flow::dropped_names.
constexpr std::array<std::string_view, flow::dropped_names.size()> dropped_cures = {
    "More events waited than may: send less far ahead, or raise `pending` of the output's `queue` "
    "or "
    "of `[limits]`.",
    "It was later than `late_limit` allows: see whether the machine is busy, or senders are late.",
    "The output is not there: plug in and switch on its device, or start the peer.",
    "The output hung and was cut off: check its device or driver.",
    "The device or peer refused it: the log tells why.",
    "The sender took it back; nothing is to be done.",
    "The daemon or the output was stopped; nothing is to be done.",
    "The memory for waiting events is full: raise `memory` of `[limits]`, or send less far ahead.",
    "The output sends no events of this type: translate them with `as` of the route.",
    "The route cannot translate it: `tactus explain` tells what is missing.",
    "Its note had ended or begun anew before; nothing is to be done.",
    "The route's `throttle` leaves it out, as the file says.",
    "The route's `dedupe` leaves repetitions out, as the file says.",
    "SysEx from that input is denied: set `sysex` of the input if its senders are trusted.",
    "Events went round in a circle, so the route is muted for a second: break the circle.",
    "The SysEx is too large for this output, or another is under way: send one after the other.",
    "The operator muted the output, the route or the input: `tactus unmute` lets it through again.",
    "A reload removed the output while it waited; nothing is to be done."};

template <class Reason, std::size_t N>
bool is_one_of(Reason reason, const std::array<Reason, N>& all) noexcept {
    return std::find(all.begin(), all.end(), reason) != all.end();
}

} // namespace

std::string_view cure_of(flow::rejected reason) noexcept {
    return rejected_cures[static_cast<std::size_t>(reason)];
}

std::string_view cure_of(flow::unrouted reason) noexcept {
    return unrouted_cures[static_cast<std::size_t>(reason)];
}

std::string_view cure_of(flow::dropped reason) noexcept {
    return dropped_cures[static_cast<std::size_t>(reason)];
}

bool is_meant(flow::rejected reason) noexcept {
    return is_one_of(reason, std::array{flow::rejected::closed, flow::rejected::muted});
}

bool is_meant(flow::unrouted reason) noexcept {
    return reason == flow::unrouted::filtered;
}

bool is_meant(flow::dropped reason) noexcept {
    return is_one_of(reason, std::array{flow::dropped::cancelled, flow::dropped::stop,
                                        flow::dropped::outdated, flow::dropped::throttled,
                                        flow::dropped::unchanged, flow::dropped::muted});
}

} // namespace tactus::metrics::page
