// SPDX-License-Identifier: MIT
// `tactus schema`: the configuration as editors want to know it, with the plugins of this machine.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/installed_plugins.hpp"
#include "kernel/config/schema/check.hpp"
#include "kernel/config/schema/json_schema.hpp"
#include "kernel/config/schema/sections.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace tactus::cli {
namespace {

// Those that a file can name, by type; a faulty one says why in `tactus plugins`.
std::vector<const tactus_descriptor*> usable(host::catalog& catalog) {
    std::vector<const tactus_descriptor*> all;
    for (const std::uint32_t kind : {TACTUS_KIND_INPUT, TACTUS_KIND_OUTPUT}) {
        for (const std::string& type : catalog.types(kind)) {
            const result<host::found_plugin> found = catalog.find(kind, type);
            if (!found || std::find(all.begin(), all.end(), found->descriptor) != all.end()) {
                continue;
            }
            const tactus_descriptor& plugin = *found->descriptor;
            if (config::check_options(config::option_table::of(plugin),
                                      config::keys_beside(plugin, kind))) {
                all.push_back(&plugin);
            }
        }
    }
    return all;
}

} // namespace

int schema() {
    host::catalog catalog = installed_plugins();
    std::fputs(config::json_schema(usable(catalog)).c_str(), stdout);
    return exit_ok;
}

} // namespace tactus::cli
