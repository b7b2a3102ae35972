// SPDX-License-Identifier: MIT
// Compiles address patterns; the matcher is osc_matching.cpp. One pass from left to right
// (Glushkov's construction): `open_` holds the states to whose followers the next element adds.
#include "kernel/codec/osc_pattern.hpp"

#include "kernel/codec/osc_character.hpp"
#include "kernel/codec/osc_state_set.hpp"

#include <tactus/cpp/osc_address.hpp>

#include <algorithm>
#include <optional>

namespace tactus::codec {
namespace {

constexpr std::string_view wildcards = "?*[]{}";

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
    using wide_set = osc_pattern::wide_set;
    using range = osc_pattern::range;

    struct character_set {
        ascii_set ascii{};
        wide_set wide{};
    };

    void compile_rest() {
        pattern_.tail_size_ = tail_size();
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
                append(only(next()));
            }
        }
    }

    // Adds a state after all open ones; it is then the only open one.
    std::size_t append(const character_set& takes) {
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
        states.push_back({takes.ascii, takes.wide, {}});
        open_ = {};
        insert(open_, added);
        return added;
    }

    void star() {
        const state_set before = open_;
        const std::size_t added = append(any_but_slash());
        insert(pattern_.states_[added].followers, added);
        if (!has_levels_) {
            insert(pattern_.stars_, added);
        }
        unite(open_, before);
        ++position_;
    }

    // Plain text at the end; "//" is not plain text.
    std::size_t tail_size() const noexcept {
        const std::size_t after_levels = text_.rfind("//");
        const std::size_t from =
            std::max(text_.find_last_of(wildcards) + 1, // npos + 1 is 0
                     after_levels == std::string_view::npos ? 0 : after_levels + 2);
        return text_.size() - from;
    }

    void any_levels() {
        if (position_ + 2 == text_.size() || text_[position_ + 2] == '/') {
            refuse(position_, "'//' must be followed by a name");
            return;
        }
        has_levels_ = true;
        append(only(U'/'));
        const state_set one_level = open_;
        const std::size_t anything = append(all());
        insert(pattern_.states_[anything].followers, anything);
        append(only(U'/'));
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
        for (++position_; position_ <= close;) {
            const char c = text_[position_];
            if (c == ',' || c == '}') {
                unite(after, open_);
                open_ = before;
                ++position_;
            } else if (c == '/' || wildcards.find(c) != std::string_view::npos) {
                refuse(position_, "expected plain text between '{' and '}'");
                return;
            } else {
                append(only(next()));
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
        std::vector<range> taken;
        while (!error_ && position_ < close) {
            taken.push_back(read_range(close));
        }
        append(set_of(std::move(taken), is_inverted));
        position_ = close + 1;
    }

    // One character, or two with '-' between; a '-' that stands first or last is itself.
    range read_range(std::size_t close) {
        const std::size_t begin = position_;
        range read{next(), 0};
        read.last = read.first;
        const bool is_range = position_ + 1 < close && text_[position_] == '-';
        if (is_range) {
            ++position_;
            read.last = next();
        }
        if (read.last < read.first) {
            refuse(begin, "the range " + std::string(text_.substr(begin, position_ - begin)) +
                              " runs backwards");
        } else if (read.first == '/' || read.last == '/') {
            refuse(begin, "a set never matches '/'");
        }
        return read;
    }

    // Ranges beyond ASCII go to the pattern's own, sorted and joined.
    character_set set_of(std::vector<range> taken, bool is_inverted) {
        std::sort(taken.begin(), taken.end(),
                  [](const range& left, const range& right) { return left.first < right.first; });
        character_set made;
        std::vector<range>& all = pattern_.ranges_;
        made.wide.begin = static_cast<std::uint32_t>(all.size());
        made.wide.is_inverted = is_inverted;
        for (const range& each : taken) {
            for (std::uint32_t c = each.first; c <= each.last && c < ascii_end; ++c) {
                insert(made.ascii, c);
            }
            if (each.last < ascii_end) {
                continue;
            }
            if (all.size() > made.wide.begin && each.first <= all.back().last) {
                all.back().last = std::max(all.back().last, each.last);
            } else {
                all.push_back({std::max(each.first, ascii_end), each.last});
            }
        }
        made.wide.end = static_cast<std::uint32_t>(all.size());
        made.ascii = without_slash(is_inverted ? inverted(made.ascii) : made.ascii);
        return made;
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
        for (std::size_t at = 0; at < text_.size();) {
            const osc_character one = first_character(text_.substr(at));
            if (one.value >= osc_character::stray_byte ||
                has_control_character(text_.substr(at, one.size))) {
                refuse(at, "expected UTF-8 without control characters");
                return;
            }
            at += one.size;
        }
    }

    std::uint32_t next() {
        const osc_character one = first_character(text_.substr(position_));
        position_ += one.size;
        return one.value;
    }

    static character_set all() noexcept { return {inverted({}), {0, 0, true}}; }
    static character_set any_but_slash() noexcept {
        return {without_slash(inverted({})), {0, 0, true}};
    }
    static ascii_set inverted(const ascii_set& set) noexcept { return {~set[0], ~set[1]}; }
    character_set only(std::uint32_t c) {
        character_set made;
        if (c < ascii_end) {
            insert(made.ascii, c);
        } else {
            made.wide.begin = static_cast<std::uint32_t>(pattern_.ranges_.size());
            pattern_.ranges_.push_back({c, c});
            made.wide.end = made.wide.begin + 1;
        }
        return made;
    }
    static ascii_set without_slash(ascii_set set) noexcept {
        set[0] &= ~(std::uint64_t{1} << '/');
        return set;
    }

    // Keeps the first error. The message does not repeat the text, which may contain anything.
    void refuse(std::size_t position, const std::string& expected,
                error_kind kind = error_kind::invalid) {
        if (!error_) {
            std::size_t number = 1;
            for (std::size_t at = 0; at < position; ++number) {
                at += first_character(text_.substr(at)).size;
            }
            error_ = error{kind, "address pattern, character " + std::to_string(number) + ": " +
                                     expected};
        }
    }

    std::string_view text_;
    std::size_t position_ = 0;
    state_set open_{};
    bool has_levels_ = false; // "//" seen so far
    osc_pattern pattern_;
    std::optional<error> error_;
};

result<osc_pattern> osc_pattern::compile(std::string_view text) {
    return osc_pattern_compiler(text).run();
}

} // namespace tactus::codec
