// SPDX-License-Identifier: MIT
#include "kernel/config/source/toml_text.hpp"

#include "kernel/config/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace tactus::config {
namespace {

std::string quoted_toml(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const code_point point = first_code_point(text);
        char escape[16];
        if (point.value == '"' || point.value == '\\') {
            out += '\\';
            out += text.front();
        } else if (is_printable(point)) {
            out += text.substr(0, point.size);
        } else {
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(point.value));
            out += escape;
        }
        text.remove_prefix(point.size);
    }
    return out + '"';
}

std::string real_text(double number) {
    if (!std::isfinite(number)) {
        return std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
    }
    std::array<char, 32> space{};
    const auto end = std::to_chars(space.data(), space.data() + space.size(), number);
    std::string text(space.data(), end.ptr);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

} // namespace

std::string toml_text(const node& value) {
    std::string out;
    switch (value.kind) {
    case node_kind::boolean:
        return value.integer != 0 ? "true" : "false";
    case node_kind::integer:
        return std::to_string(value.integer);
    case node_kind::real:
        return real_text(value.real);
    case node_kind::list:
        for (const node& item : value.items) {
            out += (out.empty() ? "" : ", ") + toml_text(item);
        }
        return "[" + out + "]";
    case node_kind::table:
        for (const entry& one : value.entries) {
            out += (out.empty() ? " " : ", ") + toml_key(one.key) + " = " + toml_text(one.value);
        }
        return "{" + out + (out.empty() ? "}" : " }");
    default:
        return quoted_toml(value.text);
    }
}

std::string toml_key(std::string_view key) {
    const bool is_bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
    return is_bare ? std::string(key) : quoted_toml(key);
}

} // namespace tactus::config
