// SPDX-License-Identifier: MIT
// `tactus plugins` and `tactus plugins show NAME`.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/installed_plugins.hpp"
#include "kernel/cli/plugin_list.hpp"
#include "kernel/cli/print.hpp"
#include "kernel/config/schema/describe.hpp"
#include "kernel/host/loading/own_folder.hpp"
#include "kernel/host/loading/sha256.hpp"

#include <cstdio>

namespace tactus::cli {
namespace {

void print_all(const host::found_plugin& plugin) {
    print(stdout, config::describe_text(*plugin.descriptor) +
                      "file: " + config::one_line(plugin.path) +
                      "\nsha256: " + host::sha256_of_file(plugin.path) + "\n");
    for (const std::uint32_t kind : {TACTUS_KIND_INPUT, TACTUS_KIND_OUTPUT}) {
        if ((plugin.descriptor->kinds & kind) != 0) {
            print(stdout, "\nin a configuration\n" + config::sample_toml(*plugin.descriptor, kind));
        }
    }
}

} // namespace

int plugins(const list_options& options) {
    host::catalog catalog = installed_plugins();
    const plugin_list list = open_all(catalog);
    if (options.json) {
        std::printf("%s\n", to_json(list).c_str());
    } else {
        print(stdout, to_text(list));
    }
    if (list.found.empty() && list.broken.empty()) {
        std::fputs("tactus: no plugins were found. These folders were searched:\n", stderr);
        for (const std::string& folder : catalog.folders()) {
            std::fprintf(stderr, "  %s\n", folder.c_str());
        }
        if (const std::string why = host::why_no_own_folder(); !why.empty()) {
            std::fprintf(stderr, "The folder beside the program was not searched: %s\n",
                         why.c_str());
        }
        std::fputs("TACTUS_PLUGIN_PATH adds others, separated by colons.\n", stderr);
        return exit_failure;
    }
    return list.broken.empty() ? exit_ok : exit_failure;
}

int show_plugin(const list_options& options) {
    host::catalog catalog = installed_plugins();
    const result<std::vector<host::found_plugin>> found = find_by_name(catalog, options.name);
    if (!found) {
        const int code = fail_with(exit_failure, found.error().text);
        if (const std::string why = host::why_no_own_folder(); !why.empty()) {
            std::fprintf(stderr, "The folder beside the program was not searched: %s\n",
                         why.c_str());
        }
        return code;
    }
    std::string json = "[";
    for (const host::found_plugin& each : *found) {
        if (options.json) {
            json += (json.size() > 1 ? "," : "") + config::describe_json(*each.descriptor);
        } else {
            std::fputs(&each == found->data() ? "" : "\n", stdout);
            print_all(each);
        }
    }
    if (options.json) {
        std::printf("%s]\n", json.c_str());
    }
    return exit_ok;
}

} // namespace tactus::cli
