// SPDX-License-Identifier: MIT
// Ingress: what is sent while a batch comes in, and whether there is room for more.
#include "kernel/flow/ingress/ingress.hpp"

#include <algorithm>

namespace tactus::flow {

// Events that waited before the batch, or have a time of their own, leave when due. Those that came
// to leave at once are held for their neighbours, so that an output can put them into one datagram,
// unless they would fill a queue. Everything leaves in order of (due, arrival): nothing is passed
// over. Returns the time.
std::int64_t ingress::look(const offer& next, std::uint32_t taken) noexcept {
    const room_question until_next_look{
        next.input,
        group_of(next.input, *next.event),
        {packets_between_looks, std::uint64_t{packets_between_looks} * next.event->size}};
    return watch_.look(taken % packets_together == 0 || !has_space(until_next_look));
}

// If true, the input may offer it again as soon as it has room.
bool ingress::must_wait(const message& packet, const queue_amount& size) noexcept {
    const room_question asked{packet.input, group_of(packet.input, *packet.packet), size};
    if (has_room(asked)) {
        return false;
    }
    inputs_[packet.input]->awaited = asked;
    return true;
}

bool ingress::has_room(const room_question& packet) const noexcept {
    const room_question more = most_made_of(packet);
    const std::span<const std::uint16_t> outputs = router_.reachable(packet.input);
    return std::all_of(outputs.begin(), outputs.end(), [&](std::uint16_t output) {
        return dispatcher_.queue().has_room(output, more);
    });
}

bool ingress::has_space(const room_question& packet) const noexcept {
    const room_question more = most_made_of(packet);
    const std::span<const std::uint16_t> outputs = router_.reachable(packet.input);
    return std::all_of(outputs.begin(), outputs.end(), [&](std::uint16_t output) {
        return dispatcher_.queue().has_space(output, more);
    });
}

// Routes that translate may make several deliveries of a message.
room_question ingress::most_made_of(const room_question& packet) const noexcept {
    const std::uint64_t times = router_.deliveries_max(packet.input);
    room_question more = packet;
    more.more = {packet.more.events * times, packet.more.bytes * times};
    return more;
}

} // namespace tactus::flow
