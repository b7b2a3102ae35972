// SPDX-License-Identifier: MIT
// The table of floors.txt: who may include what. And the exceptions, each with its reason.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::tidy {

struct layer_rules {
    struct folder {
        double floor;
        std::vector<std::string> files;
    };
    struct narrowing {
        std::string files;
        std::vector<std::string> may_include;
    };
    struct home {
        std::string header;
        std::vector<std::string> files;
    };

    std::vector<folder> folders;
    std::vector<narrowing> narrowings;
    std::vector<home> homes;
    std::vector<std::string> linux_headers;
    std::vector<std::string> system_headers;
};

struct exception {
    std::string path;
    std::string rule;
    std::size_t line; // in exceptions.txt
};

// Whether the text is the pattern, in which one * stands for any characters.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view text) noexcept;
[[nodiscard]] bool matches_any(const std::vector<std::string>& patterns, std::string_view text);

// Errors: none, where a line cannot be read; `why` says which.
[[nodiscard]] std::optional<layer_rules> parse_layer_rules(std::string_view text, std::string& why);
[[nodiscard]] std::optional<std::vector<exception>> parse_exceptions(std::string_view text,
                                                                     std::string& why);

} // namespace tactus::tidy
