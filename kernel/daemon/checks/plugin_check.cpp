// SPDX-License-Identifier: MIT
#include "kernel/daemon/checks/plugin_check.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/config/schema/check.hpp"
#include "kernel/daemon/translate_settings.hpp"
#include "kernel/host/instance.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace tactus::daemon {
namespace {

bool names_unreadable_file(const config::instance_settings& from, std::string_view key) {
    const config::option_table table = config::option_table::of(*from.descriptor);
    const std::uint32_t i = table.index_of(key);
    return key.ends_with("_file") && i < table.size() && table[i].type == TACTUS_OPT_STRING &&
           (table[i].flags & TACTUS_OPT_ARRAY) == 0 && from.options.has(key) &&
           ::access(from.options.text(key).c_str(), R_OK) != 0;
}

class questions {
public:
    questions(const host::host_services& services, unreadable_file unreadable) noexcept
        : services_(services), unreadable_(unreadable) {}

    void ask(const config::instance_settings& from, host::role role, host::catalog& catalog) {
        const std::uint32_t kind =
            role == host::role::input ? TACTUS_KIND_INPUT : TACTUS_KIND_OUTPUT;
        const result<host::found_plugin> plugin = catalog.find(kind, from.type);
        TACTUS_ASSERT(plugin.has_value()); // the settings were checked against this catalog
        host::instance asked(
            services_,
            {from.name,
             role,
             0,
             {from.streams.connections_max, from.streams.buffer_max, from.streams.idle_timeout_ns}},
            nullptr);
        result<void> done = asked.create(*plugin->entry, *plugin->descriptor);
        if (done) {
            done = asked.configure(*from.options.view());
        }
        asked.destroy();
        if (!done) {
            const std::string key(asked.last_error().key);
            found_.push_back(config::at(from.options, key, done.error().text,
                                        config::place_of(kind, from.name, from.type)));
            if (unreadable_ == unreadable_file::is_warning && names_unreadable_file(from, key)) {
                found_.back().level = config::severity::warning;
                found_.back().help = "it was not checked; the daemon reads it when it starts";
            }
        }
    }

    [[nodiscard]] std::vector<config::diagnostic> take_found() { return std::move(found_); }

private:
    const host::host_services& services_;
    const unreadable_file unreadable_;
    std::vector<config::diagnostic> found_;
};

// The valid ones of a file that may have errors.
template <class Instance>
std::vector<std::uint16_t> in_order(const std::vector<Instance>& all) {
    std::vector<std::uint16_t> places;
    for (std::uint16_t i = 0; i < all.size(); ++i) {
        if (all[i].is_in_order) {
            places.push_back(i);
        }
    }
    return places;
}

} // namespace

std::vector<config::diagnostic> check_plugins(const config::settings& settings,
                                              host::catalog& catalog, unreadable_file unreadable) {
    const result<std::unique_ptr<probe_environment>> made =
        probe_environment::make(log_settings(settings.log));
    if (!made) {
        return {{{}, made.error().text}};
    }
    return check_plugins(settings, catalog, {in_order(settings.inputs), in_order(settings.outputs)},
                         **made, unreadable);
}

std::vector<config::diagnostic> check_plugins(const config::settings& settings,
                                              host::catalog& catalog, const asked_instances& which,
                                              const probe_environment& in,
                                              unreadable_file unreadable) {
    questions of(in.services(), unreadable);
    // In the order in which the daemon makes them: a plugin may assign names in that order.
    for (const std::uint16_t place : which.outputs) {
        of.ask(settings.outputs[place], host::role::output, catalog);
    }
    for (const std::uint16_t place : which.inputs) {
        of.ask(settings.inputs[place], host::role::input, catalog);
    }
    return of.take_found();
}

} // namespace tactus::daemon
