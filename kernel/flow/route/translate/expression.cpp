// SPDX-License-Identifier: MIT
#include "kernel/flow/route/translate/expression.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/flow/route/translate/arithmetic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tactus::flow {

expression expression::constant(double number, char tag) {
    expression made;
    made.code_.push_back({op::push_number, tag, 0, 0, number});
    return made;
}

expression expression::constant(std::string text) {
    expression made;
    made.texts_.push_back(std::move(text));
    made.code_.push_back({op::push_text});
    return made;
}

void expression::append(std::string_view function, std::span<const double> numbers) {
    const std::span<const flow::function> table = functions();
    const auto found = std::find_if(table.begin(), table.end(), [&](const flow::function& each) {
        return each.name == function;
    });
    TACTUS_ASSERT(found != table.end() && found->count_max == numbers.size() + 1);
    depth_ = std::max(depth_, 1 + numbers.size());
    for (const double number : numbers) {
        const bool is_whole = number == std::floor(number) &&
                              number >= std::numeric_limits<std::int32_t>::min() &&
                              number <= std::numeric_limits<std::int32_t>::max();
        code_.push_back({op::push_number, is_whole ? 'i' : 'f', 0, 0, number});
    }
    code_.push_back(
        {op::call, 'i', static_cast<std::uint16_t>(found - table.begin()), found->count_max});
}

std::uint16_t expression::captures() const noexcept {
    std::uint16_t highest = 0;
    for (const variable& each : variables_) {
        if (each.what == variable::kind::capture) {
            highest = std::max(highest, each.number);
        }
    }
    return highest;
}

value expression::run(const event_scope& scope) const noexcept {
    if (code_.size() == 1 && code_[0].what == op::push_variable) { // most are no more than that
        value only = scope.of(variables_[0]);
        only.about = 1;
        return only;
    }
    return depth_ <= shallow ? run_on_stack<shallow>(scope) : run_on_stack<stack_max>(scope);
}

template <std::size_t Depth>
value expression::run_on_stack(const event_scope& scope) const noexcept {
    std::array<value, Depth> values;
    std::size_t size = 0;
    for (const instruction& each : code_) {
        step(each, scope, values, size);
    }
    return values[0];
}

// The compiler has ensured that nothing leaves the stack.
void expression::step(const instruction& each, const event_scope& scope, std::span<value> values,
                      std::size_t& size) const noexcept {
    switch (each.what) {
    case op::push_number:
        values[size++] = number_value(each.number, each.tag);
        return;
    case op::push_text:
        values[size++] = text_value(texts_[each.index]);
        return;
    case op::push_variable:
        values[size] = scope.of(variables_[each.index]);
        values[size++].about = static_cast<std::uint16_t>(each.index + 1U);
        return;
    case op::negate:
        values[size - 1] = negate(values[size - 1]);
        return;
    case op::invert: {
        const value number = as_number(values[size - 1]);
        values[size - 1] = number.is_fault() ? number : truth_value(number.number == 0);
        return;
    }
    case op::choose: {
        size -= 2;
        const value chosen = as_number(values[size - 1]);
        values[size - 1] = chosen.is_fault()    ? chosen
                           : chosen.number != 0 ? values[size]
                                                : values[size + 1];
        return;
    }
    case op::call:
        size -= each.count;
        values[size] = functions()[each.index].call({&values[size], each.count});
        ++size;
        return;
    default:
        --size;
        values[size - 1] = join(each.what, values[size - 1], values[size]);
        return;
    }
}

value expression::join(op what, const value& left, const value& right) noexcept {
    switch (what) {
    case op::add:
        return flow::add(left, right);
    case op::subtract:
        return flow::subtract(left, right);
    case op::multiply:
        return flow::multiply(left, right);
    case op::divide:
        return flow::divide(left, right);
    case op::modulo:
        return flow::modulo(left, right);
    case op::equal:
        return compare(order::equal, left, right);
    case op::unequal:
        return compare(order::unequal, left, right);
    case op::less:
        return compare(order::less, left, right);
    case op::less_equal:
        return compare(order::less_equal, left, right);
    case op::greater:
        return compare(order::greater, left, right);
    case op::greater_equal:
        return compare(order::greater_equal, left, right);
    case op::both:
        return flow::both(left, right);
    case op::either:
        return flow::either(left, right);
    default:
        return left.why == fault::missing ? right : left;
    }
}

} // namespace tactus::flow
