// SPDX-License-Identifier: MIT
#include "kernel/daemon/checks/environment_check.hpp"

#include "kernel/config/analysis/endpoint_overlap.hpp"
#include "kernel/config/text.hpp"
#include "kernel/daemon/checks/discovery.hpp"
#include "kernel/daemon/translate_settings.hpp"

#include <tactus/cpp/port_name.hpp>
#include <tactus/plugin.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

namespace tactus::daemon {
namespace {

class environment {
public:
    environment(host::catalog& catalog, bool is_run, bool& has_hung)
        : catalog_(catalog), is_run_(is_run), has_hung_(has_hung) {}
    ~environment() {
        if (discovery_ != nullptr && discovery_->has_quarantine()) {
            has_hung_ = true;
            (void)discovery_.release(); // a thread that never returns may use it
        }
    }
    environment(const environment&) = delete;
    environment& operator=(const environment&) = delete;

    void look_at(const config::metrics_settings& metrics) {
        if (!metrics.enabled) {
            return;
        }
        config::endpoint where = metrics.listen;
        where.scheme = "tcp";
        obstacle found = find_obstacle(where);
        found.is_final = true; // the daemon does not start without its pages
        add(found, {}, 1, "[metrics] listen: \"" + host_and_port(where) + "\"");
    }

    void look_at(const config::instance_settings& one, std::uint32_t kind) {
        for (const char* const key : listening_options(one)) {
            for (const config::value& each : values_of(one, key, TACTUS_OPT_ENDPOINT)) {
                look_at_endpoint(one, key, each, kind);
            }
        }
        for (const std::uint32_t type : {TACTUS_OPT_STRING, TACTUS_OPT_TABLE}) {
            for (const config::value& each : values_of(one, "port", type)) {
                if (!each.text.empty()) { // a name cannot be compared with a table
                    look_for_port(one, each, kind);
                }
            }
        }
    }

    [[nodiscard]] std::vector<config::diagnostic> take_found() { return std::move(found_); }

private:
    static std::string name_of(const config::instance_settings& one, std::uint32_t kind) {
        return std::string(kind == TACTUS_KIND_INPUT ? "input " : "output ") +
               config::quoted(one.name);
    }
    static config::position place_of(const config::instance_settings& one, const char* key,
                                     const config::value& each) {
        return each.where.line == 0 ? one.options.where(key) : each.where; // defaults have no place
    }

    void look_at_endpoint(const config::instance_settings& one, const char* key,
                          const config::value& written, std::uint32_t kind) {
        const std::optional<config::endpoint> where = config::comparable(written.text);
        if (where) {
            add(find_obstacle(*where), place_of(one, key, written), written.length,
                std::string(key) + ": " + config::quoted(written.text) + " of " +
                    name_of(one, kind));
        }
    }

    void add(const obstacle& found, config::position where, std::uint32_t length,
             const std::string& what) {
        if (found.why.empty()) {
            return;
        }
        const bool may_be_ours = found.is_taken && is_run_;
        config::diagnostic made{where, what + " " + found.why};
        made.length = std::max(length, 1U);
        made.level =
            found.is_final && !may_be_ours ? config::severity::error : config::severity::warning;
        made.help =
            may_be_ours       ? "ignore this if the program is the daemon that runs this file now"
            : !found.is_final ? "the daemon retries until it succeeds"
            : found.is_taken
                ? "stop that program, or choose another address; `tactus check "
                  "--no-environment` checks the file only"
                : "choose another address; `tactus check --no-environment` checks the file only";
        found_.push_back(std::move(made));
    }

    // Each plugin is queried once.
    const std::vector<discovered_port>& ports_of(const host::found_plugin& plugin) {
        const auto [known, is_new] = ports_.try_emplace(plugin.descriptor->id);
        if (is_new && discovery_ == nullptr) {
            if (result<std::unique_ptr<discovery>> made = discovery::make()) {
                discovery_ = std::move(*made);
            }
        }
        if (is_new && discovery_ != nullptr) {
            if (result<std::vector<discovered_port>> all = discovery_->list(plugin)) {
                known->second = std::move(*all);
            }
        }
        return known->second;
    }

    void look_for_port(const config::instance_settings& one, const config::value& written,
                       std::uint32_t kind) {
        const result<host::found_plugin> plugin = catalog_.find(kind, one.type);
        if (!plugin) {
            return;
        }
        const meant_ports meant =
            find_meant(ports_of(*plugin), written.text, kind == TACTUS_KIND_INPUT);
        if (meant.is_clear) {
            return;
        }
        std::string text = "port: " + config::quoted(written.text) + " of " + name_of(one, kind);
        std::string help;
        if (meant.rivals.empty()) {
            text += " is not available now; the daemon waits for it";
            help = meant.nearest.empty() ? "`tactus ports` lists the available ports"
                                         : "did you mean " + config::quoted(meant.nearest) + "?";
        } else {
            text += " matches several ports, therefore none is used: ";
            for (std::size_t i = 0; i < meant.rivals.size(); ++i) {
                text += (i == 0 ? "" : ", ") + config::quoted(meant.rivals[i]);
            }
            help = "write a longer part of the name";
        }
        config::diagnostic made{
            place_of(one, "port", written), text, {}, help, std::max(written.length, 1U)};
        made.level = config::severity::warning;
        found_.push_back(std::move(made));
    }

    host::catalog& catalog_;
    bool is_run_;
    bool& has_hung_;
    std::unique_ptr<discovery> discovery_;
    std::map<std::string, std::vector<discovered_port>> ports_; // by the plugin's id
    std::vector<config::diagnostic> found_;
};

} // namespace

meant_ports find_meant(std::span<const discovered_port> all, std::string_view wanted,
                       bool takes_all_of_pattern) {
    std::map<std::string, std::vector<std::string>> by_system;
    std::vector<std::string_view> names;
    for (const discovered_port& each : all) {
        if (!each.name.empty()) {
            by_system[each.system].push_back(each.name);
            names.push_back(without_numbers(each.name));
        }
    }
    meant_ports meant;
    const bool is_pattern = wanted.find('*') != std::string_view::npos;
    for (const auto& [system, there] : by_system) {
        const std::vector<std::size_t> found = find_ports(there, wanted);
        const bool takes_all = is_pattern && takes_all_of_pattern && !found.empty();
        meant.is_clear = meant.is_clear || found.size() == 1 || takes_all;
        for (const std::size_t which : found) {
            meant.rivals.push_back(there[which]);
        }
    }
    meant.is_clear = meant.is_clear || all.empty();
    std::string without_stars(wanted);
    std::erase(without_stars, '*');
    meant.nearest = nearest_name(without_stars, names);
    return meant;
}

std::vector<config::diagnostic> check_environment(const config::settings& settings,
                                                  host::catalog& catalog, bool is_run,
                                                  bool& has_hung) {
    environment here(catalog, is_run, has_hung);
    here.look_at(settings.metrics);
    for (std::uint16_t i = 0; i < settings.inputs.size(); ++i) {
        if (config::is_input_needed(settings, i)) {
            here.look_at(settings.inputs[i], TACTUS_KIND_INPUT);
        }
    }
    for (std::uint16_t i = 0; i < settings.outputs.size(); ++i) {
        if (config::is_output_needed(settings, i)) {
            here.look_at(settings.outputs[i], TACTUS_KIND_OUTPUT);
        }
    }
    return here.take_found();
}

} // namespace tactus::daemon
