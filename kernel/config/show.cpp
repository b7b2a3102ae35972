// SPDX-License-Identifier: MIT
// A table is written as dotted keys: each value has a line, and a comment, of its own. A list is
// one value.
#include "kernel/config/show.hpp"

#include "kernel/config/schema/sections.hpp"
#include "kernel/config/source/toml_text.hpp"
#include "kernel/config/text.hpp"

#include <tactus/plugin.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace tactus::config {
namespace {

constexpr std::size_t aligned_max = 60; // a longer line has its comment right behind it

bool is_secret(const tactus_option* option) {
    return option != nullptr && (option->flags & TACTUS_OPT_SECRET) != 0;
}

// The option of a key, in a table that may have none; `match` and `as` of routes have none.
const tactus_option* find(option_table in, std::string_view key) {
    const std::uint32_t i = in.index_of(key);
    return i < in.size() ? &in[i] : nullptr;
}

option_table children(option_table in, const tactus_option* option) {
    return option == nullptr ? option_table() : in.children_of(*option);
}

// The value without the secrets that are in it.
node redacted(node value, option_table in, const tactus_option* option) {
    if (is_secret(option)) {
        node hidden;
        hidden.kind = node_kind::text;
        hidden.text = "***";
        return hidden;
    }
    for (node& item : value.items) {
        item = redacted(std::move(item), in, option);
    }
    const option_table inner = children(in, option);
    for (entry& one : value.entries) {
        one.value = redacted(std::move(one.value), inner, find(inner, one.key));
    }
    return value;
}

class listing {
public:
    explicit listing(std::span<const source_text> sources) : sources_(sources) {}

    void header(const std::string& text) {
        end_block();
        out_ += (out_.empty() ? "" : "\n") + text + "\n";
    }

    // The options of a table, in their order: the ones that it sets, and defaults. `but`: keys that
    // are shown elsewhere.
    void add_table(const std::string& prefix, const node& table, option_table options,
                   std::span<const std::string_view> but = {}) {
        for (std::uint32_t i = 0; i < options.size(); ++i) {
            const tactus_option& option = options[i];
            const entry* const set = table.find(option.key);
            if (std::find(but.begin(), but.end(), option.key) != but.end()) {
                continue;
            }
            if (set != nullptr) {
                add(prefix + option.key, set->value, options, &option);
            } else if (option.default_toml != nullptr) {
                const result<node, diagnostic> preset = parse_value(option.default_toml);
                TACTUS_ASSERT(preset.has_value()); // the options were checked
                add(prefix + option.key, *preset, options, &option);
            }
        }
    }

    // `in`: the table of its option, which may be nullptr.
    void add(const std::string& key, const node& value, option_table in,
             const tactus_option* option) {
        if (value.kind != node_kind::table || is_secret(option)) {
            lines_.push_back(
                {key + " = " + toml_text(redacted(value, in, option)), origin(value.where)});
            return;
        }
        const option_table inner = children(in, option);
        const bool is_described = inner.size() > 0 && (option->flags & TACTUS_OPT_OR_TEXT) == 0;
        if (is_described) {
            add_table(key + ".", value, inner);
            return;
        }
        for (const entry& one : value.entries) {
            add(key + "." + toml_key(one.key), one.value, inner, find(inner, one.key));
        }
    }

    [[nodiscard]] std::string origin(position where) const {
        if (where.line == 0) {
            return "default";
        }
        const std::string& path = sources_[where.source].path;
        return path == argument_path
                   ? path
                   : escaped(path, path_shown_max) + ":" + std::to_string(where.line);
    }

    [[nodiscard]] std::string take() {
        end_block();
        return std::move(out_);
    }

private:
    struct line {
        std::string text;
        std::string origin;
    };

    void end_block() {
        std::size_t width = 0;
        for (const line& one : lines_) {
            width = one.text.size() > aligned_max ? width : std::max(width, one.text.size());
        }
        for (const line& one : lines_) {
            out_ += one.text;
            out_.append(width - std::min(width, one.text.size()), ' ');
            out_ += "  # " + one.origin + "\n";
        }
        lines_.clear();
    }

    std::span<const source_text> sources_;
    std::string out_;
    std::vector<line> lines_; // of the block that is not ended
};

std::string_view text_of(const node& table, std::string_view key) {
    const entry* const found = table.find(key);
    return found == nullptr ? std::string_view() : std::string_view(found->value.text);
}

void show_sections(listing& out, const node& merged) {
    const option_table top = top_options();
    std::vector<std::string_view> sections;
    for (std::uint32_t i = 0; i < top.size(); ++i) {
        if (top[i].type == TACTUS_OPT_TABLE) {
            sections.emplace_back(top[i].key);
        }
    }
    out.add_table("", merged, top, sections);
    for (const std::string_view key : sections) {
        const entry* const set = merged.find(key);
        out.header("[" + std::string(key) + "]");
        out.add_table("", set != nullptr ? set->value : node(), children(top, find(top, key)));
    }
}

void show_instance(listing& out, const node& one, std::uint32_t kind, const plugin_types& types) {
    std::string why_not;
    const tactus_descriptor* const plugin = types.find(kind, text_of(one, "type"), why_not);
    TACTUS_ASSERT(plugin != nullptr); // the configuration has no errors
    out.add_table("", one, instance_options(kind));
    out.add_table("", one, option_table::of(*plugin));
    if (uses_streams(*plugin)) {
        out.add_table("", one, stream_options());
    }
}

// The address stands once, at the route or in its `match`.
void show_route(listing& out, const node& one) {
    const entry* const match = one.find("match");
    std::vector<std::string_view> elsewhere;
    if (match != nullptr && match->value.find("address") != nullptr) {
        elsewhere.emplace_back("address");
    }
    out.add_table("", one, route_options(), elsewhere);
    for (const entry& each : one.entries) {
        if (find(route_options(), each.key) == nullptr) {
            out.add(toml_key(each.key), each.value, {}, nullptr);
        }
    }
}

} // namespace

std::string show(const node& merged, std::span<const source_text> sources,
                 const plugin_types& types) {
    listing out(sources);
    show_sections(out, merged);
    for (const char* const key : {"input", "output", "route"}) {
        const std::string list = key;
        for (const node& one : merged.find(list)->value.items) {
            const entry* const enabled = one.find("enabled");
            if (enabled != nullptr && enabled->value.integer == 0) {
                out.header("# [[" + list + "]] " + quoted(text_of(one, "name")) +
                           " is removed: enabled = false, " + out.origin(enabled->value.where));
                continue;
            }
            out.header("[[" + list + "]]");
            if (list == "route") {
                show_route(out, one);
            } else {
                show_instance(out, one, list == "input" ? TACTUS_KIND_INPUT : TACTUS_KIND_OUTPUT,
                              types);
            }
        }
    }
    return out.take();
}

} // namespace tactus::config
