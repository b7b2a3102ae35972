// SPDX-License-Identifier: MIT
// A TOML text as a tree of our own, each key and value with its position. Only document.cpp
// includes toml++ (1.6 s to compile); the rest of the folder uses this tree instead.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/config/diagnostic.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

inline constexpr std::size_t file_size_max = 1 << 20;
// Long enough for any text written by hand.
inline constexpr std::size_t line_size_max = 4096;
// For one dotted key; each part is a table inside the previous one, and a level of recursion.
inline constexpr std::size_t key_parts_max = 32;

enum class node_kind { boolean, integer, real, text, date, list, table };

struct entry;

struct node {
    node_kind kind = node_kind::table;
    bool is_inline = false; // table: { ... }, not a section
    position where;
    position end;             // one past the last character
    std::int64_t integer = 0; // boolean: 0 or 1
    double real = 0;
    std::string text;
    std::vector<node> items;    // list
    std::vector<entry> entries; // table, in the order of the file

    // Returns nullptr if there is none. Bounds: the pointer is valid while the node is unchanged.
    [[nodiscard]] const entry* find(std::string_view key) const noexcept;
    [[nodiscard]] std::uint32_t length() const noexcept;
};

struct entry {
    std::string key;
    position where;
    node value;
    std::vector<node> replaced = {}; // the key's values in earlier sources; they may be secrets
};

// `source` becomes that of all positions. Errors: the first part that is not TOML, not UTF-8, too
// large or too long.
[[nodiscard]] result<node, diagnostic> parse_document(std::string_view text,
                                                      std::uint32_t source = 0);

// One value in TOML syntax, as option tables store their defaults; it has no position (line 0).
[[nodiscard]] result<node, diagnostic> parse_value(std::string_view toml);

// The value without its places and its layout: equal values give equal texts.
[[nodiscard]] std::string plain_text(const node& of);

// "a whole number", "text", "a list": how a message names what was found.
[[nodiscard]] std::string_view kind_name(node_kind kind) noexcept;

} // namespace tactus::config
