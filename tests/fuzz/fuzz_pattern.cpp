// SPDX-License-Identifier: MIT
// A pattern, NUL, an address: the compiled matcher against a naive one, which keeps the set of
// places in the address that each element of the pattern can reach.
#include "kernel/codec/osc_character.hpp"
#include "kernel/codec/osc_dispatch.hpp"
#include "kernel/codec/osc_pattern.hpp"
#include "tests/fuzz/claim.hpp"

#include <algorithm>
#include <string>
#include <vector>

using fuzz::claim;
using tactus::codec::osc_pattern;

namespace {

using places = std::vector<bool>; // [n]: the first n characters of the address are matched

constexpr std::size_t size_max =
    600; // of pattern and address, so that the naive matcher keeps pace

class naive_matcher {
public:
    naive_matcher(std::u32string_view pattern, std::u32string_view address, bool has_levels)
        : pattern_(pattern), address_(address), at_(address.size() + 1), has_levels_(has_levels) {
        at_[0] = true;
    }

    bool run() {
        while (!pattern_.empty()) {
            element();
        }
        return at_.back();
    }

private:
    template <class Predicate>
    places step(const places& from, Predicate takes) const {
        places to(from.size());
        for (std::size_t n = 0; n < address_.size(); ++n) {
            to[n + 1] = from[n] && takes(address_[n]);
        }
        return to;
    }

    template <class Predicate>
    places repeat(places from, Predicate takes) const {
        for (std::size_t n = 0; n < address_.size(); ++n) {
            from[n + 1] = from[n + 1] || (from[n] && takes(address_[n]));
        }
        return from;
    }

    static places both(places left, const places& right) {
        for (std::size_t n = 0; n < left.size(); ++n) {
            left[n] = left[n] || right[n];
        }
        return left;
    }

    void element() {
        const auto is_slash = [](char32_t c) { return c == '/'; };
        const auto no_slash = [](char32_t c) { return c != '/'; };
        const auto anything = [](char32_t) { return true; };
        const char32_t c = pattern_.front();
        if (has_levels_ && pattern_.substr(0, 2) == U"//") {
            const places one = step(at_, is_slash);
            at_ = both(one, step(repeat(step(one, anything), anything), is_slash));
            pattern_.remove_prefix(2);
        } else if (c == '[') {
            set();
        } else if (c == '{') {
            alternatives();
        } else {
            at_ = c == '*'   ? repeat(at_, no_slash)
                  : c == '?' ? step(at_, no_slash)
                             : text(at_, {&c, 1});
            pattern_.remove_prefix(1);
        }
    }

    places text(places from, std::u32string_view characters) const {
        for (const char32_t c : characters) {
            from = step(from, [c](char32_t d) { return c == d; });
        }
        return from;
    }

    void set() {
        const std::size_t close = pattern_.find(']');
        std::u32string_view body = pattern_.substr(1, close - 1);
        const bool is_inverted = body.front() == '!';
        body.remove_prefix(is_inverted ? 1 : 0);
        at_ = step(at_, [=](char32_t c) { return c != '/' && holds(body, c) != is_inverted; });
        pattern_.remove_prefix(close + 1);
    }

    static bool holds(std::u32string_view body, char32_t c) {
        while (!body.empty()) {
            const bool is_range = body.size() >= 3 && body[1] == '-';
            const char32_t last = is_range ? body[2] : body[0];
            if (c >= body[0] && c <= last) {
                return true;
            }
            body.remove_prefix(is_range ? 3 : 1);
        }
        return false;
    }

    void alternatives() {
        const std::size_t close = pattern_.find('}');
        std::u32string_view body = pattern_.substr(1, close - 1);
        places reached(at_.size());
        for (bool is_last = false; !is_last;) {
            const std::size_t comma = body.find(',');
            is_last = comma == std::u32string_view::npos;
            reached = both(reached, text(at_, body.substr(0, comma)));
            body.remove_prefix(is_last ? body.size() : comma + 1);
        }
        at_ = reached;
        pattern_.remove_prefix(close + 1);
    }

    std::u32string_view pattern_;
    std::u32string_view address_;
    places at_;
    bool has_levels_;
};

std::u32string characters(std::string_view text) {
    std::u32string made;
    while (!text.empty()) {
        const tactus::codec::osc_character one = tactus::codec::first_character(text);
        made += static_cast<char32_t>(one.value);
        text.remove_prefix(one.size);
    }
    return made;
}

// A pattern as a sender may send it, against a literal address.
void check_dispatched(std::string_view text, std::string_view address) {
    using namespace tactus::codec;
    const bool are_small = text.size() <= size_max && address.size() <= size_max;
    if (!are_small || !is_dispatch_pattern(text) || !osc_pattern::compile(text)) {
        return;
    }
    const osc_match answer = match_dispatched(text, address, SIZE_MAX);
    const std::u32string pattern = characters(text);
    claim(answer.is_match == naive_matcher(pattern, characters(address), false).run());
    const osc_match bounded = match_dispatched(text, address, 1000);
    claim(bounded.steps > 1000 ? !bounded.is_match : bounded.is_match == answer.is_match);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(bytes), size);
    const std::size_t zero = std::min(input.find('\0'), size);
    const std::string_view text = input.substr(0, zero);
    const std::string_view address = input.substr(std::min(zero + 1, size));
    check_dispatched(text, address);
    const auto pattern = osc_pattern::compile(text);
    if (!pattern) {
        claim(pattern.error().text.rfind("address pattern, character ", 0) == 0);
        return 0;
    }
    const auto answer = pattern->match(address);
    claim(answer.steps <= tactus::codec::osc_pattern_states_max * address.size());
    const bool has_wildcard =
        text.find_first_of("?*[]{}") != std::string_view::npos || text.find("//") != text.npos;
    claim(pattern->is_literal() == !has_wildcard);
    if (!has_wildcard) {
        claim(pattern->matches(text) && answer.is_match == (address == text));
    }
    if (text.size() <= size_max && address.size() <= size_max) {
        const std::u32string wide = characters(text);
        claim(answer.is_match == naive_matcher(wide, characters(address), true).run());
    }
    return 0;
}
