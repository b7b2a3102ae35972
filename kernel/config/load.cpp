// SPDX-License-Identifier: MIT
// The order of a load: bytes, TOML, the merge, sections, then the lists. A syntax error ends it,
// since the rest cannot be trusted; all other errors are collected.
#include "kernel/config/load.hpp"

#include "kernel/codec/osc_pattern.hpp"
#include "kernel/config/analysis/room.hpp"
#include "kernel/config/metrics_section.hpp"
#include "kernel/config/name.hpp"
#include "kernel/config/schema/check.hpp"
#include "kernel/config/schema/sections.hpp"
#include "kernel/config/source/merger.hpp"
#include "kernel/config/source/source_reader.hpp"
#include "kernel/config/text.hpp"
#include "kernel/config/topology.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace tactus::config {
namespace {

constexpr std::int64_t layout = 1;

class reader {
public:
    // `found`: of the merge.
    reader(std::span<source_text> sources, const plugin_types& types, std::vector<diagnostic> found,
           bool has_only_outputs)
        : found_(std::move(found)), check_(sources, found_), types_(types),
          has_only_outputs_(has_only_outputs) {}

    settings read(const node& root) {
        constexpr std::array<std::string_view, 3> lists{"input", "output", "route"};
        settings into;
        values own;
        const schema_part part{top_options(), &own};
        check_.check(root, {}, {{&part, 1}, lists});
        if (refuse_layout(own)) {
            return into;
        }
        into.name = own.text("name");
        if (const result<void, complaint> right = check_name(into.name);
            !right && own.has("name")) {
            complain(own, "name", right.error());
        }
        read_sections(own, into);
        topology_reader parts{check_, types_, into};
        has_only_outputs_ ? parts.read_outputs(root) : parts.read(root);
        if (const values* const limits = own.table("limits");
            limits != nullptr && check_.errors() == 0) {
            warn_of_room(check_, *limits, into);
        }
        return into;
    }

    [[nodiscard]] std::vector<diagnostic> take_found() {
        std::stable_sort(
            found_.begin(), found_.end(),
            [](const diagnostic& a, const diagnostic& b) { return a.where < b.where; });
        return std::move(found_);
    }

private:
    void complain(const values& of, std::string_view key, complaint what) {
        what.message = std::string(key) + ": " + what.message;
        check_.error(of.where(key), of.length(key), std::move(what));
    }

    // A file of another layout has other keys: reporting all as unknown would only confuse.
    bool refuse_layout(const values& own) {
        const std::int64_t written = own.integer("schema", layout);
        if (written == layout) {
            return false;
        }
        found_.clear();
        complain(own, "schema",
                 {"this version of tactus reads schema 1; the file has " + std::to_string(written),
                  "write 1",
                  "if the file was written for a newer version of tactus, install that version"});
        return true;
    }

    void read_sections(const values& own, settings& into) {
        if (const values* const time = own.table("time")) {
            into.time = {time->integer("max_ahead"),
                         static_cast<late_policy>(time->integer("late")),
                         time->integer("late_limit"),
                         static_cast<late_origin>(time->integer("late_from")),
                         time->integer("miss_limit"),
                         time->integer("handover"),
                         time->integer("realtime") == 0,
                         time->real("spin_budget")};
        }
        if (const values* const limits = own.table("limits")) {
            into.limits = {static_cast<std::uint32_t>(limits->integer("pending")),
                           static_cast<std::uint64_t>(limits->integer("memory")),
                           static_cast<when_full>(limits->integer("when_full"))};
        }
        if (const values* const safety = own.table("safety")) {
            read_safety(*safety, into.safety);
        }
        if (const values* const metrics = own.table("metrics")) {
            read_metrics(check_, *metrics, into.metrics);
        }
        if (const values* const control = own.table("control")) {
            into.control = {control->integer("enabled") != 0, control->text("group"),
                            control->text("status_group")};
        }
        if (const values* const log = own.table("log")) {
            into.log = {static_cast<log_level>(log->integer("level")),
                        static_cast<log_format>(log->integer("format"))};
        }
    }

    void read_safety(const values& safety, safety_settings& into) {
        for (const std::string& when : safety.texts("silence_on")) {
            (when == "stop" ? into.silence_on_stop : into.silence_on_disconnect) = true;
        }
        into.flush_limit_ns = safety.integer("flush_limit");
        into.max_note_ns = safety.integer("max_note");
        into.circle_rate_per_s =
            safety.integer("circle_guard") != 0 ? safety.real("circle_rate") : 0;
        into.state = safety.text("state");
        if (into.state != "auto" && into.state != "off" && !into.state.starts_with('/')) {
            complain(safety, "state",
                     {quoted(into.state) + " is neither \"auto\" nor \"off\" nor an absolute path",
                      {},
                      "an example of a path: \"/var/lib/tactus/sounding\""});
        }
        into.panic_address = safety.text("panic_address");
        if (into.panic_address.empty()) {
            return;
        }
        const auto compiled = codec::osc_pattern::compile(into.panic_address);
        if (!compiled || !compiled->is_literal()) {
            complain(safety, "panic_address",
                     {quoted(into.panic_address) +
                      " is not an OSC address without wildcards, like \"/panic\""});
        }
    }

    std::vector<diagnostic> found_;
    checker check_;
    const plugin_types& types_;
    bool has_only_outputs_;
};

// Needed before any plugin is opened, which is before the sections are read. The last source wins.
bool trusts_any_plugin(const std::vector<node>& documents) noexcept {
    bool trusts_any = false;
    for (const node& each : documents) {
        const entry* const plugins = each.find("plugins");
        const entry* const trust = plugins == nullptr ? nullptr : plugins->value.find("trust");
        if (trust != nullptr) {
            trusts_any = trust->value.kind == node_kind::text && trust->value.text == "any";
        }
    }
    return trusts_any;
}

// A description of one thing, such as the device of a MIDI port: only its type's plugin knows. And
// what a route makes of an event.
bool is_unit(const plugin_types& types, std::string_view list, std::string_view type,
             std::string_view key) {
    if (list == "route") {
        return key == "as";
    }
    std::string why_not;
    const std::uint32_t kind = list == "input" ? TACTUS_KIND_INPUT : TACTUS_KIND_OUTPUT;
    const tactus_descriptor* const plugin = types.find(kind, type, why_not);
    if (plugin == nullptr || !check_options(option_table::of(*plugin))) {
        return false; // reported when the instance is read
    }
    const option_table options = option_table::of(*plugin);
    const std::uint32_t i = options.index_of(key);
    return i < options.size() && (options[i].flags & TACTUS_OPT_OR_TEXT) != 0;
}

result<loaded, refused> load_sources(source_list list, source_reader read_from,
                                     const plugin_types& types, node* merged,
                                     bool has_only_outputs = false) {
    std::vector<source_text>& sources = read_from.sources;
    if (!read_from.errors.empty()) {
        return unexpected<refused>({std::move(sources), std::move(read_from.errors), {}});
    }
    if (types.trust) {
        types.trust(trusts_any_plugin(read_from.documents));
    }
    merger all([&types](auto... what) { return is_unit(types, what...); });
    for (std::size_t i = 0; i < sources.size(); ++i) {
        node& document = read_from.documents[i];
        if (i < list.files.size()) {
            all.add(std::move(document));
        } else if (!all.set(std::move(document))) {
            std::string& text = sources[i].text; // what it sets is unknown, and may be a secret
            text = text.substr(0, text.find('=') + 1) + "...";
        }
    }
    reader read(sources, types, all.found(), has_only_outputs);
    settings made = read.read(all.merged());
    std::vector<diagnostic> found = read.take_found();
    const bool has_errors = std::any_of(found.begin(), found.end(), [](const diagnostic& one) {
        return one.level == severity::error;
    });
    if (has_errors) {
        return unexpected<refused>({std::move(sources), std::move(found), std::move(made)});
    }
    if (merged != nullptr) {
        *merged = all.merged();
    }
    return loaded{std::move(made), std::move(list), std::move(sources), std::move(found)};
}

} // namespace

result<loaded, refused> load(source_list list, const plugin_types& types, node* merged) {
    if (list.files.size() + list.arguments.size() > sources_max) {
        const std::string most = std::to_string(sources_max);
        return unexpected<refused>({{{list.files.front(), {}}},
                                    {{{}, "there are more than " + most + " files and settings"}},
                                    {}});
    }
    source_reader read;
    for (const std::string& path : list.files) {
        read.add_file(path);
    }
    for (const std::string& argument : list.arguments) {
        read.add_argument(argument);
    }
    return load_sources(std::move(list), std::move(read), types, merged);
}

result<loaded, refused> load_file(const std::string& path, const plugin_types& types) {
    return load({{path}}, types);
}

result<loaded, refused> load_text(std::string text, std::string path, const plugin_types& types) {
    source_reader read;
    source_list list{{path}};
    read.add_text(std::move(path), std::move(text));
    return load_sources(std::move(list), std::move(read), types, nullptr);
}

result<loaded, refused> load_outputs(std::string text, std::string path,
                                     const plugin_types& types) {
    source_reader read;
    source_list list{{path}};
    read.add_text(std::move(path), std::move(text));
    return load_sources(std::move(list), std::move(read), types, nullptr, true);
}

} // namespace tactus::config
