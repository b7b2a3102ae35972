// SPDX-License-Identifier: MIT
// The texts that the wildcards of an address pattern matched: one text for each * ? [] {}, from
// left to right; a * matches as little as it can. "//" yields no text. To test only whether an
// address matches, osc_pattern.hpp is faster. Called by translation if a route uses captures.
// Bounds: addresses of at most captured_size_max bytes; the time is one table look-up for each
// character and element.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::codec {

inline constexpr std::size_t captures_max = 16;
inline constexpr std::size_t captured_size_max = 255;

struct captures {
    std::array<std::string_view, captures_max> texts{}; // parts of the address
    std::uint16_t size = 0;
};

class capturing_pattern {
public:
    // Bounds: a pattern that osc_pattern::compile accepts and for which is_supported() is true.
    explicit capturing_pattern(std::string_view pattern);

    // Wildcards in a pattern.
    [[nodiscard]] static std::size_t count(std::string_view pattern) noexcept;
    // At most captures_max wildcards, and a limited number of elements in all.
    [[nodiscard]] static bool is_supported(std::string_view pattern) noexcept;

    // Returns false if the address does not match, or is longer than captured_size_max.
    [[nodiscard]] bool match(std::string_view address, captures& into) const noexcept;

private:
    // The first character of an element in the pattern: * ? [ { / (any levels), or 'a' for plain
    // text.
    struct element {
        char kind;
        std::string text;
    };
    static constexpr std::size_t elements_max = 4 * captures_max;
    using positions = std::bitset<captured_size_max + 1>;
    using table = std::array<positions, elements_max + 1>;

    [[nodiscard]] static positions character_starts(std::string_view address) noexcept;
    [[nodiscard]] static std::size_t element_size(std::string_view rest) noexcept;
    // Where an element that begins at `from` may end so that the rest matches; npos if nowhere.
    [[nodiscard]] static std::size_t end_of(const element& each, std::string_view address,
                                            std::size_t from, const positions& ends) noexcept;
    static void look_back(const element& each, std::string_view address, const positions& ends,
                          positions& begins) noexcept;

    std::vector<element> elements_;
};

} // namespace tactus::codec
