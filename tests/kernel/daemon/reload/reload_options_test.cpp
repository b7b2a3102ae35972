// SPDX-License-Identifier: MIT
// What a reload does about each key that the configuration knows: none may be forgotten, neither
// the key by this table nor what it says by the reload.
#include "kernel/config/difference.hpp"
#include "kernel/config/schema/sections.hpp"
#include "kernel/daemon/translate_settings.hpp"

#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

using namespace tactus;
using config::change;

namespace {

enum class effect : std::uint8_t {
    nothing,   // it only concerns how the file is read
    adjusted,  // the instance goes on, and the flow or the status does what is new
    restarted, // its plugin begins anew
    replaced,  // it is another instance: the one before is closed
    routes,    // the routes are replaced
    section,   // the daemon goes on with it
    refused,   // the whole file, with a sentence
};

struct row {
    const char* key;
    effect does;
    const char* before; // lines of the table that has the key; of the top for sections
    const char* after;
};

// "output.queue.pending"; "stream." is of inputs and outputs with connections.
constexpr row rows[] = {
    {"schema", effect::nothing, "", "schema = 1"},
    {"name", effect::refused, "", "name = \"other\""},
    {"time.max_ahead", effect::section, "", "[time]\nmax_ahead = \"1m\""},
    {"time.late", effect::adjusted, "", "[time]\nlate = \"drop\""},
    {"time.late_limit", effect::adjusted, "", "[time]\nlate_limit = \"9ms\""},
    {"time.late_from", effect::adjusted, "", "[time]\nlate_from = \"due\""},
    {"time.miss_limit", effect::section, "", "[time]\nmiss_limit = \"9ms\""},
    {"time.handover", effect::section, "", "[time]\nhandover = \"3ms\""},
    {"time.realtime", effect::refused, "", "[time]\nrealtime = \"off\""},
    {"time.spin_budget", effect::refused, "", "[time]\nspin_budget = 0.5"},
    {"limits.pending", effect::refused, "", "[limits]\npending = 10000"},
    {"limits.memory", effect::refused, "", "[limits]\nmemory = \"32MiB\""},
    {"limits.when_full", effect::adjusted, "", "[limits]\nwhen_full = \"refuse\""},
    {"safety.silence_on", effect::section, "", "[safety]\nsilence_on = []"},
    {"safety.panic_address", effect::section, "", "[safety]\npanic_address = \"/panic\""},
    {"safety.max_note", effect::adjusted, "", "[safety]\nmax_note = \"9s\""},
    {"safety.flush_limit", effect::section, "", "[safety]\nflush_limit = \"9ms\""},
    {"safety.circle_guard", effect::section, "", "[safety]\ncircle_guard = false"},
    {"safety.circle_rate", effect::section, "", "[safety]\ncircle_rate = \"9000/s\""},
    {"safety.state", effect::refused, "", "[safety]\nstate = \"off\""},
    {"metrics.enabled", effect::refused, "", "[metrics]\nenabled = false"},
    {"metrics.listen", effect::refused, "", "[metrics]\nlisten = \"127.0.0.1:9999\""},
    {"metrics.open", effect::nothing, "", "[metrics]\nopen = true"},
    {"metrics.allowed_hosts", effect::section, "", "[metrics]\nallowed_hosts = [\"hall\"]"},
    {"control.enabled", effect::refused, "", "[control]\nenabled = false"},
    {"control.group", effect::refused, "", "[control]\ngroup = \"audio\""},
    {"control.status_group", effect::refused, "", "[control]\nstatus_group = \"audio\""},
    {"log.level", effect::section, "", "[log]\nlevel = \"debug\""},
    {"log.format", effect::section, "", "[log]\nformat = \"json\""},
    {"plugins.trust", effect::nothing, "", "[plugins]\ntrust = \"any\""},

    {"input.name", effect::replaced, "name = \"desk\"", "name = \"other\""},
    {"input.type", effect::replaced, "type = \"memory\"", "type = \"web\""},
    {"input.enabled", effect::replaced, "", "enabled = false"},
    {"input.restart.first", effect::restarted, "", "restart = { first = \"1s\" }"},
    {"input.restart.max", effect::restarted, "", "restart = { max = \"20s\" }"},
    {"input.required", effect::adjusted, "", "required = false"},
    {"input.rate", effect::adjusted, "", "rate = \"9/s\""},
    {"input.clock", effect::adjusted, "", "clock = \"sender\""},
    {"input.clock_lead", effect::adjusted, "clock = \"sender\"",
     "clock = \"sender\"\nclock_lead = \"9ms\""},
    {"input.dispatch", effect::adjusted, "", "dispatch = \"osc1\""},
    {"input.pending", effect::adjusted, "", "pending = 99"},
    {"input.capacity", effect::restarted, "", "capacity = \"1KiB\""}, // of its plugin

    {"output.name", effect::replaced, "name = \"organ\"", "name = \"other\""},
    {"output.type", effect::replaced, "type = \"memory\"", "type = \"web\""},
    {"output.enabled", effect::replaced, "", "enabled = false"},
    {"output.restart.first", effect::restarted, "", "restart = { first = \"1s\" }"},
    {"output.restart.max", effect::restarted, "", "restart = { max = \"20s\" }"},
    {"output.required", effect::adjusted, "", "required = true"},
    {"output.required", effect::adjusted, "required = true", "required = \"any\""},
    {"output.queue.pending", effect::adjusted, "", "queue = { pending = 99 }"},
    {"output.queue.when_full", effect::adjusted, "", "queue = { when_full = \"refuse\" }"},
    {"output.late", effect::adjusted, "", "late = \"drop\""},
    {"output.late_limit", effect::adjusted, "", "late_limit = \"9ms\""},
    {"output.late_from", effect::adjusted, "", "late_from = \"due\""},
    {"output.max_note", effect::adjusted, "", "max_note = \"9s\""},
    {"output.precision", effect::restarted, "", "precision = \"spin\""},
    {"output.restore", effect::adjusted, "", "restore = true"},
    {"output.stall_limit", effect::restarted, "", "stall_limit = \"2s\""},
    {"output.capacity", effect::restarted, "", "capacity = \"1KiB\""}, // of its plugin

    {"stream.connections_max", effect::restarted, "", "connections_max = 9"},
    {"stream.buffer_max", effect::restarted, "", "buffer_max = \"2MiB\""},
    {"stream.idle_timeout", effect::restarted, "", "idle_timeout = \"9s\""},

    {"route.name", effect::routes, "", "name = \"way\""},
    {"route.enabled", effect::routes, "", "enabled = false"},
    {"route.from", effect::routes, "from = \"desk\"", "from = [\"desk\", \"pads\"]"},
    {"route.address", effect::routes, "", "address = \"/a\""},
    {"route.to", effect::routes, "to = \"organ\"", "to = [\"organ\", \"lights\"]"},
    {"route.throttle", effect::routes, "", "throttle = \"9ms\""},
    {"route.dedupe", effect::routes, "", "dedupe = true"},
    {"route.match", effect::routes, "", "match = { type = \"note\" }"},
    {"route.as", effect::routes, "", "as = { address = \"/b\" }"},
};

bool says(const std::string& text, const char* key) {
    return text.find(std::string(key) + " = ") == 0;
}

// A table with the lines of the row, and what else it must have.
std::string table(const std::string& kind, const std::string& own,
                  const std::vector<std::string>& rest) {
    std::string text = "[[" + kind + "]]\n";
    for (const std::string& each : rest) {
        text += says(own, each.substr(0, each.find(' ')).c_str()) ? "" : each + "\n";
    }
    return text + own + "\n";
}

std::string part_of(const row& of) {
    const std::string key = of.key;
    const std::string part = key.substr(0, key.find('.'));
    return part == "input" || part == "output" || part == "stream" || part == "route" ? part
                                                                                      : "top";
}

std::string file(const row& of, const char* lines) {
    const std::string part = part_of(of);
    const bool has_web = part == "stream";
    std::string text = part == "top" ? std::string(lines) + "\n" : "";
    const std::string type = has_web ? "type = \"web\"" : "type = \"memory\"";
    text += table("input", part == "input" || has_web ? lines : "", {"name = \"desk\"", type});
    text += table("output", part == "output" ? lines : "", {"name = \"organ\"", type});
    text += table("input", "", {"name = \"pads\"", "type = \"memory\""});
    text += table("output", "", {"name = \"lights\"", "type = \"memory\""});
    // Whatever becomes of desk and organ, each of the other two has a route.
    text += table("route", "", {"from = \"pads\"", "to = \"lights\""});
    if (part == "route") {
        text += table("route", "address = \"/c\"", {"from = \"desk\"", "to = \"organ\""});
    }
    const bool is_gone = of.does == effect::replaced && lines == of.after &&
                         std::string(of.key).find("type") == std::string::npos;
    if (!is_gone) {
        text += table("route", part == "route" ? lines : "", {"from = \"desk\"", "to = \"organ\""});
    }
    return text;
}

config::settings load(const std::string& text) {
    auto outcome = config::load_text(text, "test.toml", config::test::plugins());
    if (!outcome) {
        FAIL(config::render(outcome.error().found, outcome.error().sources, "x"));
    }
    return std::move(outcome->settings);
}

// Whether the flow, or the status, is told something new.
bool is_told(const config::settings& before, const config::settings& now) {
    const flow::output_settings a = daemon::output_settings(before.outputs[0], before);
    const flow::output_settings b = daemon::output_settings(now.outputs[0], now);
    const flow::input_settings c = daemon::input_settings(before.inputs[0]);
    const flow::input_settings d = daemon::input_settings(now.inputs[0]);
    return a.limits.pending.events != b.limits.pending.events ||
           a.limits.policy != b.limits.policy || a.late != b.late ||
           a.late_limit_ns != b.late_limit_ns || a.late_from != b.late_from ||
           a.max_note_ns != b.max_note_ns || a.restores != b.restores ||
           c.rate_per_s != d.rate_per_s || c.follows_sender != d.follows_sender ||
           c.clock_lead_ns != d.clock_lead_ns || c.dispatches_patterns != d.dispatches_patterns ||
           c.pending_max != d.pending_max || before.inputs[0].required != now.inputs[0].required ||
           before.outputs[0].required != now.outputs[0].required ||
           before.outputs[0].is_any_enough != now.outputs[0].is_any_enough;
}

effect effect_of(const config::difference& found) {
    const auto worst = [&] {
        change all = change::kept;
        for (const auto* list : {&found.inputs, &found.outputs}) {
            for (const config::instance_change& each : *list) {
                all = each.what == change::opened ? all : std::max(all, each.what);
            }
        }
        return all;
    };
    return !found.refusals.empty()                                         ? effect::refused
           : !found.closed_inputs.empty() || !found.closed_outputs.empty() ? effect::replaced
           : worst() == change::restarted                                  ? effect::restarted
           : worst() == change::adjusted                                   ? effect::adjusted
           : found.has_new_routes                                          ? effect::routes
           : !found.sections.empty()                                       ? effect::section
                                                                           : effect::nothing;
}

void add_keys(std::set<std::string>& to, const std::string& prefix, config::option_table of) {
    for (std::uint32_t i = 0; i < of.size(); ++i) {
        if (of[i].type == TACTUS_OPT_TABLE) {
            add_keys(to, prefix + of[i].key + ".", of.children_of(of[i]));
        } else {
            to.insert(prefix + of[i].key);
        }
    }
}

} // namespace

TEST_CASE("a reload does about each key what the table says, and what runs is told of it") {
    for (const row& each : rows) {
        CAPTURE(each.key, each.after);
        const config::settings before = load(file(each, each.before));
        const config::settings now = load(file(each, each.after));

        const config::difference found = config::compare(before, now);

        CHECK(effect_of(found) == each.does);
        CHECK(config::compare(before, load(file(each, each.before))).is_empty());
        CHECK(found.is_empty() == (each.does == effect::nothing));
        if (each.does == effect::adjusted) {
            CHECK(is_told(before, now));
        }
    }
}

TEST_CASE("the table has each key of the configuration") {
    std::set<std::string> known;
    add_keys(known, "", config::top_options());
    add_keys(known, "input.", config::instance_options(TACTUS_KIND_INPUT));
    add_keys(known, "output.", config::instance_options(TACTUS_KIND_OUTPUT));
    add_keys(known, "stream.", config::stream_options());
    add_keys(known, "route.", config::route_options());
    known.insert({"input.capacity", "output.capacity", "route.match", "route.as"});

    std::set<std::string> listed;
    for (const row& each : rows) {
        listed.insert(each.key);
    }

    CHECK(listed == known);
}
