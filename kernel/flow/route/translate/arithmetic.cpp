// SPDX-License-Identifier: MIT
#include "kernel/flow/route/translate/arithmetic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace tactus::flow {
namespace {

constexpr std::size_t list_max = 8; // arguments of min and max

int rank_of(char tag) noexcept {
    constexpr std::string_view ranks = "ihfd";
    return static_cast<int>(ranks.find(tag));
}

char wider(char left, char right) noexcept {
    return rank_of(left) < rank_of(right) ? right : left;
}

// A result must fit its type: a whole number that does not is a fault, not another number.
value fitted(double number, char tag) noexcept {
    constexpr double long_end = 9223372036854775808.0; // 2^63
    const bool is_whole = tag == 'i' || tag == 'h';
    const double low = tag == 'i' ? std::numeric_limits<std::int32_t>::min() : -long_end;
    const double high = tag == 'i' ? std::numeric_limits<std::int32_t>::max() : long_end;
    const bool is_in_range = !is_whole || (number >= low && number <= high && number < long_end);
    const bool is_float = tag != 'f' || std::fabs(number) <= std::numeric_limits<float>::max();
    return std::isfinite(number) && is_in_range && is_float ? number_value(number, tag)
                                                            : fault_value(fault::out_of_range);
}

struct operands {
    value left;
    value right;
    [[nodiscard]] bool are_numbers() const noexcept {
        return !left.is_fault() && !right.is_fault();
    }
    [[nodiscard]] const value& fault() const noexcept { return left.is_fault() ? left : right; }
    [[nodiscard]] char tag() const noexcept { return wider(left.tag, right.tag); }
};

operands numbers(const value& left, const value& right) noexcept {
    return {as_number(left), as_number(right)};
}

bool holds(order how, double left, double right) noexcept {
    switch (how) {
    case order::equal:
        return left == right;
    case order::unequal:
        return left != right;
    case order::less:
        return left < right;
    case order::less_equal:
        return left <= right;
    case order::greater:
        return left > right;
    case order::greater_equal:
        return left >= right;
    }
    return false;
}

using list = std::span<const value>;

// Calls `apply` with all arguments as numbers, or returns the first fault.
template <class Apply>
value on_numbers(list arguments, const Apply& apply) noexcept {
    std::array<double, list_max> of{};
    char tag = 'i';
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const value number = as_number(arguments[i]);
        if (number.is_fault()) {
            return number;
        }
        of[i] = number.number;
        tag = wider(tag, number.tag);
    }
    return apply(std::span<const double>(of.data(), arguments.size()), tag);
}

template <double (*Round)(double)>
value rounded(list arguments) noexcept {
    return on_numbers(arguments, [](std::span<const double> of, char tag) {
        return fitted(Round(of[0]), tag == 'h' || tag == 'd' ? 'h' : 'i');
    });
}

value absolute(list arguments) noexcept {
    return on_numbers(arguments, [](std::span<const double> of, char tag) {
        return fitted(std::fabs(of[0]), tag);
    });
}

value least(list arguments) noexcept {
    return on_numbers(arguments, [](std::span<const double> of, char tag) {
        return fitted(*std::min_element(of.begin(), of.end()), tag);
    });
}

value most(list arguments) noexcept {
    return on_numbers(arguments, [](std::span<const double> of, char tag) {
        return fitted(*std::max_element(of.begin(), of.end()), tag);
    });
}

value clamped(list arguments) noexcept {
    return on_numbers(arguments, [](std::span<const double> of, char tag) {
        return fitted(std::max(of[1], std::min(of[0], of[2])), tag);
    });
}

// A straight line through two points, extended beyond them.
value scaled(list arguments) noexcept {
    return on_numbers(arguments, [](std::span<const double> of, char tag) {
        if (of[1] == of[2]) {
            return fault_value(fault::division_by_zero);
        }
        const double part = (of[0] - of[1]) / (of[2] - of[1]);
        return fitted(of[3] + part * (of[4] - of[3]), wider(tag, 'f'));
    });
}

value power(list arguments) noexcept {
    return on_numbers(arguments, [](std::span<const double> of, char tag) {
        return fitted(std::pow(of[0], of[1]), wider(tag, 'f'));
    });
}

template <char Tag>
value cast(list arguments) noexcept {
    return on_numbers(arguments, [](std::span<const double> of, char) {
        return fitted(Tag == 'i' || Tag == 'h' ? std::round(of[0]) : of[0], Tag);
    });
}

double half_away(double of) {
    return std::round(of);
}
double down(double of) {
    return std::floor(of);
}
double up(double of) {
    return std::ceil(of);
}

constexpr std::array<function, 13> table{{
    {"round", 1, 1, &rounded<&half_away>},
    {"floor", 1, 1, &rounded<&down>},
    {"ceil", 1, 1, &rounded<&up>},
    {"abs", 1, 1, &absolute},
    {"min", 1, list_max, &least},
    {"max", 1, list_max, &most},
    {"clamp", 3, 3, &clamped},
    {"scale", 5, 5, &scaled},
    {"pow", 2, 2, &power},
    {"int", 1, 1, &cast<'i'>},
    {"float", 1, 1, &cast<'f'>},
    {"long", 1, 1, &cast<'h'>},
    {"double", 1, 1, &cast<'d'>},
}};

} // namespace

value add(const value& left, const value& right) noexcept {
    const operands of = numbers(left, right);
    return of.are_numbers() ? fitted(of.left.number + of.right.number, of.tag()) : of.fault();
}

value subtract(const value& left, const value& right) noexcept {
    const operands of = numbers(left, right);
    return of.are_numbers() ? fitted(of.left.number - of.right.number, of.tag()) : of.fault();
}

value multiply(const value& left, const value& right) noexcept {
    const operands of = numbers(left, right);
    return of.are_numbers() ? fitted(of.left.number * of.right.number, of.tag()) : of.fault();
}

value divide(const value& left, const value& right) noexcept {
    const operands of = numbers(left, right);
    if (!of.are_numbers()) {
        return of.fault();
    }
    return of.right.number == 0 ? fault_value(fault::division_by_zero)
                                : fitted(of.left.number / of.right.number, wider(of.tag(), 'f'));
}

value modulo(const value& left, const value& right) noexcept {
    const operands of = numbers(left, right);
    if (!of.are_numbers()) {
        return of.fault();
    }
    if (of.right.number == 0) {
        return fault_value(fault::division_by_zero);
    }
    const double rest = std::fmod(of.left.number, of.right.number);
    const bool is_other_side = rest != 0 && (rest < 0) != (of.right.number < 0);
    return fitted(is_other_side ? rest + of.right.number : rest, of.tag());
}

value negate(const value& of) noexcept {
    const value number = as_number(of);
    return number.is_fault() ? number : fitted(-number.number, number.tag);
}

value compare(order how, const value& left, const value& right) noexcept {
    if (left.is_fault() || right.is_fault()) {
        return left.is_fault() ? left : right;
    }
    if (left.is_text() && right.is_text()) {
        const bool is_equal = left.text == right.text;
        return how == order::equal     ? truth_value(is_equal)
               : how == order::unequal ? truth_value(!is_equal)
                                       : fault_value(fault::wrong_type);
    }
    const operands of = numbers(left, right);
    return of.are_numbers() ? truth_value(holds(how, of.left.number, of.right.number)) : of.fault();
}

value both(const value& left, const value& right) noexcept {
    const operands of = numbers(left, right);
    const auto is_false = [](const value& one) { return !one.is_fault() && one.number == 0; };
    if (is_false(of.left) || is_false(of.right)) {
        return truth_value(false);
    }
    return of.are_numbers() ? truth_value(true) : of.fault();
}

value either(const value& left, const value& right) noexcept {
    const operands of = numbers(left, right);
    if (of.left.is_true() || of.right.is_true()) {
        return truth_value(true);
    }
    return of.are_numbers() ? truth_value(false) : of.fault();
}

std::span<const function> functions() noexcept {
    return table;
}

} // namespace tactus::flow
