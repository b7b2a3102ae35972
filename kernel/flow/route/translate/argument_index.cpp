// SPDX-License-Identifier: MIT
#include "kernel/flow/route/translate/argument_index.hpp"

#include <algorithm>

namespace tactus::flow {
namespace {

bool is_bracket(char tag) noexcept {
    return tag == '[' || tag == ']';
}

} // namespace

codec::osc_argument_iterator find_argument(codec::osc_arguments among,
                                           std::size_t number) noexcept {
    auto at = among.begin();
    for (; at != among.end(); ++at) {
        number -= is_bracket(at->tag()) ? 0U : 1U;
        if (number == 0) {
            break;
        }
    }
    return at;
}

void argument_index::build(const codec::osc_message& message) noexcept {
    std::size_t tags = 0;
    mark before{0, 0};
    for (const codec::osc_argument& each : codec::arguments(message)) {
        if (tags++ % stride == 0) {
            marks_[size_++] = before;
        }
        before.arguments += is_bracket(each.tag()) ? 0U : 1U;
        before.bytes += static_cast<std::uint32_t>(each.bytes().size());
    }
}

codec::osc_argument_iterator argument_index::at(const codec::osc_message& message,
                                                std::uint16_t number) noexcept {
    if (size_ == 0) {
        build(message);
    }
    const codec::osc_arguments all = codec::arguments(message);
    const auto end = marks_.begin() + static_cast<std::ptrdiff_t>(size_);
    const auto after = std::partition_point(
        marks_.begin(), end, [number](const mark& each) { return each.arguments < number; });
    if (after == marks_.begin()) {
        return all.end(); // there are no arguments
    }
    const mark& from = *(after - 1);
    const std::size_t tag = static_cast<std::size_t>(after - 1 - marks_.begin()) * stride;
    const char* const last = message.types.data() + message.types.size();
    return find_argument(
        {{message.types.data() + tag, last, message.arguments.subspan(from.bytes)}, all.end()},
        number - from.arguments);
}

} // namespace tactus::flow
