// SPDX-License-Identifier: MIT
// The result of translating one event: bytes, or the fault that prevented it.
#pragma once

#include "kernel/flow/route/translate/expression.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tactus::flow {

struct made_event {
    fault why = fault::none;
    std::size_t size = 0;            // bytes written
    std::int64_t length_ns = 0;      // of a note that ends by itself; 0 = it does not
    const variable* about = nullptr; // the variable that a fault concerns, if any
    std::string_view field = {};     // for a fault: the key of `as` whose value is faulty
};

// A fault in the value of a field, with the variable it concerns.
[[nodiscard]] inline made_event failed(std::string_view field, const expression& of,
                                       const value& with) noexcept {
    made_event answer;
    answer.why = with.why;
    answer.about =
        with.about > 0 && with.about <= of.variables().size() ? &of.about(with.about) : nullptr;
    answer.field = field;
    return answer;
}

} // namespace tactus::flow
