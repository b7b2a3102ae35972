// SPDX-License-Identifier: MIT
// toml++, header-only and without exceptions: its parse error is a value, and we set its nesting
// limit. toml++ keeps tables sorted by key; the order of the file is restored from the positions.
#include "kernel/config/source/document.hpp"

#include "kernel/config/source/precheck.hpp"
#include "kernel/config/source/syntax_hint.hpp"

// toml++ 3.3 asserts that a table header begins with a key ("[&" and "[[[" abort; with NDEBUG,
// clang assumes it holds: tomlplusplus #294, #301). The code after that assertion reports the error
// properly; therefore the assertion is neither checked nor assumed in any build.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(claim) static_cast<void>(0)
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_MAX_NESTED_VALUES 16
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace tactus::config {
namespace {

class converter {
public:
    explicit converter(std::uint32_t source) noexcept : source_(source) {}

    // Bounds: the parser's own nesting limit and key_parts_max bound the recursion.
    node converted(const toml::node& from) const {
        node to;
        to.where = place(from.source().begin);
        to.end = place(from.source().end);
        if (const auto* table = from.as_table()) {
            to.kind = node_kind::table;
            to.is_inline = table->is_inline();
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

    position place(const toml::source_position& at) const noexcept {
        return {at.line, at.column, source_};
    }

private:
    void convert_table(const toml::table& from, node& to) const {
        for (const auto& [key, value] : from) {
            to.entries.push_back(
                {std::string(key.str()), place(key.source().begin), converted(value)});
        }
        std::stable_sort(to.entries.begin(), to.entries.end(),
                         [](const entry& a, const entry& b) { return a.where < b.where; });
    }

    std::uint32_t source_;
};

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

} // namespace

result<node, diagnostic> parse_document(std::string_view text, std::uint32_t source) {
    if (std::optional<diagnostic> refused = precheck(text)) {
        refused->where.source = source;
        return unexpected<diagnostic>(*std::move(refused));
    }
    const converter convert(source);
    const toml::parse_result parsed = toml::parse(text, std::string_view());
    if (!parsed) {
        const toml::parse_error& why = parsed.error();
        return unexpected<diagnostic>(
            explain_syntax(text, convert.place(why.source().begin), why.description()));
    }
    return convert.converted(parsed.table());
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

std::string plain_text(const node& of) {
    switch (of.kind) {
    case node_kind::boolean:
    case node_kind::integer:
        return std::to_string(of.integer);
    case node_kind::real: {
        std::array<char, 32> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), of.real).ptr;
        return "r" + std::string(digits.data(), end);
    }
    case node_kind::text:
    case node_kind::date:
        // With its length: therefore no text looks like the end of a value.
        return "t" + std::to_string(of.text.size()) + ":" + of.text;
    case node_kind::list:
    case node_kind::table:
        break;
    }
    std::string text = of.kind == node_kind::list ? "[" : "{";
    for (const node& each : of.items) {
        text += plain_text(each) + ",";
    }
    for (const entry& each : of.entries) {
        text += each.key + "=" + plain_text(each.value) + ",";
    }
    return text + "]";
}

std::string_view kind_name(node_kind kind) noexcept {
    switch (kind) {
    case node_kind::boolean:
        return "true or false";
    case node_kind::integer:
        return "a whole number";
    case node_kind::real:
        return "a number with a decimal point";
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
