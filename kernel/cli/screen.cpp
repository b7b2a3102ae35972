// SPDX-License-Identifier: MIT
#include "kernel/cli/screen.hpp"

#include <cstdlib>
#include <string_view>

namespace tactus::cli {
namespace {

constexpr const char* erase_below = "\r\x1b[J";
constexpr const char* bold = "\x1b[1m";
constexpr const char* plain = "\x1b[0m";

std::string moved_up(std::size_t rows) {
    return "\x1b[" + std::to_string(rows) + "A\r";
}

} // namespace

std::string frame(std::span<const std::string> lines, std::span<const std::string> figures,
                  const screen_style& style) {
    std::string out = style.is_interactive ? erase_below : "";
    for (const std::string& line : lines) {
        out += line + "\n";
    }
    if (!style.is_interactive) {
        for (const std::string& line : figures) {
            out += line + "\n";
        }
        return out;
    }
    if (figures.empty()) {
        return out;
    }
    out += "\n";
    for (const std::string& line : figures) {
        const std::string cut = line.substr(0, style.columns);
        out += (style.has_colour ? bold + cut + plain : cut) + "\n";
    }
    return out + moved_up(figures.size() + 1);
}

bool wants_colour(bool is_interactive) {
    const char* refused = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return is_interactive && (refused == nullptr || *refused == '\0') && terminal != nullptr &&
           std::string_view(terminal) != "dumb";
}

} // namespace tactus::cli
