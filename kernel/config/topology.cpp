// SPDX-License-Identifier: MIT
// A broken instance still counts for routes: one mistake causes one error.
#include "kernel/config/topology.hpp"

#include "kernel/config/analysis/circles.hpp"
#include "kernel/config/analysis/conflicts.hpp"
#include "kernel/config/instance_names.hpp"
#include "kernel/config/routes/route_rules.hpp"
#include "kernel/config/schema/sections.hpp"
#include "kernel/config/source/merger.hpp"
#include "kernel/config/source/toml_text.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>

namespace tactus::config {
namespace {

constexpr std::size_t reason_shown_max = 600; // it contains file names

std::string text_of(const node& table, std::string_view key) {
    const entry* const found = table.find(key);
    return found != nullptr && found->value.kind == node_kind::text ? found->value.text : "";
}

// The settings to open the output again, under any name: the same text for the same output.
std::string definition(const node& table) {
    const entry* const type = table.find("type");
    std::string text = "type = " + (type == nullptr ? "\"\"" : toml_text(type->value)) + "\n";
    std::vector<std::string> lines;
    for (const entry& one : table.entries) {
        if (one.key != "name" && one.key != "type") {
            lines.push_back(toml_key(one.key) + " = " + toml_text(one.value) + "\n");
        }
    }
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) {
        text += line;
    }
    return text;
}

class topology {
public:
    topology(checker& check, const plugin_types& types, settings& into)
        : check_(check), types_(types), into_(into), names_(check) {}

    void read_all(const node& root) {
        const auto read_input = [this](const node& one) {
            input_settings& made = into_.inputs.emplace_back();
            const values own = read_instance(one, TACTUS_KIND_INPUT, made);
            made.required = own.integer("required") != 0;
            made.rate_per_s = own.real("rate");
            made.follows_sender = own.integer("clock") == 1;
            made.clock_lead_ns = own.integer("clock_lead");
            made.dispatches_patterns = own.integer("dispatch") == 1;
            made.pending = static_cast<std::uint32_t>(own.integer("pending"));
            warn_of_unused(own, "pending", made.pending);
        };
        if (!each(root, "input", inputs_max, read_input)) {
            names_.ignore_unknown(TACTUS_KIND_INPUT);
        }
        if (!read_outputs(root)) {
            names_.ignore_unknown(TACTUS_KIND_OUTPUT);
        }
        const bool has_routes =
            each(root, "route", routes_max, [this](const node& one) { read_route(one); });
        if (has_routes && check_.errors() == 0) {
            names_.warn_unrouted(); // a broken route may have been meant for it
            complain_of_circles(check_, into_);
        }
        complain_of_conflicts(check_, into_);
    }
    // Returns false if there is none, which is an error too.
    bool read_outputs(const node& root) {
        return each(root, "output", outputs_max, [this](const node& one) {
            output_settings& made = into_.outputs.emplace_back();
            const values own = read_instance(one, TACTUS_KIND_OUTPUT, made);
            read_output(own, made);
            made.text = definition(one);
        });
    }

private:
    template <class Read>
    bool each(const node& root, const std::string& key, std::size_t max, const Read& read);
    bool is_there(const node& root, const std::string& key);
    void complain_of_missing(const node& root, const std::string& key);
    bool is_kept(const node& table, const std::string& key, const node& list);
    bool completes_none(const node& table, const std::string& key, const node& list);
    void hide_secrets(const node& table, std::uint32_t kind);

    values read_instance(const node& table, std::uint32_t kind, instance_settings& made);
    void warn_of_unused(const values& own, std::string_view key, std::uint32_t pending);
    void read_output(const values& own, output_settings& made);
    void read_restart(const values& own, instance_settings& made, const std::string& place);
    const tactus_descriptor* find_type(const node& table, std::uint32_t kind);
    void complain_of_type(const node& type, std::uint32_t kind, const std::string& why_not);
    void read_route(const node& table);

    checker& check_;
    const plugin_types& types_;
    settings& into_;
    instance_names names_;
};

// Calls `read` for each table of the list that is not removed; returns false if there is none,
// which is an error too.
template <class Read>
bool topology::each(const node& root, const std::string& key, std::size_t max, const Read& read) {
    if (!is_there(root, key)) {
        return false;
    }
    const entry* const list = root.find(key);
    if (list->value.kind == node_kind::table) { // already reported; it is read nevertheless
        read(list->value);
        return true;
    }
    std::size_t n = 0;
    std::size_t removed = 0;
    for (const node& one : list->value.items) {
        if (one.kind != node_kind::table) {
            check_.error(one,
                         {key + ": expected a table, found " + std::string(kind_name(one.kind)),
                          "write [[" + key + "]] for each"});
        } else if (++n > max) {
            check_.error(one, {"there are more than " + std::to_string(max) + " " + key + "s"});
            break;
        } else if (is_kept(one, key, list->value)) {
            read(one);
        } else {
            ++removed;
        }
    }
    if (removed == n && removed > 0 && check_.errors() == 0) {
        check_.error(list->value.items.front(),
                     {"every " + key + " is removed by enabled = false; expected at least one"});
    }
    return removed == 0 || removed < n;
}

// Whether there is a list to read. Reports an error if there is none, or something else.
bool topology::is_there(const node& root, const std::string& key) {
    const entry* const list = root.find(key);
    const bool is_list = list != nullptr && list->value.kind == node_kind::list;
    if (list == nullptr || (is_list && list->value.items.empty())) {
        complain_of_missing(root, key);
        return false;
    }
    const bool is_table = list->value.kind == node_kind::table;
    if (!is_list) {
        check_.error(list->where, static_cast<std::uint32_t>(key.size()),
                     is_table ? one_table(key)
                              : complaint{key + ": expected tables, found " +
                                              std::string(kind_name(list->value.kind)),
                                          "write [[" + key + "]]"});
    }
    return is_list || is_table;
}

void topology::complain_of_missing(const node& root, const std::string& key) {
    const std::string_view only[] = {key};
    const bool is_misspelt =
        std::any_of(root.entries.begin(), root.entries.end(), [&](const entry& one) {
            return one.key != key && !suggestion(one.key, only).empty();
        });
    if (is_misspelt) {
        return; // the unknown section is reported instead
    }
    check_.error({}, 1,
                 {"there is no " + key,
                  {},
                  key == "route" ? "add [[route]] with from = \"an input\" and to = \"an output\""
                                 : "add [[" + key + "]] with name = \"...\" and type = \"...\""});
}

// Whether the instance or route is to be read: false if it has enabled = false, or is an error.
bool topology::is_kept(const node& table, const std::string& key, const node& list) {
    const entry* const enabled = table.find("enabled");
    const bool is_removed = enabled != nullptr && enabled->value.kind == node_kind::boolean &&
                            enabled->value.integer == 0;
    const bool is_error = (is_removed || key != "route") && completes_none(table, key, list);
    if (!is_removed && !is_error) {
        return true;
    }
    if (key != "route") {
        const std::uint32_t kind = key == "input" ? TACTUS_KIND_INPUT : TACTUS_KIND_OUTPUT;
        names_.exclude(text_of(table, "name"), kind, is_error ? position{} : enabled->where);
        hide_secrets(table, kind);
    }
    return false;
}

// Reports a table of a later file that has a name and not what makes a new instance or route: it
// was to change one of an earlier file.
bool topology::completes_none(const node& table, const std::string& key, const node& list) {
    const std::string_view needed = key == "route" ? "from" : "type";
    const entry* const name = table.find("name");
    if (table.where.source == 0 || table.find(needed) != nullptr || name == nullptr ||
        name->value.kind != node_kind::text) {
        return false;
    }
    std::vector<std::string> names;
    for (const node& one : list.items) {
        if (one.where.source < table.where.source) {
            names.push_back(text_of(one, "name"));
        }
    }
    const std::vector<std::string_view> known(names.begin(), names.end());
    check_.error(name->value,
                 {"name: no earlier file has " + std::string(key == "route" ? "a " : "an ") + key +
                      " " + quoted(name->value.text),
                  did_you_mean(name->value.text, known),
                  "a new " + key + " needs \"" + std::string(needed) + "\""});
    return true;
}

// For an instance that is not read: its line may still be quoted for another one.
void topology::hide_secrets(const node& table, std::uint32_t kind) {
    std::string why_not;
    const tactus_descriptor* const plugin = types_.find(kind, text_of(table, "type"), why_not);
    if (plugin != nullptr && check_options(option_table::of(*plugin))) {
        check_.hide_secrets(table, option_table::of(*plugin));
    }
}

// The kernel's options and the plugin's are in one table of the file: they are checked together,
// because only a key that neither knows is unknown, and read separately.
values topology::read_instance(const node& table, std::uint32_t kind, instance_settings& made) {
    const std::string name = text_of(table, "name");
    const std::string type = text_of(table, "type");
    const std::size_t errors_before = check_.errors();
    made.descriptor = find_type(table, kind);
    made.where = table.where;

    values own;
    values streams;
    std::vector<schema_part> parts{{instance_options(kind), &own}};
    if (made.descriptor != nullptr) {
        parts.push_back({option_table::of(*made.descriptor), &made.options});
    }
    const bool has_streams = made.descriptor != nullptr && uses_streams(*made.descriptor);
    if (has_streams) {
        parts.push_back({stream_options(), &streams});
    }
    const std::string place = place_of(kind, name, type);
    check_.check(table, table.where, {parts, {}, place, made.descriptor == nullptr});

    made.name = own.text("name");
    made.type = own.text("type");
    read_restart(own, made, place);
    if (has_streams) {
        made.streams = {static_cast<std::uint32_t>(streams.integer("connections_max")),
                        static_cast<std::uint64_t>(streams.integer("buffer_max")),
                        streams.integer("idle_timeout")};
    }
    names_.declare(own, kind);
    made.is_in_order = check_.errors() == errors_before;
    return own;
}

void topology::read_restart(const values& own, instance_settings& made, const std::string& place) {
    const values* const restart = own.table("restart");
    if (restart == nullptr || !restart->has("first") || !restart->has("max")) {
        return;
    }
    made.restart_first_ns = restart->integer("first");
    made.restart_max_ns = restart->integer("max");
    if (made.restart_first_ns > made.restart_max_ns) {
        const position where = own.where("restart.first");
        check_.error(where, own.length("restart.first"),
                     {"restart of " + place + ": first is longer than max",
                      {},
                      "max is \"10s\" if it is not set"});
    }
}

void topology::warn_of_unused(const values& own, std::string_view key, std::uint32_t pending) {
    if (pending > into_.limits.pending && into_.limits.pending > 0) {
        check_.warn(own.where(key), own.length(key),
                    {"pending: this limit is never reached; [limits] allows " +
                     std::to_string(into_.limits.pending) + " for all outputs together"});
    }
}

// Values that the output does not set come from [limits] and [time].
void topology::read_output(const values& own, output_settings& made) {
    made.required = own.integer("required") != 0;
    made.is_any_enough = own.integer("required") > 1;
    made.restores = own.integer("restore") != 0;
    made.pending = into_.limits.pending;
    made.when_full = into_.limits.when_full;
    if (const values* const queue = own.table("queue")) {
        made.pending = static_cast<std::uint32_t>(queue->integer("pending", made.pending));
        made.when_full = static_cast<when_full>(
            queue->integer("when_full", static_cast<std::int64_t>(made.when_full)));
        warn_of_unused(own, "queue.pending", made.pending);
    }
    made.late =
        static_cast<late_policy>(own.integer("late", static_cast<std::int64_t>(into_.time.late)));
    made.late_limit_ns = own.integer("late_limit", into_.time.late_limit_ns);
    made.late_from = static_cast<late_origin>(
        own.integer("late_from", static_cast<std::int64_t>(into_.time.late_from)));
    made.stall_limit_ns = own.integer("stall_limit");
    made.max_note_ns = own.integer("max_note", into_.safety.max_note_ns);
    made.is_precise = own.integer("precision") == 1;
}

// The folders where a plugin is searched.
std::string searched(const std::vector<std::string>& folders) {
    if (folders.empty()) {
        return {};
    }
    const std::vector<std::string_view> all(folders.begin(), folders.end());
    return "; plugins are searched for in " + listed(all, "and") +
           "; TACTUS_PLUGIN_PATH adds folders";
}

void topology::complain_of_type(const node& type, std::uint32_t kind, const std::string& why_not) {
    if (!why_not.empty()) {
        check_.error(type, {"type: " + quoted(type.text) +
                            " cannot be used: " + escaped(why_not, reason_shown_max)});
        return;
    }
    const std::vector<std::string> all = types_.all(kind);
    const std::vector<std::string_view> known(all.begin(), all.end());
    check_.error(type, {"type: there is no " + kind_word(kind) + " of type " + quoted(type.text),
                        did_you_mean(type.text, known),
                        "types of " + kind_word(kind) +
                            "s here: " + (known.empty() ? "none" : listed(known, "and")) +
                            searched(types_.folders)});
}

// The descriptor of the table's type; reports its errors.
const tactus_descriptor* topology::find_type(const node& table, std::uint32_t kind) {
    const entry* const type = table.find("type");
    if (type == nullptr || type->value.kind != node_kind::text) {
        return nullptr; // reported by check()
    }
    const std::string& name = type->value.text;
    std::string why_not;
    const tactus_descriptor* const found = types_.find(kind, name, why_not);
    if (found == nullptr) {
        complain_of_type(type->value, kind, why_not);
        return nullptr;
    }
    const std::vector<std::string_view> taken = keys_beside(*found, kind);
    if (result<void> right = check_options(option_table::of(*found), taken); !right) {
        check_.error(
            type->value,
            {"type: the plugin of " + quoted(name) + " has an error: " + right.error().text,
             {},
             "no setting in this file can fix that; install another version of the plugin"});
        return nullptr;
    }
    return found;
}

void topology::read_route(const node& table) {
    route_settings& made = into_.routes.emplace_back();
    values own;
    const schema_part part{route_options(), &own};
    check_.check(table, table.where, {{&part, 1}, rule_tables(), "route"});
    made.where = table.where;
    made.id = static_cast<std::uint16_t>(into_.routes.size() - 1);
    made.text = plain_text(table);
    for (const char* const key : {"address", "match", "as"}) {
        if (const entry* const found = table.find(key)) {
            made.takes += found->key + "=" + plain_text(found->value) + ",";
        }
    }
    made.inputs = names_.resolve(own, "from", TACTUS_KIND_INPUT);
    made.outputs = names_.resolve(own, "to", TACTUS_KIND_OUTPUT);
    made.name = read_route_name(check_, own, into_);
    read_rules(check_, table, own, made);
    made.gate = {own.integer("throttle"), own.integer("dedupe") != 0};
}

} // namespace

void topology_reader::read(const node& root) {
    topology(check, types, into).read_all(root);
}

void topology_reader::read_outputs(const node& root) {
    topology(check, types, into).read_outputs(root);
}

} // namespace tactus::config
