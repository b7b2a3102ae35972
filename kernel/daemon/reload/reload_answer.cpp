// SPDX-License-Identifier: MIT
#include "kernel/daemon/reload/reload_answer.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <string_view>

namespace tactus::daemon {
namespace {

using is_needed_function = bool (*)(const config::settings&, std::uint16_t);

// One that a route names again begins, and one that no route names any more ends; one that none
// has named does neither.
template <class Instance>
void name_list(reload_answer& into, const std::vector<config::instance_change>& changes,
               const config::settings& running, const config::settings& all,
               const std::vector<Instance>& file, is_needed_function is_needed) {
    for (const config::instance_change& each : changes) {
        const std::string& name = file[each.after].name;
        switch (each.what) {
        case config::change::kept:
            into.kept.push_back(name);
            break;
        case config::change::adjusted:
            into.adjusted.push_back(name);
            break;
        case config::change::restarted: {
            const bool was_open = is_needed(running, each.before);
            const bool is_open = is_needed(all, each.after);
            (was_open && is_open ? into.restarted
             : was_open          ? into.closed
             : is_open           ? into.opened
                                 : into.adjusted)
                .push_back(name);
            break;
        }
        case config::change::opened:
            into.opened.push_back(name);
            break;
        }
    }
}

void add_list(json_writer& json, std::string_view key, const std::vector<std::string>& all) {
    json.begin_list(key);
    for (const std::string& each : all) {
        json.element(each);
    }
    json.end_list();
}

} // namespace

void name_changes(reload_answer& into, const config::difference& found,
                  const config::settings& running, const config::settings& file) {
    name_list(into, found.inputs, running, file, file.inputs, &config::is_input_needed);
    name_list(into, found.outputs, running, file, file.outputs, &config::is_output_needed);
    for (const std::uint16_t number : found.closed_inputs) {
        into.closed.push_back(running.inputs[number].name);
    }
    for (const std::uint16_t number : found.closed_outputs) {
        into.closed.push_back(running.outputs[number].name);
    }
    into.sections = found.sections;
    into.has_new_routes = found.has_new_routes;
}

std::string to_json(const reload_answer& of) {
    std::string text;
    json_writer json(text);
    json.begin_object().member("dry_run", of.is_dry).member("file", of.file());
    add_list(json, "kept", of.kept);
    add_list(json, "changed", of.adjusted);
    add_list(json, "restarted", of.restarted);
    add_list(json, "opened", of.opened);
    add_list(json, "closed", of.closed);
    json.member("routes_changed", of.has_new_routes);
    add_list(json, "sections", of.sections);
    json.begin_list("down");
    for (const metrics::missing_part& each : of.down) {
        json.begin_object().member("name", each.name).member("why", each.why).end_object();
    }
    json.end_list();
    json.key("check");
    text += config::render_json(of.found, of.sources);
    json.end_object();
    return text;
}

std::string refusal_text(const reload_answer& of) {
    return config::render(of.found, of.sources, "nothing has changed") + of.refusal;
}

} // namespace tactus::daemon
