// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/sounding_count.hpp"

#include "kernel/flow/output/notes/remaining_notes.hpp"

#include <algorithm>

namespace tactus::flow {

std::size_t sounding_count::total() const noexcept {
    std::size_t sum = 0;
    outputs_.for_each([&](const output& of) { sum += at(of.index); });
    return sum;
}

std::size_t sounding_count::at(std::uint16_t output) const noexcept {
    flow::output& of = outputs_[output];
    account_.collect(of);
    std::size_t sum = 0;
    for (const port_notes::entry& each : of.notes.ports()) {
        sum += each.notes.to_end();
    }
    return sum;
}

std::size_t sounding_count::out_of_reach(std::uint16_t output) const {
    flow::output& of = outputs_[output];
    account_.collect(of);
    std::size_t sum = 0;
    for (port_notes::entry& each : of.notes.ports()) {
        sum += is_reached(of, each) ? 0 : of.notes.remains_of(each, true).on.to_end();
    }
    return sum;
}

std::size_t sounding_count::possible(std::uint16_t output) const {
    flow::output& of = outputs_[output];
    account_.collect(of);
    std::size_t sum = 0;
    for (port_notes::entry& each : of.notes.ports()) {
        sum += of.notes.remains_of(each, true).on.to_end();
    }
    return sum;
}

bool sounding_count::is_certain(std::uint16_t output) const noexcept {
    const std::vector<port_notes::entry>& all = outputs_[output].notes.ports();
    return std::any_of(all.begin(), all.end(),
                       [](const port_notes::entry& each) { return each.notes.to_end() > 0; });
}

std::size_t sounding_count::to_end(std::uint16_t output) const noexcept {
    return for_each_remaining(account_, outputs_[output], false,
                              [](const output_notes::remains&) {});
}

} // namespace tactus::flow
