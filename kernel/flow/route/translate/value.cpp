// SPDX-License-Identifier: MIT
#include "kernel/flow/route/translate/value.hpp"

#include <charconv>
#include <cmath>

namespace tactus::flow {

value argument_value(const codec::osc_argument& from) noexcept {
    value made;
    made.tag = from.tag();
    made.is_original = true;
    made.original = from;
    if (const std::optional<double> number = from.as_double()) {
        made.number = *number;
    } else if (const std::optional<bool> truth = from.as_bool()) {
        made.number = *truth ? 1 : 0;
    } else if (const std::optional<std::string_view> text = from.as_string()) {
        made.text = *text;
    }
    return made;
}

value as_number(const value& from) noexcept {
    if (from.is_fault()) {
        return from;
    }
    if (from.is_number()) {
        const bool is_truth = from.tag == 'T' || from.tag == 'F';
        return std::isfinite(from.number) ? number_value(from.number, is_truth ? 'i' : from.tag)
                                          : fault_value(fault::out_of_range, from.about);
    }
    if (!from.is_text()) {
        return fault_value(fault::wrong_type, from.about);
    }
    double number = 0;
    const char* const end = from.text.data() + from.text.size();
    const auto read = std::from_chars(from.text.data(), end, number, std::chars_format::fixed);
    if (read.ec != std::errc() || read.ptr != end || !std::isfinite(number)) {
        return fault_value(fault::wrong_type, from.about);
    }
    const bool is_whole = from.text.find('.') == std::string_view::npos;
    return number_value(number, is_whole ? 'i' : 'f');
}

} // namespace tactus::flow
