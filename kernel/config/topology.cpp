// SPDX-License-Identifier: MIT
// A broken instance still counts for routes: one mistake causes one error.
#include "kernel/config/topology.hpp"

#include "kernel/config/conflicts.hpp"
#include "kernel/config/feedback_loops.hpp"
#include "kernel/config/name.hpp"
#include "kernel/config/route_rules.hpp"
#include "kernel/config/sections.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>

namespace tactus::config {
namespace {

constexpr std::size_t names_shown_max = 12;
constexpr std::size_t reason_shown_max = 600; // it contains file names

// The name of an instance, valid or not, and its position; routes look names up here.
struct declared {
    std::string name;
    std::uint32_t kind = 0;
    std::uint16_t index = 0;
    position where;
    std::uint32_t length = 1;
    bool is_routed = false;
};

std::string kind_word(std::uint32_t kind) {
    return kind == TACTUS_KIND_INPUT ? "input" : "output";
}

std::string text_of(const node& table, std::string_view key) {
    const entry* const found = table.find(key);
    return found != nullptr && found->value.kind == node_kind::text ? found->value.text : "";
}

class topology {
public:
    topology(checker& check, const plugin_types& types, settings& into)
        : check_(check), types_(types), into_(into) {}

    void read_all(const node& root) {
        has_inputs_ = each(root, "input", inputs_max, [this](const node& one) {
            input_settings& made = into_.inputs.emplace_back();
            const values own = read_instance(one, TACTUS_KIND_INPUT, made);
            made.required = own.integer("required") != 0;
            made.rate_per_s = own.real("rate");
            made.follows_sender = own.integer("clock") == 1;
            made.clock_lead_ns = own.integer("clock_lead");
            made.dispatches_patterns = own.integer("dispatch") == 1;
            made.pending = static_cast<std::uint32_t>(own.integer("pending"));
            warn_of_unused(own, "pending", made.pending);
        });
        has_outputs_ = each(root, "output", outputs_max, [this](const node& one) {
            output_settings& made = into_.outputs.emplace_back();
            const values own = read_instance(one, TACTUS_KIND_OUTPUT, made);
            read_output(own, made);
        });
        const bool has_routes =
            each(root, "route", routes_max, [this](const node& one) { read_route(one); });
        if (has_routes && check_.errors() == 0) {
            warn_unrouted(); // a broken route may have been meant for it
            complain_of_feedback_loops(check_, into_);
        }
        complain_of_conflicts(check_, into_);
    }

private:
    template <class Read>
    bool each(const node& root, const std::string& key, std::size_t max, const Read& read);
    bool is_there(const node& root, const std::string& key);
    void complain_of_missing(const node& root, const std::string& key);

    values read_instance(const node& table, std::uint32_t kind, instance_settings& made);
    void warn_of_unused(const values& own, std::string_view key, std::uint32_t pending);
    void read_output(const values& own, output_settings& made);
    void read_restart(const values& own, instance_settings& made, const std::string& place);
    const tactus_descriptor* find_type(const node& table, std::uint32_t kind);
    void complain_of_type(const node& type, std::uint32_t kind, const std::string& why_not);
    void declare(const values& own, std::uint32_t kind);

    void read_route(const node& table);
    std::vector<std::uint16_t> resolve(const values& own, std::string_view key, std::uint32_t kind);
    void complain_of_name(const value& name, std::string_view key, std::uint32_t kind);
    void warn_unrouted();

    checker& check_;
    const plugin_types& types_;
    settings& into_;
    std::vector<declared> declared_;
    bool has_inputs_ = false; // otherwise the inputs named in routes are not checked
    bool has_outputs_ = false;
};

// Calls `read` for each table of the list; returns false if there is none, which is an error too.
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
    for (const node& one : list->value.items) {
        if (one.kind != node_kind::table) {
            check_.error(one,
                         {key + ": expected a table, found " + std::string(kind_name(one.kind)),
                          "write [[" + key + "]] for each"});
        } else if (++n > max) {
            check_.error(one, {"there are more than " + std::to_string(max) + " " + key + "s"});
            break;
        } else {
            read(one);
        }
    }
    return true;
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
                     {is_table ? "[" + key + "] is one table, but there may be several " + key + "s"
                               : key + ": expected tables, found " +
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

// The kernel's options and the plugin's are in one table of the file: they are checked together, so
// that an unknown key is unknown to both, and read separately.
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
    declare(own, kind);
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

// Also declares an instance without a valid name: the indices must match those of the lists.
void topology::declare(const values& own, std::uint32_t kind) {
    if (!own.has("name")) {
        declared_.push_back({{}, kind, 0, {}, 1, true});
        return;
    }
    const std::vector<declared>& others = declared_;
    const auto count = std::count_if(others.begin(), others.end(),
                                     [&](const declared& one) { return one.kind == kind; });
    declared made{own.text("name"), kind, static_cast<std::uint16_t>(count), own.where("name"),
                  own.length("name")};
    const auto first = std::find_if(others.begin(), others.end(),
                                    [&](const declared& one) { return one.name == made.name; });
    if (const result<void, complaint> right = check_name(made.name); !right) {
        complaint what = right.error();
        what.message = "name: " + what.message;
        check_.error(made.where, made.length, std::move(what));
    } else if (first != others.end()) {
        check_.error(made.where, made.length,
                     {"name: " + quoted(made.name) + " is already used by the " +
                          kind_word(first->kind) + " on line " + std::to_string(first->where.line),
                      {},
                      "each name must be unique among inputs and outputs"});
        made.is_routed = true;
    }
    declared_.push_back(std::move(made));
}

void topology::read_route(const node& table) {
    route_settings& made = into_.routes.emplace_back();
    values own;
    const schema_part part{route_options(), &own};
    check_.check(table, table.where, {{&part, 1}, rule_tables(), "route"});
    made.where = table.where;
    made.inputs = resolve(own, "from", TACTUS_KIND_INPUT);
    made.outputs = resolve(own, "to", TACTUS_KIND_OUTPUT);
    read_rules(check_, table, own, made);
    made.gate = {own.integer("throttle"), own.integer("dedupe") != 0};
}

// Maps names to indices, each once. A name that is invalid at its instance is still found.
std::vector<std::uint16_t> topology::resolve(const values& own, std::string_view key,
                                             std::uint32_t kind) {
    std::vector<std::uint16_t> out;
    for (const value& name : own.all(key)) {
        const auto it = std::find_if(declared_.begin(), declared_.end(), [&](const declared& one) {
            return one.kind == kind && one.name == name.text && !name.text.empty();
        });
        if (it == declared_.end()) {
            if (kind == TACTUS_KIND_INPUT ? has_inputs_ : has_outputs_) {
                complain_of_name(name, key, kind);
            }
        } else if (std::find(out.begin(), out.end(), it->index) != out.end()) {
            check_.error(name.where, name.length,
                         {std::string(key) + ": " + quoted(name.text) + " is listed twice"});
        } else {
            it->is_routed = true;
            out.push_back(it->index);
        }
    }
    return out;
}

// Distinguishes a typing error from the name of an instance of the other kind.
void topology::complain_of_name(const value& name, std::string_view key, std::uint32_t kind) {
    std::vector<std::string_view> known;
    bool is_other_kind = false;
    for (const declared& one : declared_) {
        const bool is_new = std::find(known.begin(), known.end(), one.name) == known.end();
        if (one.kind == kind && !one.name.empty() && is_new) {
            known.emplace_back(one.name);
        }
        is_other_kind = is_other_kind || (one.kind != kind && one.name == name.text);
    }
    const std::string word = kind_word(kind);
    complaint what{std::string(key) + ": there is no " + word + " " + quoted(name.text),
                   did_you_mean(name.text, known)};
    if (what.hint.empty() && !known.empty()) {
        const std::size_t more = known.size() - std::min(known.size(), names_shown_max);
        known.resize(known.size() - more);
        what.help = word + "s in this file: " + listed(known, "and") +
                    (more > 0 ? ", and " + std::to_string(more) + " more" : "");
    }
    if (is_other_kind) {
        what.message = std::string(key) + ": " + quoted(name.text) + " is an " +
                       (kind == TACTUS_KIND_INPUT ? "output" : "input") + "; expected an " + word;
    }
    check_.error(name.where, name.length, std::move(what));
}

void topology::warn_unrouted() {
    for (const declared& one : declared_) {
        if (!one.is_routed && one.kind == TACTUS_KIND_INPUT) {
            check_.warn(
                one.where, one.length,
                {"no route leads from input " + quoted(one.name) + "; its events reach no output"});
        } else if (!one.is_routed) {
            check_.warn(
                one.where, one.length,
                {"no route leads to output " + quoted(one.name) + "; it will not be opened"});
        }
    }
}

} // namespace

void topology_reader::read(const node& root) {
    topology(check, types, into).read_all(root);
}

} // namespace tactus::config
