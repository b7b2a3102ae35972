// SPDX-License-Identifier: MIT
// Checks a declaration before a file is checked against it: a plugin's table is foreign code, and a
// wrong default must be distinguished from a wrong file.
#include "kernel/config/schema/check.hpp"
#include "kernel/config/schema/check_value.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>

namespace tactus::config {
namespace {

constexpr std::uint32_t known_flags =
    TACTUS_OPT_REQUIRED | TACTUS_OPT_ARRAY | TACTUS_OPT_SECRET | TACTUS_OPT_OR_TEXT;
// More than any plugin needs; a wrong n_options would make the checker read beyond the table.
constexpr std::uint32_t options_max = TACTUS_OPTIONS_MAX;

result<void> wrong(const tactus_option& option, const std::string& why) {
    return fail(error_kind::invalid, "option " + quoted(option.key) + ": " + why);
}

bool is_key(std::string_view text) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto is_allowed = [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
    };
    return !text.empty() && is_letter(text.front()) &&
           std::all_of(text.begin(), text.end(), is_allowed);
}

bool has_range(const tactus_option& option) {
    switch (option.type) {
    case TACTUS_OPT_INT:
    case TACTUS_OPT_FLOAT:
    case TACTUS_OPT_DURATION:
    case TACTUS_OPT_BYTES:
    case TACTUS_OPT_RATE:
        return true;
    default:
        return false;
    }
}

result<value, complaint> read_bound(const tactus_option& option, const char* toml) {
    const result<node, diagnostic> parsed = parse_value(toml);
    return parsed ? read_unbounded(option, *parsed)
                  : result<value, complaint>(unexpected<complaint>({parsed.error().message}));
}

// Bounds are read like values, but without a range of their own.
result<void> check_range(const tactus_option& option) {
    for (const char* const toml : {option.min_toml, option.max_toml}) {
        if (toml == nullptr) {
            continue;
        }
        if (!has_range(option)) {
            return wrong(option, "its type has no range");
        }
        const result<value, complaint> read = read_bound(option, toml);
        if (!read) {
            return wrong(option, "its range does not fit its type: " + read.error().message);
        }
    }
    if (option.min_toml != nullptr && option.max_toml != nullptr) {
        const result<value, complaint> min = read_bound(option, option.min_toml);
        const result<value, complaint> max = read_bound(option, option.max_toml);
        if (min->integer > max->integer || min->real > max->real) {
            return wrong(option, "its range ends before it begins");
        }
    }
    return {};
}

// Read exactly as the checker reads it when a file does not set the option.
result<void> check_default(option_table table, const tactus_option& option) {
    if (option.default_toml == nullptr) {
        return {};
    }
    if ((option.flags & TACTUS_OPT_REQUIRED) != 0) {
        return wrong(option, "it is required; therefore its default is never used");
    }
    std::vector<diagnostic> found;
    checker scratch({}, found);
    static_cast<void>(scratch.read_default(table, option));
    return found.empty() ? result<void>() : wrong(option, "its default: " + found.front().message);
}

result<void> check_level(option_table table, std::span<const std::string_view> taken,
                         std::uint32_t depth);

result<void> check_option(option_table table, const tactus_option& option, std::uint32_t depth) {
    if (option.type < TACTUS_OPT_BOOL || option.type > TACTUS_OPT_TABLE) {
        return wrong(option, "this daemon does not know its type " + std::to_string(option.type));
    }
    if ((option.flags & ~known_flags) != 0) {
        return wrong(option, "this daemon does not know all of its flags");
    }
    if (option.doc == nullptr || *option.doc == '\0') {
        return wrong(option, "it has no description");
    }
    const bool has_text_first = option.type == TACTUS_OPT_TABLE && option.n_children > 0 &&
                                option.children[0].type == TACTUS_OPT_STRING;
    if ((option.flags & TACTUS_OPT_OR_TEXT) != 0 && !has_text_first) {
        return wrong(option, "only a table whose first option is a text may be written as a text");
    }
    if (option.type == TACTUS_OPT_CHOICE && words_of(option.choices).empty()) {
        return wrong(option, "it has no choices");
    }
    if (option.type == TACTUS_OPT_TABLE) {
        if (option.children == nullptr || option.n_children == 0) {
            return wrong(option, "it is a table without options");
        }
        if (result<void> children = check_level(table.children_of(option), {}, depth + 1);
            !children) {
            return wrong(option, children.error().text);
        }
    }
    if (result<void> range = check_range(option); !range) {
        return range;
    }
    return check_default(table, option);
}

result<void> check_level(option_table table, std::span<const std::string_view> taken,
                         std::uint32_t depth) {
    if (depth > table_depth_max) {
        return fail(error_kind::limit, "its tables are nested too deeply");
    }
    if (table.size() > 0 && table.stride() < sizeof(tactus_option)) {
        return fail(error_kind::invalid, "its option table does not have the layout of this SDK");
    }
    if (table.size() > options_max) {
        return fail(error_kind::limit, "a table of it has " + std::to_string(table.size()) +
                                           " options; at most " + std::to_string(options_max) +
                                           " are possible");
    }
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        const tactus_option& option = table[i];
        if (option.key == nullptr || !is_key(option.key)) {
            return fail(error_kind::invalid,
                        "option number " + std::to_string(i) + " has no lower-case key");
        }
        if (table.index_of(option.key) != i) {
            return wrong(option, "it is declared twice");
        }
        if (std::find(taken.begin(), taken.end(), option.key) != taken.end()) {
            return wrong(option, "the key is reserved for the daemon");
        }
        if (result<void> one = check_option(table, option, depth); !one) {
            return one;
        }
    }
    return {};
}

} // namespace

result<void> check_options(option_table table, std::span<const std::string_view> taken) {
    return check_level(table, taken, 0);
}

} // namespace tactus::config
