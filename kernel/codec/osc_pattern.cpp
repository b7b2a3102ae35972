// SPDX-License-Identifier: MIT
// Compiler and matcher of address patterns. The compiler goes once from left to right (Glushkov's
// construction): `open_` holds the states whose followers the next element adds to.
#include "kernel/codec/osc_pattern.hpp"

#include <algorithm>
#include <bit>
#include <optional>

namespace tactus::codec {
namespace {

constexpr std::string_view wildcards = "?*[]{}";
constexpr std::size_t address_characters = 128; // ASCII; an address holds no others

template <class Set>
void insert(Set& set, std::size_t index) noexcept {
    set[index / 64] |= std::uint64_t{1} << (index % 64);
}

template <class Set>
bool contains(const Set& set, std::size_t index) noexcept {
    return (set[index / 64] >> (index % 64) & 1) != 0;
}

template <class Set>
void unite(Set& set, const Set& other) noexcept {
    for (std::size_t word = 0; word < set.size(); ++word) {
        set[word] |= other[word];
    }
}

bool is_printable(char c) noexcept {
    return c > ' ' && c <= '~' && c != '#';
}

} // namespace

class osc_pattern_compiler {
public:
    explicit osc_pattern_compiler(std::string_view text) : text_(text) {}

    result<osc_pattern> run() {
        if (text_.empty() || text_.front() != '/') {
            refuse(0, "an address pattern begins with '/'");
        }
        check_characters();
        pattern_.text_ = text_;
        const std::size_t wildcard = std::min(text_.find_first_of(wildcards), text_.size());
        pattern_.prefix_size_ = std::min(wildcard, text_.find("//"));
        if (!error_ && pattern_.prefix_size_ < text_.size()) {
            compile_rest();
        }
        if (error_) {
            return fail(error_->kind, error_->text);
        }
        return std::move(pattern_);
    }

private:
    using state = osc_pattern::state;
    using state_set = osc_pattern::state_set;
    using ascii_set = osc_pattern::ascii_set;

    void compile_rest() {
        position_ = pattern_.prefix_size_;
        pattern_.states_.emplace_back(); // the start
        insert(open_, 0);
        while (!error_ && position_ < text_.size()) {
            element();
        }
        append({}); // acceptance
    }

    void element() {
        switch (text_[position_]) {
        case '*':
            star();
            break;
        case '?':
            append(any_but_slash());
            ++position_;
            break;
        case '[':
            set();
            break;
        case '{':
            alternatives();
            break;
        case ']':
        case '}':
            refuse(position_, "this bracket closes nothing; expected plain text or a wildcard");
            break;
        default:
            if (text_.substr(position_, 2) == "//") {
                any_levels();
            } else {
                append(only(text_[position_++]));
            }
        }
    }

    // A new state after all open ones; it alone is open then.
    std::size_t append(const ascii_set& takes) {
        std::vector<state>& states = pattern_.states_;
        if (states.size() == osc_pattern_states_max) {
            refuse(position_,
                   "the pattern is too long; expected at most " +
                       std::to_string(osc_pattern_states_max - 2) +
                       " characters after the first wildcard",
                   error_kind::limit);
            return 0;
        }
        const std::size_t added = states.size();
        for (std::size_t before = 0; before < added; ++before) {
            if (contains(open_, before)) {
                insert(states[before].followers, added);
            }
        }
        states.push_back({takes, {}});
        open_ = {};
        insert(open_, added);
        return added;
    }

    void star() {
        const state_set before = open_;
        const std::size_t added = append(any_but_slash());
        insert(pattern_.states_[added].followers, added);
        unite(open_, before);
        ++position_;
    }

    void any_levels() {
        if (position_ + 2 == text_.size() || text_[position_ + 2] == '/') {
            refuse(position_, "'//' must be followed by a name");
            return;
        }
        append(only('/'));
        const state_set one_level = open_;
        const std::size_t anything = append(all());
        insert(pattern_.states_[anything].followers, anything);
        append(only('/'));
        unite(open_, one_level);
        position_ += 2;
    }

    void alternatives() {
        const std::size_t close = find_close('{', '}');
        if (error_) {
            return;
        }
        const state_set before = open_;
        state_set after{};
        for (++position_; position_ <= close; ++position_) {
            const char c = text_[position_];
            if (c == ',' || c == '}') {
                unite(after, open_);
                open_ = before;
            } else if (c == '/' || wildcards.find(c) != std::string_view::npos) {
                refuse(position_, "expected plain text between '{' and '}'");
                return;
            } else {
                append(only(c));
            }
        }
        open_ = after;
    }

    void set() {
        const std::size_t close = find_close('[', ']');
        if (error_) {
            return;
        }
        ++position_;
        const bool is_inverted = text_[position_] == '!';
        position_ += is_inverted ? 1 : 0;
        if (position_ == close) {
            refuse(position_, "expected a character or a range before ']'");
            return;
        }
        ascii_set takes{};
        while (!error_ && position_ < close) {
            range(takes, close);
        }
        append(is_inverted ? without_slash(inverted(takes)) : takes);
        position_ = close + 1;
    }

    // One character, or two with '-' between; a '-' that stands first or last is itself.
    void range(ascii_set& takes, std::size_t close) {
        const char first = text_[position_];
        const bool is_range = position_ + 2 < close && text_[position_ + 1] == '-';
        const char last = is_range ? text_[position_ + 2] : first;
        if (last < first) {
            refuse(position_, std::string("the range ") + first + "-" + last + " runs backwards");
            return;
        }
        if (first == '/' || last == '/') {
            refuse(position_, "a set never matches '/'");
            return;
        }
        const auto end = static_cast<unsigned char>(last);
        for (auto taken = static_cast<unsigned char>(first); taken <= end; ++taken) {
            insert(takes, taken);
        }
        takes = without_slash(takes);
        position_ += is_range ? 3 : 1;
    }

    std::size_t find_close(char open, char close) {
        const std::size_t found = text_.find(close, position_ + 1);
        if (found == std::string_view::npos || found == position_ + 1) {
            refuse(position_, std::string("'") + open + "' " +
                                  (found == position_ + 1 ? "holds nothing" : "is not closed") +
                                  "; expected text, then '" + close + "'");
        }
        return found;
    }

    void check_characters() {
        const auto bad = std::find_if_not(text_.begin(), text_.end(), is_printable);
        if (bad != text_.end()) {
            refuse(static_cast<std::size_t>(bad - text_.begin()),
                   "expected printable ASCII without space and '#'");
        }
    }

    static ascii_set all() noexcept { return inverted({}); }
    static ascii_set any_but_slash() noexcept { return without_slash(all()); }
    static ascii_set inverted(const ascii_set& set) noexcept { return {~set[0], ~set[1]}; }
    static ascii_set only(char c) noexcept {
        ascii_set set{};
        insert(set, static_cast<std::size_t>(c));
        return set;
    }
    static ascii_set without_slash(ascii_set set) noexcept {
        set[0] &= ~(std::uint64_t{1} << '/');
        return set;
    }

    // The first error counts. The text is not repeated: it may hold anything.
    void refuse(std::size_t position, const std::string& expected,
                error_kind kind = error_kind::invalid) {
        if (!error_) {
            error_ = error{kind, "address pattern, character " + std::to_string(position + 1) +
                                     ": " + expected};
        }
    }

    std::string_view text_;
    std::size_t position_ = 0;
    state_set open_{};
    osc_pattern pattern_;
    std::optional<error> error_;
};

result<osc_pattern> osc_pattern::compile(std::string_view text) {
    return osc_pattern_compiler(text).run();
}

osc_match osc_pattern::match(std::string_view address) const noexcept {
    if (is_literal()) {
        return {address == text_, 0};
    }
    const std::string_view prefix = std::string_view(text_).substr(0, prefix_size_);
    if (address.substr(0, prefix_size_) != prefix) {
        return {};
    }
    osc_match answer;
    state_set active{};
    insert(active, 0);
    unite(active, states_[0].followers);
    for (const char c : address.substr(prefix_size_)) {
        const auto character = static_cast<unsigned char>(c);
        if (character >= address_characters) {
            return answer;
        }
        state_set next{};
        for (std::size_t word = 0; word < active.size(); ++word) {
            for (std::uint64_t bits = active[word]; bits != 0; bits &= bits - 1) {
                const auto bit = static_cast<std::size_t>(std::countr_zero(bits));
                const state& current = states_[word * 64 + bit];
                ++answer.steps;
                if (contains(current.takes, character)) {
                    unite(next, current.followers);
                }
            }
        }
        active = next;
    }
    answer.is_match = contains(active, states_.size() - 1);
    return answer;
}

} // namespace tactus::codec
