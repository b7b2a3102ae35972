// SPDX-License-Identifier: MIT
// From the first element to the last, a set of places holds how far into the address the pattern
// matches. No backtracking: each element checks each place once.
#include "kernel/codec/osc_dispatch.hpp"

#include "kernel/codec/osc_character.hpp"
#include "kernel/codec/osc_set.hpp"

#include <tactus/cpp/osc_address.hpp>

#include <algorithm>
#include <bitset>

namespace tactus::codec {
namespace {

constexpr std::size_t nowhere = std::string_view::npos;
constexpr std::string_view wildcards = "?*[{";

using places = std::bitset<osc_address_size_max + 1>;

// The size of the element at the front of a pattern.
std::size_t element_size(std::string_view rest) noexcept {
    switch (rest.front()) {
    case '*':
    case '?':
        return 1;
    case '[':
        return rest.find(']') + 1;
    case '{':
        return rest.find('}') + 1;
    default:
        return std::min(rest.find_first_of(wildcards), rest.size());
    }
}

class matching {
public:
    matching(std::string_view address, std::size_t steps_max) noexcept
        : address_(address), steps_max_(steps_max) {
        at_.set(0);
    }

    void take(std::string_view element) noexcept {
        places after;
        switch (element.front()) {
        case '*':
            star(after);
            break;
        case '?':
            one(after, [](std::uint32_t c) { return c != '/'; });
            break;
        case '[':
            element = element.substr(1, element.size() - 2);
            steps_ += element.size();
            one(after, [this, element](std::uint32_t c) {
                steps_ += element.size();
                return is_in_osc_set(element, c);
            });
            break;
        case '{':
            alternatives(element.substr(1, element.size() - 2), after);
            break;
        default:
            text(element, after);
        }
        at_ = after;
        while (first_ <= address_.size() && !at_[first_]) {
            ++first_;
        }
    }

    // It can no longer match, or the steps are used up.
    [[nodiscard]] bool is_over() const noexcept {
        return first_ > address_.size() || steps_ > steps_max_;
    }
    [[nodiscard]] osc_match answer() const noexcept {
        return {at_[address_.size()] && steps_ <= steps_max_, steps_};
    }

private:
    template <class Use>
    void for_each_place(Use&& use) noexcept {
        for (std::size_t place = first_; place <= address_.size() && steps_ <= steps_max_;
             ++place) {
            ++steps_;
            if (at_[place]) {
                use(place);
            }
        }
    }

    // Ends only between characters.
    void star(places& after) noexcept {
        bool is_open = false;
        std::size_t place = first_;
        for (; place < address_.size(); place += first_character(address_.substr(place)).size) {
            ++steps_;
            is_open = is_open || at_[place];
            after[place] = is_open;
            is_open = is_open && address_[place] != '/';
        }
        after[place] = is_open || at_[place];
    }

    template <class Takes>
    void one(places& after, Takes&& takes) noexcept {
        for_each_place([&](std::size_t place) {
            if (place < address_.size()) {
                const osc_character next = first_character(address_.substr(place));
                if (takes(next.value)) {
                    after.set(place + next.size);
                }
            }
        });
    }

    void text(std::string_view wanted, places& after) noexcept {
        for_each_place([&](std::size_t place) {
            steps_ += wanted.size() / 8;
            if (address_.substr(place).starts_with(wanted)) {
                after.set(place + wanted.size());
            }
        });
    }

    void alternatives(std::string_view texts, places& after) noexcept {
        for (;;) {
            const std::string_view each = texts.substr(0, texts.find(','));
            text(each, after);
            if (each.size() == texts.size() || steps_ > steps_max_) {
                return;
            }
            texts.remove_prefix(each.size() + 1);
        }
    }

    std::string_view address_;
    places at_;
    std::size_t first_ = 0; // no place before it
    std::size_t steps_ = 1;
    std::size_t steps_max_;
};

} // namespace

// Brackets are closed, not empty and not nested.
bool is_dispatch_pattern(std::string_view address) noexcept {
    bool has_wildcard = false;
    for (std::size_t at = 0; at < address.size(); ++at) {
        const char c = address[at];
        if (c == ']' || c == '}') {
            return false;
        }
        has_wildcard = has_wildcard || wildcards.find(c) != nowhere;
        if (c != '[' && c != '{') {
            continue;
        }
        const std::size_t close = address.find(c == '[' ? ']' : '}', at + 1);
        const std::size_t head = address.substr(at + 1, 1) == "!" && c == '[' ? 2 : 1;
        if (close == nowhere || close == at + 1 || (c == '[' && close < at + head + 1) ||
            (c == '{' &&
             address.substr(at + 1, close - at - 1).find_first_of("?*[]{/") != nowhere)) {
            return false;
        }
        at = close;
    }
    return has_wildcard;
}

std::string_view literal_prefix(std::string_view pattern) noexcept {
    return pattern.substr(0, pattern.find_first_of(wildcards));
}

osc_match match_dispatched(std::string_view pattern, std::string_view address,
                           std::size_t steps_max) noexcept {
    const std::string_view prefix = literal_prefix(pattern);
    if (!address.starts_with(prefix)) {
        return {false, 1};
    }
    // The place after the prefix is a character boundary: a wildcard is ASCII.
    matching state(address.substr(prefix.size()), steps_max);
    for (std::string_view rest = pattern.substr(prefix.size());
         !rest.empty() && !state.is_over();) {
        const std::size_t size = element_size(rest);
        state.take(rest.substr(0, size));
        rest.remove_prefix(size);
    }
    return state.answer();
}

} // namespace tactus::codec
