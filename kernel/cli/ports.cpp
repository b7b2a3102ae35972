// SPDX-License-Identifier: MIT
// `tactus ports`: lists the ports of this machine to send to and to listen to.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/installed_plugins.hpp"
#include "kernel/cli/plugin_list.hpp"
#include "kernel/cli/port_list.hpp"
#include "kernel/cli/print.hpp"
#include "kernel/config/schema/option_table.hpp"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace tactus::cli {
namespace {

ports_of_plugin list_ports(daemon::discovery& by, const host::found_plugin& plugin) {
    const tactus_descriptor& is = *plugin.descriptor;
    const config::option_table options = config::option_table::of(is);
    ports_of_plugin made;
    made.id = is.id;
    made.type = is.type;
    made.kinds = kinds_text(is);
    made.has_port_option = options.index_of("port") < options.size();
    result<std::vector<daemon::discovered_port>> found = by.list(plugin);
    if (found) {
        made.found = std::move(*found);
    } else {
        made.failed = found.error().text;
    }
    return made;
}

} // namespace

int ports(const list_options& options) {
    host::catalog catalog = installed_plugins();
    const result<std::unique_ptr<daemon::discovery>> discovery = daemon::discovery::make();
    if (!discovery) {
        return fail_with(exit_failure, discovery.error().text);
    }
    const plugin_list list = open_all(catalog);
    std::vector<ports_of_plugin> all;
    for (const host::found_plugin& each : list.found) {
        all.push_back(list_ports(**discovery, each));
    }
    const bool is_empty = std::all_of(all.begin(), all.end(), [](const ports_of_plugin& each) {
        return each.found.empty() && each.failed.empty();
    });
    if (is_empty) {
        std::fputs("tactus: no installed plugin lists ports; see: tactus plugins\n", stderr);
    }
    if (options.json) {
        std::printf("%s\n", to_json(all).c_str());
    } else {
        print(stdout, to_text(all));
    }
    for (const broken_plugin& each : list.broken) {
        print(stderr, "tactus: " + each.why + "\n");
    }
    if ((*discovery)->has_quarantine()) {
        (*discovery)->finish_log();
        std::fflush(nullptr);
        ::_exit(exit_failure); // a thread that never returns may run any of our code
    }
    return exit_ok;
}

} // namespace tactus::cli
