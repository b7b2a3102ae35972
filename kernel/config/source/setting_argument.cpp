// SPDX-License-Identifier: MIT
#include "kernel/config/source/setting_argument.hpp"

#include "kernel/config/text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace tactus::config {
namespace {

// Of the byte at `offset`.
position place_at(std::string_view argument, std::size_t offset, std::uint32_t source) {
    position at{1, 1, source};
    for (std::string_view rest = argument.substr(0, offset); !rest.empty();) {
        const bool is_line_end = rest.front() == '\n';
        at.column = is_line_end ? 1 : at.column + 1;
        at.line += is_line_end ? 1 : 0;
        rest.remove_prefix(first_code_point(rest).size);
    }
    return at;
}

// How many tables stand inside one another, each the only entry, above the value; 0 if there is
// another entry.
std::size_t depth_of(const node& root) {
    std::size_t depth = 0;
    const node* at = &root;
    for (; at->kind == node_kind::table; at = &at->entries.front().value) {
        if (at->entries.size() != 1) {
            return 0;
        }
        ++depth;
    }
    return depth;
}

// nullptr if there is none at that depth.
node* value_at(node& root, std::size_t depth) {
    node* at = &root;
    for (; depth > 0; --depth) {
        if (at->kind != node_kind::table || at->entries.size() != 1) {
            return nullptr;
        }
        at = &at->entries.front().value;
    }
    return at;
}

bool is_key(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-_. \"'").find(c) != std::string_view::npos;
    });
}

// Bounds: not empty.
bool is_bare(std::string_view text) {
    const bool is_address = text.starts_with('[') && text.find("]:") != text.npos;
    if (!is_address && std::string_view("\"'[{").find(text.front()) != std::string_view::npos) {
        return false;
    }
    while (!text.empty()) {
        const code_point point = first_code_point(text);
        if (!is_printable(point)) {
            return false;
        }
        text.remove_prefix(point.size);
    }
    return true;
}

unexpected<diagnostic> wrong(position where, std::size_t length, complaint what) {
    return unexpected<diagnostic>({where, std::move(what.message), std::move(what.hint),
                                   std::move(what.help), static_cast<std::uint32_t>(length)});
}

} // namespace

result<node, diagnostic> parse_setting(std::string_view argument, std::uint32_t source) {
    const std::size_t equals = argument.find('=');
    const std::string_view key = argument.substr(0, equals);
    result<node, diagnostic> keys = parse_document(std::string(key) + "=0", source);
    const std::size_t depth = keys && is_key(key) ? depth_of(*keys) : 0;
    if (equals == std::string_view::npos || depth == 0) {
        const std::size_t length = place_at(argument, key.size(), source).column - 1;
        return wrong({1, 1, source}, std::max<std::size_t>(length, 1),
                     {"expected KEY=VALUE, with a key like metrics.listen or output.NAME.KEY"});
    }
    const std::size_t begin =
        std::min(argument.find_first_not_of(" \t", equals + 1), argument.size());
    const std::size_t end = argument.find_last_not_of(" \t") + 1;
    const position where = place_at(argument, begin, source);
    const position behind = place_at(argument, end, source);
    if (begin >= end) {
        return wrong(where, 1, {"a value is missing", "for an empty text write '\"\"'"});
    }
    result<node, diagnostic> whole = parse_document(argument, source);
    const node* const value = whole ? value_at(*whole, depth) : nullptr;
    if (value != nullptr && value->end == behind) {
        return whole;
    }
    const std::string_view text = argument.substr(begin, end - begin);
    if (is_bare(text)) {
        node& bare = *value_at(*keys, depth);
        bare.kind = node_kind::text;
        bare.text = text;
        bare.where = where;
        bare.end = behind;
        return keys;
    }
    if (!whole) {
        return whole;
    }
    return wrong(where, where.line == behind.line ? behind.column - where.column : 1,
                 {"expected one value", "", "put a text with such characters in quotes"});
}

} // namespace tactus::config
