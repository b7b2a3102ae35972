// SPDX-License-Identifier: MIT
// toml++, header-only and without exceptions: its parse error is a value, and its limit of nesting
// is ours. toml++ keeps tables sorted by key; the order of the file is restored from the positions.
#include "kernel/config/document.hpp"

#include "kernel/config/syntax_hint.hpp"
#include "kernel/config/text.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_MAX_NESTED_VALUES 16
#include <toml++/toml.h>

#include <algorithm>
#include <optional>

namespace tactus::config {
namespace {

position place(const toml::source_position& at) {
    return {at.line, at.column};
}

node converted(const toml::node& from);

void convert_table(const toml::table& from, node& to) {
    for (const auto& [key, value] : from) {
        to.entries.push_back({std::string(key.str()), place(key.source().begin), converted(value)});
    }
    std::stable_sort(to.entries.begin(), to.entries.end(),
                     [](const entry& a, const entry& b) { return a.where < b.where; });
}

node converted(const toml::node& from) {
    node to;
    to.where = place(from.source().begin);
    to.end = place(from.source().end);
    if (const auto* table = from.as_table()) {
        to.kind = node_kind::table;
        convert_table(*table, to);
    } else if (const auto* list = from.as_array()) {
        to.kind = node_kind::list;
        for (const toml::node& item : *list) {
            to.items.push_back(converted(item));
        }
    } else if (const auto* text = from.as_string()) {
        to.kind = node_kind::text;
        to.text = text->get();
    } else if (const auto* integer = from.as_integer()) {
        to.kind = node_kind::integer;
        to.integer = integer->get();
    } else if (const auto* real = from.as_floating_point()) {
        to.kind = node_kind::real;
        to.real = real->get();
    } else if (const auto* boolean = from.as_boolean()) {
        to.kind = node_kind::boolean;
        to.integer = boolean->get() ? 1 : 0;
    } else {
        to.kind = node_kind::date;
    }
    return to;
}

void forget_places(node& of) {
    of.where = {};
    of.end = {};
    for (node& item : of.items) {
        forget_places(item);
    }
    for (entry& one : of.entries) {
        one.where = {};
        forget_places(one.value);
    }
}

// What the parser must not even see.
std::optional<diagnostic> refuse_bytes(std::string_view text) {
    if (text.size() > file_size_max) {
        return diagnostic{{}, "the file has more than 1 MiB; this cannot be a configuration"};
    }
    position at{1, 1};
    for (std::size_t i = 0, line_start = 0; i < text.size();) {
        const code_point point = first_code_point(text.substr(i));
        if (!point.is_valid) {
            return diagnostic{at,
                              "this is not UTF-8 text: byte " + escaped(text.substr(i, 1)),
                              {},
                              "save the file in the encoding UTF-8"};
        }
        i += point.size;
        ++at.column;
        if (point.value == '\n') {
            line_start = i;
            at = {at.line + 1, 1};
        } else if (i - line_start > line_size_max) {
            return diagnostic{at,
                              "this line has more than 4096 bytes",
                              {},
                              "a list in brackets may go on over several lines"};
        }
    }
    return std::nullopt;
}

} // namespace

result<node, diagnostic> parse_document(std::string_view text) {
    if (std::optional<diagnostic> refused = refuse_bytes(text)) {
        return unexpected<diagnostic>(*std::move(refused));
    }
    const toml::parse_result parsed = toml::parse(text, std::string_view());
    if (!parsed) {
        const toml::parse_error& why = parsed.error();
        return unexpected<diagnostic>(
            explain_syntax(text, place(why.source().begin), why.description()));
    }
    return converted(parsed.table());
}

result<node, diagnostic> parse_value(std::string_view toml) {
    result<node, diagnostic> parsed = parse_document("value = " + std::string(toml));
    if (!parsed) {
        return parsed;
    }
    if (parsed->entries.size() != 1) {
        return unexpected<diagnostic>({{}, "this is more than one value"});
    }
    node value = std::move(parsed->entries.front().value);
    forget_places(value);
    return value;
}

const entry* node::find(std::string_view key) const noexcept {
    const auto it = std::find_if(entries.begin(), entries.end(),
                                 [&](const entry& one) { return one.key == key; });
    return it == entries.end() ? nullptr : &*it;
}

std::uint32_t node::length() const noexcept {
    const bool is_one_line = end.line == where.line && end.column > where.column;
    return is_one_line ? end.column - where.column : 1;
}

std::string_view kind_name(node_kind kind) noexcept {
    switch (kind) {
    case node_kind::boolean:
        return "true or false";
    case node_kind::integer:
        return "a whole number";
    case node_kind::real:
        return "a number with a point";
    case node_kind::text:
        return "text";
    case node_kind::date:
        return "a date or a time of day";
    case node_kind::list:
        return "a list";
    case node_kind::table:
        return "a table";
    }
    return "a value";
}

} // namespace tactus::config
