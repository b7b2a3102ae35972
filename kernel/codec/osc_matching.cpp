// SPDX-License-Identifier: MIT
// Walks a compiled address pattern through an address, in slices.
#include "kernel/codec/osc_character.hpp"
#include "kernel/codec/osc_pattern.hpp"
#include "kernel/codec/osc_state_set.hpp"

#include <algorithm>
#include <bit>

namespace tactus::codec {

bool osc_pattern::takes(const state& one, std::uint32_t character) const noexcept {
    if (character < ascii_end) {
        return contains(one.takes, character);
    }
    const auto first = ranges_.begin() + one.wide.begin;
    const auto last = ranges_.begin() + one.wide.end;
    const auto after =
        std::upper_bound(first, last, character,
                         [](std::uint32_t value, const range& each) { return value < each.first; });
    const bool is_listed = after != first && character <= (after - 1)->last;
    return is_listed != one.wide.is_inverted;
}

bool osc_pattern::may_match(std::string_view address) const noexcept {
    const std::string_view text(text_);
    if (is_literal()) {
        return address == text;
    }
    return address.size() >= prefix_size_ + tail_size_ &&
           address.starts_with(text.substr(0, prefix_size_)) &&
           address.ends_with(text.substr(text.size() - tail_size_));
}

osc_pattern::state_set osc_pattern::without_overtaken(const state_set& active) const noexcept {
    state_set left = active;
    for (std::size_t word = active.size(); word > 0; --word) {
        const std::uint64_t reached = active[word - 1] & stars_[word - 1];
        if (reached != 0) {
            left[word - 1] &= ~std::uint64_t{0} << (63 - std::countl_zero(reached));
            std::fill_n(left.begin(), word - 1, 0);
            break;
        }
    }
    return left;
}

osc_match osc_pattern::match(std::string_view address) const noexcept {
    osc_matching all(*this, address);
    while (!all.run(SIZE_MAX)) {
    }
    return all.answer();
}

osc_matching::osc_matching(const osc_pattern& pattern, std::string_view address) noexcept
    : pattern_(pattern), is_over_(!pattern.may_match(address) || pattern.is_literal()) {
    if (is_over_) {
        answer_.is_match = pattern.may_match(address);
        return;
    }
    rest_ = address.substr(pattern.prefix_size_);
    insert(active_, 0);
    unite(active_, pattern.states_[0].followers);
}

// Consumes one character; returns how many states it checked.
std::size_t osc_matching::advance(std::uint32_t character) noexcept {
    std::size_t looked = 0;
    osc_pattern::state_set next{};
    for (std::size_t word = 0; word < active_.size(); ++word) {
        for (std::uint64_t bits = active_[word]; bits != 0; bits &= bits - 1) {
            const auto bit = static_cast<std::size_t>(std::countr_zero(bits));
            const osc_pattern::state& current = pattern_.states_[word * 64 + bit];
            ++looked;
            if (pattern_.takes(current, character)) {
                unite(next, current.followers);
            }
        }
    }
    active_ = pattern_.without_overtaken(next);
    is_over_ = active_ == osc_pattern::state_set{};
    return looked;
}

// The same if all states are in the first word, which is the usual case.
std::size_t osc_matching::advance_in_one_word(std::uint32_t character) noexcept {
    std::size_t looked = 0;
    std::uint64_t next = 0;
    for (std::uint64_t bits = active_[0]; bits != 0; bits &= bits - 1) {
        const osc_pattern::state& current =
            pattern_.states_[static_cast<std::size_t>(std::countr_zero(bits))];
        ++looked;
        next |= pattern_.takes(current, character) ? current.followers[0] : 0;
    }
    const std::uint64_t reached = next & pattern_.stars_[0];
    active_[0] = reached == 0 ? next : next & ~std::uint64_t{0} << (63 - std::countl_zero(reached));
    is_over_ = active_[0] == 0;
    return looked;
}

bool osc_matching::run(std::size_t steps) noexcept {
    const bool is_short = pattern_.states_.size() <= 64;
    std::size_t done = 0;
    while (!is_over_ && !rest_.empty() && done < steps) {
        const osc_character character = first_character(rest_);
        rest_.remove_prefix(character.size);
        done += is_short ? advance_in_one_word(character.value) : advance(character.value);
    }
    answer_.steps += done;
    if (!is_over_ && rest_.empty()) {
        answer_.is_match = contains(active_, pattern_.states_.size() - 1);
        is_over_ = true;
    }
    return is_over_;
}

} // namespace tactus::codec
