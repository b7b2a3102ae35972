// SPDX-License-Identifier: MIT
// A table, filled from the last element to the first, holds where the rest of the pattern can begin
// to match. Then, from first to last, each element takes the least that lets the rest match.
#include "kernel/codec/osc_captures.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/osc_character.hpp"
#include "kernel/codec/osc_set.hpp"

#include <algorithm>

namespace tactus::codec {
namespace {

constexpr std::size_t nowhere = std::string_view::npos;

} // namespace

// The size of the element at the front of a pattern.
std::size_t capturing_pattern::element_size(std::string_view rest) noexcept {
    switch (rest[0]) {
    case '*':
    case '?':
        return 1;
    case '[':
        return rest.find(']') + 1;
    case '{':
        return rest.find('}') + 1;
    default:
        break;
    }
    if (rest.starts_with("//")) {
        return 2;
    }
    const std::size_t wildcard = std::min(rest.find_first_of("*?[{"), rest.size());
    return std::min(wildcard, rest.find("//", 1));
}

std::size_t capturing_pattern::count(std::string_view pattern) noexcept {
    std::size_t sum = 0;
    for (; !pattern.empty(); pattern.remove_prefix(element_size(pattern))) {
        sum += std::string_view("*?[{").find(pattern[0]) != nowhere ? 1U : 0U;
    }
    return sum;
}

bool capturing_pattern::is_supported(std::string_view pattern) noexcept {
    std::size_t elements = 0;
    for (std::string_view rest = pattern; !rest.empty(); rest.remove_prefix(element_size(rest))) {
        ++elements;
    }
    return elements <= elements_max && count(pattern) <= captures_max;
}

capturing_pattern::capturing_pattern(std::string_view pattern) {
    while (!pattern.empty()) {
        const std::size_t size = element_size(pattern);
        const std::string_view text = pattern.substr(0, size);
        if (text == "//") {
            elements_.push_back({'/', {}});
        } else if (text[0] == '[' || text[0] == '{') {
            elements_.push_back({text[0], std::string(text.substr(1, size - 2))});
        } else {
            const bool is_wildcard = text[0] == '*' || text[0] == '?';
            elements_.push_back({is_wildcard ? text[0] : 'a', std::string(text)});
        }
        pattern.remove_prefix(size);
    }
    TACTUS_ASSERT(elements_.size() <= elements_max);
}

std::size_t capturing_pattern::end_of(const element& each, std::string_view address,
                                      std::size_t from, const positions& ends) noexcept {
    const std::string_view rest = address.substr(from);
    const auto ends_after = [&](std::size_t size) {
        return ends[from + size] ? from + size : nowhere;
    };
    switch (each.kind) {
    case '*':
        for (std::size_t size = 0; size <= rest.size(); ++size) {
            if (ends[from + size]) {
                return from + size;
            }
            if (size < rest.size() && rest[size] == '/') {
                break;
            }
        }
        return nowhere;
    case '?':
        return !rest.empty() && rest[0] != '/' ? ends_after(first_character(rest).size) : nowhere;
    case '[':
        return !rest.empty() && is_in_osc_set(each.text, first_character(rest).value)
                   ? ends_after(first_character(rest).size)
                   : nowhere;
    case '{':
        for (std::string_view texts = each.text;;) {
            const std::string_view text = texts.substr(0, texts.find(','));
            if (rest.starts_with(text) && ends[from + text.size()]) {
                return from + text.size();
            }
            if (text.size() == texts.size()) {
                return nowhere;
            }
            texts.remove_prefix(text.size() + 1);
        }
    case '/': // one level, or non-empty levels up to another '/'
        for (std::size_t size = 1; size <= rest.size() && rest[0] == '/'; ++size) {
            if (size != 2 && rest[size - 1] == '/' && ends[from + size]) {
                return from + size;
            }
        }
        return nowhere;
    default:
        return rest.starts_with(each.text) ? ends_after(each.text.size()) : nowhere;
    }
}

// An element begins and ends only between characters.
capturing_pattern::positions
capturing_pattern::character_starts(std::string_view address) noexcept {
    positions starts;
    starts.set(0);
    for (std::size_t at = 0; at < address.size();) {
        at += first_character(address.substr(at)).size;
        starts.set(at);
    }
    return starts;
}

// Where an element may begin if the rest may begin at `ends`. From the last character to the first,
// so that an element of any length checks each character once.
void capturing_pattern::look_back(const element& each, std::string_view address,
                                  const positions& ends, positions& begins) noexcept {
    bool is_ahead = false; // `ends` holds here or further on, reachable by a * or any levels
    for (std::size_t at = address.size() + 1; at-- > 0;) {
        const bool is_slash = at < address.size() && address[at] == '/';
        switch (each.kind) {
        case '*':
            is_ahead = ends[at] || (is_ahead && at < address.size() && !is_slash);
            begins[at] = is_ahead;
            break;
        case '/': // is_ahead: after a '/' that is not the next character
            begins[at] = is_slash && (ends[at + 1] || is_ahead);
            is_ahead =
                is_ahead || (at + 1 < address.size() && address[at + 1] == '/' && ends[at + 2]);
            break;
        default:
            begins[at] = end_of(each, address, at, ends) != nowhere;
        }
    }
}

bool capturing_pattern::match(std::string_view address, captures& into) const noexcept {
    if (address.size() > captured_size_max) {
        return false;
    }
    const positions starts = character_starts(address);
    table matches; // [i]: from where the elements from i on match to the end
    matches[elements_.size()].set(address.size());
    for (std::size_t i = elements_.size(); i > 0; --i) {
        look_back(elements_[i - 1], address, matches[i], matches[i - 1]);
        matches[i - 1] &= starts;
    }
    into.size = 0;
    if (!matches[0][0]) {
        return false;
    }
    std::size_t from = 0;
    for (std::size_t i = 0; i < elements_.size(); ++i) {
        const std::size_t end = end_of(elements_[i], address, from, matches[i + 1]);
        if (elements_[i].kind != 'a' && elements_[i].kind != '/') {
            into.texts[into.size++] = address.substr(from, end - from);
        }
        from = end;
    }
    return true;
}

} // namespace tactus::codec
