// SPDX-License-Identifier: MIT
// Ingress: what leaves while a batch comes in, and whether there is room for more.
#include "kernel/flow/ingress.hpp"

#include <algorithm>

namespace tactus::flow {

// What waited before the batch, or has a time of its own, leaves when that has come. What came to
// leave at once does not hurry: it goes with its neighbours, so that an output can put them into
// one datagram, unless they would fill a queue. Whatever leaves, leaves in order of (due, arrival):
// nothing is passed over. Answers the time.
std::int64_t ingress::look(const offer& next, std::uint32_t taken) noexcept {
    const std::int64_t now_ns = clock_.now_ns();
    const amount until_next_look{packets_between_looks,
                                 std::uint64_t{packets_between_looks} * next.event->size};
    if (soonest_ns_ <= now_ns || taken % packets_together == 0 ||
        !has_space(next.input, until_next_look)) {
        dispatcher_.run_due(now_ns);
        soonest_ns_ = dispatcher_.next_due_ns();
    }
    return now_ns;
}

bool ingress::has_room(std::uint16_t input, const amount& packet) const noexcept {
    const amount more = most_made_of(input, packet);
    const std::span<const std::uint16_t> outputs = router_.reachable(input);
    return std::all_of(outputs.begin(), outputs.end(),
                       [&](std::uint16_t output) { return dispatcher_.has_room(output, more); });
}

bool ingress::has_space(std::uint16_t input, const amount& packet) const noexcept {
    const amount more = most_made_of(input, packet);
    const std::span<const std::uint16_t> outputs = router_.reachable(input);
    return std::all_of(outputs.begin(), outputs.end(),
                       [&](std::uint16_t output) { return dispatcher_.has_space(output, more); });
}

// Routes that translate may make several deliveries of a message.
amount ingress::most_made_of(std::uint16_t input, const amount& packet) const noexcept {
    const std::uint64_t times = router_.deliveries_max(input);
    return {packet.events * times, packet.bytes * times};
}

} // namespace tactus::flow
