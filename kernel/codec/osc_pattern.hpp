// SPDX-License-Identifier: MIT
// An OSC address pattern from the configuration: compiled once, then matched against incoming
// addresses in time linear in the address, at most osc_pattern_states_max steps for each character,
// whatever the pattern (a backtracking matcher takes seconds for one hostile packet). Wildcards in
// an incoming address are plain text here: a sender cannot choose routes, unless the input allows
// it (osc_dispatch.hpp).
//
//   pattern := "/" element*
//   element := any character but ? * [ ] { } and control characters: UTF-8, blanks too
//            | "?"                     one character, not '/'
//            | "*"                     any number of characters, not '/'
//            | "[" ["!"] (c | c "-" c)+ "]"
//                                      one character in the set, or with ! not in it; not '/'
//            | "{" text {"," text} "}" one of the texts; a text may be empty
//            | "//"                    '/', or '/' and any levels and '/' (OSC 1.1);
//                                      not at the end
//
// Source: OSC 1.0 specification, "OSC Message Dispatching and Pattern Matching"; OSC 1.1, "//".
#pragma once

#include "kernel/base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::codec {

inline constexpr std::size_t osc_pattern_states_max = 256;

struct osc_match {
    bool is_match = false;
    std::size_t steps = 0; // the cost; <= osc_pattern_states_max * size of the address
};

class osc_pattern {
public:
    // Errors: invalid (names the character and what was expected), limit (too many states).
    [[nodiscard]] static result<osc_pattern> compile(std::string_view text);

    [[nodiscard]] bool matches(std::string_view address) const noexcept {
        return match(address).is_match;
    }
    [[nodiscard]] osc_match match(std::string_view address) const noexcept;
    // A check without walking through the address: returns false if it cannot match.
    [[nodiscard]] bool may_match(std::string_view address) const noexcept;

    // Contains no wildcard: matches exactly text(), so a route can be hashed.
    [[nodiscard]] bool is_literal() const noexcept { return states_.empty(); }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    friend class osc_pattern_compiler;
    friend class osc_matching;

    // The characters before the first wildcard are compared directly. The rest is a position
    // automaton: each state consumes one character of its set, then activates its followers. State
    // 0 is the start, the last state is acceptance; both consume nothing.
    using state_set = std::array<std::uint64_t, osc_pattern_states_max / 64>;
    using ascii_set = std::array<std::uint64_t, 2>;
    struct range {
        std::uint32_t first;
        std::uint32_t last;
    };
    // The non-ASCII characters that a state accepts: ranges_[begin, end), sorted and disjoint, or
    // all others.
    struct wide_set {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
        bool is_inverted = false;
    };
    struct state {
        ascii_set takes{};
        wide_set wide{};
        state_set followers{};
    };

    [[nodiscard]] bool takes(const state& one, std::uint32_t character) const noexcept;
    // Every match passes through each "*". Without a "//" before it, all active states are in the
    // same level. Once a "*" is reached, the states before it in the pattern can therefore reach
    // nothing that this "*" cannot, and are dropped.
    [[nodiscard]] state_set without_overtaken(const state_set& active) const noexcept;

    std::string text_;
    std::size_t prefix_size_ = 0;
    std::size_t tail_size_ = 0; // characters after the last wildcard; an address must end with them
    std::vector<state> states_; // empty if the pattern is literal
    std::vector<range> ranges_;
    state_set stars_{}; // states of "*" with no "//" before them
};

// A match in slices, for callers that have other work in between. Both must outlive it.
class osc_matching {
public:
    osc_matching(const osc_pattern& pattern, std::string_view address) noexcept;

    // Runs about so many steps (at most osc_pattern_states_max more); returns true when finished.
    [[nodiscard]] bool run(std::size_t steps) noexcept;
    [[nodiscard]] const osc_match& answer() const noexcept { return answer_; }

private:
    std::size_t advance(std::uint32_t character) noexcept;
    std::size_t advance_in_one_word(std::uint32_t character) noexcept;

    const osc_pattern& pattern_;
    std::string_view rest_; // of the address
    osc_pattern::state_set active_{};
    osc_match answer_;
    bool is_over_ = false;
};

} // namespace tactus::codec
