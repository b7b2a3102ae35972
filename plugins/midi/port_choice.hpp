// SPDX-License-Identifier: MIT
// Which of the available ports an instance takes, and which it must not take. Several equally good
// matches are ambiguous, and none is taken. A port that was taken is kept, and a match that was
// seen together with it is a twin, which never replaces it. A device not seen before may replace
// one that has gone. Pure text functions; threads: one at a time.
#pragma once

#include "port_identity.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace midi {

enum class ambiguity : std::uint8_t { wait, first };
inline constexpr const char* ambiguity_words[] = {"wait", "first", nullptr};

struct port_candidate {
    std::string name; // as the system has it
    port_identity identity;
};

/// The candidates, with the facts that `of` (a MIDI system) knows about each.
template <class System>
std::vector<port_candidate> candidates_of(System& of, const std::vector<std::string>& names) {
    std::vector<port_candidate> all;
    for (const std::string& name : names) {
        all.push_back({name, of.identity_of(name)});
    }
    return all;
}

/// Their names, for a sentence.
std::string list_of(std::span<const port_candidate> all, std::span<const std::size_t> which);
/// The text for when only a twin is available.
std::string why_left_alone(std::string_view twin);
/// Advice for the configuration if several match: the end of a sentence.
std::string how_to_tell_apart(const port_candidate& one);

class port_choice {
public:
    port_choice(port_selector selector, ambiguity where_several)
        : selector_(std::move(selector)), where_several_(where_several) {}

    const port_selector& selector() const noexcept { return selector_; }

    /// All that the selector matches, in the order given.
    std::vector<std::size_t> fitting(std::span<const port_candidate> all) const;
    /// Returns the port to take; or all those between which the selector does not decide; or
    /// nothing. `attached`: the name of the port that is taken already, "" if none.
    std::vector<std::size_t> choose(std::span<const port_candidate> all, std::string_view attached);
    /// A twin that was available at the last choice but was not taken. Empty if there was none.
    const std::string& twin_left_alone() const noexcept { return twin_left_alone_; }

private:
    struct seen {
        std::string name;
        port_identity identity;
    };

    void remember(std::span<const port_candidate> all, std::span<const std::size_t> fitting,
                  std::size_t taken);
    bool is_same(const port_identity& a, const port_identity& b) const noexcept;
    bool is_twin(const port_candidate& one) const noexcept;
    bool is_home(const port_candidate& one) const noexcept;

    port_selector selector_;
    ambiguity where_several_;
    std::optional<seen> home_;      // the port taken last
    std::vector<seen> twins_;       // bounds: twins_max
    bool is_serial_shared_ = false; // with a twin: only the place distinguishes them
    std::string twin_left_alone_;
};

} // namespace midi
