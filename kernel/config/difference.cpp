// SPDX-License-Identifier: MIT
#include "kernel/config/difference.hpp"

#include <algorithm>
#include <string_view>

namespace tactus::config {
namespace {

bool is_needed(const settings& all, const input_settings&, std::uint16_t index) {
    return is_input_needed(all, index);
}

bool is_needed(const settings& all, const output_settings&, std::uint16_t index) {
    return is_output_needed(all, index);
}

// Of what the plugin or its supervisor got when it began.
bool needs_restart(const instance_settings& a, const instance_settings& b) {
    return !same(a.options, b.options) || !(a.streams == b.streams) ||
           a.restart_first_ns != b.restart_first_ns || a.restart_max_ns != b.restart_max_ns;
}

bool needs_restart(const output_settings& a, const output_settings& b) {
    return needs_restart(static_cast<const instance_settings&>(a), b) ||
           a.stall_limit_ns != b.stall_limit_ns || a.is_precise != b.is_precise;
}

bool is_adjusted(const input_settings& a, const input_settings& b) {
    return a.required != b.required || a.rate_per_s != b.rate_per_s ||
           a.follows_sender != b.follows_sender || a.clock_lead_ns != b.clock_lead_ns ||
           a.dispatches_patterns != b.dispatches_patterns || a.pending != b.pending;
}

bool is_adjusted(const output_settings& a, const output_settings& b) {
    return a.required != b.required || a.is_any_enough != b.is_any_enough ||
           a.pending != b.pending || a.when_full != b.when_full || a.restores != b.restores ||
           a.max_note_ns != b.max_note_ns || a.late != b.late ||
           a.late_limit_ns != b.late_limit_ns || a.late_from != b.late_from;
}

// The number of the instance of that name and type; size() if there is none.
template <class Instance>
std::size_t find(const std::vector<Instance>& in, const Instance& wanted) {
    const auto found = std::find_if(in.begin(), in.end(), [&](const Instance& each) {
        return each.name == wanted.name && each.type == wanted.type;
    });
    return static_cast<std::size_t>(found - in.begin());
}

template <class Instance>
std::vector<instance_change> changes(const settings& running, const settings& file,
                                     std::vector<Instance> settings::*list) {
    std::vector<instance_change> all;
    for (std::uint16_t i = 0; i < (file.*list).size(); ++i) {
        const Instance& now = (file.*list)[i];
        const auto before = static_cast<std::uint16_t>(find(running.*list, now));
        if (before == (running.*list).size()) {
            all.push_back({change::opened, 0, i});
            continue;
        }
        const Instance& was = (running.*list)[before];
        const bool restarts =
            needs_restart(was, now) || is_needed(running, was, before) != is_needed(file, now, i);
        all.push_back({restarts                ? change::restarted
                       : is_adjusted(was, now) ? change::adjusted
                                               : change::kept,
                       before, i});
    }
    return all;
}

template <class Instance>
std::vector<std::uint16_t> closed(const std::vector<Instance>& running,
                                  const std::vector<Instance>& file) {
    std::vector<std::uint16_t> all;
    for (std::uint16_t i = 0; i < running.size(); ++i) {
        if (!running[i].is_vacant() && find(file, running[i]) == file.size()) {
            all.push_back(i);
        }
    }
    return all;
}

// Names are resolved: an instance of another type is another one.
template <class Instance>
bool are_same_ends(const std::vector<std::uint16_t>& a, const std::vector<Instance>& of_a,
                   const std::vector<std::uint16_t>& b, const std::vector<Instance>& of_b) {
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [&](std::uint16_t left, std::uint16_t right) {
            return of_a[left].name == of_b[right].name && of_a[left].type == of_b[right].type;
        });
}

bool are_same_routes(const settings& a, const settings& b) {
    return std::equal(a.routes.begin(), a.routes.end(), b.routes.begin(), b.routes.end(),
                      [&](const route_settings& left, const route_settings& right) {
                          return left.text == right.text &&
                                 are_same_ends(left.inputs, a.inputs, right.inputs, b.inputs) &&
                                 are_same_ends(left.outputs, a.outputs, right.outputs, b.outputs);
                      });
}

void compare_sections(const settings& running, const settings& file, difference& into) {
    const auto section = [&into](const char* name, bool is_new) {
        if (is_new) {
            into.sections.emplace_back(name);
        }
    };
    section("[time]", !(running.time == file.time));
    section("[limits]", !(running.limits == file.limits));
    section("[safety]", !(running.safety == file.safety));
    section("[metrics]", !(running.metrics == file.metrics));
    section("[control]", !(running.control == file.control));
    section("[log]", !(running.log == file.log));
}

void find_refusals(const settings& running, const settings& file, difference& into) {
    const auto refuse = [&into](bool is_new, std::string_view what, std::string_view why) {
        if (is_new) {
            into.refusals.push_back(std::string(what) + " cannot change while the daemon runs: " +
                                    std::string(why) + ". Restart the daemon to change it.");
        }
    };
    refuse(running.name != file.name, "name", "its sockets are named after it");
    refuse(running.time.wants_realtime != file.time.wants_realtime, "[time] realtime",
           "scheduling and memory are set up at the start");
    refuse(running.time.spin_budget != file.time.spin_budget, "[time] spin_budget",
           "the event loop measures itself against it from the start");
    refuse(running.limits.pending != file.limits.pending, "[limits] pending",
           "the queue is allocated at the start");
    refuse(running.limits.memory_bytes != file.limits.memory_bytes, "[limits] memory",
           "the queue is allocated at the start");
    refuse(running.safety.state != file.safety.state, "[safety] state",
           "the file is opened at the start");
    refuse(running.metrics.enabled != file.metrics.enabled, "[metrics] enabled",
           "the pages begin with the daemon");
    refuse(running.metrics.enabled && file.metrics.enabled &&
               !(running.metrics.listen == file.metrics.listen),
           "[metrics] listen", "the pages are served there from the start");
    refuse(!(running.control == file.control), "[control]", "the sockets are made at the start");
}

} // namespace

bool difference::is_empty() const noexcept {
    const auto is_kept = [](const instance_change& each) { return each.what == change::kept; };
    return std::all_of(inputs.begin(), inputs.end(), is_kept) &&
           std::all_of(outputs.begin(), outputs.end(), is_kept) && closed_inputs.empty() &&
           closed_outputs.empty() && !has_new_routes && sections.empty() && refusals.empty();
}

difference compare(const settings& running, const settings& file) {
    difference found;
    found.inputs = changes(running, file, &settings::inputs);
    found.outputs = changes(running, file, &settings::outputs);
    found.closed_inputs = closed(running.inputs, file.inputs);
    found.closed_outputs = closed(running.outputs, file.outputs);
    found.has_new_routes = !are_same_routes(running, file);
    compare_sections(running, file, found);
    find_refusals(running, file, found);
    return found;
}

} // namespace tactus::config
