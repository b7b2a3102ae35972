// SPDX-License-Identifier: MIT
#include "kernel/config/schema/check.hpp"

#include "kernel/config/schema/check_value.hpp"
#include "kernel/config/schema/sections.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>

namespace tactus::config {
namespace {

bool has_flag(const tactus_option& option, std::uint32_t flag) {
    return (option.flags & flag) != 0;
}

std::uint32_t key_length(const entry& from) {
    return static_cast<std::uint32_t>(std::max<std::size_t>(from.key.size(), 1));
}

// A text that is the path of a file, by the name of its key; SDK plugins rely on it.
bool is_path(const tactus_option& option) {
    return option.type == TACTUS_OPT_STRING && std::string_view(option.key).ends_with("_file");
}

// "in input "desk"", or "at the top of the file".
std::string in(const std::string& place) {
    return place.empty() ? "at the top of the file" : "in " + place;
}

std::string nested(const tactus_option& option, const std::string& place) {
    return place.empty() ? "[" + std::string(option.key) + "]"
                         : std::string(option.key) + " of " + place;
}

std::vector<std::string_view> keys_of(const schema& against) {
    std::vector<std::string_view> keys;
    for (const schema_part& part : against.parts) {
        for (std::uint32_t i = 0; i < part.options.size(); ++i) {
            keys.emplace_back(part.options[i].key);
        }
    }
    keys.insert(keys.end(), against.elsewhere.begin(), against.elsewhere.end());
    return keys;
}

const tactus_option* find_option(const schema& against, std::string_view key) {
    for (const schema_part& part : against.parts) {
        const std::uint32_t i = part.options.index_of(key);
        if (i < part.options.size()) {
            return &part.options[i];
        }
    }
    return nullptr;
}

// For a key that resembles none here: names the section that has it, or the keys known here.
std::string where_it_belongs(std::string_view key, const schema& against,
                             std::span<const std::string_view> keys) {
    for (const schema_part& part : against.parts) {
        for (std::uint32_t i = 0; i < part.options.size() && against.place.empty(); ++i) {
            const option_table children = part.options.children_of(part.options[i]);
            if (children.index_of(key) < children.size()) {
                return quoted(key) + " belongs in [" + part.options[i].key + "]";
            }
        }
    }
    const bool is_section =
        !against.place.empty() && top_options().index_of(key) < top_options().size();
    return is_section ? quoted(key) + " is a section of the file: write [" + std::string(key) +
                            "], or set its keys above the first [[...]]"
                      : "valid here: " + listed(keys, "and");
}

} // namespace

void checker::error(position where, std::uint32_t length, complaint what) {
    found_.push_back({where, std::move(what.message), std::move(what.hint), std::move(what.help),
                      length, severity::error});
}

void checker::warn(position where, std::uint32_t length, complaint what) {
    error(where, length, std::move(what));
    found_.back().level = severity::warning;
}

std::size_t checker::errors() const noexcept {
    return static_cast<std::size_t>(
        std::count_if(found_.begin(), found_.end(),
                      [](const diagnostic& one) { return one.level == severity::error; }));
}

void checker::check(const node& table, position where, const schema& against) {
    check_keys(table, against);
    for (const schema_part& part : against.parts) {
        check_part(table, where, part, against.place);
    }
}

// Reports unknown keys, with a suggestion. The value of a misspelt secret is hidden too.
void checker::check_keys(const node& table, const schema& against) {
    const std::vector<std::string_view> keys = keys_of(against);
    for (const entry& one : table.entries) {
        const bool is_known = std::find(keys.begin(), keys.end(), one.key) != keys.end();
        if (is_known || against.takes_unknown_keys) {
            continue;
        }
        const std::string_view near = suggestion(one.key, keys);
        const tactus_option* const meant = find_option(against, near);
        if (meant != nullptr && has_flag(*meant, TACTUS_OPT_SECRET)) {
            hide(one.value);
            std::for_each(one.replaced.begin(), one.replaced.end(),
                          [this](const node& replaced) { hide(replaced); });
        }
        const bool is_section =
            against.place.empty() && one.value.kind != node_kind::text &&
            (one.value.kind == node_kind::table ||
             (!one.value.items.empty() && one.value.items.front().kind == node_kind::table));
        error(one.where, key_length(one),
              {std::string("unknown ") + (is_section ? "section " : "setting ") + quoted(one.key) +
                   " " + in(against.place),
               did_you_mean(one.key, keys),
               near.empty() ? where_it_belongs(one.key, against, keys) : std::string()});
    }
}

// An invalid value stays unset: its default would suggest that the file had not set it.
void checker::check_part(const node& table, position where, const schema_part& part,
                         const std::string& place) {
    *part.into = values(part.options, where);
    for (std::uint32_t i = 0; i < part.options.size(); ++i) {
        const tactus_option& option = part.options[i];
        std::vector<value> list;
        const entry* const from = table.find(option.key);
        if (from != nullptr) {
            list = read_option(part.options, option, *from, place);
        } else if (has_flag(option, TACTUS_OPT_REQUIRED)) {
            error(where, 1,
                  {(place.empty() ? "the file" : place) + " needs " + quoted(option.key),
                   {},
                   std::string(option.key) + ": " + option.doc});
        } else {
            list = read_default(part.options, option);
        }
        part.into->set(i, std::move(list), from != nullptr ? from->where : position{});
    }
}

// Reads a list, or the one value that stands for a list of one.
std::vector<value> checker::read_option(option_table table, const tactus_option& option,
                                        const entry& from, const std::string& place) {
    std::vector<value> list;
    for (const node& replaced : from.replaced) {
        hide_secrets(replaced, table, option);
    }
    if (has_flag(option, TACTUS_OPT_SECRET)) {
        hide(from.value);
    }
    if (!has_flag(option, TACTUS_OPT_ARRAY) || from.value.kind != node_kind::list) {
        read_item(table, option, from, from.value, place, list);
        return list;
    }
    for (const node& item : from.value.items) {
        read_item(table, option, from, item, place, list);
    }
    if (from.value.items.empty() && has_flag(option, TACTUS_OPT_REQUIRED)) {
        error(from.value, {from.key + ": expected at least one value",
                           {},
                           std::string(option.key) + ": " + option.doc});
    }
    return list;
}

void checker::read_item(option_table table, const tactus_option& option, const entry& from,
                        const node& item, const std::string& place, std::vector<value>& into) {
    value read;
    if (has_flag(option, TACTUS_OPT_OR_TEXT) && item.kind == node_kind::text) {
        node whole;
        whole.where = item.where;
        whole.end = item.end;
        whole.entries.push_back({option.children[0].key, item.where, item});
        read_item(table, option, from, whole, place, into);
        if (!into.empty()) {
            into.back().text = item.text; // for callers that need the text itself
        }
        return;
    }
    if (option.type == TACTUS_OPT_TABLE && item.kind == node_kind::table) {
        const schema_part part{table.children_of(option), &read.table};
        check(item, item.where, {{&part, 1}, {}, nested(option, place)});
    } else if (option.type == TACTUS_OPT_TABLE) {
        const bool is_list_of_tables = item.kind == node_kind::list && !item.items.empty() &&
                                       item.items.front().kind == node_kind::table;
        const std::string found = is_list_of_tables ? "several" : std::string(kind_name(item.kind));
        if (place.empty()) { // a section: only the key is sure to be on one line
            error(from.where, key_length(from),
                  {from.key + ": expected one section, found " + found,
                   "write [" + escaped(from.key) + "]"});
        } else {
            error(item, {from.key + ": expected " + expectation(option) + ", found " + found});
        }
        return;
    } else {
        result<value, complaint> outcome = read_value(option, item);
        if (!outcome) {
            complaint what = outcome.error();
            if (has_flag(option, TACTUS_OPT_SECRET)) {
                what = {"expected " + expectation(option) +
                        " (the value is secret and is not shown)"};
            }
            what.message = from.key + ": " + what.message;
            const bool is_quoting_lost = item.where.line > 0 && what.help.empty() &&
                                         what.hint.starts_with("write \"") &&
                                         sources_[item.where.source].path == argument_path;
            what.help = is_quoting_lost ? "a shell removes these quotes; put single quotes around "
                                          "the whole argument"
                                        : what.help;
            error(item, std::move(what));
            return;
        }
        read = std::move(outcome).value();
        if (is_path(option)) {
            read.text = beside_its_file(read.text, item.where);
        }
    }
    read.where = item.where;
    read.length = item.length();
    into.push_back(std::move(read));
}

void checker::hide_secrets(const node& table, option_table options) {
    for (const entry& one : table.entries) {
        const std::uint32_t i = options.index_of(one.key);
        if (i == options.size()) {
            continue;
        }
        hide_secrets(one.value, options, options[i]);
        for (const node& replaced : one.replaced) {
            hide_secrets(replaced, options, options[i]);
        }
    }
}

void checker::hide_secrets(const node& value, option_table table, const tactus_option& option) {
    if (has_flag(option, TACTUS_OPT_SECRET)) {
        hide(value);
    } else if (value.kind == node_kind::table) {
        hide_secrets(value, table.children_of(option));
    }
    for (const node& item : value.items) {
        hide_secrets(item, table, option);
    }
}

// Overwrites the characters of the value in the text that messages quote, except line breaks.
void checker::hide(const node& secret) {
    if (secret.where.line == 0) {
        return; // a default
    }
    source_text& source = sources_[secret.where.source];
    std::string out;
    position at{1, 1, secret.where.source};
    for (std::string_view rest = source.text; !rest.empty();) {
        const code_point point = first_code_point(rest);
        const bool is_inside = !(at < secret.where) && at < secret.end && point.value != '\n';
        out += is_inside ? std::string_view("*") : rest.substr(0, point.size);
        at.column = point.value == '\n' ? 1 : at.column + 1;
        at.line += point.value == '\n' ? 1 : 0;
        rest.remove_prefix(point.size);
    }
    source.text = std::move(out);
}

// A relative path counts from the folder of the file that has it; from the working directory in an
// argument, in a default, and in a file from a shell or a pipe (/dev/fd/63).
std::string checker::beside_its_file(const std::string& path, position where) const {
    if (where.line == 0 || path.empty() || path.front() == '/') {
        return path;
    }
    const std::string& file = sources_[where.source].path;
    return file.starts_with("/dev/") || file == argument_path
               ? path
               : file.substr(0, file.rfind('/') + 1) + path;
}

std::string checker::line_text(position where, position from) const {
    const source_text& source = sources_[where.source];
    if (where.source == from.source) {
        return "on line " + std::to_string(where.line);
    }
    return source.path == argument_path ? "in --set " + quoted(source.text)
                                        : "on line " + std::to_string(where.line) + " of " +
                                              escaped(source.path, path_shown_max);
}

std::vector<value> checker::read_default(option_table table, const tactus_option& option) {
    if (option.default_toml == nullptr) {
        return {};
    }
    result<node, diagnostic> parsed = parse_value(option.default_toml);
    if (!parsed) {
        error({}, 1, {parsed.error().message});
        return {};
    }
    return read_option(table, option, {option.key, {}, std::move(parsed).value()}, {});
}

std::string place_of(std::uint32_t kind, std::string_view name, std::string_view type) {
    return (kind == TACTUS_KIND_INPUT ? "input" : "output") +
           (name.empty() ? "" : " " + quoted(name)) +
           (type.empty() ? "" : " (type " + escaped(type) + ")");
}

diagnostic at(const values& options, std::string_view key_path, std::string_view text,
              const std::string& place) {
    const std::string message = (place.empty() ? "" : place + ": ") +
                                (key_path.empty() ? "" : escaped(key_path) + ": ") +
                                escaped(text, 400);
    return {options.where(key_path), message, {}, {}, options.length(key_path)};
}

} // namespace tactus::config
