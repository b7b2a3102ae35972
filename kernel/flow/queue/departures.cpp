// SPDX-License-Identifier: MIT
#include "kernel/flow/queue/departures.hpp"

namespace tactus::flow {

void departures::set_ahead(std::uint16_t output, std::int64_t ahead_ns) noexcept {
    output_queue& to = queues_.at(output);
    to.gate().set_ahead(ahead_ns);
    queues_.refresh(to);
}

void departures::pause(std::uint16_t output) noexcept {
    output_queue& paused = queues_.at(output);
    paused.gate().pause();
    queues_.refresh(paused);
}

void departures::resume(std::uint16_t output) noexcept {
    output_queue& resumed = queues_.at(output);
    resumed.gate().resume();
    queues_.refresh(resumed);
}

void departures::freeze(std::uint16_t output, std::int64_t after_ns) noexcept {
    output_queue& frozen = queues_.at(output);
    frozen.gate().freeze(due_of(epoch_.make_key(after_ns, 0, 0)));
    queues_.refresh(frozen);
}

void departures::thaw(std::uint16_t output) noexcept {
    output_queue& thawed = queues_.at(output);
    thawed.gate().thaw();
    queues_.refresh(thawed);
}

std::optional<std::int64_t> departures::next_due() const noexcept {
    if (queues_.is_idle()) {
        return std::nullopt;
    }
    return epoch_.due_ns_of(queues_.first_key());
}

std::optional<std::int64_t> departures::next_due(std::uint16_t output) const noexcept {
    const output_queue& of = queues_.at(output);
    const std::uint8_t first = of.earliest();
    if (first == lanes_count) {
        return std::nullopt;
    }
    return leave_ns_of(of, of.at(first).top());
}

std::optional<std::uint16_t> departures::next_output_due(std::int64_t now_ns) const noexcept {
    if (queues_.is_idle() || epoch_.due_ns_of(queues_.first_key()) > now_ns) {
        return std::nullopt;
    }
    return queues_.first();
}

} // namespace tactus::flow
